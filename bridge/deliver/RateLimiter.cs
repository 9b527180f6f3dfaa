namespace Ringfree.Monitoring.Bridge;

/// <summary>
/// Keeps the calls of one key below PagerDuty's limit: at most <paramref name="calls"/> in any 60 seconds. The first calls after a quiet
/// minute go out at once. A call counts until 60 s after its end, because PagerDuty counts it when it arrives: a call that is slow on its
/// way arrives later than it was sent.
/// </summary>
/// <param name="calls">Calls in any 60 s.</param>
/// <param name="time">The clock.</param>
/// <param name="ages">How long ago each call of the program's last run began, the longest first.</param>
internal sealed class RateLimiter(int calls, TimeProvider time, IReadOnlyList<TimeSpan> ages)
{
    /// <summary>How long PagerDuty counts a call.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(100);

    private readonly Lock gate = new();
    private readonly Queue<long> ended = new(ages.Select(age => time.TimestampIn(-age)));
    private int underWay;
    private long pausedUntil = long.MinValue;

    /// <summary>Takes the place of one call, which <see cref="End"/> gives back.</summary>
    /// <param name="wait">How long to wait before the next try; zero when the place was taken.</param>
    /// <returns>False when none is free.</returns>
    public bool TryTake(out TimeSpan wait)
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
            wait = full > pause ? full : pause;
            if (wait > TimeSpan.Zero)
            {
                return false;
            }

            wait = TimeSpan.Zero;
            underWay++;
            return true;
        }
    }

    /// <summary>Holds every further call back: PagerDuty answered 429.</summary>
    public void Pause(TimeSpan duration)
    {
        lock (gate)
        {
            pausedUntil = time.TimestampIn(duration);
        }
    }

    /// <summary>The call has ended.</summary>
    public void End()
    {
        lock (gate)
        {
            underWay--;
            ended.Enqueue(time.GetTimestamp());
        }
    }
}
