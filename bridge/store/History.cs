namespace Ringfree.Monitoring.Bridge;

/// <summary>One line of the history.</summary>
/// <param name="At">When the bridge recorded it.</param>
/// <param name="What">A word or two: <c>notified</c>, <c>delivered</c>, <c>not delivered</c>, <c>dead letter</c>, <c>acknowledged</c>
/// …</param>
/// <param name="Detail">One sentence.</param>
internal sealed record HistoryLine(DateTimeOffset At, string What, string Detail);

/// <summary>What happened to every incident, append-only: it answers "was the 03:12 page sent, and if not why?".</summary>
internal sealed class History(Database database, TimeProvider time)
{
    /// <summary>How long it is kept.</summary>
    public static readonly TimeSpan Memory = TimeSpan.FromDays(90);

    /// <summary>Adds a line.</summary>
    /// <param name="key">The incident; null when it is about none.</param>
    /// <param name="what">A word or two.</param>
    /// <param name="detail">One sentence.</param>
    /// <param name="eventId">The spool file; null when it is not about one.</param>
    public void Record(string? key, string what, string detail, string? eventId = null) => database.Execute(
        "INSERT OR IGNORE INTO history(at, event_id, key, what, detail) VALUES ($at, $event, $key, $what, $detail)",
        ("$at", time.GetUtcNow().ToUnixTimeMilliseconds()),
        ("$event", eventId),
        ("$key", key),
        ("$what", what),
        ("$detail", detail));

    /// <summary>True when a spool file stands in it.</summary>
    public bool Holds(string eventId) => database.Scalar("SELECT COUNT(*) FROM history WHERE event_id = $event", ("$event", eventId)) > 0;

    /// <summary>The incident of a spool file; null when the file does not stand in it.</summary>
    public string? KeyOf(string eventId) =>
        database.Query("SELECT key FROM history WHERE event_id = $event", row => row.GetString(0), ("$event", eventId)).FirstOrDefault();

    /// <summary>The lines of an incident, oldest first.</summary>
    public List<HistoryLine> Of(string key) => database.Query(
        "SELECT at, what, detail FROM history WHERE key = $key ORDER BY id",
        row => new HistoryLine(DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(0)), row.GetString(1), row.GetString(2)),
        ("$key", key));

    /// <summary>The lines of every incident since a moment, oldest first, with its key; the key is null of a line about none.</summary>
    public List<(string? Key, HistoryLine Line)> Since(DateTimeOffset moment) => database.Query(
        "SELECT key, at, what, detail FROM history WHERE at >= $since ORDER BY id",
        row => (row.IsDBNull(0) ? null : row.GetString(0),
            new HistoryLine(DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(1)), row.GetString(2), row.GetString(3))),
        ("$since", moment.ToUnixTimeMilliseconds()));

    /// <summary>Forgets a notification, so that it is new when it comes again.</summary>
    public void Forget(string eventId) => database.Execute("DELETE FROM history WHERE event_id = $event", ("$event", eventId));

    /// <summary>The last notification of every incident that has no row.</summary>
    public List<(string Key, string Detail, string? EventId)> Orphans() => database.Query(
        """
        SELECT key, detail, event_id FROM history
        WHERE id IN (SELECT MAX(id) FROM history WHERE what = 'notified' AND detail NOT LIKE '%: recorded only%' GROUP BY key)
            AND key NOT IN (SELECT key FROM incidents)
        """,
        row => (row.GetString(0), row.GetString(1), row.IsDBNull(2) ? null : row.GetString(2)));

    /// <summary>Removes what is older than <see cref="Memory"/>.</summary>
    public void Forget() =>
        database.Execute("DELETE FROM history WHERE at < $before", ("$before", (time.GetUtcNow() - Memory).ToUnixTimeMilliseconds()));
}
