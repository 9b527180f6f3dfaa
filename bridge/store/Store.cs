using Microsoft.Data.Sqlite;

namespace Ringfree.Monitoring.Bridge;

/// <summary>
/// What must survive: incidents, history, maintenance windows, commands for the scheduler. SQLite with WAL and synchronous=FULL: what is
/// committed survives a power cut.
/// </summary>
internal sealed class Store : IDisposable
{
    private readonly Database database;

    private Store(Database database, IncidentPolicy policy, TimeProvider time)
    {
        this.database = database;
        History = new History(database, time);
        Facts = new StoredFacts(database);
        Failures = new StoredFailures(database, time);
        Maintenance = new MaintenanceWindows(database, time);
        Commands = new SchedulerCommands(database, History, time);
        Calls = new RecentCalls(database, time);
        Boots = new Boots(database);
        Fleet = new CurrentFleet(policy, time);
        Table = new SqliteIncidentStore(database, History, Commands, Facts, Calls, policy, time);
        Incidents = new Incidents(Table, Boots, Maintenance, Fleet, time);
        PagerDuty = new PagerDutyIncidents(database, time);
    }

    public History History { get; }

    public StoredFacts Facts { get; }

    public StoredFailures Failures { get; }

    public MaintenanceWindows Maintenance { get; }

    public IIncidentStore Table { get; }

    public Incidents Incidents { get; }

    /// <summary>What is not of one incident; a start of serve sets it up.</summary>
    public CurrentFleet Fleet { get; }

    public RecentCalls Calls { get; }

    public Boots Boots { get; }

    public PagerDutyIncidents PagerDuty { get; }

    public SchedulerCommands Commands { get; }

    /// <summary>Opens the store for writing and makes it when it does not exist.</summary>
    /// <exception cref="SqliteException">The file cannot be opened, or is damaged.</exception>
    /// <exception cref="InvalidOperationException">Another version of this program made it.</exception>
    /// <exception cref="IOException">Its folder does not exist.</exception>
    public static Store Open(string path, TimeProvider time, IncidentPolicy? policy = null)
    {
        if (path != ":memory:" && !File.Exists(path))
        {
            // SQLite would let everybody read what plugins print.
            new FileStream(path, new FileStreamOptions
            {
                Mode = FileMode.OpenOrCreate,
                Access = FileAccess.Write,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            }).Dispose();
        }

        Database database = Database.Open(path, mayCreate: true);
        try
        {
            database.Execute("PRAGMA journal_mode = WAL");
            database.Execute("PRAGMA synchronous = FULL");
            Schema.Prepare(database, path);
            return new Store(database, policy ?? IncidentPolicy.Default, time);
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>Opens an existing store beside a serve that writes it.</summary>
    /// <exception cref="SqliteException">The file cannot be opened, or is no store.</exception>
    /// <exception cref="InvalidOperationException">Another version of this program made it.</exception>
    public static Store OpenExisting(string path, TimeProvider time, IncidentPolicy policy)
    {
        Database database = Database.Open(path, mayCreate: false);
        try
        {
            long format = database.Scalar("PRAGMA user_version");
            return format == Schema.Format
                ? new Store(database, policy, time)
                : throw new InvalidOperationException($"it has store format {format}, this program reads format {Schema.Format}");
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>What earlier runs left behind for the fleet.</summary>
    public FleetMemory FleetMemory() => new()
    {
        ApiCalls = Calls.Ages(ChannelKind.Api),
        MailCalls = Calls.Ages(ChannelKind.Mail),
        ApiFailingSince = Facts.Get(StoredFacts.ApiFailingSince),
        LastSuccess = Facts.Get(StoredFacts.LastSuccess),
        Heartbeat = Facts.Get(StoredFacts.Heartbeat),
        HeartbeatAwaited = Facts.Get(StoredFacts.HeartbeatAwaited),
        StormListed = Facts.Get(StoredFacts.StormPagedAt),
        LastResortSent = Facts.Get(StoredFacts.LastResortSent),
    };

    /// <summary>What SQLite's own check finds, or an incident that cannot be read; null when the store is sound.</summary>
    public string? Damage()
    {
        if (database.Query("PRAGMA quick_check(1)", row => row.GetString(0)).FirstOrDefault() is { } said and not "ok")
        {
            return said;
        }

        try
        {
            Table.Select<Incident>(IncidentFilter.All, _ => null);
            return null;
        }
        catch (StoreDamagedException damaged)
        {
            return damaged.Message;
        }
    }

    /// <summary>Brings what is committed from the log into the file.</summary>
    /// <returns>True when the file on the disk holds all of it.</returns>
    public bool Checkpoint() => database.Query(
        "PRAGMA wal_checkpoint(PASSIVE)", row => row.GetInt64(0) == 0 && row.GetInt64(1) == row.GetInt64(2)).FirstOrDefault();

    /// <summary>
    /// Copies the rows of a table that a damaged store still gives, from its beginning and from its end up to the damage.
    /// </summary>
    /// <returns>The number of rows.</returns>
    public int TakeFrom(Database damaged, string table)
    {
        List<string> columns = database.Query($"SELECT name FROM pragma_table_info('{table}')", row => row.GetString(0));
        string names = string.Join(", ", columns);
        string values = string.Join(", ", columns.Select((_, index) => $"$c{index}"));
        var count = 0;
        foreach (string order in (string[])["", " ORDER BY rowid DESC"])
        {
            if (count > 0 && order.Length > 0 && !damaged.IsBroken)
            {
                break;
            }

            damaged.ReadWhatIsLeft($"SELECT {names} FROM {table}{order}", row => count += IsReadable(table, row) ? database.Execute(
                $"INSERT OR IGNORE INTO {table}({names}) VALUES ({values})",
                [.. row.Select((value, index) => ($"$c{index}", value))]) : 0);
        }

        return count;
    }

    /// <summary>Removes what is older than the history's memory.</summary>
    public void Forget() => database.InTransaction(() =>
    {
        History.Forget();
        Table.Forget();
        PagerDuty.Forget();
    });

    public void Dispose() => database.Dispose();

    private static bool IsReadable(string table, object?[] row)
    {
        try
        {
            return table != "incidents" || IncidentBody.Read((string)row[0]!, (long)row[1]!, (string)row[2]!) is not null;
        }
        catch (Exception unreadable) when (unreadable is StoreDamagedException or InvalidCastException)
        {
            return false;
        }
    }
}
