namespace Ringfree.Monitoring.Bridge;

/// <summary>
/// Sends open criticals once more under their own key, so that an event which PagerDuty accepted and lost heals. What PagerDuty has is
/// updated in silence.
/// </summary>
internal sealed class Reassert(Store store, TimeSpan after) : IHousekeepingJob
{
    private const int MaxAtOnce = 5;

    public TimeSpan Interval { get; } = after < TimeSpan.FromMinutes(1) ? after : TimeSpan.FromMinutes(1);

    public bool Run()
    {
        IReadOnlyList<string> keys = store.Table.Reassertable(after, MaxAtOnce);
        return keys.Count > 0 && store.Incidents.Apply(keys, new IncidentInput.Reasserted()) > 0;
    }
}
