namespace Ringfree.Monitoring.Bridge;

/// <summary>A time in which new problems wait: somebody works on it and knows.</summary>
/// <param name="Id">Its number, for stop.</param>
/// <param name="Host">The host; empty for everything, the heartbeat included.</param>
/// <param name="Service">The service; empty for the host and all its services.</param>
/// <param name="Since">Its start.</param>
/// <param name="Until">Its end; what is still bad then pages.</param>
/// <param name="Reason">Why, in the words of whoever started it.</param>
/// <param name="StartedBy">The user who started it.</param>
internal sealed record MaintenanceWindow(
    long Id, string Host, string Service, DateTimeOffset Since, DateTimeOffset Until, string Reason, string StartedBy);

/// <summary>The maintenance windows of the store.</summary>
internal sealed class Maintenance(Database database, TimeProvider time)
{
    private const string Columns = "SELECT id, host, service, since, until, reason, started_by FROM maintenance";

    /// <summary>An SQL condition on rows of <c>incidents</c>: a window covers the row's host or service at <c>$now</c>.</summary>
    public static string CoversIncident { get; } = IsCovered("incidents.host", "incidents.service");

    public MaintenanceWindow Start(string host, string service, TimeSpan duration, string reason, string startedBy) => database.Atomically(() =>
    {
        DateTimeOffset now = time.GetUtcNow();
        database.Run(
            "INSERT INTO maintenance(host, service, since, until, reason, started_by) VALUES ($host, $service, $since, $until, $reason, $by)",
            ("$host", host),
            ("$service", service),
            ("$since", now.ToUnixTimeMilliseconds()),
            ("$until", (now + duration).ToUnixTimeMilliseconds()),
            ("$reason", reason),
            ("$by", startedBy));
        return Active()[^1];
    });

    /// <summary>Ends windows now.</summary>
    /// <param name="id">The window; null for all.</param>
    /// <returns>The number of windows that ended.</returns>
    public int Stop(long? id) => database.Run(
        "UPDATE maintenance SET until = $now WHERE until > $now AND ($id IS NULL OR id = $id)", ("$now", Now()), ("$id", id));

    /// <summary>The windows that are open now, oldest first.</summary>
    public List<MaintenanceWindow> Active() => database.All(
        $"{Columns} WHERE until > $now ORDER BY id",
        row => new MaintenanceWindow(
            row.GetInt64(0), row.GetString(1), row.GetString(2), Moment(row.GetInt64(3)), Moment(row.GetInt64(4)), row.GetString(5), row.GetString(6)),
        ("$now", Now()));

    /// <summary>True when a problem of this host or service waits.</summary>
    public bool Covers(string host, string service) => database.Number(
        $"SELECT {IsCovered("$host", "$service")}",
        ("$now", Now()),
        ("$host", host),
        ("$service", service)) > 0;

    /// <summary>True when everything is under maintenance.</summary>
    public bool CoversEverything() => Covers("", "");

    /// <summary>Makes due what waited for a window that has ended.</summary>
    /// <returns>The number of incidents.</returns>
    public int Release() => database.Run(
        $"UPDATE incidents SET held = 0, wanted_at = $now WHERE held > 0 /* the index */ AND held = 1 AND NOT {CoversIncident}",
        ("$now", Now()));

    private static string IsCovered(string host, string service) =>
        $"""
        EXISTS (SELECT 1 FROM maintenance
            WHERE until > $now AND (maintenance.host = '' OR (maintenance.host = {host} AND maintenance.service IN ('', {service}))))
        """;

    private static DateTimeOffset Moment(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);

    private long Now() => time.GetUtcNow().ToUnixTimeMilliseconds();
}
