using System.Runtime.InteropServices;

namespace Ringfree.Monitoring.Bridge;

/// <summary>What became of an incident at PagerDuty.</summary>
internal enum PersonDeed
{
    /// <summary>Somebody is at it.</summary>
    Acknowledged,

    /// <summary>Nobody is at it any more: taken back, or the time of the acknowledgement ran out.</summary>
    Unacknowledged,

    /// <summary>Somebody says that it is over.</summary>
    Resolved,

    /// <summary>Somebody opened it again.</summary>
    Reopened,
}

/// <summary>One change at PagerDuty that the bridge did not ask for.</summary>
/// <param name="DedupKey">The incident.</param>
/// <param name="Deed">What changed.</param>
/// <param name="Who">Who did it.</param>
/// <param name="At">When, by PagerDuty's clock.</param>
/// <param name="Url">The incident's page; empty when not known.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct PersonAction(string DedupKey, PersonDeed Deed, string Who, DateTimeOffset At, string Url)
{
    /// <summary>The page as it was when PagerDuty was asked: of another one the deed says nothing. Null when that is known not to matter.</summary>
    public OpenPage? Seen { get; init; }
}

/// <summary>A page that PagerDuty should have open.</summary>
/// <param name="DedupKey">The incident.</param>
/// <param name="Delivered">The state that PagerDuty was last told.</param>
/// <param name="IsAcknowledged">True when a person is known to have acknowledged it.</param>
/// <param name="OpenedAt">When the call began that opened it.</param>
/// <param name="DeliveredAt">When PagerDuty last accepted a call about it.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct OpenPage(string DedupKey, IncidentState Delivered, bool IsAcknowledged, DateTimeOffset OpenedAt, DateTimeOffset DeliveredAt);

/// <summary>Takes in what persons do at PagerDuty, each once and in the order of PagerDuty's clock, and tells the scheduler.</summary>
internal sealed class PersonActions(Database database, History history, SchedulerCommands commands, IncidentPolicy policy, TimeProvider time)
{
    /// <summary>
    /// So long after a page a resolve that no person made may be the bridge's own of the page before it. PagerDuty itself resolves after hours; its
    /// clock and this one may differ by as much.
    /// </summary>
    public static readonly TimeSpan OwnResolves = TimeSpan.FromMinutes(1);

    private sealed record Row(string Host, string Service, IncidentKind Kind, IncidentState Desired, long PersonAt, bool IsAcknowledged, long RoseAt)
    {
        /// <summary>True when it has got worse since the deed: nobody has seen that.</summary>
        public bool HasRisenSince(PersonAction action) => Desired == IncidentState.Triggered && action.At.ToUnixTimeMilliseconds() < RoseAt;
    }

    /// <summary>Takes one change in.</summary>
    /// <returns>What came of it, in words.</returns>
    public string Apply(PersonAction action) => database.Atomically(() =>
    {
        Row? row = database.All(
            "SELECT host, service, kind, desired, person_at, acknowledged_by IS NOT NULL, COALESCE(rose_at, 0) FROM incidents WHERE dedup_key = $key",
            found => new Row(
                found.GetString(0),
                found.GetString(1),
                (IncidentKind)found.GetInt64(2),
                (IncidentState)found.GetInt64(3),
                found.GetInt64(4),
                found.GetBoolean(5),
                found.GetInt64(6)),
            ("$key", action.DedupKey)).FirstOrDefault();
        if (row is null)
        {
            return "unknown incident";
        }

        if (action.Seen is { } seen && !ShouldBeOpen(action.DedupKey).Contains(seen))
        {
            return "its page has changed meanwhile";
        }

        long at = action.At.ToUnixTimeMilliseconds();
        if (at <= row.PersonAt)
        {
            return "known already";
        }

        database.Run("UPDATE incidents SET person_at = $at WHERE dedup_key = $key", ("$at", at), ("$key", action.DedupKey));
        if (row.Desired == IncidentState.Resolved)
        {
            return "over already";
        }

        return action.Deed switch
        {
            PersonDeed.Acknowledged => Acknowledge(action, row),
            PersonDeed.Unacknowledged => Unacknowledge(action, row),
            PersonDeed.Resolved => Resolve(action, row),
            _ => Reopen(action),
        };
    });

