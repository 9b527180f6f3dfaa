namespace Ringfree.Monitoring.Bridge.Tests;

/// <summary>Failures that last, on a virtual clock: how many calls and pages they cost.</summary>
public sealed class OutageTests
{
    private static readonly IncidentPolicy NoStorm = IncidentPolicy.Default with { StormThreshold = 1_000_000 };

    [Fact]
    public void A_dead_letter_pages_and_a_poisoned_event_loses_detail_before_it_dies()
    {
        using var bridge = new VirtualBridge(judge: (call, notification) =>
            notification.Host == "poison" || (notification.Host == "details" && call.Payload != Payload.Minimal)
                ? new Answer(Verdict.Refused, System.Net.HttpStatusCode.BadRequest, "HTTP 400: no") : null);
        bridge.Notify("PROBLEM", "CRITICAL", "details");
        bridge.Notify("PROBLEM", "CRITICAL", "poison");
        bridge.Pass(TimeSpan.FromSeconds(10));
        const string DeadLetters = "host=bridge-host;service=PagerDuty bridge: dead letters";
        Assert.Equal(["host=details;service=Disk", DeadLetters], bridge.Api.Open.Order(StringComparer.Ordinal).Reverse());
        Assert.Equal(1, bridge.Store.Table.Figures().DeadLetters);

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
    public void An_incident_that_fails_for_itself_is_not_the_only_one_that_probes_an_outage()
    {
        using var bridge = new VirtualBridge(judge: (_, notification) =>
            notification.Host == "poison"
                ? new Answer(Verdict.RetryCouldHelp, System.Net.HttpStatusCode.InternalServerError, "HTTP 500")
                : null);
        bridge.Notify("PROBLEM", "CRITICAL", "poison");
        bridge.Pass(TimeSpan.FromMinutes(3));
        Assert.True(bridge.Store.Fleet.Value.Channels.IsApiOut);
        bridge.Notify("PROBLEM", "WARNING", "web");
        bridge.Pass(CircuitBreaker.LongestWait + TimeSpan.FromSeconds(2));
        Assert.Contains("host=web;service=Disk", bridge.Api.Open);
    }

    [Fact]
    public void After_8_hours_without_PagerDuty_every_state_is_right_and_no_call_was_wasted()
    {
        var weather = Weather.Out;
        using var bridge = new VirtualBridge(api: () => weather, policy: NoStorm, withHousekeeping: false);
        var bad = new HashSet<string>(StringComparer.Ordinal);
        for (var hour = 0; hour < 8; hour++)
        {
            for (var host = 0; host < 5; host++)
            {
                string name = $"node{(hour * 7 + host * 3) % 40}";
                bool isBad = bad.Add(name) || !bad.Remove(name);
                bridge.Notify(isBad ? "PROBLEM" : "RECOVERY", isBad ? "CRITICAL" : "OK", name);
            }

            bridge.Pass(TimeSpan.FromHours(1), TimeSpan.FromSeconds(15));
        }

        Assert.InRange(bridge.Api.Calls.Count, 900, 8 * 3_600 / 30 + 100);
        Assert.Equal(8, Math.Round((bridge.Time.GetUtcNow() - bridge.Store.Fleet.Value.Channels.ApiFailingSince!.Value).TotalHours));
        weather = Weather.Fair;
        bridge.Pass(TimeSpan.FromMinutes(3));
        Assert.Equal(bad.Select(name => $"host={name};service=Disk").Order(StringComparer.Ordinal), bridge.Api.Open.Order(StringComparer.Ordinal));
        Assert.Empty(bridge.Store.Table.Due(1_000));
    }

    [Fact]
    public void Random_flapping_of_the_API_with_mail_beside_it_pages_once_or_twice_and_leaves_nothing_open()
    {
        var weather = Weather.Fair;
        using var bridge = new VirtualBridge(api: () => weather, mail: () => Weather.Fair, withHousekeeping: false);
        for (var seed = 0; seed < Soak.Times(500); seed++)
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
}
