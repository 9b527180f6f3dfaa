namespace Ringfree.Monitoring.Bridge.Tests;

/// <summary>Hours and days on a virtual clock.</summary>
public sealed class VirtualTests
{
    private const string Disk = "host=web1;service=Disk";

    private static readonly IncidentPolicy NoStorm = IncidentPolicy.Default with { StormThreshold = 1_000_000 };

    [Fact]
    public async Task After_an_outage_of_both_ways_the_API_pages_although_mail_stays_broken()
    {
        Weather api = Weather.Out;
        using var bridge = new VirtualBridge(api: () => api, mail: () => Weather.Out);
        for (var i = 0; i < 100; i++)
        {
            bridge.Notify("PROBLEM", "CRITICAL", $"web{i}");
        }

        bridge.Pass(TimeSpan.FromHours(1));
        api = Weather.Fair;
        await bridge.CanaryAsync();
        bridge.Notify("PROBLEM", "CRITICAL", "new");
        bridge.Pass(TimeSpan.FromMinutes(5));
        Assert.Equal(101, bridge.Api.Open.Count(key => key.EndsWith(";service=Disk", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_wall_clock_that_is_set_back_keeps_no_page_back()
    {
        Weather api = Weather.Out;
        using var bridge = new VirtualBridge(api: () => api);
        for (var i = 0; i < 5; i++)
        {
            bridge.Notify("PROBLEM", "CRITICAL", $"web{i}");
        }

        bridge.Pass(TimeSpan.FromMinutes(5));
        bridge.Time.StepTheWallClock(TimeSpan.FromHours(-2));
        api = Weather.Fair;
        bridge.Pass(TimeSpan.FromMinutes(2));
        Assert.Equal(5, bridge.Api.Open.Count);
    }

    [Fact]
    public void A_damaged_notification_of_the_store_pages_all_the_same()
    {
        using var bridge = new VirtualBridge(onDisk: true);
        bridge.Notify("PROBLEM", "CRITICAL");
        bridge.Notify("PROBLEM", "CRITICAL", "web2");
        using (var store = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={bridge.StorePath};Pooling=False"))
        {
            store.Open();
            using Microsoft.Data.Sqlite.SqliteCommand damage = store.CreateCommand();
            damage.CommandText = "UPDATE notifications SET bytes = x'00ff00' WHERE id = (SELECT MIN(id) FROM notifications)";
            Assert.Equal(1, damage.ExecuteNonQuery());
        }

        bridge.Step();
        Assert.Equal(["host=web1;service=Disk", "host=web2;service=Disk"], bridge.Api.Open.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_page_about_dead_letters_is_tried_again_until_PagerDuty_takes_it()
    {
        var refuses = true;
        using var bridge = new VirtualBridge(judge: (_, _) => refuses ? new Answer(Verdict.Refused, System.Net.HttpStatusCode.Forbidden, "HTTP 403") : null);
        bridge.Notify("PROBLEM", "CRITICAL");
        bridge.Pass(TimeSpan.FromMinutes(1));
        Assert.Empty(bridge.Api.Open);
        refuses = false;
        bridge.Pass(TimeSpan.FromMinutes(6));
        Assert.Equal(["host=bridge-host;service=PagerDuty bridge: dead letters"], bridge.Api.Open);
    }

    [Fact]
    public void An_acknowledgement_after_the_wall_clock_was_set_forward_is_not_older()
    {
        using var bridge = new VirtualBridge();
        bridge.Store.Incidents.Ingest([Sample.Event("PROBLEM", "CRITICAL", service: "Disk", changedAt: Sample.At - 5, sinceBoot: 1_000)], Sample.Boot);
        string outcome = Assert.Single(bridge.Store.Incidents.Ingest(
            [Sample.Event("ACKNOWLEDGEMENT", "CRITICAL", service: "Disk", changedAt: Sample.At - 5, spooledAt: Sample.At + 70, sinceBoot: 1_010)], Sample.Boot));
        Assert.Equal("will acknowledge", outcome);
    }

    [Fact]
    public void A_notification_of_an_unknown_type_pages_with_high_urgency_whatever_the_state()
    {
        using var bridge = new VirtualBridge();
        bridge.Notify("SOMETHINGNEW", "OK");
        bridge.Step();
        Assert.Equal(Severity.Error, Severities.Of(bridge.Api.Last[Disk]));
    }

    /// <summary>The row is settled; what notify did by itself while the spool took nothing or serve was dead is not in the store.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_notify_delivered_by_itself_is_closed(bool isProblemSpooled)
    {
        using var bridge = new VirtualBridge(mail: () => Weather.Fair);
        bridge.Notify("PROBLEM", "CRITICAL");
        bridge.Step();
        bridge.Notify("RECOVERY", "OK");
        bridge.Step();
        bridge.Api.Open.Add(Disk);
        bridge.Mail!.Open.Add(Disk);
        SchedulerEvent problem = bridge.Event("PROBLEM", "CRITICAL");
        SchedulerEvent recovery = bridge.Event("RECOVERY", "OK");
        bridge.Store.Incidents.Ingest(isProblemSpooled ? [problem, recovery] : [recovery], Sample.Boot, servedSince: recovery.Spooled.BootNanoseconds);
        bridge.Pass(TimeSpan.FromMinutes(1));
        Assert.Empty(bridge.Api.Open);
        Assert.Empty(bridge.Mail.Open);
    }

    [Fact]
    public void What_notify_delivered_late_and_by_itself_is_closed()
    {
        using var bridge = new VirtualBridge();
        SchedulerEvent late = bridge.Event("PROBLEM", "CRITICAL");
        bridge.Notify("PROBLEM", "CRITICAL");
        bridge.Notify("RECOVERY", "OK");
        bridge.Step();
        bridge.Api.Open.Add(Disk);
        Assert.Equal(["recorded only: older than what is known"], bridge.Store.Incidents.Ingest([late], Sample.Boot, servedSince: late.Spooled.BootNanoseconds));
        bridge.Step();
        Assert.Empty(bridge.Api.Open);
    }

    [Fact]
    public void A_trigger_that_PagerDuty_handles_after_the_resolve_is_closed()
    {
        Weather api = Weather.Out;
        using var bridge = new VirtualBridge(api: () => api);
        bridge.Notify("PROBLEM", "CRITICAL");
        bridge.Step();
        api = Weather.Fair;
        bridge.Notify("RECOVERY", "OK");
        bridge.Pass(TimeSpan.FromSeconds(30));
        Assert.Equal(["trigger web1 / Disk", "resolve web1 / Disk"], bridge.Api.Calls);
        bridge.Api.Open.Add(Disk);
        bridge.Pass(TimeSpan.FromMinutes(2));
        Assert.Empty(bridge.Api.Open);
        bridge.Pass(TimeSpan.FromMinutes(5));
        Assert.Equal(3, bridge.Api.Calls.Count);
    }

    [Fact]
    public void What_was_told_although_its_beginning_could_not_be_noted_is_closed()
    {
        using var bridge = new VirtualBridge();
        bridge.Notify("PROBLEM", "CRITICAL");
        bridge.Step();
        bridge.Notify("RECOVERY", "OK");
        bridge.Step();
        bridge.Notify("PROBLEM", "CRITICAL");
        bridge.Api.Open.Add(Disk);
        bridge.Store.Accept(bridge.Store.Next(Disk, bridge.Deliver.Channels)!, "trigger: HTTP 202");
        bridge.Notify("RECOVERY", "OK");
        bridge.Step();
        Assert.Empty(bridge.Api.Open);
    }

    [Fact]
    public void What_PagerDuty_says_of_a_page_that_is_another_one_by_now_is_not_applied()
    {
        using var bridge = new VirtualBridge();
        bridge.Notify("PROBLEM", "WARNING");
        bridge.Step();
        OpenPage seen = Assert.Single(bridge.Store.Pages());
        bridge.Time.Advance(TimeSpan.FromMinutes(2));
        bridge.Notify("PROBLEM", "CRITICAL");
        bridge.Step();
        var deed = new ResponderAction(Disk, ResponderDeed.Resolved, "Events API v2", bridge.Time.GetUtcNow(), "") { Seen = seen };
        Assert.Equal("its page has changed meanwhile", bridge.Store.Respond(deed));
        Assert.Equal("resolved by a responder", bridge.Store.Respond(deed with { Seen = Assert.Single(bridge.Store.Pages()) }));
    }

    [Fact]
    public void New_criticals_go_first_then_resolves_then_the_others()
    {
        using var bridge = new VirtualBridge(callsPerMinute: 10, policy: NoStorm);
        for (var i = 0; i < 10; i++)
        {
            bridge.Notify("PROBLEM", "CRITICAL", $"old{i}");
        }

        bridge.Step();
        bridge.Api.Calls.Clear();
        for (var i = 0; i < 5; i++)
        {
            bridge.Notify("PROBLEM", "WARNING", $"mild{i}");
            bridge.Notify("RECOVERY", "OK", $"old{i}");
        }

        bridge.Notify("PROBLEM", "CRITICAL", "new");
        bridge.Pass(TimeSpan.FromMinutes(3));
        Assert.Equal("trigger new / Disk", bridge.Api.Calls[0]);
        Assert.All(bridge.Api.Calls.Skip(1).Take(5), call => Assert.StartsWith("resolve", call, StringComparison.Ordinal));
        Assert.All(bridge.Api.Calls.Skip(6), call => Assert.StartsWith("trigger mild", call, StringComparison.Ordinal));
        Assert.Equal(11, bridge.Api.Calls.Count);
    }

    [Fact]
    public void A_dead_letter_pages_and_a_poisoned_event_loses_detail_before_it_dies()
    {
        using var bridge = new VirtualBridge(judge: (call, notification) =>
            notification.Host == "poison" || (notification.Host == "details" && !call.IsMinimal)
                ? new Answer(Verdict.Refused, System.Net.HttpStatusCode.BadRequest, "HTTP 400: no") : null);
        bridge.Notify("PROBLEM", "CRITICAL", "details");
        bridge.Notify("PROBLEM", "CRITICAL", "poison");
        bridge.Pass(TimeSpan.FromSeconds(10));
        const string DeadLetters = "host=bridge-host;service=PagerDuty bridge: dead letters";
        Assert.Equal(["host=details;service=Disk", DeadLetters], bridge.Api.Open.Order(StringComparer.Ordinal).Reverse());
        Assert.Equal(1, bridge.Store.Figures.DeadLetters());

        Assert.True(bridge.Store.Drop("host=poison;service=Disk", "Ann"));
        bridge.Pass(TimeSpan.FromSeconds(10));
        Assert.Equal(["host=details;service=Disk"], bridge.Api.Open);
        Assert.Equal("dropped", bridge.Store.History.Of("host=poison;service=Disk")[^1].What);
    }

    [Fact]
    public void Nothing_waits_behind_a_poisoned_event()
    {
        using var bridge = new VirtualBridge(judge: (_, notification) =>
            notification.Host == "poison" ? new Answer(Verdict.RetryCouldHelp, System.Net.HttpStatusCode.InternalServerError, "HTTP 500") : null);
        bridge.Notify("PROBLEM", "CRITICAL", "poison");
        for (var i = 0; i < 20; i++)
        {
            bridge.Notify("PROBLEM", "WARNING", $"web{i}");
            bridge.Step();
            Assert.Contains($"host=web{i};service=Disk", bridge.Api.Open);
            bridge.Time.Advance(TimeSpan.FromSeconds(60));
        }
    }

    [Fact]
    public void After_72_hours_without_PagerDuty_every_state_is_right_and_no_call_was_wasted()
    {
        var weather = Weather.Out;
        using var bridge = new VirtualBridge(api: () => weather, policy: NoStorm, withHousekeeping: false);
        var bad = new HashSet<string>(StringComparer.Ordinal);
        for (var hour = 0; hour < 72; hour++)
        {
            for (var host = 0; host < 5; host++)
            {
                string name = $"node{(hour * 7 + host * 3) % 40}";
                bool isBad = bad.Add(name) || !bad.Remove(name);
                bridge.Notify(isBad ? "PROBLEM" : "RECOVERY", isBad ? "CRITICAL" : "OK", name);
            }

            bridge.Pass(TimeSpan.FromHours(1), TimeSpan.FromSeconds(15));
        }

        Assert.InRange(bridge.Api.Calls.Count, 1_000, 72 * 3_600 / 30 + 100);
        Assert.Equal(72, Math.Round((bridge.Time.GetUtcNow() - bridge.Deliver.Channels.ApiFailingSince!.Value).TotalHours));
        weather = Weather.Fair;
        bridge.Pass(TimeSpan.FromMinutes(3));
        Assert.Equal(bad.Select(name => $"host={name};service=Disk").Order(StringComparer.Ordinal), bridge.Api.Open.Order(StringComparer.Ordinal));
        Assert.Empty(bridge.Store.Table.Due(1_000));
    }

    [Fact]
    public void Four_hours_of_5xx_lose_nothing_and_set_nothing_aside()
    {
        var isBroken = true;
        using var bridge = new VirtualBridge(
            policy: NoStorm, judge: (_, _) => isBroken ? new Answer(Verdict.RetryCouldHelp, System.Net.HttpStatusCode.ServiceUnavailable, "HTTP 503") : null);
        for (var host = 0; host < 20; host++)
        {
            bridge.Notify("PROBLEM", "CRITICAL", $"node{host}");
        }

        bridge.Pass(TimeSpan.FromHours(2), TimeSpan.FromSeconds(15));
        for (var host = 0; host < 10; host++)
        {
            bridge.Notify("RECOVERY", "OK", $"node{host}");
        }

        bridge.Pass(TimeSpan.FromHours(2), TimeSpan.FromSeconds(15));
        isBroken = false;
        bridge.Pass(TimeSpan.FromMinutes(2));
        Assert.Equal(Enumerable.Range(10, 10).Select(host => $"host=node{host};service=Disk"), bridge.Api.Open.Order(StringComparer.Ordinal));
        Assert.All(bridge.Api.Pages.Values, pages => Assert.Equal(1, pages));
        Assert.Empty(bridge.Store.Table.Due(1_000));
        Assert.Equal(0, bridge.Store.Figures.Read().DeadLetters);
    }

    [Fact]
    public void Four_hours_of_lost_answers_page_once()
    {
        var weather = Weather.Deaf;
        using var bridge = new VirtualBridge(api: () => weather);
        bridge.Notify("PROBLEM", "CRITICAL");
        bridge.Pass(TimeSpan.FromHours(4), TimeSpan.FromSeconds(15));
        bridge.Notify("RECOVERY", "OK");
        weather = Weather.Fair;
        bridge.Pass(TimeSpan.FromMinutes(1));
        Assert.Equal(1, bridge.Api.Pages[Disk]);
        Assert.Empty(bridge.Api.Open);
    }

    [Fact]
    public void Without_the_API_problems_are_mailed_after_the_set_time_and_close_where_they_opened()
    {
        var weather = Weather.Out;
        using var bridge = new VirtualBridge(api: () => weather, mail: () => Weather.Fair);
        bridge.Notify("PROBLEM", "CRITICAL");
        bridge.Pass(TimeSpan.FromMinutes(4));
        Assert.Empty(bridge.Mail!.Calls);
        bridge.Pass(TimeSpan.FromMinutes(2));
        Assert.Equal(["trigger web1 / Disk"], bridge.Mail.Calls);

        // An acknowledgement and a repetition send no second mail; the recovery closes it there, without waiting for the API.
        bridge.Notify("ACKNOWLEDGEMENT", "CRITICAL");
        bridge.Notify("PROBLEM", "CRITICAL");
        bridge.Pass(TimeSpan.FromMinutes(1));
        Assert.Single(bridge.Mail.Calls);
        bridge.Notify("RECOVERY", "OK");
        bridge.Pass(TimeSpan.FromMinutes(1));
        Assert.Equal("resolve web1 / Disk", bridge.Mail.Calls[^1]);
        Assert.Empty(bridge.Mail.Open);

        weather = Weather.Fair;
        bridge.Pass(TimeSpan.FromMinutes(2));
        Assert.Empty(bridge.Api.Open);
        bridge.Notify("PROBLEM", "CRITICAL");
        bridge.Step();
        Assert.Contains(Disk, bridge.Api.Open);
        Assert.Equal(2, bridge.Mail.Calls.Count);
    }

    [Fact]
    public void Random_flapping_of_the_API_with_mail_beside_it_pages_once_or_twice_and_leaves_nothing_open()
    {
        var weather = Weather.Fair;
        using var bridge = new VirtualBridge(api: () => weather, mail: () => Weather.Fair, withHousekeeping: false);
        for (var seed = 0; seed < 10_000; seed++)
        {
            var random = new Random(seed);
            string host = $"web{seed}";
            string key = $"host={host};service=Disk";
            int lifetime = random.Next(10, 60);
            bridge.Notify("PROBLEM", "CRITICAL", host);
            for (var passed = 0; passed < lifetime;)
            {
                int minutes = random.Next(1, 12);
                weather = (Weather)random.Next(3);
                bridge.Pass(TimeSpan.FromMinutes(minutes), TimeSpan.FromSeconds(30));
                passed += minutes;
            }

            bridge.Notify("RECOVERY", "OK", host);
            weather = (Weather)random.Next(3);
            bridge.Pass(TimeSpan.FromMinutes(random.Next(1, 20)), TimeSpan.FromSeconds(30));
            weather = Weather.Fair;
            bridge.Pass(TimeSpan.FromMinutes(2), TimeSpan.FromSeconds(30));
            int pages = bridge.Api.Pages.GetValueOrDefault(key) + bridge.Mail!.Pages.GetValueOrDefault(key);
            Assert.True(pages is 1 or 2, $"seed {seed}: {pages} pages");
            Assert.True(bridge.Api.Open.Count + bridge.Mail.Open.Count == 0, $"seed {seed}: left open");
        }
    }

    [Fact]
    public void What_a_person_resolved_and_is_still_bad_pages_again_after_the_set_time()
    {
        using var bridge = new VirtualBridge();
        bridge.Notify("PROBLEM", "CRITICAL");
        bridge.Step();
        bridge.Api.Open.Clear();
        bridge.Store.Respond(new ResponderAction(Disk, ResponderDeed.Resolved, "Ann", bridge.Time.GetUtcNow(), ""));
        bridge.Pass(TimeSpan.FromMinutes(9));
        bridge.Notify("PROBLEM", "CRITICAL"); // the scheduler repeats itself: that is no news
        bridge.Step();
        Assert.Empty(bridge.Api.Open);
        bridge.Pass(TimeSpan.FromMinutes(2));
        Assert.Equal(2, bridge.Api.Pages[Disk]);

        bridge.Api.Open.Clear();
        bridge.Store.Respond(new ResponderAction(Disk, ResponderDeed.Resolved, "Ann", bridge.Time.GetUtcNow(), ""));
        bridge.Notify("RECOVERY", "OK");
        bridge.Pass(TimeSpan.FromMinutes(30));
        Assert.Equal(2, bridge.Api.Pages[Disk]);
        Assert.Empty(bridge.Api.Open);
    }

    [Fact]
    public void An_open_critical_is_told_again_under_its_key_so_that_a_lost_event_heals()
    {
        using var bridge = new VirtualBridge(reassertAfter: TimeSpan.FromHours(1));
        bridge.Notify("PROBLEM", "CRITICAL");
        bridge.Notify("PROBLEM", "WARNING", "mild");
        bridge.Step();
        bridge.Api.Open.Clear(); // PagerDuty said 202 and lost both
        bridge.Pass(TimeSpan.FromHours(2), TimeSpan.FromMinutes(1));
        Assert.Equal([Disk], bridge.Api.Open);
    }
}