    /// <summary>Makes due what a person resolved and the scheduler still calls bad after the set time, and after the maintenance that covers it.</summary>
    /// <returns>The dedup keys.</returns>
    public List<string> ReopenDue() => database.Atomically(() =>
    {
        List<string> keys = database.All(
            $"""
            SELECT dedup_key FROM incidents
            WHERE held > 0 /* the index */ AND held = 3 AND desired <> 3 AND resolved_by_at <= $before AND NOT (kind = 0 AND {Maintenance.CoversIncident})
            """,
            row => row.GetString(0),
            ("$now", Now()),
            ("$before", Now() - (long)policy.ReopenAfter.TotalMilliseconds));
        foreach (string key in keys)
        {
            PageAnew(key, $"a person resolved it at PagerDuty and it is still bad after {policy.ReopenAfter}");
        }

        return keys;
    });

    /// <summary>True when a webhook with this id came already.</summary>
    public bool HasSeen(string id) => database.Number("SELECT COUNT(*) FROM webhooks WHERE id = $id", ("$id", id)) > 0;

    /// <summary>Notes a webhook's id.</summary>
    public void Saw(string id) => database.Run("INSERT OR IGNORE INTO webhooks VALUES ($id, $at)", ("$id", id), ("$at", Now()));

    /// <summary>Notes which incident of PagerDuty shows which of ours.</summary>
    public void Learn(string incidentId, string dedupKey) => database.Run(
        "INSERT INTO pages VALUES ($id, $key, $at) ON CONFLICT(incident_id) DO UPDATE SET dedup_key = $key, at = $at",
        ("$id", incidentId),
        ("$key", dedupKey),
        ("$at", Now()));

    /// <summary>Our incident that one of PagerDuty shows, as far as it was learnt; else null.</summary>
    public string? DedupKeyOf(string incidentId) => database.All(
        "SELECT dedup_key FROM pages WHERE incident_id = $id", row => row.GetString(0), ("$id", incidentId)).FirstOrDefault();

