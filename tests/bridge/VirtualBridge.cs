using Ringfree.Monitoring.Tests.PagerDuty;
using Serilog;

namespace Ringfree.Monitoring.Bridge.Tests;

/// <summary>What a call of the model comes to.</summary>
internal enum Weather
{
    /// <summary>The call arrives and is answered.</summary>
    Fair,

    /// <summary>The call does not arrive.</summary>
    Out,

    /// <summary>The call arrives and its answer is lost.</summary>
    Deaf,
}

/// <summary>PagerDuty as far as one channel goes: what is open, how often somebody was paged, how often it was called.</summary>
internal sealed class ChannelModel(Func<Weather> weather, Func<Call, SchedulerEvent, Answer?>? judge = null) : ISender
{
    public HashSet<string> Open { get; } = new(StringComparer.Ordinal);

    /// <summary>Those of them at which somebody is: further triggers are appended in silence.</summary>
    public HashSet<string> Acknowledged { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, int> Pages { get; } = new(StringComparer.Ordinal);

    public List<string> Calls { get; } = [];

    /// <summary>What each was last told of.</summary>
    public Dictionary<string, SchedulerEvent> Last { get; } = new(StringComparer.Ordinal);

    public Task<Answer> SendAsync(Call call, SchedulerEvent notification, CancellationToken stop)
    {
        Calls.Add($"{call.Verb} {notification.Host}{(notification.IsAboutService ? $" / {notification.Service}" : "")}");
        Last[call.Key] = notification;
        Weather now = weather();
        if (now != Weather.Out)
        {
            if (judge?.Invoke(call, notification) is { } judged)
            {
                return Task.FromResult(judged);
            }

            if (call.Action == CallAction.Trigger && Open.Add(call.Key))
            {
                Pages[call.Key] = Pages.GetValueOrDefault(call.Key) + 1;
            }

            if (call.Action == CallAction.Acknowledge && Open.Contains(call.Key))
            {
                Acknowledged.Add(call.Key);
            }

            if (call.Action == CallAction.Resolve)
            {
                Open.Remove(call.Key);
                Acknowledged.Remove(call.Key);
            }
        }

        // The program was killed before it had read the answer.
        stop.ThrowIfCancellationRequested();

        return Task.FromResult(now == Weather.Fair ? new Answer(Verdict.Delivered, System.Net.HttpStatusCode.Accepted, "HTTP 202") : new Answer(Verdict.RetryCouldHelp, null, "no answer"));
    }
}

/// <summary>
/// Store, delivery and housekeeping on a clock that the test turns, against a model of PagerDuty; no task, no thread, no socket.
/// </summary>
internal sealed class VirtualBridge : IDisposable
{
    private readonly TestFolder folder = new();
    private readonly Signal changed;
    private readonly int callsPerMinute;
    private readonly TimeSpan reassertAfter;
    private readonly bool withHousekeeping;
    private readonly bool withApi;
    private Housekeeping housekeeping = null!;
    private CanaryCalls canary = null!;
    private long events;

    public VirtualBridge(
        Func<Weather>? api = null, Func<Weather>? mail = null, int callsPerMinute = 100, IncidentPolicy? policy = null, bool onDisk = false,
        Func<Call, SchedulerEvent, Answer?>? judge = null, TimeSpan? reassertAfter = null, bool withHousekeeping = true, bool withApi = true)
    {
        this.callsPerMinute = callsPerMinute;
        this.reassertAfter = reassertAfter ?? TimeSpan.FromDays(7);
        this.withHousekeeping = withHousekeeping;
        this.withApi = withApi;
        Directory.CreateDirectory(folder.PathOf("spool"));
        Store = Store.Open(onDisk ? StorePath : ":memory:", Time, policy);
        changed = new Signal(Time);
        Api = new ChannelModel(api ?? (() => Weather.Fair), judge);
        Mail = mail is null ? null : new ChannelModel(mail);
        Restart();
    }

    public ManualTime Time { get; } = new();

    public string StorePath => folder.PathOf("incidents.db");

    public Store Store { get; }

    public ChannelModel Api { get; }

    public ChannelModel? Mail { get; }

