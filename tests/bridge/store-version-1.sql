-- A store as the first version of the bridge wrote it; $event is a spool file.
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
PRAGMA user_version = 1;
INSERT INTO boots VALUES (1, 'b00tb00t');
INSERT INTO incidents VALUES ('host=web1;service=HAProxy proxies', 'web1', 'HAProxy proxies', 'WARNING', 1, 3, 1, 3, 0, 1, 1, 1000000000000, NULL, 'a', $event, 1794453120000, 1794453121000, 0, NULL);
INSERT INTO incidents VALUES ('host=web2', 'web2', '', 'DOWN', 1, 1, 0, 0, 0, 1, 1, 1000000000000, NULL, 'b', $event, 1794453120000, NULL, 2, 'HTTP 503');
INSERT INTO incidents VALUES ('host=done', 'done', '', 'UP', 3, 2, 3, 2, 0, 0, 1, 1000000000000, NULL, 'c', $event, 1794453120000, 1794453121000, 0, NULL);
INSERT INTO history VALUES (1, 1794453120000, 'b', 'host=web2', 'notified', 'PROBLEM, DOWN: triggered');
