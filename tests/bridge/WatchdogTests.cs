using System.Net.Sockets;
using System.Text;

namespace Ringfree.Monitoring.Bridge.Tests;

/// <summary>The watchdog of the service manager, on a clock that the test turns.</summary>
public sealed class WatchdogTests : IDisposable
{
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(60);

    private readonly TestFolder folder = new();
    private readonly Socket manager = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
    private readonly ManualTime time = new();
    private readonly LogLines log = new();

    public WatchdogTests() => manager.Bind(new UnixDomainSocketEndPoint(folder.PathOf("notify")));

    public void Dispose()
    {
        manager.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task One_loop_that_goes_silent_stops_the_feeding_and_the_log_names_it()
    {
        Liveness ingest = new("ingest", Silence, time);
        Liveness deliver = new("deliver", Silence, time);
        using var stop = new CancellationTokenSource();
        Task feeding = Task.Run(() => new ServiceManager(folder.PathOf("notify"), TimeSpan.FromSeconds(20)).RunAsync([ingest, deliver], log.Log, time, stop.Token));
        await UntilFed(ingest, deliver);
        await UntilFed(ingest, deliver);
        Assert.Empty(log.Lines);

        await PublishedBridge.Until(() => Turn(ingest) && log.Lines.Count > 0, "a word about the silence");
        Fed();
        int said = log.Lines.Count;
        await PublishedBridge.Until(() => Turn(ingest) && log.Lines.Count > said + 2, "further words about the silence");
        Assert.Equal(0, Fed());
        Assert.Equal(["deliver does not run: the watchdog is not fed"], log.Lines.Distinct(StringComparer.Ordinal));

        await UntilFed(ingest, deliver);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => feeding);
    }

    [Fact]
    public async Task Without_a_watchdog_nothing_is_fed_and_a_silent_loop_is_named_all_the_same()
    {
        Liveness ingest = new("ingest", Silence, time);
        using var stop = new CancellationTokenSource();
        Task feeding = Task.Run(() => new ServiceManager(folder.PathOf("notify"), null).RunAsync([ingest], log.Log, time, stop.Token));
        await PublishedBridge.Until(() => Turn() && log.Lines.Count > 0, "a word about the silence");
        Assert.Equal("ingest does not run: the watchdog is not fed", log.Lines.First());
        Assert.Equal(0, Fed());
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => feeding);
    }

    private Task UntilFed(params Liveness[] alive) => PublishedBridge.Until(() => Turn(alive) && Fed() > 0, "a fed watchdog");

    /// <summary>Lets a moment pass in which some of the loops show life.</summary>
    private bool Turn(params Liveness[] alive)
    {
        time.Advance(TimeSpan.FromSeconds(2));
        foreach (Liveness pulse in alive)
        {
            pulse.Beat();
        }

        return true;
    }

    private int Fed()
    {
        var fed = 0;
        var message = new byte[100];
        while (manager.Available > 0)
        {
            Assert.Equal("WATCHDOG=1", Encoding.UTF8.GetString(message, 0, manager.Receive(message)));
            fed++;
        }

        return fed;
    }
}
