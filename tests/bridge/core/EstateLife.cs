using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.Data.Sqlite;

namespace Ringfree.Monitoring.Bridge.Tests;

/// <summary>
/// A whole estate on a virtual clock: its scheduler and a second one that repeats it, responders, operators, networks that fail in every
/// way, full disks, clock steps and kills. At the end PagerDuty must have what the scheduler says.
/// </summary>
internal sealed partial class EstateLife : IDisposable
{
    private static readonly string[] Kinds =
    [
        "problem", "problem", "problem", "problem", "recovery", "recovery", "acknowledgement", "repeat", "repeat", "storm", "calm",
        "Ann acknowledges", "Ann resolves", "webhooks", "poll", "poll", "weather", "weather", "refuse", "too many", "restart", "killed",
            "alone",
        "maintenance", "maintenance ends", "drop", "retry", "clock", "disk full", "disk free", "wait", "wait", "wait", "wait",
    ];

    private readonly StringBuilder story = new();
    private readonly Dictionary<int, string> states = [];
    private readonly HashSet<int> dropped = [];

    // How bad the problem of a host was when somebody acknowledged it.
    private readonly Dictionary<int, Severity> byScheduler = [];
    private readonly Dictionary<int, Severity> byResponder = [];
    private readonly Dictionary<int, DateTimeOffset> respondedAt = [];
    private readonly HashSet<int> acknowledgedByAnn = [];
    private readonly List<(ResponderDeed Deed, int Host, DateTimeOffset At)> late = [];
    private readonly Queue<SchedulerEvent> spool = new();
    private readonly VirtualBridge bridge;
    private readonly int hosts;
    private Weather api = Weather.Fair;
    private Weather mail = Weather.Fair;
    private int refused = -1;
    private int tooMany;
    private bool isFull;
    private bool isClockTrue = true;

    // What is older may have been delivered by notify.
    private long servedSince;

    private EstateLife(int hosts, bool hasMail)
    {
        this.hosts = hosts;
        bridge = new VirtualBridge(
            api: () => api, mail: hasMail ? () => mail : null, callsPerMinute: 600, judge: Judge, reassertAfter: TimeSpan.FromHours(1));
    }

    /// <summary>What happens under a seed.</summary>
    public static (int Hosts, bool HasMail, List<Act> Acts) Of(int seed)
    {
        var random = new Random(seed);
        int hosts = random.Next(4) switch { 0 => random.Next(100, 300), 1 => 1, _ => random.Next(2, 20) };
        return (hosts, random.Next(2) == 0, [.. Enumerable.Range(0, random.Next(5, 40)).Select(_ =>
            new Act(Kinds[random.Next(Kinds.Length)], random.Next(hosts), random.Next(1_000)))]);
    }

    /// <summary>Lives it.</summary>
    /// <returns>What is wrong at the end, with the story; null when nothing is.</returns>
    public static string? Live(int hosts, bool hasMail, IReadOnlyList<Act> acts)
    {
        using var life = new EstateLife(hosts, hasMail);
        foreach (Act act in acts)
        {
            life.story.Append(act).Append('\n');
            life.Do(act);
        }

        return life.Wrong() is { } wrong ? $"{wrong}\n{hosts} hosts, mail {hasMail}\n{life.story}" : null;
    }

    /// <summary>Takes away what does not matter for a failure.</summary>
    public static string Shrink(int hosts, bool hasMail, List<Act> acts)
    {
        for (var at = 0; at < acts.Count;)
        {
            List<Act> fewer = [.. acts.Where((_, index) => index != at)];
            if (Live(hosts, hasMail, fewer) is null)
            {
                at++;
            }
            else
            {
                acts = fewer;
            }
        }

        return Live(hosts, hasMail, acts) ?? "it does not fail any more";
    }

    public void Dispose() => bridge.Dispose();

    private static string KeyOf(int host) => $"host=node{host};service=Disk";

    private Answer? Judge(Call call, SchedulerEvent notification) =>
        tooMany > 0 && tooMany-- > 0 ? new Answer(Verdict.RetryCouldHelp, System.Net.HttpStatusCode.TooManyRequests, "HTTP 429")
        : refused >= 0 && notification.Host == $"node{refused}"
            ? new Answer(Verdict.Refused, System.Net.HttpStatusCode.BadRequest, "HTTP 400")
        : null;

