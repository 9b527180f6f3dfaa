namespace Ringfree.Monitoring.Bridge;

/// <summary>
/// Opens when a channel is out. Three failures in a row that no success interrupts are an outage: then one call at a time probes it, after
/// waits that double up to 30 s, so that 100,000 waiting incidents cost no more than one. A single incident that fails for itself is no
/// outage as long as others succeed.
/// </summary>
internal sealed class CircuitBreaker(TimeProvider time)
{
    /// <summary>Failures in a row that make an outage.</summary>
    public const int Threshold = 3;

    /// <summary>The longest wait between two probes.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    private readonly Lock gate = new();
    private int failures;
    private bool isProbing;
    private long failedAt;
    private DateTimeOffset? since;

    /// <summary>True while the channel is out.</summary>
    public bool IsOut
    {
        get
        {
            lock (gate)
            {
                return failures >= Threshold;
            }
        }
    }

    /// <summary>
    /// Since when every call failed; null when the last one succeeded. A start of the program takes it over from the one before.
    /// </summary>
    public DateTimeOffset? Since
    {
        get
        {
            lock (gate)
            {
                return since;
            }
        }

        set
        {
            lock (gate)
            {
                since = value;
            }
        }
    }

    /// <summary>
    /// Asks for a call, which must then be answered by <see cref="Succeeded"/>, <see cref="Failed"/> or <see cref="Withdrawn"/>.
    /// </summary>
    public bool MayCall()
    {
        lock (gate)
        {
            if (failures < Threshold)
            {
                return true;
            }

            if (isProbing || time.GetElapsedTime(failedAt) < Wait(failures - Threshold))
            {
                return false;
            }

            isProbing = true;
            return true;
        }
    }

    public void Succeeded()
    {
        lock (gate)
        {
            failures = 0;
            isProbing = false;
            since = null;
        }
    }

    public void Failed()
    {
        lock (gate)
        {
            since ??= time.GetUtcNow();
            failures = Math.Min(failures + 1, 30);
            isProbing = false;
            failedAt = time.GetTimestamp(); // a clock that no step of the wall clock moves
        }
    }

    /// <summary>The call was not made, or its answer says nothing about the channel.</summary>
    public void Withdrawn()
    {
        lock (gate)
        {
            isProbing = false;
        }
    }

    /// <summary>1 s that doubles with each failure, at most <see cref="LongestWait"/>.</summary>
    public static TimeSpan Wait(long failures) =>
        TimeSpan.FromSeconds(Math.Min(Math.Pow(2, Math.Clamp(failures, 0, 10)), LongestWait.TotalSeconds));
}
