using System.Text.RegularExpressions;
using CsCheck;
using Microsoft.Win32.SafeHandles;

namespace Ringfree.Monitoring.Bridge.Tests;

/// <summary>The bridge's health: every limit from both sides, and the whole line in each state.</summary>
public sealed partial class HealthTests
{
    private static readonly FigureSet Nothing = new(Pending: 0, TimeSpan.Zero, DeadLetters: 0, Open: 0, Suppressed: 0, Commands: 0);

    private static readonly Health Good = new(
        IsServing: true,
        Nothing,
        Spool: 0,
        HasApi: true,
        LastSuccess: TimeSpan.FromMinutes(1),
        ApiFailing: null,
        Alive: TimeSpan.FromSeconds(1),
        Heartbeat: TimeSpan.FromMinutes(2),
        HeartbeatLimit: TimeSpan.FromMinutes(15),
        IsHeartbeatPaged: false,
        Maintenance: 0,
        IsAllInMaintenance: false,
        Failures: [],
        Unwatched: []);

    [Fact]
    public void What_fails_is_said_with_its_words_and_a_refusal_of_everything_is_critical()
    {
        DateTimeOffset since = DateTimeOffset.FromUnixTimeSeconds(Sample.At);
        Has(
            "Critical",
            "no problem reaches PagerDuty by its API since 2026-11-12 03:12 UTC: HTTP 400: Invalid routing key",
            Good with { Failures = [new Failure(StoredFailures.Refusal, since, "HTTP 400: Invalid routing key")] });
        Has(
            "Warning",
            "acknowledgements at PagerDuty do not reach the scheduler since 2026-11-12 03:12 UTC: HTTP 401",
            Good with { Failures = [new Failure(StoredFailures.Poll, since, "HTTP 401")] });
        Has(
            "Warning",
            "the scheduler's state cannot be compared since 2026-11-12 03:12 UTC: it is 6m old",
            Good with { Failures = [new Failure(StoredFailures.Reconciliation, since, "it is 6m old")] });
    }

    [Theory]
    [InlineData(5, 0, "Ok", "")]
    [InlineData(5, 1, "Warning", "5m")]
    [InlineData(15, 0, "Warning", "15m")]
    [InlineData(15, 1, "Critical", "15m")]
    public void What_waits_is_late_after_5_minutes_and_too_late_after_15(int minutes, int beyond, string status, string age)
    {
        TimeSpan oldest = JustPast(minutes, beyond);
        Has(status, $"1 incident waits for PagerDuty, the oldest for {age}", Good with { Figures = Nothing with { Pending = 1, OldestPending = oldest } });
        Has(status, $"2 incidents wait for PagerDuty, the oldest for {age}", Good with { Figures = Nothing with { Pending = 2, OldestPending = oldest } });
    }

    [Theory]
    [InlineData(15, 0, "Ok", "")]
    [InlineData(15, 1, "Warning", "15m")]
    [InlineData(30, 0, "Warning", "30m")]
    [InlineData(30, 1, "Critical", "30m")]
    public void PagerDuty_must_have_accepted_something_within_15_minutes_and_at_the_latest_within_30(int minutes, int beyond, string status, string age)
    {
        TimeSpan silent = JustPast(minutes, beyond);
        string sentence = $"PagerDuty accepted nothing for {age}";
        Has(status, sentence, Good with { LastSuccess = silent });
        Has(status, sentence, Good with { ApiFailing = silent });
        Has(status, sentence, Good with { LastSuccess = null, ApiFailing = silent });
        Has("Ok", "", Good with { HasApi = false, LastSuccess = silent, ApiFailing = silent });
    }

    [Fact]
    public void An_outage_with_incidents_that_wait_is_not_OK()
    {
        Health failing = Good with { ApiFailing = TimeSpan.FromSeconds(8), Figures = Nothing with { Pending = 4, OldestPending = TimeSpan.FromSeconds(8), Open = 4 } };
        Has("Warning", "PagerDuty's API has failed for 8s, 4 incidents queued", failing);
        Has("Ok", "", failing with { Figures = Nothing });
    }

    [Fact]
    public void The_longer_of_a_missing_success_and_a_lasting_failure_counts() =>
        Has("Critical", "PagerDuty accepted nothing for 31m", Good with { LastSuccess = TimeSpan.FromMinutes(16), ApiFailing = TimeSpan.FromMinutes(31) });

    [Theory]
    [InlineData(100, "Ok")]
    [InlineData(101, "Warning")]
    [InlineData(1_000, "Warning")]
    [InlineData(1_001, "Critical")]
    public void A_hundred_events_may_lie_in_the_spool_and_a_thousand_are_too_many(int events, string status) =>
        Has(status, $"{events} events lie in the spool (limit 100)", Good with { Spool = events });

