using Ringfree.Monitoring.Tests.PagerDuty;

namespace Ringfree.Monitoring.Bridge.Tests;

/// <summary>The bridge's parts in process against the sandbox that misbehaves.</summary>
public sealed class DeliverTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);

    [Theory]
    [InlineData("down")]
    [InlineData("half")]
    [InlineData("status")]
    public async Task A_bad_server_is_tried_again_until_it_is_good(string mode)
    {
        await using PagerDutySandbox sandbox = await PagerDutySandbox.StartAsync();
        sandbox.Behaviour = new Behaviour { Mode = mode, Status = 503, Count = 2, OnlyDedupKey = "web1" };
        using var bridge = new BridgeInProcess(sandbox.Endpoint);
        bridge.Notify("PROBLEM", "CRITICAL");
        bridge.Start();
        await Until(() => bridge.Store.Incidents.List(false) is [{ Delivered: IncidentState.Triggered }]);

        Alert alert = Assert.Single(sandbox.Incidents);
        Assert.Equal("triggered", alert.State);
        Assert.Equal(3, sandbox.Calls.Count(call => call.Action == "trigger"));
        Assert.Contains(bridge.Logged, line => line.Contains("not delivered, trying again", StringComparison.Ordinal));
        Assert.DoesNotContain(bridge.Logged, line => line.Contains(Sample.Key, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_tried_again_until_it_is()
    {
        int port = Ports.Free();
        using var bridge = new BridgeInProcess(new Uri($"http://127.0.0.1:{port}"));
        bridge.Notify("PROBLEM", "CRITICAL");
        bridge.Start();
        await Until(() => bridge.Store.Incidents.List(false) is [{ Retry: { Attempts: > 0, LastAnswer: not null } }]);
        await using PagerDutySandbox sandbox = await PagerDutySandbox.StartAsync(port);
        await Until(() => sandbox.Incidents.Count == 1);
        await Until(() => bridge.Store.Incidents.List(false) is [{ IsDue: false, Retry.LastAnswer: null }]);
    }

    [Fact]
    public async Task Once_the_program_ends_no_call_is_begun()
    {
        await using PagerDutySandbox sandbox = await PagerDutySandbox.StartAsync();
        using var bridge = new BridgeInProcess(sandbox.Endpoint);
        bridge.Notify("PROBLEM", "CRITICAL", host: "one");
        bridge.Notify("PROBLEM", "CRITICAL", host: "other");
        Assert.Equal(2, bridge.Ingest.Once());
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();
        bridge.Deliver.Step(stop.Token);
        await bridge.Deliver.IdleAsync();
        Assert.Empty(sandbox.Calls);
        Assert.All(bridge.Store.Incidents.List(false), incident => Assert.True(incident is { IsDue: true, Retry.Attempts: 0 }));

        bridge.Deliver.Step(CancellationToken.None);
        await bridge.Deliver.IdleAsync();
        Assert.Equal(2, sandbox.Incidents.Count);
    }

    [Fact]
    public async Task A_slow_server_holds_nobody_else_up()
    {
        await using PagerDutySandbox sandbox = await PagerDutySandbox.StartAsync();
        sandbox.Behaviour = new Behaviour { Mode = "slow", DelayMilliseconds = 8_000, OnlyDedupKey = "slow" };
        using var bridge = new BridgeInProcess(sandbox.Endpoint);
        bridge.Notify("PROBLEM", "CRITICAL", host: "slow");
        bridge.Notify("PROBLEM", "CRITICAL", host: "quick");
        bridge.Start();
        await Until(() => sandbox.Incidents.Count == 1);
        Assert.StartsWith("host=quick;", sandbox.Incidents[0].DedupKey, StringComparison.Ordinal);
        await Until(() => sandbox.Incidents.Count == 2);
    }

    [Fact]
    public async Task What_PagerDuty_refuses_is_set_aside_with_its_words_while_others_are_delivered()
    {
        await using PagerDutySandbox sandbox = await PagerDutySandbox.StartAsync();
        sandbox.Behaviour = new Behaviour { Mode = "status", Status = 400, OnlyDedupKey = "poison" };
        using var bridge = new BridgeInProcess(sandbox.Endpoint);
        bridge.Notify("PROBLEM", "CRITICAL", host: "poison");
        bridge.Notify("PROBLEM", "CRITICAL", host: "web1");
        bridge.Start();
        await Until(() => sandbox.Incidents.Count == 2 && bridge.Store.Incidents.List(false).Any(incident => incident.IsDeadLetter));
        Assert.Equal(
            "bridge-host / PagerDuty bridge: dead letters is CRITICAL: PagerDuty refuses 1 event for good: poison / HAProxy proxies is CRITICAL "
            + "(HTTP 400: the sandbox was told to say so)",
            sandbox.Incidents.Single(alert => alert.DedupKey.Contains("dead letters", StringComparison.Ordinal)).Summary);
        Assert.Equal(
            "HTTP 400: the sandbox was told to say so",
            Assert.Single(bridge.Store.Incidents.List(false), incident => incident.Host == "poison").Retry.LastAnswer);
    }

    [Fact]
    public async Task Too_many_calls_pause_the_key_and_lose_nothing()
    {
        var time = new ManualTime();
        await using PagerDutySandbox sandbox = await PagerDutySandbox.StartAsync(time: time);
        sandbox.Behaviour = new Behaviour { CallsPerMinute = 20 };
        using var bridge = new BridgeInProcess(sandbox.Endpoint, time, toml: "[storm]\nthreshold = 1000");
        for (var i = 0; i < 40; i++)
        {
            bridge.Notify("PROBLEM", "CRITICAL", host: $"web{i}");
        }

        bridge.Start();
        await Until(
            () =>
            {
                time.Advance(TimeSpan.FromSeconds(1));
                return sandbox.Incidents.Count == 40 && sandbox.Calls.Count(call => call is { Status: 202, Action: "trigger" }) == 40;
            });
        Assert.Contains(sandbox.Calls, call => call.Status == 429);
    }

    [Fact]
    public async Task Under_its_own_pace_the_bridge_is_never_told_that_it_calls_too_often()
    {
        var time = new ManualTime();
        await using PagerDutySandbox sandbox = await PagerDutySandbox.StartAsync(time: time);
        using var bridge = new BridgeInProcess(sandbox.Endpoint, time, callsPerMinute: 100, toml: "[storm]\nthreshold = 1000");
        for (var i = 0; i < 150; i++)
        {
            bridge.Notify("PROBLEM", "CRITICAL", host: $"web{i}");
        }

        bridge.Start();
        await Until(
            () =>
            {
                time.Advance(TimeSpan.FromSeconds(1));
                return sandbox.Incidents.Count == 150;
            });
        Assert.All(sandbox.Calls, call => Assert.Equal(202, call.Status));
    }

    [Fact]
    public async Task An_answer_is_read_up_to_a_cap_and_the_key_never_shows()
    {
        await using PagerDutySandbox sandbox = await PagerDutySandbox.StartAsync();
        using var folder = new TestFolder();
        Secret key = Secret.RoutingKey(folder.Write("key", Sample.Key), new Estate.Problems())!;
        using var pagerDuty = new PagerDuty(sandbox.Endpoint, key);

        Answer refused = await pagerDuty.CallAsync(Page.Close(Sample.Key[..31], "resolve", "k"), CancellationToken.None);
        Assert.Equal(Verdict.Refused, refused.Verdict);
        Assert.Equal("HTTP 400: Event object is invalid; Length of 'routing_key' is incorrect (should be 32 characters)", refused.Text);

        Assert.Equal("********", $"{key}");
        Assert.Equal("key ******** is unknown", key.Redact($"key {Sample.Key.ToUpperInvariant()} is unknown"));
    }

    private static async Task Until(Func<bool> isTrue)
    {
        using var deadline = new CancellationTokenSource(Patience);
        while (!isTrue())
        {
            await Task.Delay(10, deadline.Token);
        }
    }
}
