namespace Ringfree.Monitoring.Bridge;

/// <summary>Where the scheduler's own state is read, as [reconcile] says.</summary>
internal static class SchedulerSource
{
    /// <returns>Null when the config names no source.</returns>
    public static ISchedulerSource? Of(ReconcileConfig config, TimeProvider time) =>
        config.StatusFile is { } file ? new StatusFile(file)
        : config.Livestatus is { } address ? new Livestatus(address, config.Contact ?? "", time)
        : null;
}
