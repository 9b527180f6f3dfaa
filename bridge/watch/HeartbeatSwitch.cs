namespace Ringfree.Monitoring.Bridge;

/// <summary>
/// The dead man's switch for everything before the bridge: a service that is always bad, notified again every few minutes through the real
/// contact. Its notifications are consumed; when they stop, scheduler, reactionner, notification command or spool are broken, and that
/// pages.
/// </summary>
internal sealed class HeartbeatSwitch(HeartbeatConfig config, Store store, FleetDriver driver) : IHousekeepingJob
{
    public TimeSpan Interval => TimeSpan.Zero;

    /// <summary>True when a notification is the heartbeat.</summary>
    public static bool Is(HeartbeatConfig config, SchedulerEvent @event) => config.Is(@event.Host, @event.Service);

    /// <summary>Takes a notification when it is the heartbeat.</summary>
    /// <returns>False for every other.</returns>
    public bool Takes(SchedulerEvent @event)
    {
        if (!Is(config, @event))
        {
            return false;
        }

        driver.Step(new FleetInput.HeartbeatCame());
        return true;
    }

    /// <summary>Resolves the heartbeat's own incident: nothing else would ever end one that was opened by mistake.</summary>
    public void CloseOpened()
    {
        foreach (Incident incident in store.Table.Select(
            IncidentFilter.Unsettled,
            one => one is { Kind: IncidentKind.Scheduler, IsBad: true } && config.Is(one.Host, one.Service) ? one : null))
        {
            (byte[] host, byte[] service, _) = store.Incidents.NamesOf(incident, incident.Lead);
            Dictionary<string, byte[]> macros = Macros.Of((Macros.NotificationType, "RECOVERY"), ("SERVICESTATE", "OK"));
            macros[Macros.HostName] = host;
            macros[Macros.ServiceName] = service;
            var moment = Moment.Now();
            store.Incidents.Reconcile(
                new SchedulerEvent($"heartbeat-{moment.WallNanoseconds}-{incident.Key}", moment, macros), "it is the heartbeat that the bridge consumes: closed");
        }
    }

    /// <summary>Pages when it is missing, resolves when it is back.</summary>
    public bool Run() => driver.Step(new FleetInput.HeartbeatAwaited(driver.Own.IsBad(OwnConcern.Heartbeat)));
}
