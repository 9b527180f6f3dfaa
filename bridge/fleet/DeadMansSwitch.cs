namespace Ringfree.Monitoring.Bridge;

/// <summary>
/// Raises an alert when heartbeats stop: the estate's notification in serve, the bridge's own heartbeat in watch. The wait runs on a clock
/// that no step of the wall clock moves.
/// </summary>
/// <param name="Limit">How long a heartbeat may be missing.</param>
/// <param name="Since">When the last one came, or from when the wait counts.</param>
/// <param name="IsArmed">False until the first one comes, unless the switch is demanded.</param>
/// <param name="IsHeard">True when one came since the start: before that nothing is resolved.</param>
/// <param name="LastAt">When the last one came, for people; null when none ever did.</param>
internal sealed record DeadMansSwitch(TimeSpan Limit, TimeSpan Since, bool IsArmed, bool IsHeard = false, DateTimeOffset? LastAt = null)
{
    /// <summary>
    /// The switch at a start. It gives the next heartbeat half of the time, and no more: a bridge that starts again and again must still
    /// notice.
    /// </summary>
    /// <param name="settings">What the config says.</param>
    /// <param name="lastAt">When a heartbeat last came to an earlier run; null when none ever did.</param>
    /// <param name="awaitedSince">Since when the first one is awaited.</param>
    /// <param name="context">The time.</param>
    public static DeadMansSwitch At(
        DeadMansSwitchSettings settings, DateTimeOffset? lastAt, DateTimeOffset awaitedSince, FleetContext context)
    {
        TimeSpan age = context.Now - (lastAt ?? awaitedSince);
        TimeSpan most = settings.Limit / 2;

        // One that lies ahead came before the wall clock was set back.
        TimeSpan counted = age > most || age < TimeSpan.Zero ? most : age;
        return new DeadMansSwitch(settings.Limit, context.Elapsed - counted, settings.IsDemanded || lastAt is not null, LastAt: lastAt);
    }

    public DeadMansSwitch Beat(FleetContext context) => this with
    {
        Since = context.Elapsed,
        IsArmed = true,
        IsHeard = true,
        LastAt = context.Now,
    };

    /// <summary>True when the alert must be open.</summary>
    public bool IsSilent(FleetContext context) => IsArmed && context.Elapsed - Since > Limit;

    /// <summary>True when an alert that is open may be resolved: a start alone resolves nothing.</summary>
    public bool MayResolve => IsHeard || !IsArmed;
}
