namespace Ringfree.Monitoring.Bridge;

/// <summary>
/// Puts the parts of serve together and runs their loops, which stand in the order of an event's way. When one loop fails all end, and the
/// service manager restarts serve.
/// </summary>
internal sealed class BridgeService : IDisposable
{
    private readonly Config config;
    private readonly Spool spool;
    private readonly Store store;
    private readonly Log log;
    private readonly TimeProvider time;
    private readonly Signal arrived;
    private readonly Signal changed;
    private readonly StepsFile steps;
    private readonly Page page;
    private readonly PagerDuty? pagerDuty;
    private readonly MailSender? mailSender;
    private readonly Channel? api;
    private readonly RestApi? rest;
    private readonly TakeWebhooks? webhooks;
    private readonly OutwardHeartbeat? outward;
    private readonly List<Liveness> watched = [];

    private bool isDamageReported;

    public BridgeService(Config config, Secrets secrets, Spool spool, Store store, Log log, TimeProvider time)
    {
        this.config = config;
        this.spool = spool;
        this.store = store;
        this.log = log;
        this.time = time;
        arrived = new Signal(time);
        changed = new Signal(time);
        steps = new StepsFile(config.StepsPath);
        page = new Page(config.Scheduler, () => steps.Current);
        if (config.Api is { } apiConfig && secrets.RoutingKey is { } key)
        {
            pagerDuty = new PagerDuty(apiConfig.Endpoint, key, secrets.Proxy);
            api = new Channel(ChannelKind.Api, new ApiSender(pagerDuty, key, page), store.Fleet);
        }

        mailSender = config.Email is { } email ? new MailSender(email, secrets.MailPassword, page) : null;
        Channel? mail = mailSender is null ? null : new Channel(ChannelKind.Mail, mailSender, store.Fleet);
        rest = secrets.RestToken is { } token ? new RestApi(config.Acknowledgements.RestEndpoint, token, time, secrets.Proxy) : null;
        webhooks = secrets.WebhookSecrets.Count > 0 && rest is not null
            ? new TakeWebhooks(store, new WebhookSignature(secrets.WebhookSecrets), rest, log)
            : null;
        outward = config.Heartbeat.SendTo is null
            ? null
            : new OutwardHeartbeat(config, secrets.HeartbeatToken, store, steps, watched, log, time, secrets.Proxy);

        var withoutStore = new DeliverWithoutStore(spool, api, mail, config.Heartbeat, log);
        Fleet = new FleetDriver(store, new OwnIncidents(store, config.Name, time));
        Fleet.Step(new FleetInput.Started(config.Fleet, store.FleetMemory()));
        store.Failures.Start();
        Heartbeat = new HeartbeatSwitch(config.Heartbeat, store, Fleet);
        Ingest = new Ingest(spool, store, Heartbeat, Fleet, withoutStore, log, arrived, changed);
        Deliver = new Deliver(store, api, mail, withoutStore, log, time, changed);
        Housekeeping = new Housekeeping(Jobs(store, spool, Fleet, Heartbeat, config.Reconcile.ReassertAfter, time), log, time, changed);
        Endpoints = new Endpoints(config, store, steps, webhooks, log, time);
    }

    public FleetDriver Fleet { get; }

    public HeartbeatSwitch Heartbeat { get; }

    public Ingest Ingest { get; }

    public Deliver Deliver { get; }

    public Housekeeping Housekeeping { get; }

    public Endpoints Endpoints { get; }

    /// <summary>What happens to incidents as time passes, in its order.</summary>
    public static IReadOnlyList<IHousekeepingJob> Jobs(
        Store store, Spool spool, FleetDriver fleet, HeartbeatSwitch heartbeat, TimeSpan reassertAfter, TimeProvider time) =>
    [
        new TickFleet(store, fleet),
        new FileMaintenance(store, spool),
        new TakeMarks(store, spool, time),
        new DeadLetterPage(store, fleet),
        new StormPage(store, fleet),
        heartbeat,
        new Reassert(store, reassertAfter),
        new CheckpointStore(store, spool),
        new ForgetOld(store, spool, time),
    ];

    /// <summary>Pages about a store that was damaged.</summary>
    public void Report(Salvage salvage)
    {
        isDamageReported = true;
        log.StoreRebuilt(salvage.SetAside, salvage.Reason);
        Fleet.Raise(
            OwnConcern.DamagedStore,
            $"the incident store was damaged and rebuilt: {salvage.Incidents} incidents saved, {salvage.FromHistory} from the history "
                + $"only, {salvage.FromSpool} from the spool",
            $"SQLite says: {salvage.Reason}\nthe damaged file: {salvage.SetAside}\nfirst: compare pagerduty-bridge list with the scheduler; look at the disk (dmesg, smartctl)");
    }