    private void Do(Act act)
    {
        (int host, int number) = (act.Host, act.Number);
        switch (act.Kind)
        {
            case "problem":
                Notify(host, "PROBLEM", (number % 3) switch { 0 => "WARNING", 1 => "UNKNOWN", _ => "CRITICAL" });
                break;
            case "recovery" when IsBad(host):
                Notify(host, number % 4 == 0 ? "FLAPPINGSTOP" : "RECOVERY", "OK");
                break;
            case "acknowledgement" when IsBad(host):
                Notify(host, "ACKNOWLEDGEMENT", states[host]);
                break;
            case "repeat" when states.TryGetValue(host, out string? state):
                Notify(host, state == "OK" ? "RECOVERY" : "PROBLEM", state);
                break;
            case "storm":
                for (var one = 0; one < hosts; one++)
                {
                    Notify(one, "PROBLEM", (one + number) % 5 == 0 ? "CRITICAL" : "WARNING");
                }

                break;
            case "calm":
                foreach (int one in states.Keys.Where(IsBad).ToList())
                {
                    Notify(one, "RECOVERY", "OK");
                }

                break;
            case "Ann acknowledges" when bridge.Api.Open.Contains(KeyOf(host)) && bridge.Api.Acknowledged.Add(KeyOf(host)):
                byResponder[host] = Severities.Of(states[host]);
                acknowledgedByAnn.Add(host);
                Heard(ResponderDeed.Acknowledged, host, number);
                break;
            case "Ann resolves" when bridge.Api.Open.Remove(KeyOf(host)):
                bridge.Api.Acknowledged.Remove(KeyOf(host));
                byResponder.Remove(host);
                acknowledgedByAnn.Remove(host);
                Heard(ResponderDeed.Resolved, host, number);
                break;
            case "webhooks":
                late.ForEach(one => Webhook(one.Deed, one.Host, one.At));
                late.Clear();
                break;
            case "poll":
                Poll();
                break;
            case "weather":
                (api, mail) = ((Weather)(number % 3), (Weather)(number / 3 % 3));
                break;
            case "refuse":
                refused = number % 2 == 0 ? host : -1;
                break;
            case "too many":
                tooMany = number % 5;
                break;
            case "restart":
                Try(() => bridge.Restart());
                break;
            case "killed":
                using (var killed = new CancellationTokenSource())
                {
                    killed.Cancel();
                    Try(() => bridge.Step(killed.Token));
                }

                Try(() => bridge.Restart());
                break;
            case "alone":
                Alone(host, number);
                break;
            case "maintenance":
                Try(() => bridge.Store.Maintenance.Start(
                    number % 3 == 0 ? "" : $"node{host}", "", TimeSpan.FromMinutes(1 + (number % 90)), "", "root"));
                break;
            case "maintenance ends":
                Try(() => bridge.Store.Maintenance.Stop(null, "root"));
                Try(() => bridge.Store.Incidents.Apply(
                    bridge.Store.Table.Query(IncidentFilter.Suppressed).Select(incident => incident.Key), new IncidentInput.Tick()));
                break;
            case "drop":
                Try(() =>
                {
                    if (bridge.Store.Drop(KeyOf(host), "root"))
                    {
                        dropped.Add(host);
                    }
                });
                break;
            case "retry":
                Try(() => bridge.Store.RetryDeadLetters());
                break;
            case "clock":
                isClockTrue = false;
                bridge.Time.StepTheWallClock(TimeSpan.FromMinutes((number % 240) - 120));
                break;
            case "disk full" when !isFull:
                isFull = true;
                foreach ((string statement, string table) in new[] { ("INSERT", "history"), ("INSERT", "incidents"), (
                    "UPDATE", "incidents"), ("INSERT", "facts"), ("UPDATE", "facts") })
                {
                    Disk($"CREATE TRIGGER full_{statement}_{table} BEFORE {statement} ON {table} BEGIN SELECT RAISE(FAIL, 'the disk is full'); END");
                }

                break;
            case "disk free":
                FreeDisk();
                break;
            case "wait":
                Pass(TimeSpan.FromSeconds(1 + (number % 600)), TimeSpan.FromSeconds(30));
                break;
            default:
                break;
        }

        Pass(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(1));
    }

    private bool IsBad(int host) => states.TryGetValue(host, out string? state) && state != "OK";

    private void Notify(int host, string type, string state)
    {
        Note(host, type, state);
        spool.Enqueue(bridge.Event(type, state, $"node{host}"));
        Ingest();
    }

    // What gets worse than what was acknowledged is acknowledged by nobody; nor is what begins.
    private void Note(int host, string type, string state)
    {
        bool begins = !IsBad(host) || state == "OK";
        foreach (Dictionary<int, Severity> acknowledged in new[] { byScheduler, byResponder })
        {
            if (acknowledged.TryGetValue(host, out Severity known) && (begins || Severities.Of(state) > known))
            {
                acknowledged.Remove(host);
            }
        }

        if (type == "ACKNOWLEDGEMENT")
        {
            byScheduler[host] = Severities.Of(state);
        }

        states[host] = state;
        dropped.Remove(host);
    }

