namespace Ringfree.Monitoring.Bridge;

/// <summary>One line of the history.</summary>
/// <param name="At">When the bridge recorded it.</param>
/// <param name="What">A word or two: <c>notified</c>, <c>delivered</c>, <c>not delivered</c>, <c>set aside</c>, <c>acknowledged</c> …</param>
/// <param name="Detail">One sentence.</param>
internal sealed record HistoryLine(DateTimeOffset At, string What, string Detail);

/// <summary>What happened to every incident, only ever added to: the answer to "did the 03:12 page go out, and if not why?".</summary>
internal sealed class History(Database database, TimeProvider time)
{
    /// <summary>How long it is kept.</summary>
    public static readonly TimeSpan Memory = TimeSpan.FromDays(90);

    /// <summary>Adds a line.</summary>
    /// <param name="dedupKey">The incident; null when it is about none.</param>
    /// <param name="what">A word or two.</param>
    /// <param name="detail">One sentence.</param>
    /// <param name="eventId">The spool file; null when it is not about one.</param>
    /// <returns>False when the spool file stands in it already: nothing was added.</returns>
    public bool Record(string? dedupKey, string what, string detail, string? eventId = null) =>
        database.Run(
            "INSERT OR IGNORE INTO history(at, event_id, dedup_key, what, detail) VALUES ($at, $event, $key, $what, $detail)",
            ("$at", time.GetUtcNow().ToUnixTimeMilliseconds()),
            ("$event", eventId),
            ("$key", dedupKey),
            ("$what", what),
            ("$detail", detail)) > 0;

    /// <summary>Adds to the line of a spool file what came of it in the same transaction.</summary>
    public void Append(string eventId, string more) =>
        database.Run("UPDATE history SET detail = detail || $more WHERE event_id = $event", ("$more", more), ("$event", eventId));

    /// <summary>The lines of an incident, oldest first.</summary>
    public List<HistoryLine> Of(string dedupKey) => database.All(
        "SELECT at, what, detail FROM history WHERE dedup_key = $key ORDER BY id",
        row => new HistoryLine(DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(0)), row.GetString(1), row.GetString(2)),
        ("$key", dedupKey));

    /// <summary>The last notification of every incident that has no row.</summary>
    public List<(string DedupKey, string Detail)> Orphans() => database.All(
        """
        SELECT dedup_key, detail FROM history
        WHERE id IN (SELECT MAX(id) FROM history WHERE what = 'notified' AND detail NOT LIKE '%: recorded only%' GROUP BY dedup_key) AND dedup_key NOT IN (SELECT dedup_key FROM incidents)
        """,
        row => (row.GetString(0), row.GetString(1)));

    /// <summary>Forgets what is older than <see cref="Memory"/>.</summary>
    public void Forget() =>
        database.Run("DELETE FROM history WHERE at < $before", ("$before", (time.GetUtcNow() - Memory).ToUnixTimeMilliseconds()));
}
