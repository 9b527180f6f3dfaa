namespace Ringfree.Monitoring.Bridge;

/// <summary>
/// Opens when a channel is out. Three failures in a row that no success interrupts are an outage: then one call at a time probes it, after
/// waits that double up to 30 s, so that 100,000 waiting incidents cost no more than one. A single incident that fails for itself is no
/// outage as long as others succeed.
/// </summary>
/// <param name="Failures">Failures in a row, at most 30.</param>
/// <param name="FailedAt">When the last one ended, on the clock that no step of the wall clock moves.</param>
/// <param name="Probe">The number of the call that probes; null when none does.</param>
/// <param name="Since">Since when every call failed; null when the last one succeeded. A start takes it over from the run before.</param>
internal sealed record CircuitBreaker(int Failures = 0, TimeSpan FailedAt = default, long? Probe = null, DateTimeOffset? Since = null)
{
    /// <summary>Failures in a row that make an outage.</summary>
    public const int Threshold = 3;

    private const int MostFailures = 30;

    /// <summary>The longest wait between two probes.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    /// <summary>After a success.</summary>
    public static CircuitBreaker Closed { get; } = new();

    /// <summary>True while the channel is out.</summary>
    public bool IsOpen => Failures >= Threshold;

    /// <summary>1 s that doubles with each failure, at most <see cref="LongestWait"/>.</summary>
    public static TimeSpan Wait(long failures) =>
        TimeSpan.FromSeconds(Math.Min(Math.Pow(2, Math.Clamp(failures, 0, 10)), LongestWait.TotalSeconds));

    /// <summary>Why no call may begin now; null when one may.</summary>
    public FleetReason? Objection(FleetContext context) =>
        !IsOpen ? null
        : Probe is not null ? FleetReason.ProbeUnderWay
        : context.IsWithin(FailedAt, Wait(Failures - Threshold)) ? FleetReason.ProbeNotDue
        : null;

    /// <summary>A call begins; while the breaker is open it is the probe.</summary>
    public CircuitBreaker Began(long call) => IsOpen ? this with { Probe = call } : this;

    public CircuitBreaker Failed(long call, FleetContext context) => Withdrawn(call) with
    {
        Failures = Math.Min(Failures + 1, MostFailures),
        FailedAt = context.Elapsed,
        Since = Since ?? context.Now,
    };

    /// <summary>The call was not made, or its answer says nothing about the channel.</summary>
    public CircuitBreaker Withdrawn(long call) => Probe == call ? this with { Probe = null } : this;
}
