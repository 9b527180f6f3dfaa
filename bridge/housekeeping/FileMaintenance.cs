namespace Ringfree.Monitoring.Bridge;

/// <summary>Keeps the maintenance windows in a file for notify, which may not read the store.</summary>
internal sealed class FileMaintenance(Store store, Spool spool) : IHousekeepingJob
{
    private readonly MaintenanceFile file = new(spool.Path);

    public TimeSpan Interval => TimeSpan.FromSeconds(1);

    public bool Run()
    {
        file.TryWrite(store.Maintenance);
        return false;
    }
}