    public Deliver Deliver { get; private set; } = null!;

    public static HeartbeatConfig HeartbeatConfig { get; } =
        new("", Bridge.HeartbeatConfig.DefaultService, TimeSpan.FromMinutes(15), false, null, null, default);

    public HeartbeatSwitch Heartbeat { get; private set; } = null!;

    public FleetDriver Fleet { get; private set; } = null!;

    /// <summary>A new run of the program on the same store: what only the memory knew is gone.</summary>
    public void Restart()
    {
        var log = new Log(new LoggerConfiguration().CreateLogger());
        Fleet = new FleetDriver(Store, new OwnIncidents(Store, "bridge-host", Time));
        StartFleet(HeartbeatConfig);
        var channel = new Channel(ChannelKind.Api, Api, Store.Fleet);
        canary = new CanaryCalls(Store, channel, "bridge-host", log, Time);
        Deliver = new Deliver(
            Store,
            withApi ? channel : null,
            Mail is null ? null : new Channel(ChannelKind.Mail, Mail, Store.Fleet),
            new DeliverWithoutStore(new Spool(folder.PathOf("spool")), null, null, HeartbeatConfig, log),
            log,
            Time,
            changed);
        Heartbeat = new HeartbeatSwitch(HeartbeatConfig, Store, Fleet);
        housekeeping = new Housekeeping(
            BridgeService.Jobs(Store, new Spool(folder.PathOf("spool")), Fleet, Heartbeat, reassertAfter, Time), log, Time, changed);
        Store.RetryDeadLetters();
    }

    /// <summary>A new run's fleet, with another dead man's switch.</summary>
    public void StartFleet(HeartbeatConfig heartbeat) => Fleet.Step(new FleetInput.Started(
        new FleetSettings
        {
            CallsPerMinute = withApi ? callsPerMinute : null,
            MailsPerMinute = Mail is null ? null : 30,
            FallbackAfter = TimeSpan.FromMinutes(5),
            Heartbeat = heartbeat.Switch,
        },
        Store.FleetMemory()));

    public SchedulerEvent Event(string type, string state, string host = "web1", string service = "Disk") => Sample.Event(
        type, state, host, service, spooledAt: Time.GetUtcNow().ToUnixTimeSeconds(), sinceBoot: 1_000 + events++);

    public string Notify(string type, string state, string host = "web1", string service = "Disk") =>
        Assert.Single(Store.Incidents.Ingest([Event(type, state, host, service)], Sample.Boot));

    /// <summary>Does what is due now.</summary>
    /// <param name="stop">Cancelled, it is the last that this run of the program does.</param>
    public void Step(CancellationToken stop = default)
    {
        if (withHousekeeping)
        {
            housekeeping.Once();
        }

        Deliver.Step(stop);
        Assert.True(Deliver.IdleAsync().IsCompleted);
    }

    /// <summary>Makes the canary call when it is due.</summary>
    public Task CanaryAsync() => canary.OnceAsync(CancellationToken.None);

    /// <summary>Takes a webhook that PagerDuty has signed.</summary>
    /// <returns>The HTTP status.</returns>
    public int TakeWebhook(byte[] body)
    {
        var problems = new Estate.Problems();
        var signature = new WebhookSignature(Secret.Lines(folder.Write("secrets", "a-secret\n"), "webhook secrets", problems));
        using var rest = new RestApi(new Uri("http://127.0.0.1:1"), Secret.OneLine(folder.Write("token", "read-only"), "a token", problems)!, Time);
        return new TakeWebhooks(Store, signature, rest, new Log(new LoggerConfiguration().CreateLogger()))
            .Take(WebhookSubscription.Sign(body, "a-secret"), $"{events++}", body);
    }

    /// <summary>Lets time pass.</summary>
    public void Pass(TimeSpan duration, TimeSpan? by = null)
    {
        TimeSpan step = by ?? TimeSpan.FromSeconds(5);
        for (TimeSpan passed = TimeSpan.Zero; passed < duration; passed += step)
        {
            Step();
            Time.Advance(step);
        }

        Step();
    }

    public void Dispose()
    {
        changed.Dispose();
        Store.Dispose();
        folder.Dispose();
    }
}
