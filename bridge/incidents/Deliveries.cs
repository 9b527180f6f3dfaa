using System.Runtime.InteropServices;

namespace Ringfree.Monitoring.Bridge;

/// <summary>A way to PagerDuty.</summary>
internal enum ChannelKind
{
    /// <summary>The Events API.</summary>
    Api,

    /// <summary>The e-mail integration, which has a key of its own: what it opened only it can close.</summary>
    Mail,
}

/// <summary>What the ways to PagerDuty are good for at the moment.</summary>
/// <param name="HasApi">The Events API is configured.</param>
/// <param name="HasMail">The e-mail integration is configured.</param>
/// <param name="IsApiOut">Calls of the API fail, and only a probe goes out now and then.</param>
/// <param name="ApiFailingSince">Since when no call of the API succeeded; null when the last one did.</param>
/// <param name="IsMailOut">Mails fail, and only a probe goes out now and then.</param>
/// <param name="FallbackAfter">After this long without the API problems are mailed.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Ways(bool HasApi, bool HasMail, bool IsApiOut, DateTimeOffset? ApiFailingSince, bool IsMailOut, TimeSpan FallbackAfter)
{
    public static Ways ApiOnly { get; } = new(true, false, false, null, false, TimeSpan.Zero);
}

/// <summary>The next call for an incident.</summary>
/// <param name="DedupKey">The incident.</param>
/// <param name="Channel">The way that it takes.</param>
/// <param name="Action"><c>trigger</c>, <c>acknowledge</c> or <c>resolve</c>; empty when none is needed any more.</param>
/// <param name="State">The state that PagerDuty has after it.</param>
/// <param name="Version">The version of the desired state that was read: a newer one may be set while the call runs.</param>
/// <param name="IsLast">False when another call must follow: after the close before a page again, after the trigger before an acknowledgement.</param>
/// <param name="IsClosedAfter">True when it leaves nothing open at PagerDuty.</param>
/// <param name="IsPlain">True when PagerDuty refused the full event: no details, no links.</param>
/// <param name="Event">The notification that the page is written from.</param>
internal sealed record Delivery(
    string DedupKey, ChannelKind Channel, string Action, IncidentState State, long Version, bool IsLast, bool IsClosedAfter, bool IsPlain, SchedulerEvent Event);

/// <summary>What is due, what goes next, and what became of it.</summary>
internal sealed class Deliveries(Database database, History history, StoredFacts facts, RecentCalls calls, TimeProvider time)
{
    /// <summary>An SQL condition on rows of <c>incidents</c>: a call is due.</summary>
    public const string IsDue = "delivered_version < version AND set_aside_version < version AND held = 0";

    /// <summary>An SQL condition on rows of <c>incidents</c>: PagerDuty refused the newest state for good.</summary>
    public const string IsDeadLetter = "set_aside_version = version AND delivered_version < version";

    // A try that lies further ahead than any wait is one of before the wall clock was set back.
    private const string IsTime = "(next_try_at <= $now OR next_try_at > $now + 60000)";

    // What an outage of the API does not stop: pages that nobody has got yet, and the closing of what was mailed.
    private const string CanBeMailed = "((desired IN (1, 2) AND (delivered IN (0, 3) OR again)) OR (desired = 3 AND (mail_open OR NOT api_open)))";

    /// <summary>The incidents that a call is due for, in their order: the bridge's own, new criticals, resolves, others; then the longest waiting.</summary>
    /// <param name="most">At most so many.</param>
    /// <param name="onlyMail">Only what can go by mail, or needs no call.</param>
    public List<string> Due(int most, bool onlyMail = false) => database.All(
        onlyMail
            ? $"SELECT dedup_key FROM incidents WHERE {IsDue} AND {IsTime} AND {CanBeMailed} ORDER BY priority, wanted_at LIMIT $most"
            : $"SELECT dedup_key FROM incidents WHERE {IsDue} AND {IsTime} ORDER BY priority, wanted_at LIMIT $most",
        row => row.GetString(0),
        ("$now", Now()),
        ("$most", most));

