namespace Ringfree.Monitoring.Bridge;

/// <summary>Puts the parts of serve together and runs their loops. When one loop fails all end, and the service manager starts afresh.</summary>
internal sealed class BridgeService : IDisposable
{
    // A loop beats at least every few seconds; a call of 10 s or a slow disk is no silence.
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(60);

    private readonly Config config;
    private readonly Spool spool;
    private readonly Store store;
    private readonly Log log;
    private readonly TimeProvider time;
    private readonly Signal arrived;
    private readonly Signal changed;
    private readonly PagerDuty? pagerDuty;
    private readonly RestApi? rest;
    private readonly OutwardHeartbeat? outward;
    private readonly StepsFile steps;
    private readonly List<Pulse> pulses = [];
    private readonly List<Func<CancellationToken, Task>> loops = [];

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
        var page = new Page(config.Scheduler, () => steps.Current);
        Channel? api = null;
        if (config.Api is { } apiConfig && secrets.RoutingKey is { } key)
        {
            pagerDuty = new PagerDuty(apiConfig.Endpoint, key);
            api = new Channel(
                new ApiSender(pagerDuty, key, page),
                new Pace(apiConfig.CallsPerMinute, time, store.Calls.Ages(ChannelKind.Api)),
                new Outage(time) { Since = store.Facts.Get(StoredFacts.ApiFailingSince) });
        }

        MailSender? mailSender = config.Email is { } email ? new MailSender(email, secrets.MailPassword, page) : null;
        Channel? mail = mailSender is null ? null
            : new Channel(mailSender, new Pace(config.Email!.MailsPerMinute, time, store.Calls.Ages(ChannelKind.Mail)), new Outage(time));
        Own = new OwnIncidents(store, config.Name, time);
        Heartbeat = new HeartbeatSwitch(config.Heartbeat, store, Own, time);
        var withoutStore = new DeliverWithoutStore(spool, api, mail, config.Heartbeat, log);
        Ingest = new Ingest(spool, store, Heartbeat, Own, withoutStore, log, arrived, changed);
        Deliver = new Deliver(store, api, mail, config.Email?.FallbackAfter ?? TimeSpan.MaxValue, withoutStore, log, time, changed);
        Upkeep = new Upkeep(
            store, spool, Own, new StormPage(store, Own, time), Heartbeat, api?.Outage, config.Reconcile.ReassertAfter, log, time, changed);
        rest = secrets.RestToken is { } token ? new RestApi(config.Acknowledgements.RestEndpoint, token, time) : null;
        TakeWebhooks? webhooks = secrets.WebhookSecrets.Count > 0 && rest is not null
            ? new TakeWebhooks(store, new WebhookSignature(secrets.WebhookSecrets), rest, log)
            : null;
        Endpoints = new Endpoints(config, store, steps, webhooks, log, time);

        loops.Add(token => steps.FollowAsync(log, time, token));
        Add("ingest", Ingest.RunAsync);
        Add("deliver", Deliver.RunAsync);
        Add("upkeep", Upkeep.RunAsync);
        if (api is not null)
        {
            Add("proof of the way", new ProveTheWay(store, api, config.Name, log, time).RunAsync);
        }

        if (mailSender is not null && config.Email!.Person is not null)
        {
            Add("last resort", new LastResort(store, mailSender, page, config.Email, log, time).RunAsync);
        }

        if (config.Acknowledgements.CommandPipe is { } pipe)
        {
            Add("scheduler commands", new TellScheduler(store.Commands, new CommandPipe(pipe, time), log, time).RunAsync);
        }

        if (rest is not null)
        {
            Add("acknowledgements", new PollAcknowledgements(store, rest, config.Acknowledgements.Interval, log, time).RunAsync, config.Acknowledgements.Interval);
        }

        if (webhooks is not null)
        {
            loops.Add(webhooks.RunAsync);
        }

        if (Source() is { } source)
        {
            ContactObjectsFile? contacts = config.Reconcile is { Contact: { } contact, ObjectsFile: { } objects } ? new ContactObjectsFile(objects, contact) : null;
            var reconcile = new Reconcile(
                source, contacts, config.Heartbeat, store, () => Ingest.HasTakenAll, config.Reconcile.Interval, log, time, changed);
            Add("reconciliation", reconcile.RunAsync, config.Reconcile.Interval);
        }

        if (config.Heartbeat.SendTo is not null)
        {
            outward = new OutwardHeartbeat(config, secrets.HeartbeatToken, store, steps, pulses, log, time);
            loops.Add(outward.RunAsync);
        }
    }

    public OwnIncidents Own { get; }

    public HeartbeatSwitch Heartbeat { get; }

    public Ingest Ingest { get; }

    public Deliver Deliver { get; }

    public Upkeep Upkeep { get; }

    public Endpoints Endpoints { get; }

    /// <summary>Pages about a store that was damaged.</summary>
    public void Tell(Salvage salvage)
    {
        log.StoreRebuilt(salvage.SetAside, salvage.Reason);
        Own.Raise(
            OwnIncidents.DamagedStore,
            $"the incident store was damaged and built again: {salvage.Incidents} incidents saved, {salvage.FromHistory} from the history alone",
            $"SQLite says: {salvage.Reason}\nthe damaged file: {salvage.SetAside}\nfirst: compare pagerduty-bridge list with the scheduler; look at the disk (dmesg, smartctl)",
            IncidentKind.Notice);
    }

    /// <summary>Runs every loop until stopped or one fails.</summary>
    public async Task RunAsync(CancellationTokenSource stop)
    {
        ServiceManager manager = ServiceManager.FromEnvironment();
        store.Deliveries.Retry();
        Heartbeat.CloseOpened();
        await steps.RefreshAsync(stop.Token);
        string channels = string.Join(" and ", new[] { config.Api?.Endpoint.ToString(), config.Email?.To }.Where(channel => channel is not null));
        log.Started(spool.Path, config.StorePath, channels);
        loops.Add(token => manager.RunAsync(pulses, log, time, token));
        Task[] running = [.. loops.Select(loop => Task.Run(() => loop(stop.Token)))];
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

    private ISchedulerSource? Source() =>
        config.Reconcile.StatusFile is { } file ? new StatusFile(file)
        : config.Reconcile.Livestatus is { } address ? new Livestatus(address, config.Reconcile.Contact ?? "", time)
        : null;

    private void Add(string name, Func<Pulse, CancellationToken, Task> loop, TimeSpan interval = default)
    {
        var pulse = new Pulse(name, Silence + interval, time);
        pulses.Add(pulse);
        loops.Add(stop => loop(pulse, stop));
    }
}
