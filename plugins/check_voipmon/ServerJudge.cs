using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Plugins.Voipmon;

/// <summary>
/// Tells apart what is broken from what only waits for it: a manager is silent when its sniffer is frozen, and as silent when its database
/// hangs. Then judges each concern with what could be read.
/// </summary>
internal sealed class ServerJudge(CheckRun run, VoipmonSettings settings, ServerReading reading)
{
    private readonly List<Finding> findings = [];
    private readonly List<Metric> metrics = [];
    private readonly List<string> summary = [];
    private readonly List<string> notes = [];

    private bool DatabaseBlocks => reading.Database is { State: DatabaseState.Down or DatabaseState.Silent };

    internal Report Judge()
    {
        // A dead sniffer leads: what it does not capture is lost, what its database misses is not.
        if (reading.Manager.State == ManagerState.Dead)
        {
            JudgeManager();
            JudgeDatabase();
        }
        else
        {
            JudgeDatabase();
            JudgeManager();
        }

        if (reading.Manager.Stat is { } stat && settings.Judges(VoipmonCheck.Sniffer))
        {
            summary.Add(SnifferJudge.Judge(reading.Manager, stat, run, findings, metrics));
        }

        if (settings.Judges(VoipmonCheck.Database) && reading.Database is { Answers: true } database)
        {
            summary.Add(DatabaseJudge.Judge(database, run, findings, metrics, notes));
        }

        if (settings.Judges(VoipmonCheck.Database))
        {
            BacklogJudge.Judge(reading, run, findings, metrics);
        }

        if (settings.Judges(VoipmonCheck.Freshness) && reading.Database is { Answers: true } fresh)
        {
            summary.Add(new FreshnessJudge(run, settings, reading.Manager, fresh, findings, metrics, notes).Judge());
        }

        if (reading.Manager.Stat is { } told && settings.Judges(VoipmonCheck.Capture))
        {
            summary.Add(CaptureJudge.Judge(told, run, findings, metrics));
        }

        if (settings.Judges(VoipmonCheck.Spool))
        {
            summary.Add(SpoolJudge.Judge(reading, settings, run, findings, metrics, notes));
        }

        if (settings.Judges(VoipmonCheck.Sensors) && reading.Database is { Answers: true } known)
        {
            summary.Add(new SensorsJudge(run, settings, reading.Manager, known, findings, metrics, notes).Judge());
        }

        if (reading.Database is null && !settings.IsChosen)
        {
            notes.Add("database, freshness and sensors not watched: no --mysql-options");
        }

        return new Report(findings, metrics)
        {
            AllWell = string.Join(", ", summary.Where(part => part.Length > 0)),
            Notes = notes,
            Trace = run.Options.Verbosity < 2 ? [] : [.. Trace()],
        };
    }

    /// <summary>The database as the way to what is judged. What hangs on a broken way is UNKNOWN where the way itself is not judged.</summary>
    private void JudgeDatabase()
    {
        if (reading.Database is { Answers: false } database)
        {
            if (settings.Judges(VoipmonCheck.Database))
            {
                findings.Add(Database(database));
            }
            else if (settings.Judges(VoipmonCheck.Freshness))
            {
                findings.Add(new Finding(Status.Unknown, $"CDRs cannot be counted: the database {Words(database)}", VoipmonCheck.Freshness));
            }
            else if (settings.Judges(VoipmonCheck.Sensors))
            {
                findings.Add(new Finding(Status.Unknown, $"the sensors are not known: the database {Words(database)}", VoipmonCheck.Sensors));
            }
        }
    }

    private void JudgeManager()
    {
        if (reading.Manager.Answers)
        {
            return;
        }

        bool needsManager = settings.Judges(VoipmonCheck.Sniffer) || settings.Judges(VoipmonCheck.Capture);
        if (needsManager)
        {
            findings.Add(Manager());
        }
        else if (!settings.Judges(VoipmonCheck.Spool))
        {
            notes.Add($"the sniffer's own view is missing: {reading.Manager.Reason}");
        }
    }