    /// <summary>
    /// The call that brings PagerDuty nearer to the desired state. An acknowledgement of what PagerDuty never heard of is triggered first,
    /// because it never opens an incident. What was over before the first call is settled without one.
    /// </summary>
    /// <returns>The call, or null when none is due.</returns>
    public Delivery? Next(string dedupKey, Ways ways)
    {
        Row? row = database.All(
            $"""
            SELECT kind, desired, version, delivered, api_open, mail_open, again, plain, failing_since, event_id, event, host, service, state,
                severity, told_severity, acknowledged_severity
            FROM incidents
            WHERE dedup_key = $key AND {IsDue}
            """,
            Row.Read,
            ("$key", dedupKey)).FirstOrDefault();
        if (row is null)
        {
            return null;
        }

        Delivery Call(ChannelKind channel, string action, IncidentState state, bool isLast, bool isClosedAfter = false) =>
            new(dedupKey, channel, action, state, row.Version, isLast, isClosedAfter, row.IsPlain, row.Event());
        Delivery Close(bool isLast)
        {
            bool byMail = ways.HasMail && row.IsMailOpen && (!ways.HasApi || !row.IsApiOpen || ways.IsApiOut);
            bool isOnlyOne = !(row.IsMailOpen && row.IsApiOpen && ways is { HasApi: true, HasMail: true });
            return Call(byMail ? ChannelKind.Mail : ChannelKind.Api, "resolve", IncidentState.Resolved, isLast && isOnlyOne, isOnlyOne);
        }

        bool isOpen = (row.IsApiOpen && ways.HasApi) || (row.IsMailOpen && ways.HasMail);
        bool isTold = row.Delivered is IncidentState.Triggered or IncidentState.Acknowledged;
        bool mails = ways.HasMail && (!ways.HasApi || IsLongOut(row, ways) || row is { Kind: not IncidentKind.Scheduler, IsPlain: true });

        // Worse than the call that was under way when it got worse.
        bool again = row.Again || (isTold && Severities.PagesAgain(row.Severity, row.Told, row.Acknowledged));
        switch (row.Desired)
        {
            case IncidentState.Resolved:
                return isOpen ? Close(isLast: true) : Call(ChannelKind.Api, "", IncidentState.Resolved, isLast: true, isClosedAfter: true);
            case IncidentState.Acknowledged when isTold && !row.Again: // else what PagerDuty was told is another problem, which may be over there
                return row.IsApiOpen && ways.HasApi
                    ? Call(ChannelKind.Api, "acknowledge", IncidentState.Acknowledged, isLast: true)
                    : Call(ChannelKind.Mail, "", IncidentState.Acknowledged, isLast: true); // mail knows no acknowledgement
            case IncidentState.Triggered when again && isOpen && (!mails || row.IsMailOpen):
                return Close(isLast: false);
            default:
                bool isLast = row.Desired == IncidentState.Triggered;
                return isLast && isTold && !again && !(row.IsApiOpen && ways.HasApi)
                    ? Call(ChannelKind.Mail, "", IncidentState.Triggered, isLast: true) // a second mail would page a second time
                    : Call(mails && (!isTold || again) ? ChannelKind.Mail : ChannelKind.Api, "trigger", IncidentState.Triggered, isLast);
        }
    }

    /// <summary>
    /// Records that a call begins, because its answer may never come: after a trigger PagerDuty may know the incident; after a resolve it
    /// may not, so that an acknowledgement that follows is triggered first again.
    /// </summary>
    public void Begin(Delivery delivery) => database.Atomically(() =>
    {
        calls.Note(delivery.Channel);
        database.Run(
            """
            UPDATE incidents SET attempts = attempts + 1,
                api_open = api_open OR ($state = 1 AND $channel = 0), mail_open = mail_open OR ($state = 1 AND $channel = 1),
                delivered = CASE WHEN $state = 3 THEN 0 ELSE delivered END,
                opened_at = CASE WHEN $state = 1 THEN COALESCE(opened_at, $now) ELSE opened_at END,
                unanswered_at = CASE WHEN $state = 1 THEN $now ELSE unanswered_at END
            WHERE dedup_key = $key
            """,
            ("$state", (int)delivery.State),
            ("$now", Now()),
            ("$channel", (int)delivery.Channel),
            ("$key", delivery.DedupKey));
    });

    /// <summary>Calls of an incident since its last success.</summary>
    public long Attempts(string dedupKey) => database.Number("SELECT attempts FROM incidents WHERE dedup_key = $key", ("$key", dedupKey));

