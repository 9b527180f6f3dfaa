namespace Ringfree.Monitoring.Bridge;

/// <summary>The tables of the store. Each version is made from the one before it, so that no update of the program loses an incident.</summary>
internal static class Schema
{
    private const string Version1 =
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

    // Columns: kind as IncidentKind · severity, told_severity, acknowledged_severity as Severity, told -1 when
    // never · held as Hold · again 1 when it worsened and is closed first · plain 1 when the full event was refused · priority: what goes first.
    private const string Version2 =
        """
        DROP INDEX pending;
        ALTER TABLE incidents RENAME TO incidents_1;
        CREATE TABLE incidents(
            dedup_key TEXT PRIMARY KEY, kind INTEGER NOT NULL, host TEXT NOT NULL, service TEXT NOT NULL, state TEXT NOT NULL,
            desired INTEGER NOT NULL, version INTEGER NOT NULL,
            delivered INTEGER NOT NULL, delivered_version INTEGER NOT NULL, set_aside_version INTEGER NOT NULL,
            severity INTEGER NOT NULL, told_severity INTEGER NOT NULL,
            api_open INTEGER NOT NULL, mail_open INTEGER NOT NULL, again INTEGER NOT NULL, plain INTEGER NOT NULL,
            held INTEGER NOT NULL, in_storm INTEGER NOT NULL,
            acknowledged_by TEXT, acknowledged_severity INTEGER, person_at INTEGER NOT NULL, resolved_by TEXT, resolved_by_at INTEGER,
            boot INTEGER NOT NULL, since_boot INTEGER NOT NULL, changed INTEGER,
            event_id TEXT NOT NULL, event BLOB NOT NULL,
            problem_at INTEGER, wanted_at INTEGER NOT NULL, delivered_at INTEGER,
            attempts INTEGER NOT NULL, next_try_at INTEGER NOT NULL, failing_since INTEGER, last_answer TEXT,
            priority INTEGER GENERATED ALWAYS AS (CASE
                WHEN kind > 0 THEN 0
                WHEN desired = 1 AND severity = 3 AND (delivered IN (0, 3) OR again) THEN 1
                WHEN desired = 3 THEN 2
                ELSE 3 END) VIRTUAL) STRICT;
        INSERT INTO incidents
            SELECT dedup_key, 0, host, service, state, desired, version, delivered, delivered_version, set_aside_version,
                CASE state WHEN 'WARNING' THEN 1 WHEN 'UNKNOWN' THEN 2 WHEN 'UNREACHABLE' THEN 2 WHEN 'OK' THEN 0 WHEN 'UP' THEN 0 ELSE 3 END,
                CASE WHEN delivered NOT IN (1, 2) THEN -1
                    ELSE CASE state WHEN 'WARNING' THEN 1 WHEN 'UNKNOWN' THEN 2 WHEN 'UNREACHABLE' THEN 2 ELSE 3 END END,
                may_be_open, 0, 0, 0, 0, 0, NULL,
                CASE WHEN desired = 2 THEN CASE state WHEN 'WARNING' THEN 1 WHEN 'UNKNOWN' THEN 2 ELSE 3 END END,
                0, NULL, NULL, boot, since_boot, changed, event_id, event,
                CASE WHEN desired <> 3 THEN wanted_at END, wanted_at, delivered_at, attempts, 0, NULL, last_answer
            FROM incidents_1;
        DROP TABLE incidents_1;
        CREATE INDEX due ON incidents(priority, wanted_at) WHERE delivered_version < version AND set_aside_version < version AND held = 0;
        CREATE INDEX set_aside ON incidents(dedup_key) WHERE set_aside_version = version AND delivered_version < version;
        CREATE INDEX problems ON incidents(problem_at) WHERE desired <> 3;
        CREATE INDEX held ON incidents(held) WHERE held > 0;
        CREATE INDEX in_storm ON incidents(dedup_key) WHERE in_storm = 1;
        CREATE TABLE facts(name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
        CREATE TABLE maintenance(
            id INTEGER PRIMARY KEY, host TEXT NOT NULL, service TEXT NOT NULL, since INTEGER NOT NULL, until INTEGER NOT NULL,
            reason TEXT NOT NULL, started_by TEXT NOT NULL) STRICT;
        CREATE TABLE commands(
            id INTEGER PRIMARY KEY, at INTEGER NOT NULL, dedup_key TEXT NOT NULL, command TEXT NOT NULL, last_error TEXT) STRICT;
        CREATE TABLE webhooks(id TEXT PRIMARY KEY, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
        CREATE TABLE pages(incident_id TEXT PRIMARY KEY, dedup_key TEXT NOT NULL, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
        """;

    // The storm's page goes after the criticals that page on their own.
    private const string Version3 =
        """
        DROP INDEX due;
        ALTER TABLE incidents DROP COLUMN priority;
        ALTER TABLE incidents ADD COLUMN priority INTEGER GENERATED ALWAYS AS (CASE
            WHEN kind > 0 AND service <> 'PagerDuty bridge: alert storm' THEN 0
            WHEN desired = 1 AND severity = 3 AND (delivered IN (0, 3) OR again) AND kind = 0 THEN 1
            WHEN desired = 3 OR kind > 0 THEN 2
            ELSE 3 END) VIRTUAL;
        CREATE INDEX due ON incidents(priority, wanted_at) WHERE delivered_version < version AND set_aside_version < version AND held = 0;
        """;

    // opened_at: when the call began that opened what PagerDuty shows now · rose_at: when the severity last rose ·
    // unanswered_at: when a trigger began whose answer never came · again: the version that set it, 0 when none.
    private const string Version4 =
        """
        ALTER TABLE incidents ADD COLUMN opened_at INTEGER;
        ALTER TABLE incidents ADD COLUMN rose_at INTEGER;
        ALTER TABLE incidents ADD COLUMN unanswered_at INTEGER;
        CREATE INDEX unanswered ON incidents(delivered_at) WHERE unanswered_at IS NOT NULL AND desired = 3;
        UPDATE incidents SET opened_at = delivered_at WHERE delivered IN (1, 2) OR (delivered = 0 AND delivered_at IS NOT NULL);
        CREATE TABLE calls(at INTEGER NOT NULL, channel INTEGER NOT NULL) STRICT;
        CREATE INDEX calls_at ON calls(at);
        """;

    private static readonly string[] Versions = [Version1, Version2, Version3, Version4];

    /// <summary>The version that this program makes.</summary>
    public static int Newest => Versions.Length;

    /// <summary>Brings a store of any earlier version, or an empty one, to the newest.</summary>
    /// <exception cref="InvalidOperationException">A newer version of this program made it.</exception>
    public static void Migrate(Database database, string path) => database.Atomically(() =>
    {
        long version = database.Number("PRAGMA user_version");
        if (version > Newest)
        {
            throw new InvalidOperationException($"{path} has schema version {version}; this program knows {Newest}");
        }

        foreach (string step in Versions.Skip((int)version))
        {
            database.Run(step);
        }

        database.Run($"PRAGMA user_version = {Newest}");
    });
}
