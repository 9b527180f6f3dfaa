using Microsoft.Data.Sqlite;

namespace Ringfree.Monitoring.Bridge;

/// <summary>
/// What must survive: incidents, history, maintenance, commands for the scheduler. SQLite with WAL and synchronous=FULL: what is committed
/// survives a power cut.
/// </summary>
internal sealed class Store : IDisposable
{
    private readonly Database database;

    private Store(Database database, IncidentPolicy policy, TimeProvider time)
    {
        this.database = database;
        History = new History(database, time);
        Facts = new StoredFacts(database);
        Maintenance = new Maintenance(database, time);
        Incidents = new Incidents(database, History, Maintenance, policy, time);
        Calls = new RecentCalls(database, time);
        Deliveries = new Deliveries(database, History, Facts, Calls, time);
        Figures = new Figures(database, time);
        Storm = new StormMembers(database);
        Commands = new SchedulerCommands(database, History, time);
        Persons = new PersonActions(database, History, Commands, policy, time);
    }

    public History History { get; }

    public StoredFacts Facts { get; }

    public Maintenance Maintenance { get; }

    public Incidents Incidents { get; }

    public Deliveries Deliveries { get; }

    public RecentCalls Calls { get; }

    public Figures Figures { get; }

    public StormMembers Storm { get; }

    public PersonActions Persons { get; }

    public SchedulerCommands Commands { get; }

    /// <summary>Opens the store for writing and makes it when it does not exist; one of an earlier version is migrated.</summary>
    /// <exception cref="SqliteException">The file cannot be opened, or is damaged.</exception>
    /// <exception cref="InvalidOperationException">A newer version of this program made it.</exception>
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
            database.Run("PRAGMA journal_mode = WAL");
            database.Run("PRAGMA synchronous = FULL");
            Schema.Migrate(database, path);
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
    /// <exception cref="InvalidOperationException">It has the schema of another version of this program.</exception>
    public static Store OpenExisting(string path, TimeProvider time)
    {
        Database database = Database.Open(path, mayCreate: false);
        try
        {
            long version = database.Number("PRAGMA user_version");
            return version == Schema.Newest
                ? new Store(database, IncidentPolicy.Default, time)
                : throw new InvalidOperationException($"it has schema version {version}, this program knows {Schema.Newest}: start serve once, which migrates it");
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>What SQLite's own check finds; null when the file is sound.</summary>
    public string? Damage() =>
        database.All("PRAGMA quick_check(1)", row => row.GetString(0)).FirstOrDefault() is { } said and not "ok" ? said : null;

    /// <summary>
    /// Copies the rows of a table that a damaged store still gives, from its beginning and from its end up to the damage. Columns that it does not
    /// have yet, because an earlier version of the program made it, are left empty.
    /// </summary>
    /// <returns>The number of rows.</returns>
    public int TakeFrom(Database damaged, string table, IReadOnlyList<string> columns)
    {
        var known = new List<string>();
        damaged.ReadWhatIsLeft($"SELECT name FROM pragma_table_info('{table}')", row => known.Add((string)row[0]!));
        string[] both = [.. columns.Where(column => known.Contains(column, StringComparer.Ordinal))];
        if (both.Length == 0)
        {
            return 0;
        }

        string names = string.Join(", ", both);
        string values = string.Join(", ", both.Select((_, index) => $"$c{index}"));
        var count = 0;
        foreach (string order in (string[])["", " ORDER BY rowid DESC"])
        {
            if (count > 0 && order.Length > 0 && !damaged.IsBroken)
            {
                break;
            }

            damaged.ReadWhatIsLeft($"SELECT {names} FROM {table}{order}", row => count += database.Run(
                $"INSERT OR IGNORE INTO {table}({names}) VALUES ({values})",
                [.. row.Select((value, index) => ($"$c{index}", value))]));
        }

        return count;
    }

    /// <summary>Forgets what is older than the history's memory.</summary>
    public void Forget() => database.Atomically(() =>
    {
        History.Forget();
        Incidents.Forget();
        Persons.Forget();
    });

    public void Dispose() => database.Dispose();
}
