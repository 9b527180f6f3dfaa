using Microsoft.Data.Sqlite;

namespace Ringfree.Monitoring.Bridge;

/// <summary>What an incident is, what PagerDuty should know of it and what it was told.</summary>
/// <param name="DedupKey">Its name at PagerDuty.</param>
/// <param name="Host">The host's name.</param>
/// <param name="Service">The service's name; empty for the host itself.</param>
/// <param name="State">The scheduler's state of it, such as CRITICAL.</param>
/// <param name="Desired">The state that PagerDuty should have.</param>
/// <param name="Delivered">The state that was last delivered.</param>
/// <param name="IsPending">True when the two differ and a delivery is due.</param>
/// <param name="IsSetAside">True when PagerDuty refused the newest delivery for good.</param>
/// <param name="WantedAt">When the desired state was last set.</param>
/// <param name="DeliveredAt">When PagerDuty last accepted a delivery; null when never.</param>
/// <param name="Attempts">Calls since the last success.</param>
/// <param name="LastAnswer">What the last failed call came back with; null when none failed since the last success.</param>
internal sealed record Incident(
    string DedupKey, string Host, string Service, string State, IncidentState Desired, IncidentState Delivered, bool IsPending, bool IsSetAside,
    DateTimeOffset WantedAt, DateTimeOffset? DeliveredAt, long Attempts, string? LastAnswer);

/// <summary>The next call for an incident.</summary>
/// <param name="DedupKey">The incident.</param>
/// <param name="Action"><c>trigger</c>, <c>acknowledge</c> or <c>resolve</c>.</param>
/// <param name="State">The state that PagerDuty has after it.</param>
/// <param name="Version">The version of the desired state that was read: a newer one may be set while the call runs.</param>
/// <param name="IsLast">False for the trigger that must come before an acknowledgement.</param>
/// <param name="Event">The notification that the page is written from.</param>
internal sealed record Delivery(string DedupKey, string Action, IncidentState State, long Version, bool IsLast, SchedulerEvent Event);

/// <summary>
/// The incidents and their history, in SQLite (WAL, synchronous=FULL: what is committed survives a power cut). One row is one host or
/// service: however many notifications arrive, the work that waits never outgrows the estate. Each change of the desired state makes a new
/// version; a delivery is due while the delivered version is older and the newest one is not set aside.
/// </summary>
internal sealed class IncidentStore : IDisposable
{
    /// <summary>How long the history and resolved incidents are kept.</summary>
    public static readonly TimeSpan Memory = TimeSpan.FromDays(90);

    // NTP steps of less are left alone; state changes come in whole seconds.
    private const long ClockTolerance = 500_000_000;

    private const long SchemaVersion = 1;

    private const string Schema =
        """
        CREATE TABLE boots(ordinal INTEGER PRIMARY KEY AUTOINCREMENT, boot TEXT NOT NULL UNIQUE) STRICT;
        CREATE TABLE incidents(
            dedup_key TEXT PRIMARY KEY, host TEXT NOT NULL, service TEXT NOT NULL, state TEXT NOT NULL,
            desired INTEGER NOT NULL, version INTEGER NOT NULL,
            delivered INTEGER NOT NULL, delivered_version INTEGER NOT NULL, set_aside_version INTEGER NOT NULL,
            may_be_open INTEGER NOT NULL,
            boot INTEGER NOT NULL, since_boot INTEGER NOT NULL, changed INTEGER,
            event_id TEXT NOT NULL, event BLOB NOT NULL,
            wanted_at INTEGER NOT NULL, delivered_at INTEGER, attempts INTEGER NOT NULL, last_answer TEXT) STRICT, WITHOUT ROWID;
        CREATE INDEX pending ON incidents(wanted_at) WHERE delivered_version < version AND set_aside_version < version;
        CREATE TABLE history(
            id INTEGER PRIMARY KEY, at INTEGER NOT NULL, event_id TEXT, dedup_key TEXT, what TEXT NOT NULL, detail TEXT NOT NULL) STRICT;
        CREATE UNIQUE INDEX history_event ON history(event_id) WHERE event_id IS NOT NULL;
        CREATE INDEX history_incident ON history(dedup_key, id);
        """;

