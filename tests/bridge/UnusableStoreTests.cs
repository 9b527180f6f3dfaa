using System.Diagnostics;
using Microsoft.Data.Sqlite;
using Ringfree.Monitoring.Tests.PagerDuty;

namespace Ringfree.Monitoring.Bridge.Tests;

/// <summary>A store that is sound and takes nothing, as on a full disk: a serve that holds the spool and cannot take events in is worse than none.</summary>
public sealed class UnusableStoreTests
{
    [Fact]
    public async Task One_that_takes_nothing_for_a_minute_is_given_up()
    {
        var time = new ManualTime();
        using var bridge = new BridgeInProcess(new Uri("http://127.0.0.1:1"), time);
        bridge.Notify("PROBLEM", "CRITICAL");
        TakeNothing(bridge.Config.StorePath, true);
        using var stop = new CancellationTokenSource();
        Task ingesting = Task.Run(() => bridge.Ingest.RunAsync(new Pulse("ingest", TimeSpan.FromMinutes(1), time), stop.Token));
        await PublishedBridge.Until(() => bridge.Logged.Count > 0, "a first round that fails");
        DateTimeOffset begin = time.GetUtcNow();
        while (time.GetUtcNow() - begin < TimeSpan.FromSeconds(55))
        {
            await Failed(bridge, time);
            Assert.False(ingesting.IsCompleted);
        }

        await PublishedBridge.Until(() => Second(time) && ingesting.IsCompleted, "its end");
        StoreUnusableException end = await Assert.ThrowsAsync<StoreUnusableException>(() => ingesting);
        Assert.Equal("the store has taken no event for 1m: SQLite Error 19: 'the disk takes nothing'.", end.Message);
        Assert.Single(bridge.Spool.Names());
    }

    [Fact]
    public async Task One_that_takes_events_again_within_a_minute_loses_nothing_and_has_its_patience_back()
    {
        var time = new ManualTime();
        using var bridge = new BridgeInProcess(new Uri("http://127.0.0.1:1"), time);
        using var stop = new CancellationTokenSource();
        Task ingesting = Task.Run(() => bridge.Ingest.RunAsync(new Pulse("ingest", TimeSpan.FromMinutes(1), time), stop.Token));
        for (var trouble = 0; trouble < 3; trouble++)
        {
            TakeNothing(bridge.Config.StorePath, true);
            bridge.Notify("PROBLEM", "CRITICAL", $"web{trouble}");
            DateTimeOffset begin = time.GetUtcNow();
            while (time.GetUtcNow() - begin < TimeSpan.FromSeconds(45))
            {
                await Failed(bridge, time);
            }

            TakeNothing(bridge.Config.StorePath, false);
            await PublishedBridge.Until(() => Second(time) && bridge.Spool.Names().Count == 0, "an empty spool");
        }

        Assert.False(ingesting.IsCompleted);
        Assert.Equal(["web0", "web1", "web2"], bridge.Store.Incidents.List(false).Select(incident => incident.Host));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ingesting);
    }

    [Fact]
    [Trait("Kind", "published binary")]
    public async Task Serve_ends_so_that_notify_delivers_by_itself()
    {
        await using PagerDutySandbox sandbox = await PagerDutySandbox.StartAsync();
        using var bridge = new PublishedBridge(sandbox.Endpoint);
        Process serve = await bridge.ServeAsync();
        TakeNothing(bridge.Folder.PathOf("incidents.db"), true);
        Assert.Equal(0, bridge.Notify("PROBLEM", "CRITICAL", "web1", "Disk").ExitCode);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(120), TimeProvider.System);
        await serve.WaitForExitAsync(patience.Token);
        Assert.Equal(
            (1, "pagerduty-bridge serve: the store has taken no event for 1m: SQLite Error 19: 'the disk takes nothing'.\n"),
            (serve.ExitCode, await serve.StandardError.ReadToEndAsync(patience.Token)));
        Assert.Equal(0, bridge.Notify("PROBLEM", "CRITICAL", "web2", "Disk").ExitCode);
        Assert.Equal("host=web2;service=Disk", Assert.Single(sandbox.Incidents).DedupKey);

        // The event that came while it still held the spool is not lost.
        TakeNothing(bridge.Folder.PathOf("incidents.db"), false);
        _ = await bridge.ServeAsync();
        await PublishedBridge.Until(() => sandbox.Incidents.Any(alert => alert.DedupKey == "host=web1;service=Disk"), "the page of the first");
    }

    private static void TakeNothing(string path, bool isOn)
    {
        using var other = new SqliteConnection($"Data Source={path};Pooling=False");
        other.Open();
        using SqliteCommand trigger = other.CreateCommand();
        trigger.CommandText = "DROP TRIGGER IF EXISTS takes_nothing";
        trigger.ExecuteNonQuery();
        if (isOn)
        {
            trigger.CommandText = "CREATE TRIGGER takes_nothing BEFORE INSERT ON history BEGIN SELECT RAISE(ABORT, 'the disk takes nothing'); END";
            trigger.ExecuteNonQuery();
        }
    }

    /// <summary>Waits for the next round that fails, which comes within a second of the clock.</summary>
    private static async Task Failed(BridgeInProcess bridge, ManualTime time)
    {
        int failures = bridge.Logged.Count;
        Second(time);
        await PublishedBridge.Until(() => bridge.Logged.Count > failures || Tenth(time), "a round that fails");
    }

    private static bool Second(ManualTime time)
    {
        time.Advance(TimeSpan.FromSeconds(1));
        return true;
    }

    private static bool Tenth(ManualTime time)
    {
        time.Advance(TimeSpan.FromMilliseconds(100));
        return false;
    }
}
