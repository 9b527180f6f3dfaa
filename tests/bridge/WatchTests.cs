using Serilog;

namespace Ringfree.Monitoring.Bridge.Tests;

/// <summary>The switch on another host that pages when the bridge falls silent, on a clock that the test turns.</summary>
public sealed class WatchTests : IDisposable
{
    private static readonly TimeSpan SilentAfter = TimeSpan.FromMinutes(10);

    private readonly TestFolder folder = new();
    private readonly ManualTime time = new();
    private readonly ChannelModel api = new(() => Weather.Fair);

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_start_resolves_nothing_before_a_heartbeat_comes()
    {
        await Pass(Start(), SilentAfter);
        Assert.Equal(["trigger bridge-host / PagerDuty bridge: silent"], api.Calls);

        SilenceSwitch again = Start();
        await Pass(again, TimeSpan.FromMinutes(1));
        Assert.Single(api.Open);
        again.Beat();
        await Pass(again, TimeSpan.FromSeconds(2));
        Assert.Empty(api.Open);
    }

    [Fact]
    public async Task A_watch_that_starts_again_and_again_pages()
    {
        SilenceSwitch first = Start();
        first.Beat();
        await Pass(first, SilentAfter / 2);
        await Pass(Start(), SilentAfter * 0.6);
        Assert.Single(api.Open);
    }

    [Fact]
    public async Task A_disk_that_takes_no_file_keeps_no_page_back()
    {
        await Pass(Start("missing/watch.state"), SilentAfter);
        Assert.Single(api.Open);
    }

    private SilenceSwitch Start(string stateFile = "watch.state") => new(
        new WatchConfig(null, "", SilentAfter, folder.PathOf(stateFile)), "bridge-host", api, new Log(new LoggerConfiguration().CreateLogger()), time);

    private async Task Pass(SilenceSwitch silence, TimeSpan duration)
    {
        for (TimeSpan passed = TimeSpan.Zero; passed <= duration; passed += TimeSpan.FromSeconds(1))
        {
            await silence.OnceAsync(CancellationToken.None);
            time.Advance(TimeSpan.FromSeconds(1));
        }
    }
}
