using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.CheckVoipmon.Tests;

/// <summary>What only the comparison of runs shows: growth, drops, restarts, silence.</summary>
public sealed class VoipmonRunsTests : IDisposable
{
    private readonly TestFolder folder = new();
    private readonly LaidOutServer server = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Calls_that_end_and_become_no_cdr_are_stale_at_any_hour()
    {
        server.Now = new DateTimeOffset(2026, 3, 4, 3, 0, 0, TimeSpan.Zero);
        (server.Calls, server.NewestEnded) = (12, TimeSpan.FromSeconds(40));
        Assert.Equal("0 newest CDR 1000 40s ago", Headline());
        Later(60, calls: 9);
        Assert.StartsWith("0 ", Headline(), StringComparison.Ordinal);
        Later(180);
        Assert.Equal("1 calls end and become no CDR for 3m (limit: at most 2m): the newest is still 1000", Headline());
        server.Stat.Backlog = "SQLf[cdr: 40] ";
        Later(180);
        Assert.Equal("2 calls end and become no CDR for 6m (limit: at most 5m): the newest is still 1000; 40 queue files wait for the database", Headline());
        server.NewestId = 1044;
        Later(60);
        Assert.Equal("0 newest CDR 1044 0s ago", Headline());
    }

    [Fact]
    public void A_reader_that_is_busy_once_is_no_problem_and_twice_is()
    {
        server.Stat.ReaderCpu = "t0CPU[12.5/91.0%] ";
        string Sniffer() => server.Run(folder.PathOf("state"), "--only", "sniffer") is var (output, code) ? $"{code} {output}" : "";
        Assert.StartsWith("0 ", Sniffer(), StringComparison.Ordinal);
        Later(60);
        const string Line = "2 VOIPMON CRITICAL - sniffer: CPU of the thread that reads packets: 91 % (limit: at most 90 %)";
        Assert.StartsWith(Line, Sniffer(), StringComparison.Ordinal);
    }

    [Fact]
    public void Long_calls_alone_are_no_outage_until_they_are_longer_than_calls_are()
    {
        Headline();
        for (int hour = 0; hour < 4; hour++)
        {
            Later(3600 - 60);
            Assert.StartsWith("0 ", Headline(), StringComparison.Ordinal);
        }

        Later(600);
        Assert.StartsWith("2 12 calls active and no new CDR for 4h 6m, longer than any call lasts (limit: 4h); the newest is 1000", Headline(), StringComparison.Ordinal);
        Assert.StartsWith("0 ", Headline("--longest-call", "8h"), StringComparison.Ordinal);
    }

    [Fact]
    public void Quiet_hours_are_not_held_against_the_morning()
    {
        server.Calls = 0;
        server.Now = new DateTimeOffset(2026, 3, 6, 19, 0, 0, TimeSpan.Zero);
        Headline();
        server.Now = new DateTimeOffset(2026, 3, 8, 15, 0, 0, TimeSpan.Zero);
        Assert.Contains("newest CDR 1000", Headline(), StringComparison.Ordinal);
        server.Now = new DateTimeOffset(2026, 3, 9, 8, 25, 0, TimeSpan.Zero);
        Assert.StartsWith("0 ", Headline(), StringComparison.Ordinal);
        server.Now = new DateTimeOffset(2026, 3, 9, 9, 30, 0, TimeSpan.Zero);
        Assert.StartsWith("2 no new CDR for 2d 14h in hours that are not quiet (limit: at most 1h), and no call is active; the newest is 1000", Headline(), StringComparison.Ordinal);
        Assert.StartsWith("0 ", Headline("--quiet-hours", "20:00-10:00"), StringComparison.Ordinal);
        Assert.StartsWith("2 ", Headline("--quiet-hours", "none"), StringComparison.Ordinal);
    }

