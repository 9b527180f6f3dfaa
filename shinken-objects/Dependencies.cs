using Ringfree.Monitoring.Estate;

namespace Ringfree.Monitoring.ShinkenObjects;

/// <summary>
/// What makes one page of one failure: behind a dead agent nothing is asked and nobody told; beside a failed foundation of a check its other
/// concerns are still asked, and nobody told.
/// </summary>
internal static class Dependencies
{
    internal static string Text(EstateHost host, Agent agent) => string.Concat(host.Services.Select(service =>
        Dependency(host, agent.Description, service, executionFailures: "u,c")
        + string.Concat(FoundationsOf(host, service).Select(foundation => Dependency(host, foundation.Description, service, executionFailures: "n")))));

    private static IEnumerable<AgentService> FoundationsOf(EstateHost host, AgentService service) => host.Services.Where(other =>
        other.Concern.IsFoundation && !service.Concern.IsFoundation && ReferenceEquals(other.Check, service.Check));

    private static string Dependency(EstateHost host, string on, AgentService dependent, string executionFailures) => ObjectText.Define(
        "servicedependency",
        ("host_name", host.Name),
        ("service_description", on),
        ("dependent_host_name", host.Name),
        ("dependent_service_description", dependent.Description),
        ("execution_failure_criteria", executionFailures),
        ("notification_failure_criteria", "u,c"));
}
