namespace Ringfree.Monitoring.Bridge;

/// <summary>What webhooks need between two of them: which were taken in, and which incident of PagerDuty shows which of ours.</summary>
internal sealed class PagerDutyIncidents(Database database, TimeProvider time)
{
    // PagerDuty repeats a webhook for 48 hours.
    private static readonly TimeSpan WebhookMemory = TimeSpan.FromDays(7);

    /// <summary>True when a webhook with this id came already.</summary>
    public bool HasSeen(string id) => database.Scalar("SELECT COUNT(*) FROM webhooks WHERE id = $id", ("$id", id)) > 0;

    /// <summary>Notes a webhook's id.</summary>
    public void Saw(string id) => database.Execute("INSERT OR IGNORE INTO webhooks VALUES ($id, $at)", ("$id", id), ("$at", Now()));

    /// <summary>Notes that an incident of PagerDuty shows one of ours: one that was grouped or merged shows several.</summary>
    public void Learn(string incidentId, string key) => database.Execute(
        "INSERT INTO pages VALUES ($id, $key, $at) ON CONFLICT(incident_id, key) DO UPDATE SET at = $at",
        ("$id", incidentId),
        ("$key", key),
        ("$at", Now()));

    /// <summary>Our incidents that one of PagerDuty shows, as far as they were learned.</summary>
    public IReadOnlyList<string> KeysOf(string incidentId) =>
        database.Query("SELECT key FROM pages WHERE incident_id = $id ORDER BY key", row => row.GetString(0), ("$id", incidentId));

    /// <summary>Removes ids of webhooks after a week, those of incidents with the history.</summary>
    public void Forget()
    {
        long now = Now();
        database.Execute("DELETE FROM webhooks WHERE at < $before", ("$before", now - (long)WebhookMemory.TotalMilliseconds));
        database.Execute("DELETE FROM pages WHERE at < $before", ("$before", now - (long)History.Memory.TotalMilliseconds));
    }

    private long Now() => time.GetUtcNow().ToUnixTimeMilliseconds();
}
