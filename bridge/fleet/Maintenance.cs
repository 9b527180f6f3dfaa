namespace Ringfree.Monitoring.Bridge;

/// <summary>The maintenance windows that are open.</summary>
/// <param name="Windows">As the store had them at the last look: the verbs of other processes open and end them.</param>
internal sealed record Maintenance(IReadOnlyList<MaintenanceWindow> Windows)
{
    public static Maintenance None { get; } = new([]);

    /// <summary>True when everything is in maintenance, the heartbeat included.</summary>
    public bool IsOfEverything => Windows.Any(window => window.Host.Length == 0);

    /// <summary>True when a window of before has ended, or ends sooner than it was to.</summary>
    public bool HasEndedSince(Maintenance before) =>
        before.Windows.Any(old => !Windows.Any(window => window.Id == old.Id && window.Until >= old.Until));

    /// <summary>
    /// Until when an incident is covered: when each of its hosts and services is, until the first of them is not; null when one is not.
    /// </summary>
    public DateTimeOffset? CoveredUntil(IEnumerable<(string Host, string Service)> members)
    {
        DateTimeOffset?[] ends = [.. members.Select(member => CoveredUntil(member.Host, member.Service))];
        return ends.Contains(null) ? null : ends.Min();
    }

    private DateTimeOffset? CoveredUntil(string host, string service) =>
        Windows.Where(window => window.Covers(host, service)).Select(window => (DateTimeOffset?)window.Until).Max();
}
