using System.Diagnostics;

namespace Ringfree.Monitoring.Probes;

/// <summary>The moment by which a run must be over, on the monotonic clock.</summary>
public sealed class Deadline
{
    private readonly long start = Stopwatch.GetTimestamp();

    /// <summary>Starts the clock.</summary>
    /// <param name="length">Time from now; more than zero.</param>
    public Deadline(TimeSpan length) => Length = length;

    /// <summary>The whole time that was given.</summary>
    public TimeSpan Length { get; }

    /// <summary>What the run waits for this moment, for the line of a run that is cut short; null while it waits for nothing.</summary>
    public string? WaitingFor { get; set; }

    /// <summary>Time since the start.</summary>
    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(start);

    /// <summary>
    /// What a wait may use up, so that enough is left to judge and to print: the time left without a tenth of the whole (at most 200 ms).
    /// Never negative.
    /// </summary>
    public TimeSpan LeftForWaiting
    {
        get
        {
            TimeSpan reserve = TimeSpan.FromTicks(Math.Min(Length.Ticks / 10, TimeSpan.TicksPerMillisecond * 200));
            TimeSpan left = Length - Elapsed - reserve;
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }
}
