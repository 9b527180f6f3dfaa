namespace Ringfree.Monitoring.Bridge;

/// <summary>Removes what is older than the history, and what a killed notify left half written.</summary>
internal sealed class ForgetOld(Store store, Spool spool, TimeProvider time) : IHousekeepingJob
{
    public TimeSpan Interval => TimeSpan.FromHours(1);

    public bool Run()
    {
        spool.RemoveUnfinished(time.GetUtcNow());
        store.Forget();
        return false;
    }
}
