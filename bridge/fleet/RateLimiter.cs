using System.Collections.Immutable;

namespace Ringfree.Monitoring.Bridge;

/// <summary>
/// Keeps the calls of one key below PagerDuty's limit: at most <paramref name="Calls"/> in any 60 seconds. The first calls after a quiet
/// minute are made at once. A call counts until 60 s after its end, because PagerDuty counts it when it arrives: a call that is slow on its
/// way arrives later than it was sent.
/// </summary>
/// <param name="Calls">Calls in any 60 s.</param>
internal sealed record RateLimiter(int Calls)
{
    /// <summary>How long PagerDuty counts a call.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromSeconds(60);

    // When PagerDuty names no time with a 429: its window slides over 60 s, so that a tenth of it frees a tenth of the calls.
    private static readonly TimeSpan PauseAfterTooManyCalls = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(100);

    /// <summary>When the calls that still count ended, the longest ago first.</summary>
    public ImmutableQueue<TimeSpan> Ended { get; init; } = [];

    /// <summary>How many they are.</summary>
    public int Counted { get; init; }

    /// <summary>No call before this moment: PagerDuty answered 429 or asked for a wait; null when it did not.</summary>
    public TimeSpan? PausedUntil { get; init; }

    /// <summary>A limiter that counts the calls of the run before, too.</summary>
    /// <param name="calls">Calls in any 60 s.</param>
    /// <param name="ages">How long ago each call of the run before began, the longest first.</param>
    /// <param name="context">The time.</param>
    public static RateLimiter After(int calls, IReadOnlyList<TimeSpan> ages, FleetContext context) => new(calls)
    {
        Ended = [.. ages.Select(age => context.Elapsed - age)],
        Counted = ages.Count,
    };

    /// <summary>The same without the calls that no longer count.</summary>
    public RateLimiter Trimmed(FleetContext context)
    {
        (ImmutableQueue<TimeSpan> ended, int counted) = (Ended, Counted);
        while (counted > 0 && !context.IsWithin(ended.Peek(), Window))
        {
            (ended, counted) = (ended.Dequeue(), counted - 1);
        }

        return counted == Counted ? this : this with { Ended = ended, Counted = counted };
    }

    /// <summary>Why a trimmed limiter lets no call begin now, and how long that lasts; null when one may begin.</summary>
    /// <param name="underWay">Calls that have not ended.</param>
    /// <param name="context">The time.</param>
    public (FleetReason Reason, TimeSpan Wait)? Objection(int underWay, FleetContext context)
    {
        TimeSpan pause = PausedUntil is { } until && until > context.Elapsed ? until - context.Elapsed : TimeSpan.Zero;
        TimeSpan full = Counted + underWay < Calls ? TimeSpan.Zero
            : Counted > 0 ? Window - (context.Elapsed - Ended.Peek())
            : LookAgain;
        return pause > full ? (FleetReason.Paused, pause)
            : full > TimeSpan.Zero ? (FleetReason.RateLimited, full)
            : null;
    }

    /// <summary>No further call for a while: PagerDuty answered 429, or asked for a wait.</summary>
    /// <param name="asked">The wait; null when none was named.</param>
    /// <param name="context">The time.</param>
    public RateLimiter Pause(TimeSpan? asked, FleetContext context) =>
        this with { PausedUntil = context.Elapsed + (asked ?? PauseAfterTooManyCalls) };

    /// <summary>A call has ended.</summary>
    public RateLimiter End(FleetContext context) => this with { Ended = Ended.Enqueue(context.Elapsed), Counted = Counted + 1 };
}
