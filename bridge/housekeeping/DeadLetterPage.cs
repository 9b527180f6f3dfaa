namespace Ringfree.Monitoring.Bridge;

/// <summary>
/// Pages about events that PagerDuty refuses for good, as long as there are any, and tries each once more when it has accepted something
/// else.
/// </summary>
internal sealed class DeadLetterPage(Store store, FleetDriver driver) : IHousekeepingJob
{
    public TimeSpan Interval => TimeSpan.Zero;

    public bool Run()
    {
        // The page itself must not feed on being refused.
        string key = driver.Own.KeyOf(OwnConcern.DeadLetters);
        DateTimeOffset? accepted = store.Fleet.Value.Canary.LastSuccess;
        IReadOnlyList<Incident> dead = store.Table.Select(IncidentFilter.DeadLetters, incident => incident.Key == key ? null : incident);
        string[] mayLive =
            [.. dead.Where(one => one.Retry is { IsSecondLife: false } && one.Retry.DeadSince < accepted).Select(one => one.Key)];
        bool isAnyDue = mayLive.Length > 0 && store.Incidents.Apply(mayLive, new IncidentInput.AcceptedSince()) > 0;
        string[] letters = [.. dead.OrderByDescending(one => one.WaitingSince)
            .Select(one => $"{Describe.Name(one)} is {one.State} ({one.Retry.LastAnswer})")];
        return driver.Step(new FleetInput.DeadLettersRead(letters, driver.Own.IsBad(OwnConcern.DeadLetters))) || isAnyDue;
    }
}