    [Theory]
    [InlineData(0, "Ok")]
    [InlineData(1, "Critical")]
    public void A_serve_that_shows_no_sign_of_life_for_a_minute_is_dead(int beyond, string status)
    {
        Has(status, "serve has not written to the store for 1m: is its disk full? journalctl -u pagerduty-bridge, then systemctl restart", Good with { Alive = JustPast(1, beyond) });
        Has("Critical", "serve does not run: systemctl start pagerduty-bridge", Good with { IsServing = false, Alive = JustPast(1, beyond) });
        Has("Ok", "", Good with { Alive = null });
    }

    [Theory]
    [InlineData(0, "Ok")]
    [InlineData(1, "Critical")]
    public void The_scheduler_s_heartbeat_may_be_missing_for_its_limit_unless_everything_is_in_maintenance(int beyond, string status)
    {
        Health late = Good with { Heartbeat = JustPast(15, beyond) };
        Has(status, "the scheduler's heartbeat is missing for 15m (limit 15m)", late);
        Has("Ok", "", late with { Maintenance = 1, IsAllInMaintenance = true });
        Has(status, "the scheduler's heartbeat is missing for 15m (limit 15m)", late with { Maintenance = 1 });
    }

    [Fact]
    public void A_heartbeat_that_was_paged_stays_a_complaint_until_it_is_back()
    {
        Has("Critical", "the scheduler's heartbeat is missing for 2m (limit 15m)", Good with { IsHeartbeatPaged = true });
        Has("Critical", "the scheduler's heartbeat is missing for 15m (limit 15m)", Good with { Heartbeat = null, IsHeartbeatPaged = true });
        Has("Ok", "", Good with { IsHeartbeatPaged = true, Maintenance = 1, IsAllInMaintenance = true });
    }

    [Theory]
    [InlineData(0, "Ok", "")]
    [InlineData(1, "Warning", "1 dead letter: pagerduty-bridge list")]
    [InlineData(2, "Warning", "2 dead letters: pagerduty-bridge list")]
    public void One_dead_letter_is_worth_a_look(int deadLetters, string status, string sentence) =>
        Has(status, sentence, Good with { Figures = Nothing with { DeadLetters = deadLetters } });

    [Fact]
    public void Maintenance_of_everything_excuses_nothing_but_the_heartbeat()
    {
        Health bad = Good with { IsServing = false, LastSuccess = TimeSpan.FromHours(1), Heartbeat = TimeSpan.FromHours(1), Maintenance = 1, IsAllInMaintenance = true };
        Assert.Equal(
            ["serve does not run: systemctl start pagerduty-bridge", "PagerDuty accepted nothing for 1h"],
            bad.Complaints().Select(complaint => complaint.Sentence));
    }

