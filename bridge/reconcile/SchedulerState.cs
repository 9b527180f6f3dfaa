namespace Ringfree.Monitoring.Bridge;

/// <summary>A host or service as the scheduler sees it now.</summary>
/// <param name="Host">The host's name.</param>
/// <param name="Service">The service's name; empty for the host itself.</param>
/// <param name="State">OK, WARNING, CRITICAL, UNKNOWN; UP, DOWN, UNREACHABLE.</param>
/// <param name="IsHard">The state has been confirmed.</param>
/// <param name="IsSilenced">Acknowledged, in downtime or with notifications off, or a service of a host that is down or in downtime.</param>
/// <param name="IsFlapping">The scheduler finds that it changes its state too often, and notifies of no problem until it stops.</param>
/// <param name="Notifications">Notifications of the problem so far.</param>
/// <param name="LastNotification">When the last was sent, in seconds since 1970; 0 when none was.</param>
/// <param name="LastChange">When the state last changed, in seconds since 1970.</param>
/// <param name="Output">The plugin's first line.</param>
/// <param name="IsOurs">True when our contact is notified; null when the source does not say.</param>
internal sealed record SchedulerObject(
    string Host, string Service, string State, bool IsHard, bool IsSilenced, bool IsFlapping, long Notifications, long LastNotification,
    long LastChange, string Output, bool? IsOurs)
{
    /// <summary>The name of the incident that it shares with other services; empty for one of its own.</summary>
    public string Incident { get; init; } = "";

    /// <summary>The largest number that a source may give: the last second that a date can hold.</summary>
    public const long MaxNumber = 253_402_300_799;

    public bool IsGood => State is "OK" or "UP";

    /// <summary>A problem that the scheduler has notified and would notify again.</summary>
    public bool IsNotifiedProblem => !IsGood && IsHard && !IsSilenced && !IsFlapping && Notifications > 0;

    public static string ServiceState(long state) => state switch
    {
        0 => "OK",
        1 => "WARNING",
        2 => "CRITICAL",
        _ => "UNKNOWN",
    };

    public static string HostState(long state) => state switch
    {
        0 => "UP",
        1 => "DOWN",
        _ => "UNREACHABLE",
    };
}

/// <summary>What a comparison needs of everything that the scheduler watches, at one moment.</summary>
/// <param name="TakenAt">When the scheduler wrote or said it.</param>
/// <param name="Seen">How many hosts and services the scheduler watches.</param>
/// <param name="Objects">The hosts and services that were kept.</param>
/// <param name="Unwatched">Of the hosts that were asked for, how many services have no new result; hosts without one are left out.</param>
internal sealed record SchedulerState(
    DateTimeOffset TakenAt, int Seen, IReadOnlyList<SchedulerObject> Objects, IReadOnlyDictionary<string, int> Unwatched);

/// <summary>Reads the scheduler's state.</summary>
internal interface ISchedulerSource
{
    /// <summary>Reads it as a stream. Kept are the problems that the scheduler has notified, and what is wanted in any state.</summary>
    /// <param name="question">What is wanted.</param>
    /// <param name="stop">Ends it.</param>
    /// <exception cref="IOException">It cannot be read, is cut short or is not a state; the message says which.</exception>
    Task<SchedulerState> ReadAsync(StateQuestion question, CancellationToken stop);
}
