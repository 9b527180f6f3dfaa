using Ringfree.Monitoring.Estate;

namespace Ringfree.Monitoring.ShinkenObjects;

/// <summary>
/// What makes one page of one failure: behind a dead agent nothing is asked and nobody told; beside a failed foundation of a check its other
/// concerns are still asked, and nobody told.
/// </summary>
internal static class Dependencies
{
    internal static string Text(EstateHost host, Agent agent)
    {
        IEnumerable<ConcernService> ours = host.Services.OfType<ConcernService>();
        return Dependency(host, agent.Description, host.ServicesBehindAgent, executionFailures: "u,c")
            + string.Concat(ours.Where(service => service.Concern.IsFoundation).Select(foundation => Dependency(
                host,
                foundation.Description,
                ours.Where(service => !service.Concern.IsFoundation && ReferenceEquals(service.Check, foundation.Check)),
                executionFailures: "n")));
    }

    private static string Dependency(EstateHost host, string on, IEnumerable<HostService> dependents, string executionFailures)
    {
        string descriptions = string.Join(',', dependents.Select(service => service.Description));
        return descriptions.Length == 0 ? "" : ObjectText.Define(
            "servicedependency",
            ("host_name", host.Name),
            ("service_description", on),
            ("dependent_host_name", host.Name),
            ("dependent_service_description", descriptions),
            ("execution_failure_criteria", executionFailures),
            ("notification_failure_criteria", "u,c"));
    }
}
