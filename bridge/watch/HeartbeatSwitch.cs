namespace Ringfree.Monitoring.Bridge;

/// <summary>
/// The dead man's switch for everything before the bridge: a service that is always bad, notified again every few minutes through the real
/// contact. Its notifications are consumed; when they stop, scheduler, reactionner, notification command or spool are broken, and that
/// pages. The wait runs on a clock that no step of the wall clock moves.
/// </summary>
internal sealed class HeartbeatSwitch : IHousekeepingJob
{
    private readonly HeartbeatConfig config;
    private readonly Store store;
    private readonly OwnIncidents own;
    private readonly TimeProvider time;
    private long last;
    private bool isHeard;

    public HeartbeatSwitch(HeartbeatConfig config, Store store, OwnIncidents own, TimeProvider time)
    {
        this.config = config;
        this.store = store;
        this.own = own;
        this.time = time;

        // A start gives the next heartbeat half of the time, and no more: a bridge that starts again and again must still notice.
        DateTimeOffset now = time.GetUtcNow();
        TimeSpan age = now - (store.Facts.Get(StoredFacts.Heartbeat) ?? AwaitedSince(now));
        TimeSpan most = config.MissingAfter / 2;
        TimeSpan counted = age > most || age < TimeSpan.Zero ? most : age; // one that lies ahead came before the wall clock was set back
        last = time.TimestampIn(-counted);
    }

    /// <summary>How long the heartbeat is missing; null while the switch is not armed.</summary>
    public TimeSpan? Age => config.IsDemanded || store.Facts.Get(StoredFacts.Heartbeat) is not null ? time.GetElapsedTime(Volatile.Read(ref last)) : null;

    public TimeSpan Interval => TimeSpan.Zero;

    public bool IsMissing => Age > config.MissingAfter;

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

        Volatile.Write(ref last, time.GetTimestamp());
        Volatile.Write(ref isHeard, true);
        store.Facts.Set(StoredFacts.Heartbeat, time.GetUtcNow());
        return true;
    }

    /// <summary>Resolves the heartbeat's own incident: nothing else would ever end one that was opened by mistake.</summary>
    public void CloseOpened()
    {
        foreach (Incident incident in store.Table.Select(
            IncidentFilter.Unsettled,
            one => one is { Kind: IncidentKind.Scheduler, IsBad: true } && config.Is(one.Host, one.Service) ? one : null))
        {
            (byte[] host, byte[] service) = store.Incidents.NamesOf(incident);
            Dictionary<string, byte[]> macros = Macros.Of((Macros.NotificationType, "RECOVERY"), ("SERVICESTATE", "OK"));
            macros[Macros.HostName] = host;
            macros[Macros.ServiceName] = service;
            var moment = Moment.Now();
            store.Incidents.Reconcile(
                new SchedulerEvent($"heartbeat-{moment.WallNanoseconds}-{incident.Key}", moment, macros), "it is the heartbeat that the bridge consumes: closed");
        }
    }

    /// <summary>Pages when it is missing, resolves when it is back: a start alone resolves nothing. Maintenance of everything keeps it silent.</summary>
    public bool Run()
    {
        if (!IsMissing)
        {
            if (Volatile.Read(ref isHeard) || Age is null)
            {
                own.Clear(OwnIncidents.Heartbeat);
            }
        }
        else if (!store.Incidents.Fleet().IsAllInMaintenance)
        {
            string since = store.Facts.Get(StoredFacts.Heartbeat) is { } known ? $"since {Words.Moment(known)}" : "none ever came";
            own.Raise(
                OwnIncidents.Heartbeat,
                $"no notification of '{config.Service}' came within {Words.Duration(config.MissingAfter)} ({since}): nothing that breaks now would page",
                "first: does the scheduler run (systemctl status shinken-* or nagios4)? Does its log show notifications of this service? "
                + "Does the contact's command end with 0? pagerduty-bridge status; ls of the spool. Is the service acknowledged or in downtime?");
        }

        return false;
    }

    // Before the first one comes the wait counts from the first start that was to have it.
    private DateTimeOffset AwaitedSince(DateTimeOffset now)
    {
        if (config.IsDemanded && store.Facts.Get(StoredFacts.HeartbeatAwaited) is null)
        {
            store.Facts.Set(StoredFacts.HeartbeatAwaited, now);
        }

        return store.Facts.Get(StoredFacts.HeartbeatAwaited) ?? now;
    }
}
