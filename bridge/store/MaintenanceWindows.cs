namespace Ringfree.Monitoring.Bridge;

/// <summary>The maintenance windows of the store.</summary>
internal sealed class MaintenanceWindows(Database database, TimeProvider time)
{
    public MaintenanceWindow Start(string host, string service, TimeSpan duration, string reason, string startedBy) =>
        database.InTransaction(() =>
    {
        DateTimeOffset now = time.GetUtcNow();
        database.Execute(
            "INSERT INTO maintenance(host, service, since, until, reason, started_by) VALUES ($host, $service, $since, $until, $reason, $by)",
            ("$host", host),
            ("$service", service),
            ("$since", now.ToUnixTimeMilliseconds()),
            ("$until", (now + duration).ToUnixTimeMilliseconds()),
            ("$reason", reason),
            ("$by", startedBy));
        return Open()[^1];
    });

    /// <summary>Ends windows now.</summary>
    /// <param name="id">The window; null for all.</param>
    /// <returns>The number of windows that ended.</returns>
    public int Stop(long? id) => database.Execute(
        "UPDATE maintenance SET until = $now WHERE until > $now AND ($id IS NULL OR id = $id)", ("$now", Now()), ("$id", id));

    /// <summary>The windows that are open now, oldest first.</summary>
    public List<MaintenanceWindow> Open() => database.Query(
        "SELECT id, host, service, since, until, reason, started_by FROM maintenance WHERE until > $now ORDER BY id",
        row => new MaintenanceWindow(
            row.GetInt64(0), row.GetString(1), row.GetString(2), Moment(row.GetInt64(3)), Moment(row.GetInt64(4)),
            row.GetString(5), row.GetString(6)),
        ("$now", Now()));

    private static DateTimeOffset Moment(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);

    private long Now() => time.GetUtcNow().ToUnixTimeMilliseconds();
}