    // While the store cannot be written the notifications stay in the spool.
    private void Ingest() => Try(() =>
    {
        while (spool.TryPeek(out SchedulerEvent? next))
        {
            bridge.Store.Incidents.Ingest([next], Sample.Boot, servedSince);
            spool.Dequeue();
        }

        servedSince = 0;
    });

    // serve is dead: notify delivers, and the next serve takes the spool in.
    private void Alone(int host, int number)
    {
        for (int count = 1 + (number % 3); count > 0; count--)
        {
            bool ends = IsBad(host) && (number + count) % 2 == 0;
            (string type, string state) = ends ? ("RECOVERY", "OK")
                : IsBad(host) && number % 5 == 0 ? ("ACKNOWLEDGEMENT", states[host]) : ("PROBLEM", "CRITICAL");
            Note(host, type, state);
            SchedulerEvent @event = bridge.Event(type, state, $"node{host}");
            spool.Enqueue(@event);
            Storeless.DeliverAsync(
                @event,
                call => bridge.Api.SendAsync(call, @event, CancellationToken.None),
                bridge.Mail is { } mailed ? call => mailed.SendAsync(call, @event, CancellationToken.None) : null).GetAwaiter().GetResult();
            bridge.Time.Advance(TimeSpan.FromSeconds(20));
        }

        Try(() => bridge.Restart());
        servedSince = long.MaxValue;
        Ingest();
    }

    private void Heard(ResponderDeed deed, int host, int number)
    {
        bridge.Time.Advance(TimeSpan.FromSeconds(2));
        DateTimeOffset at = bridge.Time.GetUtcNow();
        respondedAt[host] = at;
        bridge.Time.Advance(TimeSpan.FromSeconds(2));
        if (number % 4 == 1)
        {
            late.Add((deed, host, at));
        }
        else if (number % 4 > 1)
        {
            Webhook(deed, host, at);
        }
    }

    private void Webhook(ResponderDeed deed, int host, DateTimeOffset at)
    {
        string type = deed == ResponderDeed.Acknowledged ? "acknowledged" : "resolved";
        byte[] body = Encoding.UTF8.GetBytes(
            $$$"""{"event": {"event_type": "incident.{{{type}}}", "occurred_at": "{{{at:yyyy-MM-dd'T'HH:mm:ss'Z'}}}", "agent": {"type": "user_reference", "summary": "Ann"}, "data": {"id": "Q{{{host}}}", "incident_key": "{{{KeyOf(host)}}}"} } }""");
        Try(() => bridge.TakeWebhook(body));
    }

    private void Poll() => Try(() =>
    {
        foreach (OpenPage page in bridge.Store.Pages().Where(page => page.Key.StartsWith("host=node", StringComparison.Ordinal)))
        {
            string status = !bridge.Api.Open.Contains(page.Key) ? "resolved" : bridge.Api.Acknowledged.Contains(page.Key) ? "acknowledged"
                : "triggered";
            DateTimeOffset now = bridge.Time.GetUtcNow();
            int host = int.Parse(page.Key.Split(';')[0]["host=node".Length..], CultureInfo.InvariantCulture);
            DateTimeOffset at = isClockTrue ? respondedAt.GetValueOrDefault(host, DateTimeOffset.MinValue.AddYears(1)) : now;
            string? who = status == "acknowledged" && (!isClockTrue || acknowledgedByAnn.Contains(host)) ? "Ann" : null;
            var incident = new RestIncident("Q1", status, "", at, "Ann", IsByResponder: true, who, at);
            if (!PollAcknowledgements.IsOfAnEarlierPage(incident, page) && PollAcknowledgements.Action(incident, page, now) is { } action)
            {
                bridge.Store.Respond(action);
            }
        }
    });

    private void Pass(TimeSpan span, TimeSpan by)
    {
        for (TimeSpan passed = TimeSpan.Zero; passed < span; passed += by)
        {
            Ingest();
            Try(() => bridge.Step());
            bridge.Time.Advance(by);
        }
    }

    // What a loop of serve does with a store that cannot be written: it goes on.
    private void Try(Action action)
    {
        try
        {
            action();
        }
        catch (SqliteException) when (isFull)
        {
            // The next round tries again.
        }
    }

    private void FreeDisk()
    {
        if (isFull)
        {
            isFull = false;
            foreach (string trigger in new[] { "INSERT_history", "INSERT_incidents", "UPDATE_incidents", "INSERT_facts", "UPDATE_facts" })
            {
                Disk($"DROP TRIGGER full_{trigger}");
            }
        }
    }

    private void Disk(string sql) => ConnectionOf(bridge.Store).Execute(sql);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "database")]
    private static extern ref Database ConnectionOf(Store store);
}