    /// <summary>A database on UTC, as most are, and a site in New York: 12:20 UTC is 08:20 there.</summary>
    [Fact]
    public void Quiet_hours_are_those_of_the_site_and_not_of_its_database()
    {
        (server.Calls, server.NewestEnded) = (0, TimeSpan.FromHours(9));
        server.Now = new DateTimeOffset(2026, 7, 1, 12, 20, 0, TimeSpan.Zero);
        Assert.StartsWith("2 no new CDR for 9h in hours that are not quiet", Headline("--no-memory"), StringComparison.Ordinal);
        Assert.StartsWith("0 newest CDR 1000 9h ago", Headline("--no-memory", "--zone", "America/New_York"), StringComparison.Ordinal);
        server.Now = new DateTimeOffset(2026, 7, 1, 21, 0, 0, TimeSpan.Zero);
        Assert.StartsWith("0 ", Headline("--no-memory"), StringComparison.Ordinal);
        Assert.StartsWith("2 no new CDR for 9h", Headline("--no-memory", "--zone", "America/New_York"), StringComparison.Ordinal);
        (string output, _) = server.Run(folder.PathOf("state"), "--only", "freshness", "--no-memory", "--zone", "America/Nowhere");
        Assert.Contains(
            "note: quiet hours mean the database's local time: this host has no time zone 'America/Nowhere'\n",
            output,
            StringComparison.Ordinal);
    }

    [Fact]
    public void One_healthy_sensor_hides_no_dead_one()
    {
        server.Sensors.AddRange([(7, "dal", 990), (9, "atl", 1000)]);
        Headline();
        for (int minute = 0; minute < 65; minute += 5)
        {
            Later(300);
            server.NewestId++;
            server.Sensors[1] = (9, "atl", server.NewestId);
            Headline();
        }

        Assert.Equal("1 sensor 7 (dal) brings no new CDR for 1h 5m (limit: at most 1h) while others do", Headline());
        Assert.StartsWith("0 ", Headline("--ignore-sensor", "7"), StringComparison.Ordinal);
    }

