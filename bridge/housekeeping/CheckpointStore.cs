namespace Ringfree.Monitoring.Bridge;

/// <summary>
/// Brings the store's log into its file, and removes the taken spool files that the file then holds. The files of what is open stay: a
/// store that is lost or damaged gets its problems again at the next start.
/// </summary>
internal sealed class CheckpointStore(Store store, Spool spool) : IHousekeepingJob
{
    public TimeSpan Interval => TimeSpan.FromMinutes(1);

    public bool Run()
    {
        List<string> taken = spool.TakenNames();
        if (taken.Count > 0 && store.Checkpoint())
        {
            HashSet<string> open = [.. store.Table.NotificationsInUse()];
            spool.RemoveTaken(taken.Where(name => !open.Contains(name)));
        }

        return false;
    }
}
