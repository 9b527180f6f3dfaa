namespace Ringfree.Monitoring.Bridge;

/// <summary>
/// Proves that PagerDuty accepts calls while nothing is broken: when no call succeeded for a while, one resolves an incident that does not
/// exist, which PagerDuty accepts and which opens nothing.
/// </summary>
/// <param name="LastSuccess">When PagerDuty last accepted a call; null when never.</param>
/// <param name="UnderWay">The canary's call that has not ended; null when none is under way.</param>
internal sealed record Canary(DateTimeOffset? LastSuccess = null, Permit? UnderWay = null)
{
    /// <summary>How old the last success may become.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(5);
}
