namespace Ringfree.Monitoring.Bridge;

/// <summary>Records in the store that serve runs, and since when the API fails.</summary>
internal sealed class RecordLiveness(Store store, CircuitBreaker? outage, TimeProvider time) : IHousekeepingJob
{
    private DateTimeOffset? failingSince = store.Facts.Get(StoredFacts.ApiFailingSince);

    public TimeSpan Interval => TimeSpan.Zero;

    public bool Run()
    {
        store.Facts.Set(StoredFacts.Alive, time.GetUtcNow());
        if (outage?.Since != failingSince)
        {
            failingSince = outage?.Since;
            store.Facts.Set(StoredFacts.ApiFailingSince, failingSince);
        }

        return false;
    }
}
