using Ringfree.Monitoring.Estate;

namespace Ringfree.Monitoring.ShinkenObjects;

/// <summary>
/// The services of a host: its agent, sudo, one for each concern of our checks, one for each stock command, and the heartbeat where it
/// belongs.
/// </summary>
internal static class Services
{
    internal static string Text(EstateModel estate, EstateHost host, ObjectNames names, Steps steps, Dialect dialect) =>
        (host.Agent is { } agent ? AgentService(estate, host, agent, names, steps, dialect) : "")
        + string.Concat(host.Services.Select(service => Service(estate, host, service, names, steps, dialect)))
        + (ReferenceEquals(estate.Heartbeat?.Host, host) ? Heartbeat(estate, estate.Heartbeat, names, steps, dialect) : "");

    private static string AgentService(
        EstateModel estate, EstateHost host, Agent agent, ObjectNames names, Steps steps, Dialect dialect) => Define(
        estate,
        host,
        names.AgentTemplate,
        agent.Description,
        names.AgentCheck(agent),
        host.ContactGroups,
        agent.Transport == Transport.Ssh ? "check_over_ssh#agent" : "nrpe-agent",
        steps.OfAgent(host),
        names,
        dialect);

    private static string Service(
        EstateModel estate, EstateHost host, HostService service, ObjectNames names, Steps steps, Dialect dialect) => Define(
        estate,
        host,
        service is SudoService or ContainerService or ConcernService { Concern.IsFoundation: true }
            ? names.FoundationTemplate
            : names.ServiceTemplate,
        service.Description,
        names.Check(host, service),
        service.ContactGroups,
        service.RunbookPage,
        steps.Of(service),
        names,
        dialect,
        service is ContainerService ? "u,c,r,f,s" : null,
        (service as ConcernService)?.SharedIncident);

    private static string Heartbeat(EstateModel estate, Heartbeat heartbeat, ObjectNames names, Steps steps, Dialect dialect) => Define(
        estate, heartbeat.Host, names.HeartbeatTemplate, heartbeat.Service, command: null, [ContactGroup.OnCall], "heartbeat", steps.Heartbeat,
        names, dialect);

    private static string Define(
        EstateModel estate, EstateHost host, string template, string description, string? command, IReadOnlyList<string> groups, string page,
        string? step, ObjectNames names, Dialect dialect, string? notified = null, string? incident = null) => ObjectText.Define(
            "service",
            ("use", template),
            ("host_name", host.Name),
            ("service_description", description),
            ("check_command", command),
            ("notification_options", notified),
            ("contact_groups", groups is [ContactGroup.OnCall] ? null : names.ContactGroups(groups)),
            ("check_period", host.Maintenance.Count == 0 ? null : names.Outside(host.Maintenance)),
            ("notes_url", Links.Runbook(estate, page)),
            ("action_url", Links.SchedulerPage(estate, dialect, host.Name, description)),
            ("_STEP", step),
            ("_INCIDENT", incident));
}
