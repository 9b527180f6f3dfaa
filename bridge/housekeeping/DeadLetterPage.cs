namespace Ringfree.Monitoring.Bridge;

/// <summary>Pages about events that PagerDuty refuses for good, as long as there are any.</summary>
internal sealed class DeadLetterPage(Store store, FleetDriver driver) : IHousekeepingJob
{
    public TimeSpan Interval => TimeSpan.Zero;

    public bool Run()
    {
        // The page itself must not feed on being refused.
        string key = driver.Own.KeyOf(OwnConcern.DeadLetters);
        Incident? newest = null;
        int count = store.Table.Select(
            IncidentFilter.DeadLetters,
            incident =>
            {
                newest = incident.Key == key || incident.WaitingSince < newest?.WaitingSince ? newest : incident;
                return incident.Key == key ? null : incident.Key;
            }).Count;
        string words = newest is null ? "" : $"{Describe.Name(newest)} is {newest.State} ({newest.Retry.LastAnswer})";
        return driver.Step(new FleetInput.DeadLettersRead(count, words, driver.Own.IsBad(OwnConcern.DeadLetters)));
    }
}
