namespace Ringfree.Monitoring.Bridge;

/// <summary>
/// Keeps the calls of one routing key below PagerDuty's limit: at most <paramref name="calls"/> in any 60 seconds. The first calls after a
/// quiet minute go out at once; who must wait is served in the order of asking. A call counts until 60 s after its end, because PagerDuty
/// counts it when it arrives: a call that is slow on its way arrives later than it was sent.
/// </summary>
/// <param name="calls">Calls in any 60 s.</param>
/// <param name="time">The clock.</param>
internal sealed class Pace(int calls, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(100);

    private readonly SemaphoreSlim turn = new(1, 1);
    private readonly Lock gate = new();
    private readonly Queue<long> ended = new();
    private int underWay;
    private long pausedUntil = long.MinValue;

    /// <summary>Waits until one more call is allowed, and counts it.</summary>
    /// <returns>The call's place; dispose of it when the call has ended.</returns>
    /// <exception cref="OperationCanceledException">The program ends.</exception>
    public async Task<IDisposable> WaitAsync(CancellationToken stop)
    {
        await turn.WaitAsync(stop);
        try
        {
            while (TakeOrWait() is { Ticks: > 0 } wait)
            {
                await Task.Delay(wait, time, stop);
            }

            return new Place(this);
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>Holds every further call back: PagerDuty answered 429.</summary>
    public void Pause(TimeSpan duration)
    {
        lock (gate)
        {
            pausedUntil = time.GetTimestamp() + (long)(duration.TotalSeconds * time.TimestampFrequency);
        }
    }

    public void Dispose() => turn.Dispose();

    private TimeSpan TakeOrWait()
    {
        lock (gate)
        {
            while (ended.Count > 0 && time.GetElapsedTime(ended.Peek()) >= Window)
            {
                ended.Dequeue();
            }

            TimeSpan pause = pausedUntil == long.MinValue ? TimeSpan.Zero : time.GetElapsedTime(time.GetTimestamp(), pausedUntil);
            TimeSpan full = ended.Count + underWay < calls ? TimeSpan.Zero
                : ended.Count > 0 ? Window - time.GetElapsedTime(ended.Peek())
                : LookAgain;
            TimeSpan wait = full > pause ? full : pause;
            underWay += wait > TimeSpan.Zero ? 0 : 1;
            return wait;
        }
    }

    private void End()
    {
        lock (gate)
        {
            underWay--;
            ended.Enqueue(time.GetTimestamp());
        }
    }

    private sealed class Place(Pace pace) : IDisposable
    {
        public void Dispose() => pace.End();
    }
}
