namespace Ringfree.Monitoring.Bridge;

/// <summary>A host or service as the scheduler sees it now.</summary>
/// <param name="Host">The host's name.</param>
/// <param name="Service">The service's name; empty for the host itself.</param>
/// <param name="State">OK, WARNING, CRITICAL, UNKNOWN; UP, DOWN, UNREACHABLE.</param>
/// <param name="IsHard">The state has been confirmed.</param>
/// <param name="IsSilenced">Acknowledged, in downtime, flapping, or with notifications off, itself or its host.</param>
/// <param name="Notifications">Notifications of the problem so far.</param>
/// <param name="LastNotification">When the last was sent, in seconds since 1970; 0 when none was.</param>
/// <param name="LastChange">When the state last changed, in seconds since 1970.</param>
/// <param name="Output">The plugin's first line.</param>
/// <param name="IsOurs">True when our contact is notified; null when the source does not say.</param>
internal sealed record SchedulerObject(
    string Host, string Service, string State, bool IsHard, bool IsSilenced, long Notifications, long LastNotification, long LastChange, string Output,
    bool? IsOurs)
{
    /// <summary>The largest number that a source may give: the last second that a date can hold.</summary>
    public const long MaxNumber = 253_402_300_799;

    public bool IsGood => State is "OK" or "UP";

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

/// <summary>Everything that the scheduler watches, at one moment.</summary>
/// <param name="TakenAt">When the scheduler wrote or said it.</param>
/// <param name="Objects">Hosts and services.</param>
internal sealed record SchedulerState(DateTimeOffset TakenAt, IReadOnlyList<SchedulerObject> Objects);

/// <summary>Reads the scheduler's state.</summary>
internal interface ISchedulerSource
{
    /// <exception cref="IOException">It cannot be read, is cut short or is not a state; the message says which.</exception>
    Task<SchedulerState> ReadAsync(CancellationToken stop);
}