    // A store that SQLite calls sound may be an empty or an older one: it does not know what was taken into it.
    private void ReportLost()
    {
        HashSet<string> known = [.. store.Table.NotificationsInUse()];
        int lost = spool.TakenNames().Count(name => !known.Contains(name) && !store.History.Holds(name));
        if (lost > 0 && !isDamageReported)
        {
            Fleet.Raise(
                OwnConcern.DamagedStore,
                $"the incident store was damaged: it has lost {(lost == 1 ? "1 notification" : $"{lost} notifications")}, taken in again now",
                $"{config.StorePath} is empty, cut, or an older copy; what is still open is paged under the same keys\n"
                    + "first: compare pagerduty-bridge list with the scheduler; look at the disk (dmesg, smartctl)");
        }
    }

    /// <summary>Runs every loop until stopped or one fails.</summary>
    public async Task RunAsync(CancellationTokenSource stop)
    {
        ServiceManager manager = ServiceManager.FromEnvironment();
        store.Incidents.Apply(store.Table.Query(IncidentFilter.DeadLetters).Select(incident => incident.Key), new IncidentInput.Retried());
        Heartbeat.CloseOpened();
        ReportLost();
        spool.GiveBackTaken(); // before the housekeeping runs, which removes what the store holds
        await steps.RefreshAsync(stop.Token);
        string channels = string.Join(" and ", new[] { config.Api?.Endpoint.ToString(), config.Email?.To }.Where(channel => channel is not null));
        log.Started(spool.Path, config.StorePath, channels);
        Task[] running = [.. Loops(manager).Select(loop => Start(loop, stop.Token))];
        manager.Ready($"delivering to {channels}");
        Task ended = await Task.WhenAny(running);
        manager.Stopping();
        await stop.CancelAsync();
        try
        {
            await Task.WhenAll(running);
        }
        catch (OperationCanceledException)
        {
            log.Stopped();
        }

        if (ended.IsFaulted)
        {
            await ended;
        }
    }

    public void Dispose()
    {
        Ingest.Dispose();
        outward?.Dispose();
        rest?.Dispose();
        pagerDuty?.Dispose();
        changed.Dispose();
        arrived.Dispose();
    }

    // In the order of an event's way: in, out, back to the scheduler, and what watches over it.
    private List<ServeLoop> Loops(ServiceManager manager) =>
    [
        new("steps", (_, stop) => steps.FollowAsync(log, time, stop)) { IsWatched = false },
        new("ingest", Ingest.RunAsync),
        .. Reconciliation(),
        new("deliver", Deliver.RunAsync),
        new("housekeeping", Housekeeping.RunAsync),
        .. Optional(mailSender is not null && config.Email!.LastResortTo is not null, () =>
            new("last resort", new LastResortMail(store, Fleet, mailSender!, page, config.Email!, log, time).RunAsync)),
        .. Optional(rest is not null, () => new("acknowledgements", new PollAcknowledgements(store, rest!, config.Acknowledgements.Interval, log, time).RunAsync)
        {
            Interval = config.Acknowledgements.Interval,
        }),
        .. Optional(webhooks is not null, () => new("webhooks", (_, stop) => webhooks!.RunAsync(stop)) { IsWatched = false }),
        .. Optional(config.Acknowledgements.CommandPipe is not null, () =>
            new("scheduler commands", new NotifyScheduler(store.Commands, new CommandPipe(config.Acknowledgements.CommandPipe!, time), log, time).RunAsync)),
        .. Optional(api is not null, () => new("canary", new CanaryCalls(store, api!, config.Name, log, time).RunAsync)),
        .. Optional(outward is not null, () => new("heartbeat", (_, stop) => outward!.RunAsync(stop)) { IsWatched = false }),
        new("watchdog", (_, stop) => manager.RunAsync(watched, log, time, stop)) { IsWatched = false },
    ];

    private static IEnumerable<ServeLoop> Optional(bool isOn, Func<ServeLoop> loop) => isOn ? [loop()] : [];

    private IEnumerable<ServeLoop> Reconciliation()
    {
        if (SchedulerSource.Of(config.Reconcile, time) is not { } source)
        {
            return [];
        }

        ContactObjectsFile? contacts = config.Reconcile is { Contact: { } contact, ObjectsFile: { } objects } ? new ContactObjectsFile(objects, contact) : null;
        var reconcile = new Reconcile(source, contacts, config.Heartbeat, store, () => Ingest.HasTakenAll, config.Reconcile.Interval, log, time, changed);
        return [new ServeLoop("reconciliation", reconcile.RunAsync) { Interval = config.Reconcile.Interval }];
    }

    private Task Start(ServeLoop loop, CancellationToken stop)
    {
        Liveness liveness = loop.Liveness(time);
        if (loop.IsWatched)
        {
            watched.Add(liveness);
        }

        return Task.Run(() => loop.RunAsync(liveness, stop), stop);
    }
}
