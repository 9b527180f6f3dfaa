using Ringfree.Monitoring.Plugin;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Plugins.Voipmon;

/// <summary>
/// Tells apart what is broken from what only waits for it: a manager is silent when its sniffer is frozen, and as silent when its database
/// hangs. Then evaluates each concern with what could be read.
/// </summary>
internal sealed class ServerEvaluation(VoipmonSettings settings, ServerReading reading, ReportBuilder report)
{
    /// <summary>In seconds: the manager, which is given four, asks this database too before it answers.</summary>
    private const double SlowDatabase = 2;

    private bool DatabaseBlocks => reading.Database is { State: DatabaseState.Down or DatabaseState.Silent };

    internal Report Evaluate()
    {
        EvaluateDatabaseAnswer();
        EvaluateManagerAnswer();
        if (reading.Manager.Stat is { } stat)
        {
            EvaluateSniffer(stat);
        }

        if (reading.Database is { Answers: true } database)
        {
            EvaluateContent(database);
        }

        if (settings.Judges(VoipmonCheck.Database))
        {
            BacklogEvaluation.Evaluate(reading, report);
        }

        if (settings.Judges(VoipmonCheck.Spool))
        {
            SpoolEvaluation.Evaluate(reading, settings, report);
        }

        if (reading.Database is null && !settings.IsChosen)
        {
            report.Note("database, freshness and sensors not watched: no --mysql-options");
        }

        Trace();
        return report.Build();
    }

    private void EvaluateSniffer(SnifferStat stat)
    {
        if (settings.Judges(VoipmonCheck.Sniffer))
        {
            SnifferEvaluation.Evaluate(reading.Manager, stat, report);
        }

        if (settings.Judges(VoipmonCheck.Capture))
        {
            CaptureEvaluation.Evaluate(reading.Manager, stat, report);
        }
    }

    private void EvaluateContent(DatabaseReading database)
    {
        if (settings.Judges(VoipmonCheck.Database))
        {
            DatabaseEvaluation.Evaluate(database, report);
        }

        if (settings.Judges(VoipmonCheck.Freshness))
        {
            new FreshnessEvaluation(settings, reading.Manager, database, report).Evaluate();
        }

        if (settings.Judges(VoipmonCheck.Sensors))
        {
            new SensorsEvaluation(settings, reading.Manager, database, report).Evaluate();
        }
    }

    /// <summary>The database as the way to what is judged.</summary>
    private void EvaluateDatabaseAnswer()
    {
        if (reading.Database is not { Answers: false } database)
        {
            return;
        }

        if (settings.Judges(VoipmonCheck.Database))
        {
            SayDatabase(database);
        }

        Concern[] readers = [.. Judged(VoipmonCheck.Freshness, VoipmonCheck.Sensors)];
        report.CannotJudge(
            readers,
            VoipmonCheck.Database,
            Briefly(database),
            $"{string.Join(", ", readers.Select(concern => concern.Name))} not judged: the database {Words(database)}",
            KindOf(database));
    }

    private void EvaluateManagerAnswer()
    {
        ManagerReading manager = reading.Manager;
        if (manager.Answers)
        {
            return;
        }

        Concern[] behind = [.. Judged(VoipmonCheck.Sniffer, VoipmonCheck.Capture)];
        if (manager.State == ManagerState.Silent && DatabaseBlocks)
        {
            report.CannotJudge(
                behind,
                VoipmonCheck.Database,
                Briefly(reading.Database!),
                "whether the sniffer captures is not known: its manager is silent, as it always is while its database is (the database "
                    + $"{Words(reading.Database!)})",
                VoipmonHeadlines.CaptureUnknown);
        }
        else if (settings.Judges(VoipmonCheck.Sniffer) || (behind.Length > 0 && report.Options.JudgedBy(VoipmonCheck.Sniffer) is null))
        {
            SayManager();
        }
        else
        {
            report.CannotJudge(behind, VoipmonCheck.Sniffer, Briefly(manager));
        }

        if (behind.Length == 0 && !settings.Judges(VoipmonCheck.Spool))
        {
            report.Note($"the sniffer's own view is missing: {Words(manager)}");
        }
    }

    private IEnumerable<Concern> Judged(params Concern[] concerns) => concerns.Where(settings.Judges);

    private void SayDatabase(DatabaseReading database)
    {
        bool blocks = DatabaseBlocks && reading.Manager.State == ManagerState.Silent;
        string more = blocks ? "; the sniffer's manager is silent with it, as it waits for the database at every question: capture itself may go on, and its CDRs wait on disk"
            : DatabaseBlocks && reading.Manager.Answers ? "; the sniffer goes on and keeps its CDRs on disk meanwhile"
            : "";
        Status status = DatabaseBlocks ? Status.Critical : Status.Unknown;
        report.For(VoipmonCheck.Database).Problem(status, KindOf(database), $"the database {Words(database)}{more}");
    }

    private HeadlineKind KindOf(DatabaseReading database) => database.State switch
    {
        DatabaseState.Down when TakesNoMore(database) => VoipmonHeadlines.TooManyConnections,
        DatabaseState.Down => VoipmonHeadlines.DatabaseDown,
        DatabaseState.Silent => VoipmonHeadlines.DatabaseSilent,
        DatabaseState.Refuses => VoipmonHeadlines.DatabaseUnread,
        _ => VoipmonHeadlines.DatabaseUnreadable.With("FILE", settings.DatabaseOptions ?? ""),
    };

    private static bool TakesNoMore(DatabaseReading database) =>
        database.Reason.StartsWith("1040", StringComparison.Ordinal) || database.Reason.StartsWith("1203", StringComparison.Ordinal);

