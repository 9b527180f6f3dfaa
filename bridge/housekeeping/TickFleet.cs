namespace Ringfree.Monitoring.Bridge;

/// <summary>
/// Lets time pass: records in the store that serve runs and since when the API fails, and steps the incidents whose moment has come.
/// </summary>
internal sealed class TickFleet(Store store, FleetDriver driver) : IHousekeepingJob
{
    public TimeSpan Interval => TimeSpan.Zero;

    public bool Run()
    {
        store.Incidents.Fleet(); // a window that a verb has ended
        return driver.Step(new FleetInput.Ticked(store.Facts.Get(StoredFacts.ApiFailingSince)));
    }
}
