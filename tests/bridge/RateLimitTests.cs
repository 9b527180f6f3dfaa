using System.Net;

namespace Ringfree.Monitoring.Bridge.Tests;

/// <summary>What PagerDuty and its mail integration take in a minute, and what the bridge asks of them, on a virtual clock.</summary>
public sealed class RateLimitTests
{
    private static readonly IncidentPolicy NoStorm = IncidentPolicy.Default with { StormThreshold = 1_000_000 };

    private readonly List<DateTimeOffset> calls = [];
    private TimeProvider clock = TimeProvider.System;

    [Fact]
    public async Task After_429_nothing_is_called_for_6_seconds_and_it_is_no_outage()
    {
        using var bridge = new VirtualBridge(api: Noted, policy: NoStorm, judge: (_, _) => calls.Count > 4 ? null : new Answer(Verdict.RetryCouldHelp, HttpStatusCode.TooManyRequests, "HTTP 429"));
        clock = bridge.Time;
        for (var host = 0; host < 20; host++)
        {
            bridge.Notify("PROBLEM", "CRITICAL", $"node{host}");
        }

        DateTimeOffset start = clock.GetUtcNow();
        for (var tick = 0; tick < 400; tick++)
        {
            bridge.Step();
            await bridge.CanaryAsync();
            bridge.Time.Advance(TimeSpan.FromMilliseconds(100));
            Assert.Equal((false, null), (bridge.Store.Fleet.Value.Channels.IsApiOut, bridge.Store.Fleet.Value.Channels.ApiFailingSince));
        }

        Assert.Equal([0, 6, 12, 18, 24], calls.Take(5).Select(call => (call - start).TotalSeconds));
        Assert.Equal(20, bridge.Api.Open.Count);
        Assert.All(bridge.Api.Pages.Values, pages => Assert.Equal(1, pages));
    }

    [Fact]
    public void Open_criticals_are_told_again_at_most_5_a_minute()
    {
        const int Hosts = 40;
        using var bridge = new VirtualBridge(api: Noted, policy: NoStorm, reassertAfter: TimeSpan.FromHours(1));
        clock = bridge.Time;
        for (var host = 0; host < Hosts; host++)
        {
            bridge.Notify("PROBLEM", "CRITICAL", $"node{host}");
        }

        bridge.Step();
        Assert.Equal(Hosts, calls.Count);
        calls.Clear();
        bridge.Api.Calls.Clear();
        bridge.Pass(TimeSpan.FromMinutes(59));
        Assert.Empty(calls);
        bridge.Pass(TimeSpan.FromMinutes(10));
        Assert.Equal(Hosts, bridge.Api.Calls.Distinct(StringComparer.Ordinal).Count());
        AssertNoMinuteHasMoreThan(5);
    }

    [Theory]
    [InlineData("trigger")]
    [InlineData("resolve")]
    public void No_minute_has_more_mails_than_the_integration_takes(string action)
    {
        const int Hosts = 100;
        using var bridge = new VirtualBridge(mail: Noted, policy: NoStorm, withHousekeeping: false, withApi: false);
        clock = bridge.Time;
        for (var host = 0; host < Hosts; host++)
        {
            bridge.Notify("PROBLEM", "CRITICAL", $"node{host}");
        }

        bridge.Pass(TimeSpan.FromMinutes(4), TimeSpan.FromSeconds(1));
        Assert.Equal(Hosts, bridge.Mail!.Open.Count);
        if (action == "resolve")
        {
            for (var host = 0; host < Hosts; host++)
            {
                bridge.Notify("RECOVERY", "OK", $"node{host}");
            }

            bridge.Pass(TimeSpan.FromMinutes(4), TimeSpan.FromSeconds(1));
            Assert.Empty(bridge.Mail.Open);
        }

        AssertNoMinuteHasMoreThan(30);
    }

    [Fact]
    [Trait("Kind", "published binary")]
    public async Task Serve_sends_no_more_mails_than_its_config_says()
    {
        using var mail = new MailServer();
        using var bridge = new PublishedBridge(null, toml: mail.Toml("mails_per_minute = 2"));
        _ = await bridge.ServeAsync(mail.Environment);
        for (var host = 0; host < 3; host++)
        {
            bridge.Notify("PROBLEM", "CRITICAL", $"node{host}");
        }

        await PublishedBridge.Until(() => mail.Mails.Count == 2, "two mails");
        await Task.Delay(TimeSpan.FromSeconds(5));
        Assert.Equal(2, mail.Mails.Count);
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

    private Weather Noted()
    {
        calls.Add(clock.GetUtcNow());
        return Weather.Fair;
    }

    private void AssertNoMinuteHasMoreThan(int most)
    {
        Assert.True(calls.Count > most, $"only {calls.Count} calls");
        for (int i = most; i < calls.Count; i++)
        {
            Assert.True(calls[i] - calls[i - most] >= TimeSpan.FromMinutes(1), $"{most + 1} within {calls[i] - calls[i - most]}");
        }
    }
}
