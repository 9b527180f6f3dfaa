namespace Ringfree.Monitoring.Bridge;

/// <summary>
/// Which incidents a tick must step: those whose moment has come, and all that ever wait for one at the start, after the wall clock was set
/// back, whose moments were noted by another clock, and after a maintenance window ended before its time. What is owed stays owed until
/// the store has taken it.
/// </summary>
/// <param name="Wall">The wall clock at the last tick; null before the first.</param>
/// <param name="Elapsed">The other clock then.</param>
/// <param name="Owed">Counts the reasons to step all.</param>
/// <param name="Paid">How many of them were followed.</param>
internal sealed record WakeUp(DateTimeOffset? Wall = null, TimeSpan Elapsed = default, long Owed = 0, long Paid = 0)
{
    /// <summary>True when all must be stepped.</summary>
    public bool IsOfAll => Owed > Paid;

    public WakeUp Tick(FleetContext context)
    {
        bool isTrusted = Wall is { } wall && wall + (context.Elapsed - Elapsed) - context.Now < IncidentPolicy.ClockTolerance;
        return this with { Wall = context.Now, Elapsed = context.Elapsed, Owed = isTrusted ? Owed : Owed + 1 };
    }

    /// <summary>A reason to step all.</summary>
    public WakeUp Owe() => this with { Owed = Owed + 1 };

    /// <summary>The store has taken the steps of a tick.</summary>
    public WakeUp Pay(long owed) => this with { Paid = Math.Max(Paid, owed) };
}
