using Serilog;

namespace Ringfree.Monitoring.Bridge.Tests;

/// <summary>What the scheduler says of itself against the incidents; that of a real Nagios is read in <see cref="NagiosTests"/>.</summary>
public sealed class ReconcileTests : IDisposable
{
    private const string Disk = "host=web1;service=Disk";

    private readonly ManualTime time = new();
    private readonly Store store;
    private readonly Signal changed;
    private readonly Reconcile reconcile;
    private SchedulerState state;
    private bool isSpoolTaken = true;

    public ReconcileTests()
    {
        store = Store.Open(":memory:", time);
        changed = new Signal(time);
        state = State(Bad());
        reconcile = new Reconcile(
            new Scheduler(() => state), null, VirtualBridge.HeartbeatConfig, store, () => isSpoolTaken, TimeSpan.FromMinutes(5),
            new Log(new LoggerConfiguration().CreateLogger()), time, changed);
    }

    private DateTimeOffset Now => time.GetUtcNow();

    public void Dispose()
    {
        changed.Dispose();
        store.Dispose();
    }

    [Fact]
    public async Task What_may_wait_in_the_spool_is_not_called_missing()
    {
        isSpoolTaken = false;
        Assert.Equal(0, await reconcile.OnceAsync(CancellationToken.None));
        Assert.Empty(store.Incidents.List(withSettled: true));
        isSpoolTaken = true;
        Assert.Equal(1, await reconcile.OnceAsync(CancellationToken.None));
    }

    [Fact]
    public async Task A_problem_whose_notification_was_lost_is_opened_once()
    {
        Assert.Equal(1, await Once());
        Incident opened = Assert.Single(store.Incidents.List(false));
        Assert.Equal((Disk, "CRITICAL", IncidentState.Triggered), (opened.Key, opened.State, opened.Desired));
        Assert.Equal("the scheduler has notified CRITICAL and no notification came: opened", Assert.Single(store.History.Of(Disk), line => line.What == "reconciled").Detail);
        Assert.Equal(CallAction.Trigger, store.Next(Disk)!.Action);
        Assert.Equal(0, await Once());
    }

    public static TheoryData<string> WhatTheSchedulerDidNotNotify() =>
    [
        "a soft state", "silenced", "flapping", "no notification yet", "notified a moment ago",
        "of another contact", "of nobody known", "good",
    ];

    [Theory]
    [MemberData(nameof(WhatTheSchedulerDidNotNotify))]
    public async Task What_the_scheduler_did_not_notify_is_not_opened(string why)
    {
        SchedulerObject bad = Bad();
        state = State(why switch
        {
            "a soft state" => bad with { IsHard = false },
            "silenced" => bad with { IsSilenced = true },
            "flapping" => bad with { IsFlapping = true },
            "no notification yet" => bad with { Notifications = 0 },
            "notified a moment ago" => bad with { LastNotification = Now.ToUnixTimeSeconds() - 1 },
            "of another contact" => bad with { IsOurs = false },
            "of nobody known" => bad with { IsOurs = null },
            _ => bad with { State = "OK" },
        });
        Assert.Equal(0, await Once());
        Assert.Empty(store.Incidents.List(true));
    }

    [Fact]
    public async Task What_came_by_our_contact_before_is_ours()
    {
        store.Incidents.Ingest([Sample.Event("PROBLEM", "CRITICAL", service: "Disk"), Sample.Event("RECOVERY", "OK", service: "Disk", spooledAt: Sample.At + 1)], Sample.Boot);
        time.Advance(TimeSpan.FromMinutes(10));
        state = State(Bad() with { IsOurs = null });
        Assert.Equal(1, await Once());
        Assert.Equal(IncidentState.Triggered, store.Incidents.List(false).Single().Desired);
    }

    [Theory]
    [InlineData("good for long", 1)]
    [InlineData("good a moment ago", 0)]
    [InlineData("gone", 0)]
    [InlineData("not checked yet", 0)]
    [InlineData("bad", 0)]
    public async Task An_orphan_is_closed_and_nothing_else(string scheduler, int closed)
    {
        store.Incidents.Ingest([Sample.Event("PROBLEM", "CRITICAL", service: "Disk")], Sample.Boot);
        time.Advance(TimeSpan.FromMinutes(10));
        SchedulerObject good = Bad() with { State = "OK" };
        state = State(scheduler switch
        {
            "good for long" => good,
            "good a moment ago" => good with { LastChange = Now.ToUnixTimeSeconds() },
            "gone" => good with { Host = "another" },
            "not checked yet" => good with { IsHard = false },
            _ => Bad(),
        });
        Assert.Equal(closed, await Once());
        Assert.Equal(closed == 1 ? IncidentState.Resolved : IncidentState.Triggered, store.Incidents.List(true).Single().Desired);
    }

    [Fact]
    public async Task What_the_scheduler_has_not_known_for_an_hour_is_closed()
    {
        store.Incidents.Ingest([Sample.Event("PROBLEM", "CRITICAL", service: "Disk")], Sample.Boot);
        time.Advance(TimeSpan.FromMinutes(10));
        for (var round = 0; round < 12; round++)
        {
            state = State(Bad() with { State = "OK", Host = "another" });
            Assert.Equal(0, await Once());
            time.Advance(TimeSpan.FromMinutes(5));
        }

        state = State(Bad() with { State = "OK", Host = "another" });
        Assert.Equal(1, await Once());
    }

