namespace Ringfree.Monitoring.Bridge;

/// <summary>
/// The tables of the store, format 1. Every column of <c>incidents</c> but key, revision and body follows from the body: <see
/// cref="Standing"/>.
/// </summary>
internal static class Schema
{
    /// <summary>The format that this program makes and reads.</summary>
    public const int Format = 1;

    private const string Tables =
        """
        CREATE TABLE incidents(
            key TEXT PRIMARY KEY, revision INTEGER NOT NULL, body TEXT NOT NULL,
            host TEXT NOT NULL, service TEXT NOT NULL, kind TEXT NOT NULL, is_bad INTEGER NOT NULL, suppressed TEXT,
                is_dead INTEGER NOT NULL,
            due_at INTEGER, priority INTEGER NOT NULL, can_be_mailed INTEGER NOT NULL, waiting_since INTEGER NOT NULL, wake_at INTEGER,
            storm_at INTEGER, is_in_storm INTEGER NOT NULL, reassert_at INTEGER, page_at INTEGER, is_unheard INTEGER NOT NULL,
            is_unwatched INTEGER NOT NULL) STRICT;
        CREATE INDEX incidents_due ON incidents(priority, waiting_since, due_at) WHERE due_at IS NOT NULL;
        CREATE INDEX incidents_mail ON incidents(priority, waiting_since, due_at) WHERE due_at IS NOT NULL AND can_be_mailed;
        CREATE INDEX incidents_waiting ON incidents(waiting_since) WHERE due_at IS NOT NULL;
        CREATE INDEX incidents_wake ON incidents(wake_at) WHERE wake_at IS NOT NULL;
        CREATE INDEX incidents_dead ON incidents(key) WHERE is_dead;
        CREATE INDEX incidents_suppressed ON incidents(key) WHERE suppressed IS NOT NULL;
        CREATE INDEX incidents_bad ON incidents(host, service) WHERE is_bad;
        CREATE INDEX incidents_storm ON incidents(storm_at) WHERE storm_at IS NOT NULL;
        CREATE INDEX incidents_in_storm ON incidents(key) WHERE is_in_storm;
        CREATE INDEX incidents_reassert ON incidents(reassert_at) WHERE reassert_at IS NOT NULL;
        CREATE INDEX incidents_unheard ON incidents(key) WHERE is_unheard;
        CREATE INDEX incidents_unwatched ON incidents(key) WHERE is_unwatched;
        CREATE INDEX incidents_page ON incidents(page_at) WHERE page_at IS NOT NULL;
        CREATE TABLE notifications(id TEXT PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
        CREATE TABLE history(
            id INTEGER PRIMARY KEY, at INTEGER NOT NULL, event_id TEXT, key TEXT, what TEXT NOT NULL, detail TEXT NOT NULL) STRICT;
        CREATE UNIQUE INDEX history_event ON history(event_id) WHERE event_id IS NOT NULL;
        CREATE INDEX history_incident ON history(key, id);
        CREATE TABLE boots(ordinal INTEGER PRIMARY KEY AUTOINCREMENT, boot TEXT NOT NULL UNIQUE) STRICT;
        CREATE TABLE facts(name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;
        CREATE TABLE failures(
            name TEXT PRIMARY KEY, since INTEGER NOT NULL, words TEXT NOT NULL, rounds INTEGER NOT NULL) STRICT;
        CREATE TABLE maintenance(
            id INTEGER PRIMARY KEY, host TEXT NOT NULL, service TEXT NOT NULL, since INTEGER NOT NULL, until INTEGER NOT NULL,
            reason TEXT NOT NULL, started_by TEXT NOT NULL, is_planned INTEGER NOT NULL, ended_by TEXT) STRICT;
        CREATE TABLE commands(id INTEGER PRIMARY KEY, at INTEGER NOT NULL, key TEXT NOT NULL, host TEXT NOT NULL, service TEXT NOT NULL,
            command TEXT NOT NULL, last_error TEXT) STRICT;
        CREATE TABLE webhooks(id TEXT PRIMARY KEY, at INTEGER NOT NULL) STRICT;
        CREATE TABLE pages(incident_id TEXT NOT NULL, key TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (incident_id, key)) STRICT;
        CREATE TABLE calls(at INTEGER NOT NULL, channel TEXT NOT NULL) STRICT;
        CREATE INDEX calls_at ON calls(at);
        """;

    /// <summary>The tables whose rows a damaged store is rebuilt from.</summary>
    public static IReadOnlyList<string> Durable { get; } =
        ["boots", "notifications", "incidents", "history", "facts", "failures", "maintenance", "commands"];

    /// <summary>Makes the tables of an empty store.</summary>
    /// <exception cref="InvalidOperationException">Another version of this program made it.</exception>
    public static void Prepare(Database database, string path) => database.InTransaction(() =>
    {
        long format = database.Scalar("PRAGMA user_version");
        if (format == 0)
        {
            database.Execute(Tables);
            database.Execute($"PRAGMA user_version = {Format}");
        }
        else if (format != Format)
        {
            throw new InvalidOperationException(
                $"{path} has store format {format}; this program reads format {Format}: run the version that made it");
        }
    });
}