    private Finding Database(DatabaseReading database)
    {
        bool blocks = DatabaseBlocks && reading.Manager.State == ManagerState.Silent;
        string more = blocks ? "; the sniffer's manager is silent with it, as it waits for the database at every question: capture itself may go on, and its CDRs wait on disk"
            : DatabaseBlocks && reading.Manager.Answers ? "; the sniffer goes on and keeps its CDRs on disk meanwhile"
            : "";
        Status status = database.State is DatabaseState.Down or DatabaseState.Silent ? Status.Critical : Status.Unknown;
        return new Finding(status, $"the database {Words(database)}{more}", VoipmonCheck.Database);
    }

    private static string Words(DatabaseReading database) => database.State switch
    {
        DatabaseState.Down when database.Reason.StartsWith("1040", StringComparison.Ordinal) || database.Reason.StartsWith("1203", StringComparison.Ordinal) => $"takes no more connections ({database.Reason})",
        DatabaseState.Down => $"is down: {database.Reason}",
        DatabaseState.Silent => $"accepts and does not answer: {database.Reason}",
        DatabaseState.Refuses when char.IsAsciiDigit(database.Reason.FirstOrDefault()) => $"is not read: {database.Reason}; cure: user and password of the option file, and the GRANT in this check's README",
        DatabaseState.Refuses => $"is not read: {database.Reason}",
        _ => $"cannot be read: {database.Reason}",
    };

    private Finding Manager()
    {
        ManagerReading manager = reading.Manager;
        (Status status, string sentence) = manager.State switch
        {
            ManagerState.Dead => (Status.Critical, $"the sniffer is dead: {manager.Reason}"),
            ManagerState.Silent when DatabaseBlocks => (Status.Unknown, $"whether the sniffer captures is not known: its manager is silent, as it always is while its database is (the database {Words(reading.Database!)})"),
            ManagerState.Silent when reading.Database is null => (Status.Critical, $"the sniffer's manager accepts and does not answer ({manager.Reason}): it is frozen, or its database hangs; look at the database first"),
            ManagerState.Silent => (Status.Critical, $"the sniffer is frozen: its manager accepts and does not answer ({manager.Reason}), and the database does"),
            ManagerState.Closes => Closes(),
            _ => (Status.Unknown, $"the sniffer's manager on {manager.Address} {manager.Reason}"),
        };
        return new Finding(status, sentence, VoipmonCheck.Sniffer);
    }

    /// <summary>A start or an end takes seconds; one that goes on is an outage.</summary>
    private (Status Status, string Sentence) Closes()
    {
        TimeSpan longest = TimeSpan.FromMinutes(2);
        string key = "closes_since";
        DateTimeOffset since = MemoryTime.Of(run.Memory.Past(VoipmonCheck.Sniffer), key) is { } before && before <= run.World.Now ? before : run.World.Now;
        if (settings.Judges(VoipmonCheck.Sniffer))
        {
            Dictionary<string, string> values = new(run.Memory.Past(VoipmonCheck.Sniffer)) { [key] = MemoryTime.Print(since) };
            run.Memory.Remember(VoipmonCheck.Sniffer, values);
        }

        TimeSpan lasts = run.World.Now - since;
        return (
            lasts >= longest ? Status.Critical : Status.Warning,
            $"the sniffer starts or ends: its manager on {reading.Manager.Address} {reading.Manager.Reason}{(lasts > TimeSpan.Zero ? $", for {Plugin.Words.Duration((long)lasts.TotalSeconds)}" : "")}");
    }

    private IEnumerable<string> Trace()
    {
        yield return reading.Manager is { Stat: { } stat } manager
            ? $"manager {manager.Address}: sniffer {stat.Version}, {manager.Calls?.ToString() ?? "unknown"} calls, sensors {(manager.ConnectedSensors is { } connected ? string.Join(' ', connected) : "not told (AES)")}"
            : $"manager {reading.Manager.Address}: {reading.Manager.Reason}";
        if (reading.Database is { } database)
        {
            yield return database.Answers ? $"database {database.Version}, newest CDR {database.Newest?.Id.ToString() ?? "none"}" : $"database: {database.Reason}";
        }
    }
}