    /// <summary>Records that PagerDuty has it, or that the mail server took it. A newer desired state stays due.</summary>
    public void Delivered(Delivery delivery, string detail) => database.Atomically(() =>
    {
        DateTimeOffset now = time.GetUtcNow();
        database.Run(
            """
            UPDATE incidents SET delivered = $state, attempts = 0, next_try_at = 0, failing_since = NULL, last_answer = NULL, delivered_at = $now,
                delivered_version = CASE WHEN $last THEN $version ELSE delivered_version END,
                told_severity = CASE WHEN $state = 1 THEN $severity WHEN $state = 3 THEN -1 ELSE told_severity END,
                acknowledged_severity = CASE WHEN $state = 1 AND again BETWEEN 1 AND $version AND desired = 1 THEN NULL ELSE acknowledged_severity END,
                acknowledged_by = CASE WHEN $state = 1 AND again BETWEEN 1 AND $version AND desired = 1 THEN NULL ELSE acknowledged_by END,
                again = CASE WHEN $state = 1 AND again <= $version THEN 0 ELSE again END,
                opened_at = CASE WHEN $closed THEN NULL WHEN $state = 1 AND $action <> '' THEN COALESCE(opened_at, $now) ELSE opened_at END,
                unanswered_at = CASE WHEN $state = 1 THEN NULL ELSE unanswered_at END,
                api_open = CASE WHEN $state = 3 AND ($channel = 0 OR $action = '') THEN 0 WHEN $action = 'trigger' AND $channel = 0 THEN 1 ELSE api_open END,
                mail_open = CASE WHEN $state = 3 AND ($channel = 1 OR $action = '') THEN 0 WHEN $action = 'trigger' AND $channel = 1 THEN 1 ELSE mail_open END
            WHERE dedup_key = $key
            """,
            ("$state", (int)delivery.State),
            ("$severity", (int)Severities.Of(delivery.Event)),
            ("$now", now.ToUnixTimeMilliseconds()),
            ("$last", delivery.IsLast),
            ("$version", delivery.Version),
            ("$channel", (int)delivery.Channel),
            ("$action", delivery.Action),
            ("$closed", delivery.IsClosedAfter),
            ("$key", delivery.DedupKey));
        history.Record(delivery.DedupKey, delivery.Action.Length > 0 ? "delivered" : "not needed", detail);
        if (delivery.Action.Length > 0 && delivery.Channel == ChannelKind.Api)
        {
            facts.Set(StoredFacts.LastSuccess, now);
        }
    });

    /// <summary>Records a call that is tried again after a wait; in the history only when the reason is a new one.</summary>
    public void Failed(Delivery delivery, string reason, TimeSpan wait) => database.Atomically(() =>
    {
        long now = Now();
        int changed = database.Run(
            "UPDATE incidents SET last_answer = $reason WHERE dedup_key = $key AND last_answer IS NOT $reason",
            ("$reason", reason),
            ("$key", delivery.DedupKey));
        database.Run(
            "UPDATE incidents SET next_try_at = $next, failing_since = COALESCE(failing_since, $now) WHERE dedup_key = $key",
            ("$next", now + (long)wait.TotalMilliseconds),
            ("$now", now),
            ("$key", delivery.DedupKey));
        if (changed > 0)
        {
            history.Record(delivery.DedupKey, "not delivered", $"{delivery.Action}: {reason}");
        }
    });

    /// <summary>
    /// Records a call that PagerDuty refuses. A page is first tried again without its details: whatever it stumbled over, a name and a state
    /// still wake somebody up. What is refused even so is a dead letter, due again with its next change, a retry or the next start.
    /// </summary>
    /// <returns>True when it is a dead letter now.</returns>
    public bool SetAside(Delivery delivery, string reason) => database.Atomically(() =>
    {
        bool isDead = delivery.IsPlain || delivery.State != IncidentState.Triggered;
        database.Run(
            """
            UPDATE incidents SET set_aside_version = CASE WHEN $dead THEN $version ELSE set_aside_version END, plain = plain OR NOT $dead,
                failing_since = COALESCE(failing_since, $now), last_answer = $reason
            WHERE dedup_key = $key
            """,
            ("$dead", isDead),
            ("$version", delivery.Version),
            ("$now", Now()),
            ("$reason", reason),
            ("$key", delivery.DedupKey));
        history.Record(delivery.DedupKey, isDead ? "set aside" : "refused", $"{delivery.Action}: {reason}{(isDead ? "" : "; trying without details")}");
        return isDead;
    });

    /// <summary>Makes dead letters due once more: whoever starts serve again or says retry may have corrected the key or a proxy.</summary>
    /// <param name="dedupKey">One of them; null for all.</param>
    /// <returns>The number of incidents.</returns>
    public int Retry(string? dedupKey = null) => database.Run(
        """
        UPDATE incidents SET set_aside_version = 0, plain = 0, next_try_at = 0
        WHERE delivered_version < version AND ($key IS NULL OR dedup_key = $key) AND (set_aside_version = version OR $key IS NOT NULL)
        """,
        ("$key", dedupKey));