    private readonly Lock gate = new();
    private readonly SqliteConnection connection;
    private readonly TimeProvider time;

    private IncidentStore(SqliteConnection connection, TimeProvider time)
    {
        this.connection = connection;
        this.time = time;
    }

    /// <summary>Opens the store for writing and makes it when it does not exist.</summary>
    /// <exception cref="SqliteException">The file cannot be opened, or is no store.</exception>
    /// <exception cref="InvalidOperationException">A newer version of this program made it.</exception>
    /// <exception cref="IOException">Its folder does not exist.</exception>
    public static IncidentStore Open(string path, TimeProvider time)
    {
        if (!File.Exists(path))
        {
            // SQLite would let everybody read what plugins print.
            new FileStream(path, new FileStreamOptions
            {
                Mode = FileMode.OpenOrCreate,
                Access = FileAccess.Write,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            }).Dispose();
        }

        IncidentStore store = Connect(path, SqliteOpenMode.ReadWriteCreate, time);
        try
        {
            store.Run("PRAGMA journal_mode = WAL");
            store.Run("PRAGMA synchronous = FULL");
            using (SqliteTransaction transaction = store.connection.BeginTransaction())
            {
                long version = (long)store.Command("PRAGMA user_version", transaction).ExecuteScalar()!;
                if (version > SchemaVersion)
                {
                    throw new InvalidOperationException($"{path} has schema version {version}; this program knows {SchemaVersion}");
                }

                if (version == 0)
                {
                    store.Command($"{Schema}; PRAGMA user_version = {SchemaVersion}", transaction).ExecuteNonQuery();
                }

                transaction.Commit();
            }

            return store;
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    /// <summary>Opens an existing store for reading, beside a serve that writes it.</summary>
    /// <exception cref="SqliteException">The file cannot be opened, or is no store.</exception>
    public static IncidentStore OpenForReading(string path, TimeProvider time) => Connect(path, SqliteOpenMode.ReadWrite, time);

    /// <summary>The boots met so far with their order.</summary>
    public Dictionary<string, long> Boots()
    {
        lock (gate)
        {
            var boots = new Dictionary<string, long>(StringComparer.Ordinal);
            using SqliteCommand command = Command("SELECT boot, ordinal FROM boots", null);
            using SqliteDataReader rows = command.ExecuteReader();
            while (rows.Read())
            {
                boots.Add(rows.GetString(0), rows.GetInt64(1));
            }

            return boots;
        }
    }

    /// <summary>Takes events in, all or none of them. An event that is in already, by its id, changes nothing.</summary>
    /// <param name="events">In their order.</param>
    /// <param name="currentBoot">Stands for the boot of events that do not know theirs.</param>
    /// <returns>For each event what came of it, in words.</returns>
    public List<string> Ingest(IReadOnlyList<SchedulerEvent> events, string currentBoot)
    {
        lock (gate)
        {
            using SqliteTransaction transaction = connection.BeginTransaction();
            List<string> outcomes = [.. events.Select(@event => Ingest(@event, currentBoot, transaction))];
            transaction.Commit();
            return outcomes;
        }
    }

    /// <summary>Records a spool file that is no event.</summary>
    public void RecordRejected(string file, string reason)
    {
        lock (gate)
        {
            Record(null, null, "rejected", $"{file}: {reason}", null);
        }
    }

    /// <summary>The incidents that have a delivery due, the longest waiting first.</summary>
    public List<string> Pending(int most)
    {
        lock (gate)
        {
            var keys = new List<string>();
            using SqliteCommand command = Command(
                "SELECT dedup_key FROM incidents WHERE delivered_version < version AND set_aside_version < version ORDER BY wanted_at LIMIT $most",
                null,
                ("$most", most));
            using SqliteDataReader rows = command.ExecuteReader();
            while (rows.Read())
            {
                keys.Add(rows.GetString(0));
            }

            return keys;
        }
    }

    /// <summary>
    /// The call that brings PagerDuty nearer to the desired state. An acknowledgement of what PagerDuty never heard of is triggered first,
    /// because it never opens an incident. What was over before the first call is settled without one.
    /// </summary>
    /// <returns>The call, or null when none is due.</returns>
    public Delivery? Next(string dedupKey)
    {
        lock (gate)
        {
            using SqliteCommand command = Command(
                """
                SELECT desired, version, delivered, may_be_open, event_id, event FROM incidents
                WHERE dedup_key = $key AND delivered_version < version AND set_aside_version < version
                """,
                null,
                ("$key", dedupKey));
            using SqliteDataReader row = command.ExecuteReader();
            if (!row.Read())
            {
                return null;
            }

            var desired = (IncidentState)row.GetInt64(0);
            long version = row.GetInt64(1);
            var delivered = (IncidentState)row.GetInt64(2);
            bool mayBeOpen = row.GetInt64(3) != 0;
            SchedulerEvent @event = SpoolFile.Read(row.GetString(4), row.GetFieldValue<byte[]>(5), out string refusal)
                ?? throw new InvalidOperationException($"the stored event of {dedupKey} is damaged: {refusal}");
            return desired switch
            {
                IncidentState.Resolved => new Delivery(dedupKey, mayBeOpen ? "resolve" : "", IncidentState.Resolved, version, true, @event),
                IncidentState.Acknowledged when delivered is IncidentState.Triggered or IncidentState.Acknowledged =>
                    new Delivery(dedupKey, "acknowledge", IncidentState.Acknowledged, version, true, @event),
                _ => new Delivery(dedupKey, "trigger", IncidentState.Triggered, version, desired == IncidentState.Triggered, @event),
            };
        }
    }

    /// <summary>
    /// Records that a call begins, because its answer may never come: after a trigger PagerDuty may know the incident; after a resolve it
    /// may not, so that an acknowledgement that follows is triggered first again.
    /// </summary>
    public void Begin(Delivery delivery)
    {
        lock (gate)
        {
            Run(
                """
                UPDATE incidents SET attempts = attempts + 1, may_be_open = may_be_open OR $state = 1,
                    delivered = CASE WHEN $state = 3 THEN 0 ELSE delivered END
                WHERE dedup_key = $key
                """,
                ("$state", (int)delivery.State),
                ("$key", delivery.DedupKey));
        }
    }

    /// <summary>Records that PagerDuty has it. A newer desired state stays due.</summary>
    public void Delivered(Delivery delivery, string detail)
    {
        lock (gate)
        {
            using SqliteTransaction transaction = connection.BeginTransaction();
            Command(
                """
                UPDATE incidents SET delivered = $state, attempts = 0, last_answer = NULL, delivered_at = $now,
                    delivered_version = CASE WHEN $last THEN $version ELSE delivered_version END,
                    may_be_open = CASE WHEN $state = 3 THEN 0 ELSE may_be_open END
                WHERE dedup_key = $key
                """,
                transaction,
                ("$state", (int)delivery.State),
                ("$now", Now()),
                ("$last", delivery.IsLast),
                ("$version", delivery.Version),
                ("$key", delivery.DedupKey)).ExecuteNonQuery();
            Record(null, delivery.DedupKey, delivery.Action.Length > 0 ? "delivered" : "not needed", detail, transaction);
            transaction.Commit();
        }
    }

    /// <summary>Records a call that is tried again; in the history only when the reason is a new one.</summary>
    public void Failed(Delivery delivery, string reason)
    {
        lock (gate)
        {
            using SqliteTransaction transaction = connection.BeginTransaction();
            int changed = Command(
                "UPDATE incidents SET last_answer = $reason WHERE dedup_key = $key AND last_answer IS NOT $reason",
                transaction,
                ("$reason", reason),
                ("$key", delivery.DedupKey)).ExecuteNonQuery();
            if (changed > 0)
            {
                Record(null, delivery.DedupKey, "not delivered", $"{delivery.Action}: {reason}", transaction);
            }

            transaction.Commit();
        }
    }

    /// <summary>Records a call that PagerDuty refuses for good. The incident is due again with its next change, or when serve starts again.</summary>
    public void SetAside(Delivery delivery, string reason)
    {
        lock (gate)
        {
            using SqliteTransaction transaction = connection.BeginTransaction();
            Command(
                "UPDATE incidents SET set_aside_version = $version, last_answer = $reason WHERE dedup_key = $key",
                transaction,
                ("$version", delivery.Version),
                ("$reason", reason),
                ("$key", delivery.DedupKey)).ExecuteNonQuery();
            Record(null, delivery.DedupKey, "set aside", $"{delivery.Action}: {reason}", transaction);
            transaction.Commit();
        }
    }

    /// <summary>Makes what was set aside due once more: whoever starts serve again may have corrected the key or a proxy.</summary>
    public void RetrySetAside()
    {
        lock (gate)
        {
            Run("UPDATE incidents SET set_aside_version = 0 WHERE set_aside_version > delivered_version");
        }
    }

    /// <summary>Forgets history and delivered, resolved incidents older than <see cref="Memory"/>.</summary>
    public void Forget()
    {
        lock (gate)
        {
            long before = Now() - (long)Memory.TotalMilliseconds;
            Run("DELETE FROM history WHERE at < $before", ("$before", before));
            Run("DELETE FROM incidents WHERE desired = 3 AND delivered_version = version AND wanted_at < $before", ("$before", before));
        }
    }

    /// <summary>The incidents by host and service.</summary>
    /// <param name="withSettled">Also those that are resolved and delivered.</param>
    public List<Incident> List(bool withSettled)
    {
        lock (gate)
        {
            var incidents = new List<Incident>();
            using SqliteCommand command = Command(
                """
                SELECT dedup_key, host, service, state, desired, delivered, delivered_version < version AND set_aside_version < version,
                    delivered_version < version AND set_aside_version = version, wanted_at, delivered_at, attempts, last_answer
                FROM incidents WHERE $all OR desired <> 3 OR delivered_version < version ORDER BY host, service
                """,
                null,
                ("$all", withSettled));
            using SqliteDataReader row = command.ExecuteReader();
            while (row.Read())
            {
                incidents.Add(new Incident(
                    row.GetString(0),
                    row.GetString(1),
                    row.GetString(2),
                    row.GetString(3),
                    (IncidentState)row.GetInt64(4),
                    (IncidentState)row.GetInt64(5),
                    row.GetBoolean(6),
                    row.GetBoolean(7),
                    DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(8)),
                    row.IsDBNull(9) ? null : DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(9)),
                    row.GetInt64(10),
                    row.IsDBNull(11) ? null : row.GetString(11)));
            }

            return incidents;
        }
    }