    [Fact]
    public async Task What_it_did_not_know_of_an_earlier_problem_counts_for_no_later_one()
    {
        store.Incidents.Ingest([Sample.Event("PROBLEM", "CRITICAL", service: "Disk")], Sample.Boot);
        foreach (string type in new[] { "", "RECOVERY", "PROBLEM" })
        {
            if (type.Length > 0)
            {
                store.Incidents.Ingest([Sample.Event(type, type == "PROBLEM" ? "CRITICAL" : "OK", service: "Disk", spooledAt: Now.ToUnixTimeSeconds())], Sample.Boot);
            }

            time.Advance(TimeSpan.FromMinutes(40));
            state = State(Bad() with { State = "OK", Host = "another" });
            Assert.Equal(0, await Once());
        }

        Assert.Equal(IncidentState.Triggered, store.Incidents.List(true).Single().Desired);
    }

    [Fact]
    public async Task Names_that_are_no_UTF8_are_closed_under_their_own_bytes()
    {
        foreach (byte letter in new byte[] { 0xFC, 0xE4 })
        {
            SchedulerEvent sample = Sample.Event("PROBLEM", "CRITICAL", service: "Disk");
            var macros = new Dictionary<string, byte[]>(sample.Macros, StringComparer.Ordinal) { ["SERVICEDESC"] = [(byte)'P', letter] };
            store.Incidents.Ingest([new SchedulerEvent($"{letter}", sample.Spooled, macros)], Sample.Boot);
        }

        time.Advance(TimeSpan.FromMinutes(10));
        state = State(Bad() with { State = "OK", Service = "P\uFFFD" });
        Assert.Equal(2, await Once());
        Assert.All(store.Incidents.List(true), incident => Assert.Equal(IncidentState.Resolved, incident.Desired));
        Assert.Equal(2, store.Incidents.List(true).Count);
    }

    [Fact]
    public async Task Output_with_a_NUL_can_be_stored_and_read()
    {
        state = State(Bad() with { Output = "disk\0full" });
        Assert.Equal(1, await Once());
        Assert.Equal("disk full", store.NotificationOf(Disk).Text("SERVICEOUTPUT"));
    }

    [Fact]
    public async Task An_old_state_and_an_empty_one_change_nothing()
    {
        store.Incidents.Ingest([Sample.Event("PROBLEM", "CRITICAL", service: "Disk")], Sample.Boot);
        time.Advance(TimeSpan.FromMinutes(10));
        state = State(Bad() with { State = "OK" }) with { TakenAt = Now.AddMinutes(-6) };
        Assert.Equal("the scheduler's state is 6m old: does the scheduler run?", (await Assert.ThrowsAsync<IOException>(Once)).Message);
        state = new SchedulerState(Now, 0, [], None);
        Assert.Equal("the scheduler's state names no host and no service", (await Assert.ThrowsAsync<IOException>(Once)).Message);
        Assert.Equal(IncidentState.Triggered, store.Incidents.List(false).Single().Desired);
    }

    [Fact]
    public async Task Services_without_results_behind_an_acknowledged_problem_are_said_and_page_again_after_four_hours()
    {
        store.Incidents.Ingest([Sample.Event("PROBLEM", "CRITICAL", service: "NRPE agent")], Sample.Boot);
        const string Agent = "host=web1;service=NRPE agent";
        Call page = store.Next(Agent)!;
        store.Begin(page);
        store.Incidents.Apply(Agent, new IncidentInput.CallAnswered(page, IsAccepted: true, "HTTP 202"));
        var ann = new ResponderAction(Agent, ResponderDeed.Acknowledged, "Ann", Now, "");
        store.Incidents.Apply(Agent, new IncidentInput.Responded(ann));
        SchedulerState unwatched = State(Bad() with { Service = "NRPE agent" }) with
        {
            Unwatched = new Dictionary<string, int>(StringComparer.Ordinal) { ["web1"] = 14, ["other"] = 3 },
        };
        state = unwatched;
        await Once();
        Assert.StartsWith(
            "done, Ann; 14 services of web1 unwatched since ", Describe.Delivery(store.Incidents.Find(Agent)!), StringComparison.Ordinal);

        time.Advance(TimeSpan.FromHours(4));
        Assert.Equal([Agent], store.Table.Waking());
        store.Incidents.Apply(Agent, new IncidentInput.Tick());
        Assert.Equal((CallAction.Resolve, CallReason.Unwatched), (store.Next(Agent)!.Action, store.Next(Agent)!.Reason));
        state = unwatched with { TakenAt = Now, Unwatched = None };
        await Once();
        Assert.Null(store.Incidents.Find(Agent)!.Unwatched);
    }

    private static readonly Dictionary<string, int> None = new(StringComparer.Ordinal);

    private SchedulerState State(SchedulerObject one) => new(Now, 1, [one], None);

    private SchedulerObject Bad()
    {
        long earlier = Now.ToUnixTimeSeconds() - 600;
        return new SchedulerObject(
            "web1", "Disk", "CRITICAL", IsHard: true, IsSilenced: false, IsFlapping: false, 1, earlier, earlier, "disk is full", true);
    }

    private Task<int> Once() => reconcile.OnceAsync(CancellationToken.None);

    private sealed class Scheduler(Func<SchedulerState> state) : ISchedulerSource
    {
        public Task<SchedulerState> ReadAsync(StateQuestion question, CancellationToken stop)
        {
            SchedulerState all = state();
            SchedulerObject[] kept = [.. all.Objects.Where(one => one.IsNotifiedProblem || question.IsWanted(one.Host, one.Service))];
            return Task.FromResult(all with { Objects = kept });
        }
    }
}
