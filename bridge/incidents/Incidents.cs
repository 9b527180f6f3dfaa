using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Data.Sqlite;

namespace Ringfree.Monitoring.Bridge;

/// <summary>The limits that decide what happens to an incident.</summary>
/// <param name="StormThreshold">So many problems that began within the window are a storm; default 25.</param>
/// <param name="StormWindow">The window; default 5 minutes.</param>
/// <param name="ReopenAfter">A problem that a person resolved at PagerDuty pages again after this; default 10 minutes.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct IncidentPolicy(int StormThreshold, TimeSpan StormWindow, TimeSpan ReopenAfter)
{
    public static IncidentPolicy Default { get; } = new(25, TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(10));
}

/// <summary>
/// One row is one host or service: however many notifications arrive, the work that waits never outgrows the estate. Each change of the
/// desired state makes a new version; a delivery is due while the delivered version is older, the newest one is not set aside and nothing
/// holds it.
/// </summary>
internal sealed class Incidents(Database database, History history, Maintenance maintenance, IncidentPolicy policy, TimeProvider time)
{
    // NTP steps of less are left alone; state changes come in whole seconds.
    private const long ClockTolerance = 500_000_000;

    /// <summary>The boots met so far with their order.</summary>
    public Dictionary<string, long> Boots() =>
        database.All("SELECT boot, ordinal FROM boots", row => KeyValuePair.Create(row.GetString(0), row.GetInt64(1)))
            .ToDictionary(StringComparer.Ordinal);

    /// <summary>Takes events in, all or none of them. An event that is in already, by its id, changes nothing.</summary>
    /// <param name="events">In their order.</param>
    /// <param name="currentBoot">Stands for the boot of events that do not know theirs.</param>
    /// <param name="servedSince">When serve took the spool, on the boot clock in nanoseconds: notify may have delivered what is older by itself.</param>
    /// <returns>For each event what came of it, in words.</returns>
    public List<string> Ingest(IReadOnlyList<SchedulerEvent> events, string currentBoot, long servedSince = 0) => database.Atomically<List<string>>(() =>
    {
        var storm = new StormGate(database, policy, time);
        string running = new Moment(0, 0, currentBoot).Boot;
        return [.. events.Select(@event => Ingest(@event, currentBoot, storm, @event.Spooled.Boot != running || @event.Spooled.BootNanoseconds <= servedSince))];
    });

    /// <summary>Makes an incident of the bridge itself bad, with a new text, or good.</summary>
    public void Want(SchedulerEvent @event, IncidentKind kind) => database.Atomically(() =>
        Want(DedupKey.Of(@event), kind, Transition.Of(@event.Type, @event.IsBad)!.Value, @event, BootOrdinal(@event.Spooled.Boot), null));

    /// <summary>The incidents by host and service.</summary>
    /// <param name="withSettled">Also those that are resolved and delivered.</param>
    public List<Incident> List(bool withSettled) => Read("$all OR desired <> 3 OR delivered_version < version", ("$all", withSettled ? 1 : 0));

    /// <summary>One incident, or null.</summary>
    public Incident? Find(string dedupKey) => Read("dedup_key = $key", ("$key", dedupKey)).FirstOrDefault();

    /// <summary>The incidents of a host, of one service when it is given.</summary>
    public List<Incident> Of(string host, string? service) =>
        Read("host = $host AND ($service IS NULL OR service = $service)", ("$host", host), ("$service", service));

    /// <summary>Host and service in the bytes in which the scheduler told them; in UTF-8 when the stored notification cannot be read.</summary>
    public (byte[] Host, byte[] Service) NamesOf(Incident incident)
    {
        SchedulerEvent? stored = StoredEvent(incident.DedupKey);
        return (stored?.HostBytes ?? Encoding.UTF8.GetBytes(incident.Host), stored?.ServiceBytes ?? Encoding.UTF8.GetBytes(incident.Service));
    }

    /// <summary>The incidents that PagerDuty refused for good.</summary>
    public List<Incident> DeadLetters() => Read(Deliveries.IsDeadLetter);

