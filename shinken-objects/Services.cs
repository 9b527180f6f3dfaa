using Ringfree.Monitoring.Estate;

namespace Ringfree.Monitoring.ShinkenObjects;

/// <summary>The services of a host: its agent, and one for each concern behind it.</summary>
internal static class Services
{
    internal static string Text(EstateModel estate, EstateHost host, Agent agent, ObjectNames names)
    {
        string agentRunbook = agent.Transport == Transport.Ssh ? $"{estate.Runbooks}/check_over_ssh#agent" : $"{estate.Runbooks}/nrpe-agent";
        return ObjectText.Define(
                "service",
                ("use", names.AgentTemplate),
                ("host_name", host.Name),
                ("service_description", agent.Description),
                ("check_command", agent.Transport == Transport.Nrpe ? null : names.AgentCheck(agent.Transport)),
                ("notes_url", agentRunbook),
                ("_RUNBOOK", agentRunbook))
            + string.Concat(host.Services.Select(service => Behind(estate, host, agent, service, names)));
    }

    private static string Behind(EstateModel estate, EstateHost host, Agent agent, AgentService service, ObjectNames names)
    {
        string runbook = $"{estate.Runbooks}/{service.Check.Facts.Name}#{service.Concern.Name}";
        return ObjectText.Define(
            "service",
            ("use", service.Concern.IsFoundation ? names.FoundationTemplate : names.ServiceTemplate),
            ("host_name", host.Name),
            ("service_description", service.Description),
            ("check_command", names.Check(agent.Transport, service)),
            ("notes_url", runbook),
            ("_RUNBOOK", runbook));
    }
}
