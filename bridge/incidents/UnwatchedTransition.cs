namespace Ringfree.Monitoring.Bridge;

/// <summary>
/// What nobody watches behind an acknowledged problem: while an agent is dead its services keep the state that they had, and whoever
/// acknowledged it may have forgotten them.
/// </summary>
internal static class UnwatchedTransition
{
    /// <summary>So many services of its host have no new result.</summary>
    public static Outcome Found(Incident before, int services, Context context)
    {
        int known = before.Unwatched?.Services ?? 0;
        if (services == known || (services > 0 && before is not { IsBad: true, IsAcknowledged: true }))
        {
            return Outcome.Nothing(before, "nothing new");
        }

        if (services == 0)
        {
            var over = new Effect.Recorded("watched", "its services have results again");
            return new Outcome(before with { Unwatched = null }, [over], "watched");
        }

        var unwatched = new Unwatched(services, before.Unwatched?.Since ?? context.Now);
        var line = new Effect.Recorded("unwatched", $"{Describe.Services(services)} of {before.Host} have no new result");
        return new Outcome(before with { Unwatched = unwatched }, known == 0 ? [line] : [], "unwatched");
    }

    /// <summary>It has been so for long: whoever acknowledged it is paged again.</summary>
    public static Outcome PageAgain(Incident before, Unwatched unwatched, Context context)
    {
        Incident open = before.Unacknowledged().Due(CallReason.Unwatched, context.Now);
        string detail = $"{Describe.Services(unwatched.Services)} unwatched for {Words.Duration(context.Policy.UnwatchedAfter)}";
        return new Outcome(
            open with
            {
                Reopen = new Reopen(CallReason.Unwatched, open.Version),
                Unwatched = unwatched with { Since = context.Now },
            },
            [new Effect.Recorded("reopened", detail)],
            "pages again");
    }
}