    /// <summary>
    /// The problems that may have paged nobody: they wait since before a moment, or only a mail server took them and the API has been away since
    /// before it.
    /// </summary>
    public List<Incident> Unproven(DateTimeOffset before) => Read(
        """
        desired IN (1, 2) AND held = 0 AND (
            (delivered IN (0, 3) AND delivered_version < version AND wanted_at <= $before)
            OR (mail_open AND wanted_at <= $before
                AND EXISTS (SELECT 1 FROM facts WHERE name = 'api_failing_since' AND value <= $before)))
        """,
        ("$before", before.ToUnixTimeMilliseconds()));

    /// <summary>Resolves the notices that were delivered long enough ago for somebody to have read them.</summary>
    public void ResolveNotices(TimeSpan after) => database.Run(
        "UPDATE incidents SET desired = 3, version = version + 1 WHERE kind = 2 AND desired <> 3 AND delivered_at < $before",
        ("$before", (time.GetUtcNow() - after).ToUnixTimeMilliseconds()));

    /// <summary>Forgets delivered, resolved incidents older than the history.</summary>
    public void Forget() => database.Run(
        "DELETE FROM incidents WHERE desired = 3 AND delivered_version = version AND wanted_at < $before",
        ("$before", (time.GetUtcNow() - History.Memory).ToUnixTimeMilliseconds()));