    /// <summary>
    /// Makes due once more what PagerDuty was told long ago: open criticals under their own key, so that an event which was accepted and lost
    /// heals. What PagerDuty has is only updated in silence.
    /// </summary>
    /// <param name="after">Told longer ago than this.</param>
    /// <param name="most">At most so many.</param>
    /// <returns>The number of incidents.</returns>
    public int Reassert(TimeSpan after, int most) => database.Run(
        """
        UPDATE incidents SET version = version + 1, wanted_at = $now WHERE dedup_key IN (
            SELECT dedup_key FROM incidents
            WHERE desired = 1 AND severity = 3 AND delivered = 1 AND api_open AND held = 0 AND delivered_version = version AND delivered_at <= $before
            ORDER BY delivered_at LIMIT $most)
        """,
        ("$now", Now()),
        ("$before", Now() - (long)after.TotalMilliseconds),
        ("$most", most));

    /// <summary>
    /// Makes the end due once more of incidents whose trigger was never answered: PagerDuty may have handled it after the resolve, and then it shows
    /// what nobody would ever close.
    /// </summary>
    /// <param name="after">Resolved longer ago than this.</param>
    /// <returns>The number of incidents.</returns>
    public int ResolveUnanswered(TimeSpan after) => database.Run(
        """
        UPDATE incidents SET version = version + 1, wanted_at = $now, unanswered_at = NULL, api_open = 1
        WHERE desired = 3 AND unanswered_at IS NOT NULL AND delivered_version = version AND delivered_at <= $before
        """,
        ("$now", Now()),
        ("$before", Now() - (long)after.TotalMilliseconds));

    /// <summary>Gives up what waits for an incident: PagerDuty keeps what it was told.</summary>
    /// <returns>False when nothing waited.</returns>
    public bool Drop(string dedupKey, string who) => database.Atomically(() =>
    {
        bool waited = database.Run(
            "UPDATE incidents SET delivered_version = version, held = 0, in_storm = 0 WHERE dedup_key = $key AND (delivered_version < version OR held > 0)",
            ("$key", dedupKey)) > 0;
        if (waited)
        {
            history.Record(dedupKey, "dropped", $"by {who}: nothing more is delivered until its next change");
        }

        return waited;
    });

    private static bool IsLongOut(Row row, Ways ways, DateTimeOffset now) =>
        IsLong(ways.ApiFailingSince, ways, now) || (!ways.IsMailOut && IsLong(row.FailingSince, ways, now));

    // What lies ahead began before the wall clock was set back.
    private static bool IsLong(DateTimeOffset? since, Ways ways, DateTimeOffset now) => since > now || now - since >= ways.FallbackAfter;

    private bool IsLongOut(Row row, Ways ways) => IsLongOut(row, ways, time.GetUtcNow());

    private long Now() => time.GetUtcNow().ToUnixTimeMilliseconds();

    private sealed record Row(
        IncidentKind Kind, IncidentState Desired, long Version, IncidentState Delivered, bool IsApiOpen, bool IsMailOpen, bool Again, bool IsPlain,
        DateTimeOffset? FailingSince, string EventId, byte[] EventBytes, string Host, string Service, string State, Severity Severity, Severity Told,
        Severity? Acknowledged)
    {
        public static Row Read(Microsoft.Data.Sqlite.SqliteDataReader row) => new(
            (IncidentKind)row.GetInt64(0),
            (IncidentState)row.GetInt64(1),
            row.GetInt64(2),
            (IncidentState)row.GetInt64(3),
            row.GetBoolean(4),
            row.GetBoolean(5),
            row.GetBoolean(6),
            row.GetBoolean(7),
            row.IsDBNull(8) ? null : DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(8)),
            row.GetString(9),
            row.GetFieldValue<byte[]>(10),
            row.GetString(11),
            row.GetString(12),
            row.GetString(13),
            (Severity)row.GetInt64(14),
            (Severity)row.GetInt64(15),
            row.IsDBNull(16) ? null : (Severity)row.GetInt64(16));

        /// <summary>The stored notification; when it is damaged, one of what the row itself says: its page must not be lost.</summary>
        public SchedulerEvent Event()
        {
            if (SpoolFile.Read(EventId, EventBytes, out string refusal) is { } whole)
            {
                return whole;
            }

            string about = Service.Length > 0 ? "SERVICE" : "HOST";
            return new SchedulerEvent(
                EventId,
                Moment.Now(),
                Macros.Of(
                    (Macros.NotificationType, Desired == IncidentState.Resolved ? "RECOVERY" : "PROBLEM"),
                    (Macros.HostName, Host),
                    (Macros.ServiceName, Service),
                    ($"{about}STATE", State),
                    ($"{about}OUTPUT", $"its output is not known here: the stored notification is damaged ({refusal})")));
        }
    }
}
