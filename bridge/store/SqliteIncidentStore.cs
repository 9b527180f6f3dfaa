using Microsoft.Data.Sqlite;

namespace Ringfree.Monitoring.Bridge;

/// <summary>The incidents in SQLite: one row each, whose body is JSON and whose other columns follow from it.</summary>
internal sealed class SqliteIncidentStore(
    Database database, History history, SchedulerCommands commands, StoredFacts facts, RecentCalls calls, IncidentPolicy policy,
    TimeProvider time)
    : IIncidentStore
{
    // A moment further ahead was noted before the wall clock was set back.
    private const long MostWait = 60_000;

    public T InTransaction<T>(Func<T> work) => database.InTransaction(work);

    public Incident? Load(string key) => database.Query(
        "SELECT key, revision, body FROM incidents WHERE key = $key", Read, ("$key", key)).FirstOrDefault();

    public bool Save(Incident? before, string key, Outcome outcome) => database.InTransaction(() =>
    {
        if (outcome.Incident is { } after && !ReferenceEquals(before, after))
        {
            if (!Write(before, after))
            {
                return false;
            }

            if (outcome.Notification is { } notification)
            {
                database.Execute(
                    "INSERT OR IGNORE INTO notifications VALUES ($id, $bytes)",
                    ("$id", notification.Id),
                    ("$bytes", SpoolFile.Write(notification.Macros, notification.Spooled)));
            }

            foreach (Member replaced in (before?.Members ?? []).Where(
                old => !after.Members.Any(now => now.Notification == old.Notification)))
            {
                database.Execute("DELETE FROM notifications WHERE id = $id", ("$id", replaced.Notification));
            }
        }

        foreach (Effect effect in outcome.Effects)
        {
            Carry(key, effect);
        }

        return true;
    });

    public IReadOnlyList<string> Due(int most, bool onlyMail = false) => database.Query(
        $"""
        SELECT key FROM incidents
        WHERE due_at IS NOT NULL AND (due_at <= $now OR due_at > $now + {MostWait}){(onlyMail ? " AND can_be_mailed" : "")}
        ORDER BY priority, waiting_since LIMIT $most
        """,
        row => row.GetString(0),
        ("$now", Now()),
        ("$most", most));

    public IReadOnlyList<string> Waking(bool all = false) => all
        ? database.Query("SELECT key FROM incidents WHERE wake_at IS NOT NULL", row => row.GetString(0))
        : database.Query(
            "SELECT key FROM incidents WHERE wake_at IS NOT NULL AND wake_at <= $now", row => row.GetString(0), ("$now", Now()));

    public IReadOnlyList<string> Reassertable(TimeSpan after, int most) => database.Query(
        "SELECT key FROM incidents WHERE reassert_at <= $before ORDER BY reassert_at LIMIT $most",
        row => row.GetString(0),
        ("$before", Now() - (long)after.TotalMilliseconds),
        ("$most", most));

    public IReadOnlyList<Incident> Query(IncidentFilter filter) => Select(filter, incident => incident);

    public IReadOnlyList<T> Select<T>(IncidentFilter filter, Func<Incident, T?> project)
        where T : class
    {
        var found = new List<T>();
        database.Scan(
            $"SELECT key, revision, body FROM incidents {Where(filter)}",
            row =>
            {
                if (project(Read(row)) is { } one)
                {
                    found.Add(one);
                }
            });
        return found;
    }

    public IReadOnlyList<Incident> Query(string host, string? service) => database.Query(
        """
        SELECT key, revision, body FROM incidents
        WHERE (host = $host AND ($service IS NULL OR service = $service))
            OR (key LIKE 'incident=%' AND EXISTS (
                SELECT 1 FROM json_each(body, '$.incident.members') AS member
                WHERE json_extract(member.value, '$.host') = $host
                    AND ($service IS NULL OR json_extract(member.value, '$.service') = $service)))
        ORDER BY host, service
        """,
        Read,
        ("$host", host),
        ("$service", service));

    public bool Any(IncidentFilter filter) => database.Scalar($"SELECT EXISTS (SELECT 1 FROM incidents {Where(filter)})") > 0;

    public int ProblemsBegun(TimeSpan window) => (int)database.Scalar(
        "SELECT COUNT(*) FROM incidents WHERE storm_at > $since", ("$since", Now() - (long)window.TotalMilliseconds));

    public FigureSet Figures()
    {
        long oldest = database.Scalar("SELECT MIN(waiting_since) FROM incidents WHERE due_at IS NOT NULL");
        return new FigureSet(
            database.Scalar("SELECT COUNT(*) FROM incidents WHERE due_at IS NOT NULL"),
            oldest > 0 ? TimeSpan.FromMilliseconds(Math.Max(0, Now() - oldest)) : TimeSpan.Zero,
            database.Scalar("SELECT COUNT(*) FROM incidents WHERE is_dead"),
            database.Scalar("SELECT COUNT(*) FROM incidents WHERE is_bad"),
            database.Scalar("SELECT COUNT(*) FROM incidents WHERE suppressed IS NOT NULL AND is_bad"),
            commands.Count(),
            database.Scalar("SELECT COUNT(*) FROM incidents WHERE is_unheard"));
    }

    public IReadOnlyList<HistoryLine> HistoryOf(string key) => history.Of(key);

    public IReadOnlyList<string> NotificationsInUse() => database.Query(
        """
        SELECT json_extract(member.value, '$.notification') FROM incidents, json_each(body, '$.incident.members') AS member
        WHERE is_bad OR due_at IS NOT NULL OR is_dead
        """,
        row => row.GetString(0));

    public bool Holds(string eventId) => history.Holds(eventId);

    public void Record(string? key, string what, string detail) => history.Record(key, what, detail);

    public SchedulerEvent NotificationOf(Incident incident) => NotificationOf(incident, incident.Lead);

    public SchedulerEvent NotificationOf(Incident incident, Member member)
    {
        var refusal = "it is missing";
        SchedulerEvent? stored = database.Query(
            "SELECT bytes FROM notifications WHERE id = $id",
            row => SpoolFile.Read(member.Notification, row.GetFieldValue<byte[]>(0), out refusal),
            ("$id", member.Notification))
            .FirstOrDefault();
        string about = member.Service.Length > 0 ? "SERVICE" : "HOST";
        return stored ?? new SchedulerEvent(
            member.Notification,
            Moment.Now(),
            Macros.Of(
                (Macros.NotificationType, incident.IsBad ? "PROBLEM" : "RECOVERY"),
                (Macros.HostName, member.Host),
                (Macros.ServiceName, member.Service),
                ($"{about}STATE", member.State),
                ($"{about}OUTPUT", $"its output is not known here: the stored notification is damaged ({refusal})")));
    }

    public void Forget() => database.InTransaction(() =>
    {
        database.Execute(
            "DELETE FROM incidents WHERE NOT is_bad AND due_at IS NULL AND NOT is_dead AND waiting_since < $before",
            ("$before", (time.GetUtcNow() - History.Memory).ToUnixTimeMilliseconds()));
        database.Execute(
            """
            DELETE FROM notifications WHERE id NOT IN (
                SELECT json_extract(member.value, '$.notification') FROM incidents, json_each(body, '$.incident.members') AS member)
            """);
    });

    private static string Where(IncidentFilter filter) => filter switch
    {
        IncidentFilter.Unsettled => "WHERE is_bad OR due_at IS NOT NULL OR is_dead ORDER BY host, service",
        IncidentFilter.DeadLetters => "WHERE is_dead ORDER BY host, service",
        IncidentFilter.Suppressed => "WHERE suppressed IS NOT NULL ORDER BY host, service",
        IncidentFilter.StormMembers => "WHERE is_in_storm ORDER BY host, service",
        IncidentFilter.Unwatched => "WHERE is_unwatched ORDER BY host, service",
        IncidentFilter.Pages => "WHERE page_at IS NOT NULL ORDER BY page_at",
        IncidentFilter.Unsent => "WHERE due_at IS NOT NULL AND storm_at IS NOT NULL ORDER BY host, service",
        _ => "ORDER BY host, service",
    };

    private static Incident Read(SqliteDataReader row) => IncidentBody.Read(row.GetString(0), row.GetInt64(1), row.GetString(2));

    private bool Write(Incident? before, Incident after)
    {
        var standing = Standing.Of(after, policy);
        return database.Execute(
            before is null
                ? """
                  INSERT OR IGNORE INTO incidents VALUES (
                      $key, 1, $body, $host, $service, $kind, $bad, $suppressed, $dead, $due, $priority, $mail, $waiting, $wake, $storm,
                          $inStorm, $reassert, $page, $unheard, $unwatched)
                  """
                : """
                  UPDATE incidents SET revision = revision + 1, body = $body, host = $host, service = $service, kind = $kind, is_bad = $bad,
                      suppressed = $suppressed, is_dead = $dead, due_at = $due, priority = $priority, can_be_mailed = $mail,
                          waiting_since = $waiting,
                      wake_at = $wake, storm_at = $storm, is_in_storm = $inStorm, reassert_at = $reassert, page_at = $page,
                      is_unheard = $unheard, is_unwatched = $unwatched
                  WHERE key = $key AND revision = $revision
                  """,
            [
                ("$key", after.Key),
                .. before is null ? [] : new (string, object?)[] { ("$revision", before.Revision) },
                ("$body", IncidentBody.Write(after)),
                ("$host", standing.Host),
                ("$service", standing.Service),
                ("$kind", standing.Kind.ToString()),
                ("$bad", standing.IsBad),
                ("$suppressed", standing.Suppressed?.ToString()),
                ("$dead", standing.IsDead),
                ("$due", Milliseconds(standing.DueAt)),
                ("$priority", (int)standing.Priority),
                ("$mail", standing.CanBeMailed),
                ("$waiting", Milliseconds(standing.WaitingSince)),
                ("$wake", Milliseconds(standing.WakeAt)),
                ("$storm", Milliseconds(standing.StormAt)),
                ("$inStorm", standing.IsInStorm),
                ("$reassert", Milliseconds(standing.ReassertAt)),
                ("$page", Milliseconds(standing.PageAt)),
                ("$unheard", standing.IsUnheard),
                ("$unwatched", standing.IsUnwatched),
            ]) > 0;
    }

    private void Carry(string key, Effect effect)
    {
        switch (effect)
        {
            case Effect.Recorded line:
                history.Record(key, line.What, line.Detail, line.EventId);
                break;
            case Effect.SchedulerTold told:
                commands.Add(key, told.Host, told.Service, told.Command);
                break;
            case Effect.CommandWithdrawn withdrawn:
                commands.Withdraw(key, withdrawn.OnlyAcknowledgement);
                break;
            case Effect.CallBegan began:
                calls.Note(began.Channel);
                break;
            default:
                facts.Set(StoredFacts.LastSuccess, time.GetUtcNow());
                break;
        }
    }

    private static long? Milliseconds(DateTimeOffset? moment) => moment?.ToUnixTimeMilliseconds();

    private long Now() => time.GetUtcNow().ToUnixTimeMilliseconds();
}
