namespace Ringfree.Monitoring.Bridge;

/// <summary>A time in which new problems page nobody: an operator works on it and knows.</summary>
/// <param name="Id">Its number, for stop.</param>
/// <param name="Host">The hosts, as <see cref="NamePatterns"/>; empty for everything, the heartbeat included.</param>
/// <param name="Service">The services, as <see cref="NamePatterns"/>; empty for the hosts and all their services.</param>
/// <param name="Since">Its start.</param>
/// <param name="Until">Its end; what is still bad then pages.</param>
/// <param name="Reason">Why, in the words of whoever started it.</param>
/// <param name="StartedBy">The user who started it.</param>
/// <param name="IsPlanned">It was to begin later than it was made.</param>
/// <param name="EndedBy">The user who ended it before its time; null when it ran until its end.</param>
internal sealed record MaintenanceWindow(
    long Id, string Host, string Service, DateTimeOffset Since, DateTimeOffset Until, string Reason, string StartedBy,
    bool IsPlanned = false, string? EndedBy = null)
{
    private static readonly TimeSpan LongestReminder = TimeSpan.FromMinutes(10);

    public bool Covers(string host, string service) => Host.Length == 0
        || (NamePatterns.Match(Host, host) && (Service.Length == 0 || (service.Length > 0 && NamePatterns.Match(Service, service))));

    /// <summary>What it covers, in words.</summary>
    public string Scope => Host.Length == 0 ? "everything, the heartbeat included"
        : Describe.Name(Host.Replace(",", ", ", StringComparison.Ordinal), Service.Replace(",", ", ", StringComparison.Ordinal));

    /// <summary>
    /// True in its last ten minutes, or in the last quarter of a shorter window than forty minutes: time to finish, or to open another.
    /// </summary>
    public bool IsEnding(DateTimeOffset now)
    {
        TimeSpan reminder = new[] { LongestReminder, (Until - Since) / 4 }.Min();
        return now < Until && Until - now <= reminder;
    }

    /// <summary>Where it stands: <c>planned</c>, <c>open</c>, <c>ended</c>, or <c>canceled</c> when it ended before it began.</summary>
    public string State(DateTimeOffset now) =>
        now < Until ? (IsPlanned && now < Since ? "planned" : "open") : IsPlanned && Until <= Since ? "canceled" : "ended";
}