    private static string Briefly(DatabaseReading database) => database.State switch
    {
        DatabaseState.Down => "the database is down",
        DatabaseState.Silent => "the database does not answer",
        _ => "the database is not read",
    };

    private static string Briefly(ManagerReading manager) => manager.State switch
    {
        ManagerState.Dead => "the sniffer is dead",
        ManagerState.Closes => "the sniffer starts or ends",
        _ => "the sniffer does not answer",
    };

    /// <summary>Why the manager did not answer.</summary>
    private static string Words(ManagerReading manager) => manager.Error!.Kind switch
    {
        ProbeErrorKind.Refused => $"nothing listens on {manager.Address}",
        ProbeErrorKind.Missing => $"its socket {manager.Address} does not exist",
        ProbeErrorKind.Denied => $"may not be asked by user {manager.Error.Caller!.User}: its socket is its owner's alone; cure: use the "
            + "manager's port, which tells enough",
        ProbeErrorKind.Unresolved => $"has no address: {manager.Error.Detail}",
        ProbeErrorKind.Unresponsive => $"{manager.Address}: {manager.Error.Detail}",
        ProbeErrorKind.Closed => "accepts and closes without an answer",
        ProbeErrorKind.Malformed => manager.Error.Detail,
        _ => $"cannot be asked: {manager.Error.Detail}",
    };

    private static string Words(DatabaseReading database) => database.State switch
    {
        DatabaseState.Down when TakesNoMore(database) => $"takes no more connections ({database.Reason})",
        DatabaseState.Down => $"is down: {database.Reason}",
        DatabaseState.Silent => $"accepts and does not answer: {database.Reason}",
        DatabaseState.Refuses when char.IsAsciiDigit(database.Reason.FirstOrDefault()) => $"is not read: {database.Reason}; cure: user and password of the option file, and the GRANT in this check's README",
        DatabaseState.Refuses => $"is not read: {database.Reason}",
        _ => $"cannot be read: {database.Reason}",
    };

    private void SayManager()
    {
        ManagerReading manager = reading.Manager;
        RememberOutage();
        (Status status, HeadlineKind kind, string sentence) = manager.State switch
        {
            ManagerState.Dead => (Status.Critical, VoipmonHeadlines.Dead, $"the sniffer is dead: {Words(manager)}"),
            ManagerState.Silent when reading.Database is { Answers: true, Seconds: >= SlowDatabase and var seconds } => (
                Status.Critical,
                VoipmonHeadlines.ManagerSilent,
                $"the sniffer's manager accepts and does not answer ({Words(manager)}), and the database took "
                    + $"{Metric.Number(Math.Round(seconds, 1))} s for this check's statements: the manager waits for it at every question; "
                    + "look at the database first"),
            ManagerState.Silent when reading.Database is { Answers: true } => (
                Status.Critical,
                VoipmonHeadlines.Frozen,
                $"the sniffer is frozen: its manager accepts and does not answer ({Words(manager)}), and the database does"),
            ManagerState.Silent => (
                Status.Critical,
                VoipmonHeadlines.ManagerSilent,
                $"the sniffer's manager accepts and does not answer ({Words(manager)}): it is frozen, or its database hangs; look at the "
                    + "database first"),
            ManagerState.Closes => Closes(),
            _ => (Status.Unknown, VoipmonHeadlines.ManagerUnread, $"the sniffer's manager on {manager.Address} {Words(manager)}"),
        };
        report.For(VoipmonCheck.Sniffer).Problem(status, kind, sentence);
    }

    /// <summary>
    /// Counts the runs that tell an outage, so that the restart which ends it is no page of its own. Who may not ask knows of none.
    /// </summary>
    private void RememberOutage()
    {
        if (settings.Judges(VoipmonCheck.Sniffer) && reading.Manager.State != ManagerState.Unreadable)
        {
            SnifferEvaluation.RememberOutage(report.For(VoipmonCheck.Sniffer));
        }
    }

    /// <summary>A start or an end takes seconds; one that goes on is an outage.</summary>
    private (Status Status, HeadlineKind Kind, string Sentence) Closes()
    {
        TimeSpan longest = TimeSpan.FromMinutes(2);
        TimeSpan lasts = TimeSpan.Zero;
        if (settings.Judges(VoipmonCheck.Sniffer))
        {
            lasts = report.Now - report.For(VoipmonCheck.Sniffer).Since("closes_since");
        }

        string since = lasts > TimeSpan.Zero ? $", for {Plugin.Words.Duration((long)lasts.TotalSeconds)}" : "";
        return (
            lasts >= longest ? Status.Critical : Status.Warning,
            VoipmonHeadlines.Starting,
            $"the sniffer starts or ends: its manager on {reading.Manager.Address} {Words(reading.Manager)}{since}");
    }

    private void Trace()
    {
        if (report.Options.Verbosity < 2)
        {
            return;
        }

        ManagerReading manager = reading.Manager;
        string sensors = manager.ConnectedSensors is { } connected ? string.Join(' ', connected) : "not told (AES)";
        report.Trace(manager.Stat is { } stat
            ? $"manager {manager.Address}: sniffer {stat.Version}, {manager.Calls?.ToString() ?? "unknown"} calls, sensors {sensors}"
            : $"manager {manager.Address}: {Words(manager)}");
        if (reading.Database is { } database)
        {
            report.Trace(database.Answers
                ? $"database {database.Version}, newest CDR {database.Newest?.Id.ToString() ?? "none"}"
                : $"database: {database.Reason}");
        }
    }
}
