using Ringfree.Monitoring.Plugin;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Plugins.Voipmon;

/// <summary>
/// Tells apart what is broken from what only waits for it: a manager is silent when its sniffer is frozen, and as silent when its database
/// hangs. Then evaluates each concern with what could be read.
/// </summary>
internal sealed class ServerEvaluation(VoipmonSettings settings, ServerReading reading, ReportBuilder report)
{
    private const string DatabaseFirst =
        "do not restart voipmonitor: calls in its memory would be lost; look at the database first, on its host: timeout 10 "
            + "mysqladmin processlist; df -h of its data folder";

    private const string Dead =
        "on the VoIPmonitor server: pgrep -a voipmonitor (service voipmonitor status says active even when it is dead); journalctl "
            + "-t voipmonitor -n 50; service voipmonitor restart";

    private const string Frozen =
        "on the VoIPmonitor server: top -bHn1 -p $(pgrep -o voipmonitor) (state D is the spool's disk); gcore $(pgrep -o "
            + "voipmonitor); service voipmonitor restart";

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
            CaptureEvaluation.Evaluate(stat, report);
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
            StepFor(database));
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
                DatabaseFirst);
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
        string? step = blocks ? $"{VoipmonCheck.Database.FirstStep}; do not restart voipmonitor: calls in its memory would be "
            + "lost" : StepFor(database);
        report.For(VoipmonCheck.Database).Problem(status, $"the database {Words(database)}{more}", step);
    }

    /// <summary>A database that was not read says nothing of CDRs that wait.</summary>
    private string? StepFor(DatabaseReading database) => database.State switch
    {
        DatabaseState.Down or DatabaseState.Silent => null,
        DatabaseState.Refuses => "",
        _ => $"compare host, port, database and ssl-ca in {settings.DatabaseOptions} with the database's host",
    };

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
        DatabaseState.Down when database.Reason.StartsWith("1040", StringComparison.Ordinal) || database.Reason.StartsWith("1203", StringComparison.Ordinal) => $"takes no more connections ({database.Reason})",
        DatabaseState.Down => $"is down: {database.Reason}",
        DatabaseState.Silent => $"accepts and does not answer: {database.Reason}",
        DatabaseState.Refuses when char.IsAsciiDigit(database.Reason.FirstOrDefault()) => $"is not read: {database.Reason}; cure: user and password of the option file, and the GRANT in this check's README",
        DatabaseState.Refuses => $"is not read: {database.Reason}",
        _ => $"cannot be read: {database.Reason}",
    };

    private void SayManager()
    {
        ManagerReading manager = reading.Manager;
        (Status status, string sentence, string? step) = manager.State switch
        {
            ManagerState.Dead => (Status.Critical, $"the sniffer is dead: {Words(manager)}", Dead),
            ManagerState.Silent when reading.Database is { Answers: true } => (
                Status.Critical, $"the sniffer is frozen: its manager accepts and does not answer ({Words(manager)}), and the "
                    + "database does", Frozen),
            ManagerState.Silent => (
                Status.Critical, $"the sniffer's manager accepts and does not answer ({Words(manager)}): it is frozen, or its "
                    + "database hangs; look at the database first", DatabaseFirst),
            ManagerState.Closes => Closes(),
            _ => (Status.Unknown, $"the sniffer's manager on {manager.Address} {Words(manager)}", ""),
        };
        report.For(VoipmonCheck.Sniffer).Problem(status, sentence, step);
    }

    /// <summary>A start or an end takes seconds; one that goes on is an outage.</summary>
    private (Status Status, string Sentence, string? Step) Closes()
    {
        TimeSpan longest = TimeSpan.FromMinutes(2);
        TimeSpan lasts = TimeSpan.Zero;
        if (settings.Judges(VoipmonCheck.Sniffer))
        {
            ConcernReport sniffer = report.For(VoipmonCheck.Sniffer);
            lasts = report.Now - sniffer.Since("closes_since");
            sniffer.RememberAsBefore();
        }

        return (
            lasts >= longest ? Status.Critical : Status.Warning,
            $"the sniffer starts or ends: its manager on {reading.Manager.Address} "
                + $"{Words(reading.Manager)}{(lasts > TimeSpan.Zero ? $", for {Plugin.Words.Duration((long)lasts.TotalSeconds)}" : "")}",
            "on the VoIPmonitor server: journalctl -t voipmonitor -n 50; pgrep -a voipmonitor twice: a new PID each time is a crash loop");
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
