using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Microsoft.Data.Sqlite;
using Ringfree.Monitoring.Tests.PagerDuty;

namespace Ringfree.Monitoring.Bridge.Tests;

/// <summary>What is committed is on the disk, and a store that breaks under a running serve ends it.</summary>
public sealed class DurabilityTests
{
    private const int Full = 2;

    [Fact]
    public void The_connection_that_serve_uses_writes_ahead_and_waits_for_the_disk()
    {
        using var folder = new TestFolder();
        using Store store = StoreRecovery.Open(folder.PathOf("incidents.db"), IncidentPolicy.Default, TimeProvider.System, new HashSet<string>(), out Salvage? salvage);
        Assert.Null(salvage);
        Database connection = ConnectionOf(store);
        Assert.Equal("wal", Assert.Single(connection.Query("PRAGMA journal_mode", row => row.GetString(0))));
        Assert.Equal(Full, connection.Scalar("PRAGMA synchronous"));
    }

    [Fact]
    public async Task An_event_leaves_the_spool_when_the_disk_has_it_in_the_store()
    {
        Needs.File("/usr/bin/strace", "strace");
        await using PagerDutySandbox sandbox = await PagerDutySandbox.StartAsync();
        using var bridge = new PublishedBridge(sandbox.Endpoint);
        string traces = Directory.CreateDirectory(bridge.Folder.PathOf("traces")).FullName;
        new Spool(bridge.SpoolPath).Add(Sample.Macros("PROBLEM", "CRITICAL"), Moment.Now(), 1);
        using Process traced = ProcessRun.Start(
            "/usr/bin/strace",
            ["-ff", "-y", "-o", Path.Combine(traces, "thread"), "-e", "trace=fsync,fdatasync,rename,renameat,renameat2", PublishedBridge.Program, "--config", bridge.ConfigFile, "serve"]);
        try
        {
            await PublishedBridge.Until(() => Directory.GetFiles(bridge.SpoolPath).Length == 0, "an empty spool", TimeSpan.FromSeconds(40));
        }
        finally
        {
            traced.Kill(entireProcessTree: true);
            await traced.WaitForExitAsync();
        }

        string[] calls = Directory.GetFiles(traces).Select(File.ReadAllLines).Single(thread => thread.Any(IsTaking));
        int taking = Array.FindIndex(calls, IsTaking);
        Assert.True(taking > 0, "nothing was written to the disk before");
        Assert.Matches(@"^f(data)?sync\(\d+<.*/incidents\.db-wal>\) += 0", calls[taking - 1]);

        static bool IsTaking(string call) => Regex.IsMatch(call, @"^rename(at2?)?\(.*/taken>, "".*\.event""", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void A_taken_file_stays_while_its_problem_is_open_and_a_lost_store_gets_it_again()
    {
        var time = new ManualTime();
        using var bridge = new BridgeInProcess(new Uri("http://127.0.0.1:1"), time);
        bridge.Housekeeping.Once();
        bridge.Notify("PROBLEM", "CRITICAL");
        Assert.Equal(1, bridge.Ingest.Once());
        Assert.Equal((0, 1), (bridge.Spool.Names().Count, bridge.Spool.TakenNames().Count));

        // The next start, on this store and on an empty one.
        bridge.Spool.GiveBackTaken();
        Assert.Single(bridge.Spool.Names());
        bridge.Ingest.Once();
        Assert.Equal(1, Assert.Single(bridge.Store.Incidents.List(withSettled: true)).Version);
        using (Store empty = Store.Open(bridge.Folder.PathOf("empty.db"), time))
        {
            bridge.Spool.GiveBackTaken();
            string name = Assert.Single(bridge.Spool.Names());
            empty.Incidents.Ingest([bridge.Spool.Read(name, out _)!], Moment.CurrentBootId());
            Assert.Single(empty.Table.Due(10));
            bridge.Spool.Take(name);
        }

        time.Advance(TimeSpan.FromMinutes(1));
        bridge.Housekeeping.Once();
        Assert.Single(bridge.Spool.TakenNames()); // it is open still
    }

    [Fact]
    public async Task A_store_that_is_damaged_under_serve_ends_it_and_the_next_start_rebuilds_and_pages()
    {
        await using PagerDutySandbox sandbox = await PagerDutySandbox.StartAsync();
        using var bridge = new PublishedBridge(sandbox.Endpoint);
        Process serve = await bridge.ServeAsync();
        bridge.Notify("PROBLEM", "CRITICAL", "web1", "Disk");
        await PublishedBridge.Until(() => sandbox.Incidents.Count == 1, "a page");
        await bridge.UntilDelivered();
        DamageAllButTheFirstPage(bridge.Folder.PathOf("incidents.db"));
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30), TimeProvider.System);
        await serve.WaitForExitAsync(patience.Token);
        Assert.Equal(1, serve.ExitCode);
        Assert.Equal(
            $"pagerduty-bridge serve: cannot use {bridge.Folder.PathOf("incidents.db")}: SQLite Error 11: 'database disk image is malformed'.\n", await serve.StandardError.ReadToEndAsync());

        _ = await bridge.ServeAsync();
        await PublishedBridge.Until(
            () => sandbox.Incidents.Any(alert => alert.Summary.Contains("the incident store was damaged and rebuilt", StringComparison.Ordinal)), "the page about the store");
        bridge.Notify("PROBLEM", "CRITICAL", "web2", "Disk");
        await PublishedBridge.Until(() => sandbox.Incidents.Any(alert => alert.DedupKey == "host=web2;service=Disk"), "the next page");
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "database")]
    private static extern ref Database ConnectionOf(Store store);

    private static void DamageAllButTheFirstPage(string path)
    {
        using SqliteConnection other = Connection(path);
        using SqliteCommand command = other.CreateCommand();
        command.CommandText = "PRAGMA wal_checkpoint(TRUNCATE)";
        command.ExecuteNonQuery();
        using (FileStream file = new(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            file.Position = 4_096;
            file.Write(Enumerable.Repeat((byte)0xA5, (int)file.Length - 4_096).ToArray());
        }

        // A commit of another connection, so that serve does not go on with what it has in memory.
        command.CommandText = "PRAGMA application_id = 1";
        command.ExecuteNonQuery();
    }

    private static SqliteConnection Connection(string path)
    {
        var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        return connection;
    }
}
