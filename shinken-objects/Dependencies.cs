using Ringfree.Monitoring.Estate;

namespace Ringfree.Monitoring.ShinkenObjects;

/// <summary>
/// What makes one page of one failure: behind a dead agent nothing is asked and nobody told; what the scheduler asks and a dead agent
/// explains (the login to a host that hangs or boots) is still asked, and nobody told; likewise beside a failed foundation (sudo, HAProxy's
/// process, glusterd) the others are still asked, and nobody told. A foundation fails only by being CRITICAL: UNKNOWN may have a cause that
/// is not its own, and the page that is right would be kept quiet. The agent's UNKNOWN is always its own. Never <c>p</c>, a foundation that
/// was not asked yet: one that is never asked, because somebody switched its checks off, would keep all others quiet for good. What a host
/// says of the others of its group (a peer that is disconnected) is kept quiet while one of these has a page that explains it.
/// </summary>
internal static class Dependencies
{
    internal static string Text(EstateHost host, EstateModel estate)
    {
        List<ConcernService> ours = [.. host.Services.OfType<ConcernService>()];
        return OnContainer(host)
            + (host.Agent is not { } agent ? ""
                : Dependency(
                    host, agent.Description, host, host.ServicesBehindAgent, executionFailures: "u,c", notificationFailures: "u,c")
                + Dependency(host, agent.Description, host, host.ServicesExplainedByAgent, notificationFailures: "u,c"))
            + string.Concat(host.Services.OfType<SudoService>().Select(sudo => Dependency(host, sudo.Description, host, sudo.Checks)))
            + string.Concat(ours.Where(service => service.Concern.IsFoundation).Select(foundation => Dependency(
                host,
                foundation.Description,
                host,
                ours.Where(service => !service.Concern.IsFoundation && ReferenceEquals(service.Check, foundation.Check)))))
            + string.Concat(ours.Where(service => service.Concern.IsAboutOthers && service.SharedIncident is not null)
                .SelectMany(service => estate.Hosts.Where(other => other != host).Select(other => OnOther(host, service, other))));
    }

    private static string OnOther(EstateHost host, ConcernService service, EstateHost other)
    {
        List<ConcernService> members =
        [
            .. other.Services.OfType<ConcernService>()
                .Where(member => member.Check.Facts == service.Check.Facts && member.Check.Group == service.Check.Group),
        ];
        return members.Count == 0 || other.Agent is not { } agent
            ? ""
            : Dependency(other, agent.Description, host, [service], notificationFailures: "u,c")
                + string.Concat(members.Where(member => member.Concern.IsFoundation)
                    .Select(foundation => Dependency(other, foundation.Description, host, [service])));
    }

    // A container that does not run, or is still starting (WARNING), is why its services fail; whether it runs is still asked while the
    // agent of its node is dead, so that the answer is never an old OK, and nobody is told, because the agent's own service tells.
    private static string OnContainer(EstateHost host)
    {
        if (host.Container is not { Node: { Agent: { } agent } node })
        {
            return "";
        }

        ContainerService container = host.Services.OfType<ContainerService>().Single();
        IEnumerable<HostService> others = host.Services.Where(service => service != container);
        return Dependency(host, container.Description, host, others, notificationFailures: "w,u,c")
            + Dependency(node, agent.Description, host, host.Services, notificationFailures: "u,c")
            + string.Concat(node.Services.OfType<SudoService>().Where(_ => container.Check.Sudo)
                .Select(sudo => Dependency(node, sudo.Description, host, [container])));
    }

    private static string Dependency(
        EstateHost host, string on, EstateHost dependent, IEnumerable<HostService> dependents, string executionFailures = "n",
        string notificationFailures = "c")
    {
        string descriptions = string.Join(',', dependents.Select(service => service.Description));
        return descriptions.Length == 0 ? "" : ObjectText.Define(
            "servicedependency",
            ("host_name", host.Name),
            ("service_description", on),
            ("dependent_host_name", dependent.Name),
            ("dependent_service_description", descriptions),
            ("execution_failure_criteria", executionFailures),
            ("notification_failure_criteria", notificationFailures));
    }
}
