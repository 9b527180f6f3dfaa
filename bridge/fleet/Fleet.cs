namespace Ringfree.Monitoring.Bridge;

/// <summary>What is not of one incident and yet decides about each: the open maintenance windows and the storm.</summary>
/// <param name="Policy">The limits.</param>
/// <param name="Windows">The maintenance windows that are open.</param>
/// <param name="ProblemsBegun">Problems that began within the storm's window and are still bad.</param>
internal sealed record Fleet(IncidentPolicy Policy, IReadOnlyList<MaintenanceWindow> Windows, int ProblemsBegun)
{
    public static Fleet Calm(IncidentPolicy policy) => new(policy, [], 0);

    public bool IsStorm => ProblemsBegun >= Policy.StormThreshold;

    /// <summary>True when everything is in maintenance, the heartbeat included.</summary>
    public bool IsAllInMaintenance => Windows.Any(window => window.Host.Length == 0);

    /// <summary>What a step of an incident may know.</summary>
    /// <param name="members">Its hosts and services: maintenance covers an incident when it covers each of them.</param>
    /// <param name="now">The time.</param>
    public Context For(IEnumerable<(string Host, string Service)> members, DateTimeOffset now) =>
        new(now, Policy, CoveredUntil([.. members.Select(member => CoveredUntil(member.Host, member.Service))]), ProblemsBegun);

    /// <summary>The same after a problem began.</summary>
    /// <param name="hasBroken">True when the storm begins with it: what waits becomes part of it.</param>
    public Fleet Began(out bool hasBroken)
    {
        Fleet after = this with { ProblemsBegun = ProblemsBegun + 1 };
        hasBroken = after.IsStorm && !IsStorm;
        return after;
    }

    private DateTimeOffset? CoveredUntil(string host, string service) =>
        Windows.Where(window => window.Covers(host, service)).Select(window => (DateTimeOffset?)window.Until).Max();

    private static DateTimeOffset? CoveredUntil(DateTimeOffset?[] members) => members.Contains(null) ? null : members.Min();
}
