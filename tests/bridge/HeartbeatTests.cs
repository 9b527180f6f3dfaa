namespace Ringfree.Monitoring.Bridge.Tests;

/// <summary>The switch for the estate's heartbeat when its table is given, over restarts and steps of the wall clock.</summary>
public sealed class HeartbeatTests : IDisposable
{
    private const string Page = "host=bridge-host;service=PagerDuty bridge: scheduler heartbeat";

    private static readonly TimeSpan MissingAfter = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(1);

    // Without upkeep: that has a switch of its own, which is not armed.
    private readonly VirtualBridge bridge = new(withHousekeeping: false);

    public void Dispose() => bridge.Dispose();

    [Fact]
    public void One_that_is_asked_for_and_never_comes_pages_after_the_set_time()
    {
        HeartbeatSwitch heartbeat = Start();
        Pass(heartbeat, MissingAfter);
        Assert.Empty(bridge.Api.Calls);
        Pass(heartbeat, Moment);
        Assert.Equal([Page], bridge.Api.Open);
        Assert.Equal(
            "no notification of 'PagerDuty path heartbeat' came within 15m (none ever came): nothing that breaks now would page",
            bridge.Api.Last[Page].Text("SERVICEOUTPUT"));
        Assert.True(heartbeat.Takes(Beat()));
        Pass(heartbeat, Moment);
        Assert.Empty(bridge.Api.Open);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_bridge_that_starts_again_and_again_pages_all_the_same(bool cameOnce)
    {
        if (cameOnce)
        {
            Assert.True(Start().Takes(Beat()));
        }

        for (var start = 0; start < 3; start++)
        {
            Pass(Start(), TimeSpan.FromMinutes(10));
        }

        Assert.Equal([Page], bridge.Api.Open);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_start_resolves_nothing_before_a_heartbeat_comes(bool cameOnce)
    {
        HeartbeatSwitch first = Start();
        if (cameOnce)
        {
            Assert.True(first.Takes(Beat()));
        }

        Pass(first, MissingAfter + Moment);
        Assert.Equal([Page], bridge.Api.Open);

        HeartbeatSwitch again = Start();
        Pass(again, TimeSpan.FromMinutes(1));
        Pass(again, MissingAfter);
        Assert.Equal((1, 0), (bridge.Api.Pages[Page], bridge.Api.Calls.Count(call => call.StartsWith("resolve", StringComparison.Ordinal))));
        Assert.True(again.Takes(Beat()));
        Pass(again, Moment);
        Assert.Empty(bridge.Api.Open);
    }

    [Fact]
    public void One_that_comes_from_another_host_is_none()
    {
        HeartbeatSwitch heartbeat = Start(host: "shinken");
        Assert.False(heartbeat.Takes(Beat()));
        Pass(heartbeat, MissingAfter + Moment);
        Assert.Equal([Page], bridge.Api.Open);
        Assert.True(heartbeat.Takes(Beat("shinken")));
        Pass(heartbeat, Moment);
        Assert.Empty(bridge.Api.Open);
    }

    [Fact]
    public void One_that_an_earlier_run_opened_as_an_incident_is_resolved_at_the_start()
    {
        const string Opened = $"host=web1;service={HeartbeatConfig.DefaultService}";
        bridge.Notify("PROBLEM", "CRITICAL", service: HeartbeatConfig.DefaultService);
        bridge.Notify("PROBLEM", "CRITICAL");
        bridge.Step();
        Assert.Equal(["host=web1;service=Disk", Opened], bridge.Api.Open.Order(StringComparer.Ordinal));
        Start(host: "shinken").CloseOpened();
        bridge.Step();
        Assert.Equal(2, bridge.Api.Open.Count);

        HeartbeatSwitch start = Start();
        start.CloseOpened();
        start.CloseOpened();
        bridge.Step();
        Assert.Equal(["host=web1;service=Disk"], bridge.Api.Open);
        Assert.Equal("it is the heartbeat that the bridge consumes: closed", Assert.Single(bridge.Store.History.Of(Opened), line => line.What == "reconciled").Detail);
        Assert.Equal("Disk", Assert.Single(bridge.Store.Incidents.List(withSettled: false)).Service);
    }

    private SchedulerEvent Beat(string host = "web1") => bridge.Event("PROBLEM", "CRITICAL", host, HeartbeatConfig.DefaultService);

    private HeartbeatSwitch Start(bool isDemanded = true, string host = "")
    {
        var config = new HeartbeatConfig(host, HeartbeatConfig.DefaultService, MissingAfter, isDemanded, null, null, default);
        bridge.StartFleet(config);
        return new HeartbeatSwitch(config, bridge.Store, bridge.Fleet);
    }

    private void Pass(HeartbeatSwitch heartbeat, TimeSpan duration)
    {
        heartbeat.Run();
        bridge.Time.Advance(duration);
        heartbeat.Run();
        bridge.Step();
    }
}