    private List<Incident> Read(string where, params ReadOnlySpan<(string Name, object? Value)> parameters) => database.All(
        $"""
        SELECT dedup_key, kind, host, service, state, desired, delivered, {Deliveries.IsDue}, {Deliveries.IsDeadLetter}, held, api_open, mail_open, acknowledged_by,
            wanted_at, opened_at, delivered_at, attempts, last_answer
        FROM incidents WHERE {where} ORDER BY host, service
        """,
        row => new Incident(
            row.GetString(0),
            (IncidentKind)row.GetInt64(1),
            row.GetString(2),
            row.GetString(3),
            row.GetString(4),
            (IncidentState)row.GetInt64(5),
            (IncidentState)row.GetInt64(6),
            row.GetBoolean(7),
            row.GetBoolean(8),
            (Hold)row.GetInt64(9),
            string.Join('+', new[] { row.GetBoolean(10) ? "api" : "", row.GetBoolean(11) ? "mail" : "" }.Where(channel => channel.Length > 0)),
            row.IsDBNull(12) ? null : row.GetString(12),
            DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(13)),
            row.IsDBNull(14) ? null : DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(14)),
            row.IsDBNull(15) ? null : DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(15)),
            row.GetInt64(16),
            row.IsDBNull(17) ? null : row.GetString(17)),
        parameters);

    private string Ingest(SchedulerEvent @event, string currentBoot, StormGate storm, bool mayBeDelivered)
    {
        string dedupKey = DedupKey.Of(@event);
        IncidentState? desired = Transition.Of(@event.Type, @event.IsBad);
        long boot = BootOrdinal(@event.Spooled.Boot == Moment.UnknownBoot ? currentBoot : @event.Spooled.Boot);
        bool isOld = desired is not null && IsOlderThanStored(dedupKey, @event, boot);
        string outcome = desired is null ? "recorded only"
            : isOld ? "recorded only: older than what is known"
            : desired.Value.ToString().ToLowerInvariant();
        if (!history.Record(dedupKey, "notified", $"{@event.Type}, {@event.State}: {outcome}", @event.Id))
        {
            return "known already";
        }

        // Notify triggered it by itself, perhaps, after the end that is known here: that end is told once more.
        if (isOld && mayBeDelivered && desired == IncidentState.Triggered)
        {
            database.Run(
                "UPDATE incidents SET version = version + 1, api_open = 1, mail_open = 1, wanted_at = $now WHERE dedup_key = $key AND desired = 3",
                ("$now", Now()),
                ("$key", dedupKey));
        }

        if (desired is not { } state || isOld)
        {
            return outcome;
        }

        string more = Want(dedupKey, IncidentKind.Scheduler, state, @event, boot, storm, mayBeDelivered);
        if (more.Length > 0)
        {
            history.Append(@event.Id, more);
        }

        return outcome + more;
    }

    private bool IsOlderThanStored(string dedupKey, SchedulerEvent @event, long boot)
    {
        (long Boot, long SinceBoot, long? Changed) stored = database.All(
            "SELECT boot, since_boot, changed FROM incidents WHERE dedup_key = $key",
            row => (row.GetInt64(0), row.GetInt64(1), row.IsDBNull(2) ? (long?)null : row.GetInt64(2)),
            ("$key", dedupKey)).FirstOrDefault((long.MinValue, 0, null));
        if (boot != stored.Boot)
        {
            return boot < stored.Boot;
        }

        // A notification that the scheduler repeats later carries the state change of its first time.
        if (@event.ChangedSinceBoot is { } changed && stored.Changed is { } known && Math.Abs(changed - known) > ClockTolerance && !IsOfTheSameChange(dedupKey, @event))
        {
            return changed < known;
        }

        return @event.Spooled.BootNanoseconds < stored.SinceBoot;
    }

    // The wall clock may have been set in between: what the scheduler says in the same words is the same change.
    private bool IsOfTheSameChange(string dedupKey, SchedulerEvent @event)
    {
        static string ChangeOf(SchedulerEvent one) => one.Text("LASTSERVICESTATECHANGE", "LASTHOSTSTATECHANGE");
        return StoredEvent(dedupKey) is { } known && ChangeOf(known) == ChangeOf(@event);
    }

    /// <summary>The notification that an incident's page is written from; null when there is none, or it cannot be read.</summary>
    public SchedulerEvent? StoredEvent(string dedupKey) =>
        database.All("SELECT event_id, event FROM incidents WHERE dedup_key = $key", row => SpoolFile.Read(row.GetString(0), row.GetFieldValue<byte[]>(1), out _), ("$key", dedupKey))
            .FirstOrDefault();

    /// <returns>What holds it, in words to add to the outcome; empty when nothing does.</returns>
    private string Want(string dedupKey, IncidentKind kind, IncidentState desired, SchedulerEvent @event, long boot, StormGate? storm, bool mayBeDelivered = false)
    {
        Before before = database.All(
            "SELECT desired, delivered, told_severity, acknowledged_severity, held, again, in_storm, api_open, opened_at IS NOT NULL FROM incidents WHERE dedup_key = $key",
            Before.Read,
            ("$key", dedupKey)).FirstOrDefault(Before.Unknown);
        Severity severity = Severities.Of(@event);
        bool isBad = desired != IncidentState.Resolved;
        bool begins = isBad && before.Desired is (IncidentState.None or IncidentState.Resolved);
        bool isTold = before.Delivered is IncidentState.Triggered or IncidentState.Acknowledged;

        // A new problem is not the one before it, whose end PagerDuty was not told yet: somebody may have acknowledged that, and would hear nothing.
        bool again = isBad && (begins
            ? before.IsShown
            : before.Again || (desired == IncidentState.Triggered
                && (isTold ? Severities.PagesAgain(severity, before.Told, before.Acknowledged) : before.IsShown && severity > before.Acknowledged)));
        Hold held = !isBad || kind != IncidentKind.Scheduler ? Hold.None
            : before.Held == Hold.Person && severity <= before.Told ? Hold.Person
            : (!isTold || begins || before.Held == Hold.Maintenance) && maintenance.Covers(@event.Host, @event.Service) ? Hold.Maintenance
            : isTold ? Hold.None
            : storm!.Admits(severity, begins, before.Held) ? Hold.Storm
            : Hold.None;
        bool inStorm = isBad && (before.InStorm || (begins && held != Hold.Maintenance && storm?.IsRaging == true));
        long now = Now();

        // An end of what is known to be over, too: notify may have paged it when it could not be spooled.
        bool mayBeOpen = mayBeDelivered || (!isBad && before.Desired == IncidentState.Resolved && kind == IncidentKind.Scheduler);

        // A row begins as "may be open": an earlier store that was lost may have opened it, and a needless resolve does no harm.
        database.Run(
            """
            INSERT INTO incidents VALUES (
                $key, $kind, $host, $service, $state, $desired, 1, 0, 0, 0, $severity, -1, $open, $mailOpen, 0, 0, $held, $inStorm,
                NULL, CASE WHEN $desired = 2 THEN $severity END, 0, NULL, NULL,
                $boot, $sinceBoot, $changed, $id, $event, CASE WHEN $isBad THEN $now END, $now, NULL, 0, 0, NULL, NULL, $opened, NULL, NULL)
            ON CONFLICT(dedup_key) DO UPDATE SET
                state = $state, desired = $desired, version = version + 1, boot = $boot, since_boot = $sinceBoot, changed = $changed,
                event_id = $id, event = $event, wanted_at = CASE WHEN delivered_version < version THEN wanted_at ELSE $now END,
                severity = $severity, again = CASE WHEN NOT $again THEN 0 WHEN again > 0 THEN again ELSE version + 1 END, plain = 0, held = $held, in_storm = $inStorm, next_try_at = 0, failing_since = NULL,
                api_open = $open, mail_open = mail_open OR $mailOpen, opened_at = COALESCE(opened_at, $opened),
                rose_at = CASE WHEN $begins OR NOT $isBad THEN NULL WHEN $severity > severity THEN $now ELSE rose_at END,
                problem_at = CASE WHEN $begins THEN $now WHEN $isBad THEN problem_at END,
                acknowledged_severity = CASE WHEN $desired = 2 THEN $severity WHEN $begins OR NOT $isBad THEN NULL ELSE acknowledged_severity END,
                acknowledged_by = CASE WHEN $begins OR NOT $isBad THEN NULL ELSE acknowledged_by END,
                resolved_by = CASE WHEN $held = 3 THEN resolved_by END, resolved_by_at = CASE WHEN $held = 3 THEN resolved_by_at END
            """,
            ("$key", dedupKey),
            ("$kind", (int)kind),
            ("$host", @event.Host),
            ("$service", @event.Service),
            ("$state", @event.State),
            ("$desired", (int)desired),
            ("$severity", (int)severity),
            ("$open", mayBeOpen || (held is Hold.Maintenance or Hold.Storm ? before.WasOpen : before.IsOpen)),
            ("$mailOpen", mayBeOpen),
            ("$opened", mayBeDelivered && isBad ? @event.Spooled.Wall.ToUnixTimeMilliseconds() : null),
            ("$held", (int)held),
            ("$inStorm", inStorm),
            ("$again", again),
            ("$begins", begins),
            ("$isBad", isBad),
            ("$boot", boot),
            ("$sinceBoot", @event.Spooled.BootNanoseconds),
            ("$changed", @event.ChangedSinceBoot),
            ("$id", @event.Id),
            ("$event", SpoolFile.Write(@event.Macros, @event.Spooled)),
            ("$now", now));
        return held switch
        {
            Hold.Maintenance => ", held: maintenance",
            Hold.Storm => ", in the storm's page",
            Hold.Person => ", held: a person resolved it",
            _ => !again || desired != IncidentState.Triggered ? "" : begins ? ", pages again: the end of the one before was not told" : ", pages again: it got worse",
        };
    }

    private long BootOrdinal(string boot)
    {
        database.Run("INSERT OR IGNORE INTO boots(boot) VALUES ($boot)", ("$boot", boot));
        return database.Number("SELECT ordinal FROM boots WHERE boot = $boot", ("$boot", boot));
    }

    private long Now() => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>What the row said before the event.</summary>
    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Before(
        IncidentState Desired, IncidentState Delivered, Severity Told, Severity? Acknowledged, Hold Held, bool Again, bool InStorm, bool IsOpen, bool WasOpen, bool IsShown)
    {
        public static Before Unknown { get; } =
            new(IncidentState.None, IncidentState.None, Severity.Info, null, Hold.None, false, false, IsOpen: true, WasOpen: false, IsShown: false);

        public static Before Read(SqliteDataReader row) => new(
            (IncidentState)row.GetInt64(0),
            (IncidentState)row.GetInt64(1),
            (Severity)row.GetInt64(2),
            row.IsDBNull(3) ? null : (Severity)row.GetInt64(3),
            (Hold)row.GetInt64(4),
            row.GetBoolean(5),
            row.GetBoolean(6),
            row.GetBoolean(7),
            row.GetBoolean(7),
            row.GetBoolean(8));
    }
}
