namespace Ringfree.Monitoring.Bridge;

/// <summary>
/// Keeps the calls of one routing key below PagerDuty's limit: at most <paramref name="calls"/> in any 60 seconds. The first calls after a
/// quiet minute go out at once; who must wait is served in the order of asking.
/// </summary>
/// <param name="calls">Calls in any 60 s.</param>
/// <param name="time">The clock.</param>
internal sealed class Pace(int calls, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(60);

    private readonly SemaphoreSlim turn = new(1, 1);
    private readonly Queue<long> recent = new();
    private long pausedUntil = long.MinValue;

    /// <summary>Waits until one more call is allowed, and counts it.</summary>
    /// <exception cref="OperationCanceledException">The program ends.</exception>
    public async Task WaitAsync(CancellationToken stop)
    {
        await turn.WaitAsync(stop);
        try
        {
            while (NextWait() is { Ticks: > 0 } wait)
            {
                await Task.Delay(wait, time, stop);
            }

            recent.Enqueue(time.GetTimestamp());
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>Holds every further call back: PagerDuty answered 429.</summary>
    public void Pause(TimeSpan duration) =>
        Interlocked.Exchange(ref pausedUntil, time.GetTimestamp() + (long)(duration.TotalSeconds * time.TimestampFrequency));

    public void Dispose() => turn.Dispose();

    private TimeSpan NextWait()
    {
        while (recent.Count > 0 && time.GetElapsedTime(recent.Peek()) >= Window)
        {
            recent.Dequeue();
        }

        TimeSpan full = recent.Count < calls ? TimeSpan.Zero : Window - time.GetElapsedTime(recent.Peek());
        long until = Interlocked.Read(ref pausedUntil);
        TimeSpan pause = until == long.MinValue ? TimeSpan.Zero : time.GetElapsedTime(time.GetTimestamp(), until);
        return full > pause ? full : pause;
    }
}
