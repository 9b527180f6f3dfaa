using Microsoft.Data.Sqlite;

namespace Ringfree.Monitoring.Bridge.Tests;

/// <summary>A store that is damaged.</summary>
public sealed class RecoveryTests : IDisposable
{
    private static readonly HashSet<string> NoFiles = [];
    private readonly TestFolder folder = new();

    private string Path => folder.PathOf("incidents.db");

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("header")]
    [InlineData("middle")]
    [InlineData("garbage")]
    public void A_damaged_store_is_set_aside_and_what_can_be_read_is_kept(string damage)
    {
        bool isMiddle = damage == "middle";
        using (var store = Store.Open(Path, new ManualTime()))
        {
            for (var host = 0; host < 200; host++)
            {
                store.Incidents.Ingest([Sample.Event("PROBLEM", "CRITICAL", $"node{host}", more: ("SERVICEOUTPUT", new string('x', 2_000)))], Sample.Boot);
            }
        }

        using (FileStream file = File.OpenWrite(Path))
        {
            long at = isMiddle ? file.Length / 2 / 4096 * 4096 : 0;
            int length = damage == "garbage" ? (int)file.Length : isMiddle ? 8_192 : 100;
            file.Position = at;
            file.Write(Enumerable.Repeat((byte)0xA5, length).ToArray());
        }

        using Store rebuilt = StoreRecovery.Open(Path, IncidentPolicy.Default, new ManualTime(), NoFiles, out Salvage? salvage);
        Assert.NotNull(salvage);
        Assert.True(File.Exists(salvage.SetAside));
        Assert.Null(rebuilt.Damage());
        int known = rebuilt.Incidents.List(false).Count;
        Assert.Equal(salvage.Incidents + salvage.FromHistory, known);
        Assert.InRange(known, isMiddle ? 150 : 0, 200);
        rebuilt.Incidents.Ingest([Sample.Event("PROBLEM", "CRITICAL", "new")], Sample.Boot);
        Assert.NotNull(rebuilt.Next("host=new;service=HAProxy proxies"));
    }

    [Fact]
    public void What_only_the_history_still_knows_pages_from_it()
    {
        LoseIncidents();
        using Store rebuilt = StoreRecovery.Open(Path, IncidentPolicy.Default, new ManualTime(), NoFiles, out Salvage? salvage);
        Assert.Equal((0, 1, 0), (salvage!.Incidents, salvage.FromHistory, salvage.FromSpool));
        Incident incident = Assert.Single(rebuilt.Incidents.List(false));
        Assert.Equal(("bad;host", "HAProxy proxies", "CRITICAL", true), (incident.Host, incident.Service, incident.State, incident.IsDue));
    }

    [Fact]
    public void What_the_history_knows_and_the_spool_still_holds_comes_from_its_file_and_keeps_it()
    {
        SchedulerEvent problem = LoseIncidents();
        HashSet<string> spooled = [problem.Id];
        using Store rebuilt = StoreRecovery.Open(Path, IncidentPolicy.Default, new ManualTime(), spooled, out Salvage? salvage);
        Assert.Equal((0, 0, 1), (salvage!.Incidents, salvage.FromHistory, salvage.FromSpool));
        rebuilt.Incidents.Ingest([problem], Sample.Boot);
        Incident incident = Assert.Single(rebuilt.Incidents.List(false));
        Assert.Equal(("bad;host", "CRITICAL", true), (incident.Host, incident.State, incident.IsDue));
        Assert.Equal([problem.Id], rebuilt.Table.NotificationsInUse());
    }

    /// <summary>A damaged store whose history knows a problem and the end of another one, and that has no incident.</summary>
    /// <returns>The problem.</returns>
    private SchedulerEvent LoseIncidents()
    {
        SchedulerEvent problem = Sample.Event("PROBLEM", "CRITICAL", "bad;host");
        using (var store = Store.Open(Path, new ManualTime()))
        {
            SchedulerEvent down = Sample.Event("PROBLEM", "DOWN", "over", "");
            SchedulerEvent up = Sample.Event("RECOVERY", "UP", "over", "", spooledAt: Sample.At + 1);
            store.Incidents.Ingest([problem, down, up], Sample.Boot);
        }

        long page;
        using (var connection = new SqliteConnection($"Data Source={Path};Pooling=False"))
        {
            connection.Open();
            using SqliteCommand forget = connection.CreateCommand();
            forget.CommandText = "DELETE FROM incidents; PRAGMA wal_checkpoint(TRUNCATE); SELECT rootpage FROM sqlite_schema WHERE name = 'facts'";
            using SqliteDataReader answer = forget.ExecuteReader();
            Assert.True(answer.NextResult() && answer.Read());
            page = answer.GetInt64(0);
        }

        using (FileStream file = File.OpenWrite(Path))
        {
            file.Position = (page - 1) * 4096;
            file.Write(Enumerable.Repeat((byte)0xA5, 4096).ToArray());
        }

        return problem;
    }
}