    /// <summary>What happened to an incident, oldest first: the answer to "did the page go out, and if not why?".</summary>
    public List<(DateTimeOffset At, string What, string Detail)> History(string dedupKey)
    {
        lock (gate)
        {
            var lines = new List<(DateTimeOffset, string, string)>();
            using SqliteCommand command = Command("SELECT at, what, detail FROM history WHERE dedup_key = $key ORDER BY id", null, ("$key", dedupKey));
            using SqliteDataReader row = command.ExecuteReader();
            while (row.Read())
            {
                lines.Add((DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(0)), row.GetString(1), row.GetString(2)));
            }

            return lines;
        }
    }

    public void Dispose() => connection.Dispose();

    private static IncidentStore Connect(string path, SqliteOpenMode mode, TimeProvider time)
    {
        var opened = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false }.ToString());
        try
        {
            opened.Open();
            return new IncidentStore(opened, time);
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    private string Ingest(SchedulerEvent @event, string currentBoot, SqliteTransaction transaction)
    {
        string dedupKey = DedupKey.Of(@event);
        IncidentState? desired = Transition.Of(@event.Type, @event.IsBad);
        long boot = BootOrdinal(@event.Spooled.Boot == Moment.UnknownBoot ? currentBoot : @event.Spooled.Boot, transaction);
        bool isOld = desired is not null && IsOlderThanStored(dedupKey, @event, boot, transaction);
        string outcome = desired is null ? "recorded only"
            : isOld ? "recorded only: older than what is known"
            : desired.Value.ToString().ToLowerInvariant();
        if (!Record(@event.Id, dedupKey, "notified", $"{@event.Type}, {@event.State}: {outcome}", transaction))
        {
            return "known already";
        }

        if (desired is { } state && !isOld)
        {
            SetDesired(dedupKey, state, @event, boot, transaction);
        }

        return outcome;
    }

    private bool IsOlderThanStored(string dedupKey, SchedulerEvent @event, long boot, SqliteTransaction transaction)
    {
        using SqliteCommand command = Command("SELECT boot, since_boot, changed FROM incidents WHERE dedup_key = $key", transaction, ("$key", dedupKey));
        using SqliteDataReader row = command.ExecuteReader();
        if (!row.Read())
        {
            return false;
        }

        long storedBoot = row.GetInt64(0);
        if (boot != storedBoot)
        {
            return boot < storedBoot;
        }

        // A notification that the scheduler repeats later carries the state change of its first time.
        long? storedChange = row.IsDBNull(2) ? null : row.GetInt64(2);
        if (@event.ChangedSinceBoot is { } changed && storedChange is { } known && Math.Abs(changed - known) > ClockTolerance)
        {
            return changed < known;
        }

        return @event.Spooled.BootNanoseconds < row.GetInt64(1);
    }

    private void SetDesired(string dedupKey, IncidentState state, SchedulerEvent @event, long boot, SqliteTransaction transaction) =>

        // A row begins as "may be open": an earlier store that was lost may have opened it, and a needless resolve does no harm.
        Command(
            """
            INSERT INTO incidents VALUES (
                $key, $host, $service, $state, $desired, 1, 0, 0, 0, 1, $boot, $sinceBoot, $changed, $id, $event, $now, NULL, 0, NULL)
            ON CONFLICT(dedup_key) DO UPDATE SET
                state = $state, desired = $desired, version = version + 1, boot = $boot, since_boot = $sinceBoot, changed = $changed,
                event_id = $id, event = $event, wanted_at = CASE WHEN delivered_version < version THEN wanted_at ELSE $now END
            """,
            transaction,
            ("$key", dedupKey),
            ("$host", @event.Host),
            ("$service", @event.Service),
            ("$state", @event.State),
            ("$desired", (int)state),
            ("$boot", boot),
            ("$sinceBoot", @event.Spooled.BootNanoseconds),
            ("$changed", @event.ChangedSinceBoot ?? (object)DBNull.Value),
            ("$id", @event.Id),
            ("$event", SpoolFile.Write(@event.Macros, @event.Spooled)),
            ("$now", Now())).ExecuteNonQuery();

    private long BootOrdinal(string boot, SqliteTransaction transaction)
    {
        Command("INSERT OR IGNORE INTO boots(boot) VALUES ($boot)", transaction, ("$boot", boot)).ExecuteNonQuery();
        return (long)Command("SELECT ordinal FROM boots WHERE boot = $boot", transaction, ("$boot", boot)).ExecuteScalar()!;
    }

    private bool Record(string? eventId, string? dedupKey, string what, string detail, SqliteTransaction? transaction) =>
        Command(
            "INSERT OR IGNORE INTO history(at, event_id, dedup_key, what, detail) VALUES ($at, $event, $key, $what, $detail)",
            transaction,
            ("$at", Now()),
            ("$event", eventId ?? (object)DBNull.Value),
            ("$key", dedupKey ?? (object)DBNull.Value),
            ("$what", what),
            ("$detail", detail)).ExecuteNonQuery() > 0;

    private long Now() => time.GetUtcNow().ToUnixTimeMilliseconds();

    private void Run(string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        using SqliteCommand command = Command(sql, null, parameters);
        command.ExecuteNonQuery();
    }

    private SqliteCommand Command(string sql, SqliteTransaction? transaction, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // every text is a constant of this file; values go by parameters
        command.CommandText = sql;
#pragma warning restore CA2100
        command.Transaction = transaction;
        foreach ((string name, object value) in parameters)
        {
            command.Parameters.AddWithValue(name, value);
        }

        return command;
    }
}