    [Fact]
    public void The_whole_line_when_all_is_well()
    {
        Assert.Equal(
            (0, "PAGERDUTY_BRIDGE OK - nothing waits, 0 incidents open, PagerDuty accepted a call 1m ago, heartbeat 2m ago | oldest_pending=0s;300;900;0; dead_letters=0;0;;0; last_success=60s;900;1800;0; spool=0;100;1000;0; pending=0;;;0; open=0;;;0; heartbeat_age=120s;;900;0;"),
            ((int)Good.Status, Good.Line()));
        Health busy = Good with { Figures = Nothing with { Pending = 2, OldestPending = TimeSpan.FromSeconds(3), Open = 1 }, LastSuccess = null, Heartbeat = null, Maintenance = 2 };
        Assert.Equal(
            (0, "PAGERDUTY_BRIDGE OK - 2 deliveries under way, 1 incident open, PagerDuty has accepted no call yet, 2 maintenance windows open | oldest_pending=3s;300;900;0; dead_letters=0;0;;0; last_success=U;900;1800;0; spool=0;100;1000;0; pending=2;;;0; open=1;;;0; heartbeat_age=U;;900;0;"),
            ((int)busy.Status, busy.Line()));
        Assert.StartsWith("PAGERDUTY_BRIDGE OK - nothing waits, 0 incidents open, mail is the only channel, heartbeat 2m ago | ", (Good with { HasApi = false }).Line(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_whole_line_of_a_warning()
    {
        Health warning = Good with { Spool = 250, Figures = Nothing with { DeadLetters = 1, Open = 3 } };
        Assert.Equal(
            (1, "PAGERDUTY_BRIDGE WARNING - 250 events lie in the spool (limit 100); 1 dead letter: pagerduty-bridge list | oldest_pending=0s;300;900;0; dead_letters=1;0;;0; last_success=60s;900;1800;0; spool=250;100;1000;0; pending=0;;;0; open=3;;;0; heartbeat_age=120s;;900;0;"),
            ((int)warning.Status, warning.Line()));
    }

    [Fact]
    public void The_whole_line_of_a_critical_leads_with_the_worst()
    {
        Health critical = Good with { Heartbeat = TimeSpan.FromMinutes(16), HeartbeatLimit = TimeSpan.FromMinutes(15), Figures = Nothing with { Pending = 1, OldestPending = TimeSpan.FromMinutes(6), Open = 1 } };
        Assert.Equal(
            (2, "PAGERDUTY_BRIDGE CRITICAL - the scheduler's heartbeat is missing for 16m (limit 15m); 1 incident waits for PagerDuty, the oldest for 6m | oldest_pending=360s;300;900;0; dead_letters=0;0;;0; last_success=60s;900;1800;0; spool=0;100;1000;0; pending=1;;;0; open=1;;;0; heartbeat_age=960s;;900;0;"),
            ((int)critical.Status, critical.Line()));
    }

    [Fact]
    public void Whatever_the_figures_are_the_line_is_one_line_and_its_perfdata_parses() => Gen.Long[0, TimeSpan.MaxValue.Ticks].Array[14].Sample(
        numbers =>
        {
            TimeSpan? Known(int index) => numbers[index] % 3 == 0 ? null : TimeSpan.FromTicks(numbers[index]);
            bool Is(int index) => numbers[index] % 2 == 0;
            var health = new Health(
                Is(0),
                new FigureSet(numbers[1], TimeSpan.FromTicks(numbers[2]), numbers[3], numbers[4], numbers[5], numbers[6]),
                (int)(numbers[7] % int.MaxValue),
                Is(8),
                Known(9),
                Known(10),
                Known(11),
                Known(12),
                TimeSpan.FromTicks(numbers[13]),
                Is(13),
                (int)(numbers[8] % 100),
                Is(12),
                [],
                []);
            Assert.Matches(Line(), health.Line());
        },
        iter: 5_000);

    [Fact]
    public void It_is_read_from_store_and_spool_with_serve_dead_or_alive()
    {
        var time = new ManualTime();
        using var bridge = new BridgeInProcess(new Uri("http://127.0.0.1:1"), time);
        Health Read() => Health.Read(bridge.Config, bridge.Store, new StepsFile(bridge.Config.StepsPath), time);
        Assert.Equal(HealthStatus.Critical, Read().Status);
        using SafeFileHandle? serving = bridge.Spool.Lock.TryTake();
        Assert.Equal(HealthStatus.Ok, Read().Status);

        bridge.Notify("PROBLEM", "CRITICAL");
        Assert.Equal(1, Read().Spool);
        bridge.Ingest.Once();
        bridge.Store.Facts.Set(StoredFacts.Heartbeat, time.GetUtcNow());
        bridge.Store.Maintenance.Start("web1", "", TimeSpan.FromHours(1), "", "Ann");
        time.Advance(TimeSpan.FromMinutes(16));
        Assert.Equal(
            ["1 incident waits for PagerDuty, the oldest for 16m", "the scheduler's heartbeat is missing for 16m (limit 15m)"],
            Read().Complaints().Select(complaint => complaint.Sentence));
        bridge.Store.Maintenance.Start("", "", TimeSpan.FromHours(1), "", "Ann");
        Assert.Equal((2, true), (Read().Maintenance, Read().IsAllInMaintenance));
        Assert.Equal(["1 incident waits for PagerDuty, the oldest for 16m"], Read().Complaints().Select(complaint => complaint.Sentence));

        // A wall clock that is set back makes no age negative.
        time.StepTheWallClock(TimeSpan.FromHours(-2));
        Assert.Equal((TimeSpan.Zero, TimeSpan.Zero), (Read().Figures.OldestPending, Read().Heartbeat));
    }

    private static TimeSpan JustPast(int minutes, int beyond) => TimeSpan.FromMinutes(minutes) + TimeSpan.FromMilliseconds(beyond);

    private static void Has(string status, string sentence, Health health)
    {
        Assert.Equal(status, health.Status.ToString());
        Assert.Equal(status == "Ok" ? [] : [sentence], health.Complaints().Select(complaint => complaint.Sentence));
    }

    [GeneratedRegex(@"\APAGERDUTY_BRIDGE (OK|WARNING|CRITICAL) - [^|\n]+ \|( [a-z_]+=(U|[0-9]+s?);[0-9]*;[0-9]*;0;){7}\z")]
    private static partial Regex Line();
}
