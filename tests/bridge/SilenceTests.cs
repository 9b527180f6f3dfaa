namespace Ringfree.Monitoring.Bridge.Tests;

/// <summary>The page of the watch while PagerDuty itself is out of reach, on a clock that the test turns.</summary>
public sealed class SilenceTests : IDisposable
{
    private static readonly TimeSpan SilentAfter = TimeSpan.FromMinutes(10);

    private readonly TestFolder folder = new();
    private readonly ManualTime time = new();
    private readonly ChannelModel api;
    private Weather weather = Weather.Out;

    public SilenceTests() => api = new ChannelModel(() => weather);

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("Out")]
    [InlineData("Deaf")]
    public async Task A_page_that_PagerDuty_did_not_accept_before_a_restart_goes_out_after_it(string before)
    {
        weather = Enum.Parse<Weather>(before);
        await Pass(Start(), SilentAfter);
        Assert.NotEmpty(api.Calls);
        weather = Weather.Fair;
        SilenceSwitch again = Start();
        await Pass(again, SilentAfter);
        Assert.Single(api.Open);
        Assert.Equal(Presence.Open, Remembered().Api.Presence);
        again.Beat();
        await Pass(again, TimeSpan.FromMinutes(1));
        Assert.Empty(api.Open);
        Assert.Equal(Presence.Closed, Remembered().Api.Presence);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_page_whose_answer_was_lost_is_resolved_when_the_heartbeat_is_back(bool withRestart)
    {
        weather = Weather.Deaf;
        SilenceSwitch silence = Start();
        await Pass(silence, SilentAfter);
        Assert.Single(api.Open);
        weather = Weather.Fair;
        silence = withRestart ? Start() : silence;
        silence.Beat();
        await Pass(silence, TimeSpan.FromMinutes(1));
        Assert.Empty(api.Open);
        Assert.Equal(1, api.Calls.Count(call => call.StartsWith("resolve", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task It_is_tried_again_after_waits_that_double_up_to_half_a_minute()
    {
        SilenceSwitch silence = Start();
        await Pass(silence, SilentAfter / 2);
        int tries = api.Calls.Count;
        await Pass(silence, TimeSpan.FromMinutes(10));
        Assert.InRange(api.Calls.Count - tries, 20, 25);
        weather = Weather.Fair;
        await Pass(silence, TimeSpan.FromSeconds(31));
        Assert.Single(api.Open);
    }

    [Fact]
    public async Task Without_a_page_a_heartbeat_resolves_nothing()
    {
        weather = Weather.Fair;
        SilenceSwitch silence = Start();
        silence.Beat();
        await Pass(silence, TimeSpan.FromMinutes(9));
        silence.Beat();
        await Pass(silence, TimeSpan.FromMinutes(9));
        Assert.Empty(api.Calls);
    }

    private Incident Remembered() => IncidentBody.Read("host=bridge-host;service=PagerDuty bridge: silent", 0, File.ReadAllText(folder.PathOf("watch.state")));

    private SilenceSwitch Start() =>
        new(new WatchConfig(null, "", SilentAfter, folder.PathOf("watch.state")), "bridge-host", api, new LogLines().Log, time);

    private async Task Pass(SilenceSwitch silence, TimeSpan duration)
    {
        for (TimeSpan passed = TimeSpan.Zero; passed <= duration; passed += TimeSpan.FromSeconds(1))
        {
            await silence.OnceAsync(CancellationToken.None);
            time.Advance(TimeSpan.FromSeconds(1));
        }
    }
}