    [Fact]
    public void Another_time_zone_of_the_sniffer_is_said_and_tolerated()
    {
        Headline();
        Later(300);
        (server.NewestId, server.NewestEnded) = (1001, TimeSpan.FromHours(5));
        (string output, int code) = server.Run(folder.PathOf("state"), "--only", "freshness");
        Assert.Equal(0, code);
        Assert.Contains("note: the newest CDR came since the last run and ended 5h ago by the database's clock: sniffer and database differ in clock or time zone, or a backlog was stored", output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_table_that_was_emptied_is_no_growth_of_calls()
    {
        Headline();
        Later(60);
        server.NewestId = 3;
        Assert.Contains("note: the newest CDR's ID fell from 1000 to 3: has the table been emptied or restored?", server.Run(folder.PathOf("state"), "--only", "freshness").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_backlog_counts_when_it_grows()
    {
        foreach ((string backlog, int seconds, string expected) in new[]
        {
            ("SQLf[cdr: 2] ", 0, "0"), ("SQLf[cdr: 30, charts_cache: 1 / 0.016s] ", 120, "0"), ("SQLf[cdr: 60] ", 180, "1"), ("SQLf[cdr: 90] ", 300, "1"), ("SQLf[cdr: 300] ", 600, "2"), ("SQLf[cdr: 250] ", 60, "0"),
        })
        {
            Later(seconds);
            server.Stat.Backlog = backlog;
            string headline = Headline("--only", "database");
            Assert.StartsWith(expected, headline, StringComparison.Ordinal);
            if (expected == "2")
            {
                Assert.Equal("2 the backlog of the database grows, from 2 to 300 in 20m; the database answers reads: it is slower than the calls, or takes no writes (disk full, lock, missing partition) (since 2026-03-04 11:05 UTC)", headline);
            }
        }
    }

    [Theory]
    [InlineData("SQLq[C1:3 M1:4 Cl:1 / 0.059s / 2q/s / 7i/s] ", 8)]
    [InlineData("SQLq[17] ", 17)]
    [InlineData("SQLq[C:2 R:1] SQLf[cdr: 5, charts_cache: 1 / 23.898s] ", 3)]
    [InlineData("", 0)]
    public void Queries_in_memory_are_summed(string backlog, int queries)
    {
        server.Stat.Backlog = backlog;
        Assert.Contains($" sql_queue={queries};", server.Run(folder.PathOf("state"), "--only", "database", "-c", "sql_queue=1000").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Drops_are_periods_since_the_last_run_and_stay_raised()
    {
        server.Stat.DropPeriods = "40";
        Assert.StartsWith("0 ", Headline("--only", "capture"), StringComparison.Ordinal);
        Later(300);
        server.Stat.DropPeriods = "42";
        Assert.Equal("1 packets were dropped in 2 periods of 10 s since the last run (limit: at most 0) (since 2026-03-04 11:05 UTC)", Headline("--only", "capture"));
        Later(300);
        Assert.StartsWith("1 packets were dropped in 2 periods", Headline("--only", "capture"), StringComparison.Ordinal);
        server.Stat.DropPeriods = "7";
        server.Stat.Uptime = "30";
        Later(60);
        Assert.StartsWith("2 packets were dropped in 7 periods", Headline("--only", "capture"), StringComparison.Ordinal);
        Later(1000);
        Assert.StartsWith("0 ", Headline("--only", "capture"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_capture_without_sip_is_blind_at_any_hour()
    {
        server.Now = new DateTimeOffset(2026, 3, 4, 3, 0, 0, TimeSpan.Zero);
        Headline("--only", "capture");
        server.Stat.Rates = "PS[C:0/-0(0/0) r:-/- S:0/0 SR:- SM:- R:-/- A:40] ";
        Later(300);
        Assert.StartsWith("0 ", Headline("--only", "capture"), StringComparison.Ordinal);
        Later(61);
        Assert.StartsWith("1 the capture is blind: no SIP for 1m 1s (limit: at most 1m); 40 packets/s of other kinds do arrive", Headline("--only", "capture"), StringComparison.Ordinal);
        Later(240);
        Assert.StartsWith("2 the capture is blind: no SIP for 5m 1s (limit: at most 2m)", Headline("--only", "capture"), StringComparison.Ordinal);
        server.Stat.Rates = "PS[C:0/-0(0/0) r:-/- S:0/2 SR:- SM:- R:-/- A:40] ";
        Later(60);
        Assert.Equal("0 2 SIP packets/s", Headline("--only", "capture"));
    }

    /// <summary>Half of a mirror port: SIP of one trunk is left, at the same hour that had 200 packets a second for two days.</summary>
    [Fact]
    public void Sip_that_falls_to_a_tenth_of_the_same_hours_mean_is_told()
    {
        for (int day = 2; day <= 4; day++)
        {
            server.Now = new DateTimeOffset(2026, 3, day, 10, 0, 0, TimeSpan.Zero);
            for (int run = 0; run < 20; run++)
            {
                Rates(sip: 195 + run, rtp: 900);
                Assert.StartsWith("0 ", Headline("--only", "capture"), StringComparison.Ordinal);
                Later(180);
            }
        }

        server.Now = new DateTimeOffset(2026, 3, 5, 10, 3, 0, TimeSpan.Zero);
        Rates(sip: 12, rtp: 900);
        Assert.StartsWith("0 ", Headline("--only", "capture"), StringComparison.Ordinal);
        Later(660);
        Assert.Equal(
            "1 SIP fell to 12 packets/s, less than a tenth of this hour's usual, for 11m (limit: at most 10m)",
            Headline("--only", "capture"));
        Later(1200);
        Assert.StartsWith("2 SIP fell to 12 packets/s", Headline("--only", "capture"), StringComparison.Ordinal);
        Rates(sip: 150, rtp: 900);
        Assert.StartsWith("0 ", Headline("--only", "capture"), StringComparison.Ordinal);
    }

    [Fact]
    public void Little_sip_is_no_fall_where_the_hour_is_new_or_quiet()
    {
        for (int run = 0; run < 39; run++)
        {
            Rates(sip: 200, rtp: 900);
            Headline("--only", "capture");
            server.Now += TimeSpan.FromSeconds(60);
        }

        Rates(sip: 2, rtp: 900);
        Assert.StartsWith("0 ", Headline("--only", "capture"), StringComparison.Ordinal);
        server.Now = new DateTimeOffset(2026, 3, 4, 22, 0, 0, TimeSpan.Zero);
        Assert.StartsWith("0 ", Headline("--only", "capture"), StringComparison.Ordinal);
        Later(1200);
        Assert.StartsWith("0 ", Headline("--only", "capture"), StringComparison.Ordinal);
    }

    [Fact]
    public void Rtp_that_stops_while_sip_flows_is_half_of_a_mirror_port()
    {
        Rates(sip: 25, rtp: 900);
        Headline("--only", "capture");
        Later(60);
        Rates(sip: 25, rtp: 0);
        Assert.StartsWith("0 ", Headline("--only", "capture"), StringComparison.Ordinal);
        Later(180);
        Assert.Equal(
            "1 RTP stopped while SIP flows (25 packets/s): none for 3m (limit: at most 2m), and 12 calls active",
            Headline("--only", "capture"));
        Assert.StartsWith("0 ", Calls(4), StringComparison.Ordinal);
        Assert.StartsWith("0 ", Calls(12), StringComparison.Ordinal);
        Later(360);
        Assert.StartsWith("2 RTP stopped", Headline("--only", "capture"), StringComparison.Ordinal);
        Rates(sip: 25, rtp: 3);
        Assert.StartsWith("0 ", Headline("--only", "capture"), StringComparison.Ordinal);

        string Calls(long count)
        {
            server.Calls = count;
            return Headline("--only", "capture");
        }
    }

    /// <summary>A site that mirrors SIP alone, or whose media go from phone to phone.</summary>
    [Fact]
    public void Rtp_that_never_came_is_not_missed()
    {
        for (int run = 0; run < 5; run++)
        {
            Rates(sip: 25, rtp: null);
            Assert.StartsWith("0 ", Headline("--only", "capture"), StringComparison.Ordinal);
            Later(180);
        }
    }

    /// <summary>A Wednesday at 11:05: the last CDR is 50 minutes old and no call is active.</summary>
    [Fact]
    public void Nothing_for_an_hour_of_a_weekday_is_an_outage()
    {
        server.Now = new DateTimeOffset(2026, 3, 4, 11, 5, 0, TimeSpan.Zero);
        (server.Calls, server.NewestEnded) = (0, TimeSpan.FromMinutes(50));
        Assert.StartsWith(
            "1 no new CDR for 50m in hours that are not quiet (limit: at most 30m), and no call is active",
            Headline(),
            StringComparison.Ordinal);
        Later(660);
        Assert.StartsWith("2 no new CDR for 1h 1m in hours that are not quiet (limit: at most 1h)", Headline(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_restart_is_said_for_the_hold()
    {
        Headline("--only", "sniffer");
        Later(60);
        server.Stat.Uptime = "45";
        Assert.Equal("1 the sniffer was restarted: it had been up for 1d (since 2026-03-04 11:01 UTC)", Headline("--only", "sniffer"));
        Later(600);
        server.Stat.Uptime = "645";
        Assert.StartsWith("1 ", Headline("--only", "sniffer"), StringComparison.Ordinal);
        Later(600);
        Assert.StartsWith("0 ", Headline("--only", "sniffer"), StringComparison.Ordinal);
    }

    /// <summary>Four runs in a row are paged; the repair ends the page, and what it took is a note.</summary>
    [Theory]
    [InlineData("dead", 4, "0 sniffer 2026.04.0 up for 20s, 12 calls active")]
    [InlineData("frozen", 5, "0 sniffer 2026.04.0 up for 20s, 12 calls active")]
    [InlineData("starting", 4, "0 sniffer 2026.04.0 up for 20s, 12 calls active")]
    [InlineData("dead", 3, "1 the sniffer was restarted: it had been up for 1d (since 2026-03-04 11:04 UTC)")]
    [InlineData("not readable", 9, "1 the sniffer was restarted: it had been up for 1d (since 2026-03-04 11:10 UTC)")]
    [InlineData("waiting for its database", 9, "1 the sniffer was restarted: it had been up for 1d (since 2026-03-04 11:10 UTC)")]
    public void A_sniffer_that_runs_again_resolves_its_page(string outage, int runs, string headline)
    {
        Headline("--only", "sniffer");
        (server.ManagerTrouble, server.ManagerSays) = outage switch
        {
            "dead" => (Answer.Without(Outcome.Refused, "Connection refused"), null),
            "not readable" => (Answer.Without(Outcome.Denied, "Permission denied"), null),
            "starting" => (null, ""),
            _ => ((Answer?)Answer.Without(Outcome.Silent, "no complete answer after 4 s"), (string?)null),
        };
        server.DatabaseTrouble = outage == "waiting for its database" ? Answer.Without(Outcome.Silent, "no answer after 6 s") : null;
        for (int run = 0; run < runs; run++)
        {
            Later(60);
            Assert.DoesNotMatch("^0 ", Headline("--only", "sniffer"));
        }

        (server.ManagerTrouble, server.ManagerSays, server.DatabaseTrouble) = (null, null, null);
        server.Stat.Uptime = "20";
        Later(60);
        (string output, _) = server.Run(folder.PathOf("state"), "--only", "sniffer");
        Assert.Equal(headline, $"{(output.StartsWith("VOIPMON OK", StringComparison.Ordinal) ? 0 : 1)} {Told(output)}");
        const string Note = "note: the sniffer runs again, up for 20s: it had not answered since 2026-03-04 11:01 UTC";
        Assert.Equal(headline[0] == '0', output.Contains(Note, StringComparison.Ordinal));
        server.Stat.Uptime = "80";
        Later(60);
        Assert.StartsWith(headline[..2], Headline("--only", "sniffer"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_start_that_does_not_end_is_an_outage()
    {
        server.ManagerSays = "";
        Assert.Equal("1 the sniffer starts or ends: its manager on 127.0.0.1:5029 accepts and closes without an answer", Headline("--only", "sniffer"));
        Later(60);
        Assert.StartsWith("1 ", Headline("--only", "sniffer"), StringComparison.Ordinal);
        Later(90);
        Assert.Equal("2 the sniffer starts or ends: its manager on 127.0.0.1:5029 accepts and closes without an answer, for 2m 30s", Headline("--only", "sniffer"));
        server.ManagerSays = null;
        Later(60);
        Assert.StartsWith("0 ", Headline("--only", "sniffer"), StringComparison.Ordinal);
    }

    private void Rates(long sip, long? rtp) =>
        server.Stat.Rates = $"PS[C:1/-1(1/1) r:0/-0 S:{sip}/{sip} SR:2 SM:- R:{rtp?.ToString() ?? "-"}/- A:{sip + (rtp ?? 0)}] ";

    private void Later(int seconds, long? calls = null)
    {
        server.Now += TimeSpan.FromSeconds(seconds);
        server.NewestEnded += TimeSpan.FromSeconds(seconds);
        server.Calls = calls ?? server.Calls;
    }

    private string Headline(params string[] arguments)
    {
        (string output, int code) = server.Run(folder.PathOf("state"), arguments.Contains("--only") ? arguments : ["--only", "freshness", .. arguments]);
        return $"{code} {Told(output)}";
    }

    private static string Told(string output) => output.Split('\n')[0].Split(" - ", 2)[1].Split(" | ")[0];
}
