namespace Ringfree.Monitoring.Bridge;

/// <summary>Makes one call and says what became of it; never throws for anything that a network or a server can do.</summary>
internal interface ISender
{
    /// <exception cref="OperationCanceledException">The program ends.</exception>
    /// <param name="call">The call.</param>
    /// <param name="notification">What the page is written from.</param>
    /// <param name="stop">Ends it.</param>
    Task<Answer> SendAsync(Call call, SchedulerEvent notification, CancellationToken stop);
}

/// <summary>A way to PagerDuty with its pace, its outage, and a limit of calls at once.</summary>
internal sealed class Channel(ISender sender, RateLimiter pace, CircuitBreaker outage)
{
    /// <summary>The most calls under way at once: a server that takes its 10 s for each still gets its 120 a minute.</summary>
    public const int MaxAtOnce = 24;

    // PagerDuty names no time with a 429; its window slides over 60 s, so that a tenth of it frees a tenth of the calls.
    private static readonly TimeSpan PauseAfterTooManyCalls = TimeSpan.FromSeconds(6);

    private int underWay;

    public CircuitBreaker CircuitBreaker => outage;

    /// <summary>Takes the place of one call, which <see cref="Leave"/> gives back.</summary>
    /// <param name="wait">How long to wait before the next try.</param>
    /// <returns>False when none is free now.</returns>
    public bool TryEnter(out TimeSpan wait)
    {
        wait = TimeSpan.FromSeconds(1);
        if (Volatile.Read(ref underWay) >= MaxAtOnce || !outage.MayCall())
        {
            return false;
        }

        if (!pace.TryTake(out wait))
        {
            outage.Withdrawn();
            return false;
        }

        Interlocked.Increment(ref underWay);
        return true;
    }

    /// <summary>The call has ended.</summary>
    public void Leave()
    {
        pace.End();
        Interlocked.Decrement(ref underWay);
    }

    /// <summary>Makes the call whose place was taken.</summary>
    /// <param name="call">The call.</param>
    /// <param name="notification">What the page is written from.</param>
    /// <param name="begin">What must be stored before it; when that fails there is no call.</param>
    /// <param name="stop">Ends it.</param>
    public async Task<Answer> SendAsync(Call call, SchedulerEvent notification, Action<Call> begin, CancellationToken stop)
    {
        try
        {
            begin(call);
            Answer answer = await sender.SendAsync(call, notification, stop);
            Note(answer);
            return answer;
        }
        catch
        {
            outage.Withdrawn();
            throw;
        }
    }

    private void Note(Answer answer)
    {
        if (answer.IsTooMany)
        {
            pace.Pause(PauseAfterTooManyCalls);
            outage.Withdrawn();
        }
        else if (answer.Verdict == Verdict.RetryCouldHelp)
        {
            outage.Failed();
        }
        else
        {
            outage.Succeeded(); // also a refusal is an answer
        }
    }
}
