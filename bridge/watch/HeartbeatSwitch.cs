namespace Ringfree.Monitoring.Bridge;

/// <summary>
/// The dead man's switch for everything before the bridge: a service that is always bad, notified again every few minutes through the real
/// contact. Its notifications are consumed; when they stop, scheduler, reactionner, notification command or spool are broken, and that
/// pages.
/// </summary>
internal sealed class HeartbeatSwitch(HeartbeatConfig config, Store store, FleetDriver driver) : IHousekeepingJob
{
    public TimeSpan Interval => TimeSpan.Zero;

    /// <summary>
    /// True when a notification is the heartbeat. A custom one is a person's or doctor's test of the whole way, and pages.
    /// </summary>
    public static bool Is(HeartbeatConfig config, SchedulerEvent @event) =>
        @event.Type != "CUSTOM" && config.Is(@event.Host, @event.Service);

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
            Close(store, incident, "it is the heartbeat that the bridge consumes: closed");
        }
    }

    /// <summary>Resolves an incident of the heartbeat service.</summary>
    /// <param name="store">The incidents.</param>
    /// <param name="incident">The incident; null for none.</param>
    /// <param name="why">For the history.</param>
    public static void Close(Store store, Incident? incident, string why)
    {
        if (incident is null)
        {
            return;
        }

        (byte[] host, byte[] service, _) = store.Incidents.NamesOf(incident, incident.Lead);
        Dictionary<string, byte[]> macros = Macros.Of((Macros.NotificationType, "RECOVERY"), ("SERVICESTATE", "OK"));
        macros[Macros.HostName] = host;
        macros[Macros.ServiceName] = service;
        var moment = Moment.Now();
        store.Incidents.Reconcile(new SchedulerEvent($"heartbeat-{moment.WallNanoseconds}-{incident.Key}", moment, macros), why);
    }

    /// <summary>Pages when it is missing, resolves when it is back.</summary>
    public bool Run() => driver.Step(new FleetInput.HeartbeatAwaited(driver.Own.IsBad(OwnConcern.Heartbeat)));
}
