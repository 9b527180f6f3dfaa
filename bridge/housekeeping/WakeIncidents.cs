namespace Ringfree.Monitoring.Bridge;

/// <summary>
/// Steps the incidents that time changes: maintenance that ends, what a responder resolved and is still bad, late triggers, notices that
/// were read. At the start, and after the wall clock was set back, all of them are looked at, because their moments were noted by another clock.
/// </summary>
internal sealed class WakeIncidents(Store store, TimeProvider time) : IHousekeepingJob
{
    private (DateTimeOffset Wall, long Elapsed)? last;

    public TimeSpan Interval => TimeSpan.Zero;

    public bool Run()
    {
        IReadOnlyList<string> keys = IsClockTrusted() ? store.Table.Waking() : store.Table.Sleeping();
        return keys.Count > 0 && store.Incidents.Apply(keys, new IncidentInput.Tick()) > 0;
    }

    private bool IsClockTrusted()
    {
        DateTimeOffset wall = time.GetUtcNow();
        bool isTrusted = last is { } known && known.Wall + time.GetElapsedTime(known.Elapsed) - wall < IncidentPolicy.ClockTolerance;
        last = (wall, time.GetTimestamp());
        return isTrusted;
    }
}
