using System.Runtime.InteropServices;

namespace Ringfree.Monitoring.Bridge;

/// <summary>The place of one call, from before it begins until after it ended.</summary>
/// <param name="Channel">The channel whose place it is.</param>
/// <param name="Number">Which of the channel's calls it is.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Permit(ChannelKind Channel, long Number);

/// <summary>What an answer says about the channel that it came by.</summary>
internal enum CallResult
{
    /// <summary>The channel works: what it carried was accepted.</summary>
    Accepted,

    /// <summary>The channel works: what it carried was refused for good, and something else was accepted.</summary>
    Refused,

    /// <summary>No answer came, or one of a channel that is out.</summary>
    Failed,

    /// <summary>PagerDuty answered 429: the channel works, and is called too often.</summary>
    TooMany,

    /// <summary>It says nothing: no call was made, the program ended before its answer, or it may be refused for itself.</summary>
    Withdrawn,
}

/// <summary>One channel: its circuit breaker, its rate limiter, and the calls under way.</summary>
/// <param name="Limiter">Calls in any minute.</param>
/// <param name="Breaker">Whether the channel is out.</param>
internal sealed record ChannelLoad(RateLimiter Limiter, CircuitBreaker Breaker)
{
    /// <summary>How long a call waits when neither breaker nor limiter says it: another call may end at any moment.</summary>
    public static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(1);

    /// <summary>The most calls under way at once: a server that takes its 10 s for each still gets its 120 a minute.</summary>
    public int Places { get; init; } = 24;

    public int UnderWay { get; init; }

    /// <summary>Calls that have begun since the start.</summary>
    public long Begun { get; init; }

    /// <summary>Asks for the place of one call.</summary>
    /// <param name="channel">Which channel this is.</param>
    /// <param name="context">The time.</param>
    /// <param name="permit">The place; null when none is free.</param>
    /// <param name="reason">Why it is or is not free.</param>
    /// <param name="wait">How long to wait before the next try; zero when the place was given.</param>
    public ChannelLoad Ask(ChannelKind channel, FleetContext context, out Permit? permit, out FleetReason reason, out TimeSpan wait)
    {
        permit = null;
        RateLimiter limiter = Limiter.Trimmed(context);
        (FleetReason Reason, TimeSpan Wait)? objection =
            UnderWay >= Places ? (FleetReason.NoPlace, LookAgain)
            : Breaker.Objection(context) is { } outage ? (outage, LookAgain)
            : limiter.Objection(UnderWay, context);
        if (objection is { } known)
        {
            (reason, wait) = known;
            return this with { Limiter = limiter };
        }

        permit = new Permit(channel, Begun + 1);
        (reason, wait) = (Breaker.IsOpen ? FleetReason.ProbeBegins : FleetReason.CallBegins, TimeSpan.Zero);
        return this with { Limiter = limiter, Breaker = Breaker.Began(Begun + 1), UnderWay = UnderWay + 1, Begun = Begun + 1 };
    }

    /// <summary>A call was answered, or will not be.</summary>
    public ChannelLoad Answered(FleetInput.CallAnswered answer, FleetContext context)
    {
        long call = answer.Permit.Number;
        RateLimiter limiter = Enumerable.Range(1, answer.Calls - 1).Aggregate(Limiter, (counted, _) => counted.End(context));
        if (answer.Result == CallResult.TooMany || answer.RetryAfter is not null)
        {
            limiter = limiter.Pause(answer.RetryAfter, context);
        }

        return this with
        {
            Limiter = limiter,
            Breaker = answer.Result switch
            {
                CallResult.Accepted or CallResult.Refused => CircuitBreaker.Closed,
                CallResult.Failed => Breaker.Failed(call, context),
                _ => Breaker.Withdrawn(call),
            },
        };
    }

    /// <summary>A call gives its place back.</summary>
    public ChannelLoad Ended(Permit permit, FleetContext context) =>
        this with { Limiter = Limiter.End(context), Breaker = Breaker.Withdrawn(permit.Number), UnderWay = UnderWay - 1 };
}
