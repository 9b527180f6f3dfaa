namespace Ringfree.Monitoring.Bridge;

/// <summary>When a notification was written, on clocks that no step of the wall clock moves.</summary>
/// <param name="Boot">The order in which the bridge met the boot.</param>
/// <param name="SinceBoot">Nanoseconds since that boot.</param>
/// <param name="Changed">When the state last changed, in nanoseconds since that boot; null when the scheduler did not say.</param>
/// <param name="Change">The same in the scheduler's own words.</param>
internal sealed record Stamp(long Boot, long SinceBoot, long? Changed, string Change)
{
    // NTP steps of less are left alone; state changes come in whole seconds.
    private const long ClockTolerance = 500_000_000;

    public static Stamp Of(SchedulerEvent @event, long boot) => new(
        boot, @event.Spooled.BootNanoseconds, @event.ChangedSinceBoot, @event.Text("LASTSERVICESTATECHANGE", "LASTHOSTSTATECHANGE"));

    public bool IsOlderThan(Stamp known)
    {
        if (Boot != known.Boot)
        {
            return Boot < known.Boot;
        }

        // A notification that the scheduler repeats later carries the state change of its first time. The wall clock may have been set in
        // between: the same words are the same change.
        if (Changed is { } mine && known.Changed is { } theirs && Math.Abs(mine - theirs) > ClockTolerance && Change != known.Change)
        {
            return mine < theirs;
        }

        return SinceBoot < known.SinceBoot;
    }
}
