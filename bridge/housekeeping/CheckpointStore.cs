namespace Ringfree.Monitoring.Bridge;

/// <summary>Brings the store's log into its file, and removes the taken spool files that the file then holds.</summary>
internal sealed class CheckpointStore(Store store, Spool spool) : IHousekeepingJob
{
    public TimeSpan Interval => TimeSpan.FromMinutes(1);

    public bool Run()
    {
        List<string> taken = spool.TakenNames();
        if (taken.Count > 0 && store.Checkpoint())
        {
            spool.RemoveTaken(taken);
        }

        return false;
    }
}
