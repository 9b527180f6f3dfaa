using Microsoft.Data.Sqlite;

namespace Ringfree.Monitoring.Bridge;

/// <summary>The maintenance windows of the store.</summary>
internal sealed class MaintenanceWindows(Database database, TimeProvider time)
{
    private const string Columns = "SELECT id, host, service, since, until, reason, started_by, is_planned, ended_by FROM maintenance";

    // A window that was to begin at once is open even when the wall clock is set back before its start.
    private const string IsOpen = "until > $now AND (NOT is_planned OR since <= $now)";

    /// <summary>Opens a window.</summary>
    /// <param name="host">The hosts, as <see cref="NamePatterns"/>; empty for everything.</param>
    /// <param name="service">The services, as <see cref="NamePatterns"/>; empty for all of the hosts.</param>
    /// <param name="duration">How long.</param>
    /// <param name="reason">Why.</param>
    /// <param name="startedBy">Who opens it.</param>
    /// <param name="at">When it begins; null for at once.</param>
    public MaintenanceWindow Start(
        string host, string service, TimeSpan duration, string reason, string startedBy, DateTimeOffset? at = null) =>
        database.InTransaction(() =>
    {
        DateTimeOffset since = at ?? time.GetUtcNow();
        database.Execute(
            """
            INSERT INTO maintenance(host, service, since, until, reason, started_by, is_planned)
            VALUES ($host, $service, $since, $until, $reason, $by, $planned)
            """,
            ("$host", host),
            ("$service", service),
            ("$since", since.ToUnixTimeMilliseconds()),
            ("$until", (since + duration).ToUnixTimeMilliseconds()),
            ("$reason", reason),
            ("$by", startedBy),
            ("$planned", at is not null));
        return database.Query($"{Columns} ORDER BY id DESC LIMIT 1", Read)[0];
    });

    /// <summary>Ends windows now, those that have not begun included.</summary>
    /// <param name="id">The window; null for all.</param>
    /// <param name="endedBy">Who ends it.</param>
    /// <returns>The number of windows that ended.</returns>
    public int Stop(long? id, string endedBy) => database.Execute(
        "UPDATE maintenance SET until = $now, ended_by = $by WHERE until > $now AND ($id IS NULL OR id = $id)",
        ("$now", Now()),
        ("$id", id),
        ("$by", endedBy));

    /// <summary>The windows that are open now, oldest first.</summary>
    public List<MaintenanceWindow> Open() => database.Query($"{Columns} WHERE {IsOpen} ORDER BY id", Read, ("$now", Now()));

    /// <summary>The windows that are open, that will begin, or that ended within a span, oldest first.</summary>
    public List<MaintenanceWindow> Recent(TimeSpan span) => database.Query(
        $"{Columns} WHERE until > $after ORDER BY id", Read, ("$after", Now() - (long)span.TotalMilliseconds));

    private static MaintenanceWindow Read(SqliteDataReader row) => new(
        row.GetInt64(0), row.GetString(1), row.GetString(2), Moment(row.GetInt64(3)), Moment(row.GetInt64(4)),
        row.GetString(5), row.GetString(6), row.GetInt64(7) != 0, row.IsDBNull(8) ? null : row.GetString(8));

    private static DateTimeOffset Moment(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);

    private long Now() => time.GetUtcNow().ToUnixTimeMilliseconds();
}