    /// <summary>The pages that PagerDuty should have open, the longest open first.</summary>
    /// <param name="dedupKey">Of one incident; null for all.</param>
    public List<OpenPage> ShouldBeOpen(string? dedupKey = null) => database.All(
        """
        SELECT dedup_key, delivered, acknowledged_by IS NOT NULL, opened_at, delivered_at FROM incidents
        WHERE desired <> 3 AND delivered IN (1, 2) AND api_open AND opened_at IS NOT NULL AND delivered_at IS NOT NULL AND ($key IS NULL OR dedup_key = $key)
        ORDER BY problem_at
        """,
        row => new OpenPage(
            row.GetString(0),
            (IncidentState)row.GetInt64(1),
            row.GetBoolean(2),
            DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(3)),
            DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(4))),
        ("$key", dedupKey));

    /// <summary>Forgets ids of webhooks after a week (PagerDuty repeats one for 48 hours), incidents' ids with the history.</summary>
    public void Forget()
    {
        long now = Now();
        database.Run("DELETE FROM webhooks WHERE at < $before", ("$before", now - (long)TimeSpan.FromDays(7).TotalMilliseconds));
        database.Run("DELETE FROM pages WHERE at < $before", ("$before", now - (long)History.Memory.TotalMilliseconds));
    }

    private string Acknowledge(PersonAction action, Row row)
    {
        if (row.IsAcknowledged)
        {
            return "acknowledged already";
        }

        if (row.HasRisenSince(action))
        {
            return AcknowledgeMilder(action);
        }

        database.Run(
            "UPDATE incidents SET acknowledged_by = $who, acknowledged_severity = severity WHERE dedup_key = $key",
            ("$who", action.Who),
            ("$key", action.DedupKey));
        history.Record(action.DedupKey, "acknowledged", $"at PagerDuty by {action.Who}");

        // What the scheduler itself acknowledged must not come back to it.
        if (row.Kind == IncidentKind.Scheduler && row.Desired == IncidentState.Triggered)
        {
            commands.Add(action.DedupKey, SchedulerCommand.Acknowledge(row.Host, row.Service, action.Who, action.Url));
        }

        return "acknowledged";
    }

    // Heard of after it got worse, which PagerDuty then took in silence.
    private string AcknowledgeMilder(PersonAction action)
    {
        database.Run(
            "UPDATE incidents SET again = version + 1, desired = 1, version = version + 1, wanted_at = $now WHERE dedup_key = $key",
            ("$now", Now()),
            ("$key", action.DedupKey));
        history.Record(action.DedupKey, "acknowledged", $"at PagerDuty by {action.Who}, before it got worse: pages again");
        return "acknowledged before it got worse: pages again";
    }

    private string Unacknowledge(PersonAction action, Row row)
    {
        database.Run(
            "UPDATE incidents SET acknowledged_by = NULL, acknowledged_severity = NULL, desired = 1, delivered = 1 WHERE dedup_key = $key AND delivered IN (1, 2)",
            ("$key", action.DedupKey));
        history.Record(action.DedupKey, "unacknowledged", $"at PagerDuty by {action.Who}");
        TakeBack(action, row);
        return "unacknowledged";
    }

    // What was opened by both ways is two incidents at PagerDuty, and only one of them was resolved: the end is told to both in any case.
    private string Resolve(PersonAction action, Row row)
    {
        bool isRead = row.Kind == IncidentKind.Notice;
        database.Run(
            """
            UPDATE incidents SET held = 3, opened_at = NULL, delivered = 3, delivered_version = version, again = 0,
                acknowledged_by = NULL, acknowledged_severity = NULL, resolved_by = $who, resolved_by_at = $now
            WHERE dedup_key = $key
            """,
            ("$who", action.Who),
            ("$now", Now()),
            ("$key", action.DedupKey));
        if (isRead)
        {
            database.Run("UPDATE incidents SET desired = 3, held = 0 WHERE dedup_key = $key", ("$key", action.DedupKey));
        }

        if (row.IsAcknowledged)
        {
            TakeBack(action, row); // it may page again, and then nobody is at it
        }

        if (!isRead && row.HasRisenSince(action))
        {
            PageAnew(action.DedupKey, $"{action.Who} resolved it at PagerDuty before it got worse");
            return "resolved before it got worse: pages again";
        }

        history.Record(action.DedupKey, "resolved", $"at PagerDuty by {action.Who}{(isRead ? "" : $", while it is still bad; pages again after {policy.ReopenAfter}")}");
        return "resolved by a person";
    }

    private void TakeBack(PersonAction action, Row row)
    {
        if (row.Kind == IncidentKind.Scheduler)
        {
            commands.Add(action.DedupKey, SchedulerCommand.RemoveAcknowledgement(row.Host, row.Service));
        }
    }

    private void PageAnew(string key, string why)
    {
        database.Run(
            """
            UPDATE incidents SET held = 0, delivered = 0, desired = 1, version = version + 1, wanted_at = $now, api_open = 1,
                resolved_by = NULL, resolved_by_at = NULL
            WHERE dedup_key = $key
            """,
            ("$now", Now()),
            ("$key", key));
        history.Record(key, "reopened", why);
    }

    private string Reopen(PersonAction action)
    {
        database.Run(
            "UPDATE incidents SET held = 0, api_open = 1, opened_at = COALESCE(opened_at, $at), delivered = 1, resolved_by = NULL, resolved_by_at = NULL WHERE dedup_key = $key AND held = 3",
            ("$at", action.At.ToUnixTimeMilliseconds()),
            ("$key", action.DedupKey));
        history.Record(action.DedupKey, "reopened", $"at PagerDuty by {action.Who}");
        return "reopened";
    }

    private long Now() => time.GetUtcNow().ToUnixTimeMilliseconds();
}
