using System.Text;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Plugins.Voipmon;

/// <summary>Asks the database for what the judged concerns need, in one connection, and reads the rows.</summary>
internal sealed class DatabaseProbe
{
    internal const string NewestPart = "the newest CDR";
    internal const string SensorsPart = "the sensors";
    internal const string StartsPart = "the sensors' starts";
    internal const string PartitionsPart = "the partitions";
    internal const string ReplicaPart = "the replication";
    private const string ServerPart = "the server";
    private const string Subject = "the database";

    private const int SyntaxError = 1064;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(6);

    private readonly List<(string Part, string Statement)> asked = [(ServerPart, DatabaseStatements.Server)];
    private readonly string optionFile;

    internal DatabaseProbe(VoipmonSettings settings)
    {
        optionFile = settings.DatabaseOptions!;
        bool wantsSensors = settings.Judges(VoipmonCheck.Sensors);
        if (settings.Judges(VoipmonCheck.Freshness))
        {
            asked.Add((NewestPart, DatabaseStatements.Newest));
        }

        if (settings.Judges(VoipmonCheck.Freshness) || wantsSensors)
        {
            asked.Add((SensorsPart, DatabaseStatements.Sensors(settings.NamedSensors)));
        }

        if (wantsSensors)
        {
            asked.Add((StartsPart, DatabaseStatements.Starts));
        }

        if (settings.Judges(VoipmonCheck.Database))
        {
            asked.Add((PartitionsPart, DatabaseStatements.Partitions));
            asked.Add((ReplicaPart, DatabaseStatements.Replica));
            asked.Add((ReplicaPart, DatabaseStatements.OlderReplica));
        }
    }

    internal DatabaseQuestion Question => new(optionFile, [.. asked.Select(part => part.Statement)]) { Limit = Patience };

    internal DatabaseReading Read(Answer answer)
    {
        if (answer.Outcome != Outcome.Answered)
        {
            return new DatabaseReading(ProbeError.Of(Subject, answer));
        }

        if (ResultText.Parse(Encoding.UTF8.GetString(answer.Bytes.Span)) is not { } parsed || parsed.Results.Count != asked.Count)
        {
            return Malformed("its rows are not in the form of a recording");
        }

        List<(string Part, StatementResult Result)> results = [.. asked.Select((part, index) => (part.Part, parsed.Results[index]))];
        if (results.RemoveAll(part => part.Part == ReplicaPart && part.Result.ErrorCode == SyntaxError) == 0)
        {
            // Both words were understood: the second said the same again.
            int second = results.FindLastIndex(part => part.Part == ReplicaPart);
            if (second > 0)
            {
                results.RemoveAt(second);
            }
        }

        if (Rows(results, ServerPart) is not [var server, ..])
        {
            return Malformed($"it does not tell its version and time: {results[0].Result.ErrorCode} {results[0].Result.ErrorText}");
        }

        IReadOnlyList<IReadOnlyDictionary<string, string>>? newest = Rows(results, NewestPart);
        return new DatabaseReading(null)
        {
            Seconds = parsed.Seconds,
            Version = server.GetValueOrDefault("version", ""),
            IsReadOnly = server.GetValueOrDefault("read_only") is "1" or "ON" or "True",
            LocalTime = DatabaseReading.Time(server, "now_local"),
            UtcTime = DatabaseReading.Time(server, "now_utc"),
            KnowsNewest = newest is not null,
            Newest = newest?.Select(Newest).FirstOrDefault(),
            Sensors = Rows(results, SensorsPart)?.Select(Sensor).OfType<SensorRow>().ToArray(),
            Starts = Rows(results, StartsPart)?.Select(Start).ToArray(),
            Partitions = Rows(results, PartitionsPart)?.Select(Partition).ToArray(),
            Replicas = Rows(results, ReplicaPart)?.Select(Replica).ToArray(),
            Failures = [.. results.Where(part => part.Result.ErrorCode != 0).Select(part => (part.Part, part.Result.ErrorCode, part.Result.ErrorText))],
        };
    }

    private static DatabaseReading Malformed(string what) => new(new ProbeError(Subject, ProbeErrorKind.Malformed, what));

    private static IReadOnlyList<IReadOnlyDictionary<string, string>>? Rows(List<(string Part, StatementResult Result)> results, string part)
    {
        foreach ((string name, StatementResult result) in results)
        {
            if (name == part)
            {
                return result.ErrorCode == 0 ? result.Rows : null;
            }
        }

        return null;
    }

    private static NewestCdr? Newest(IReadOnlyDictionary<string, string> row) => DatabaseReading.Number(row, "ID") is { } id
        ? new NewestCdr(id, DatabaseReading.Time(row, "calldate"), DatabaseReading.Time(row, "callend"))
        : null;

    private static SensorRow? Sensor(IReadOnlyDictionary<string, string> row) => DatabaseReading.Number(row, "id_sensor") is { } id
        ? new SensorRow(id, row.GetValueOrDefault("name", ""), DatabaseReading.Number(row, "newest"))
        : null;

    private static SensorStart Start(IReadOnlyDictionary<string, string> row) =>
        new(DatabaseReading.Number(row, "id_sensor"), DatabaseReading.Time(row, "stop_at"), row.GetValueOrDefault("version", ""));

    private static NewestPartition Partition(IReadOnlyDictionary<string, string> row) => new(row.GetValueOrDefault("TABLE_NAME", ""), row.GetValueOrDefault("bound", ""));

    /// <summary>MySQL since 8.0.22 says Replica and Source where everything else says Slave and Master.</summary>
    private static Replica Replica(IReadOnlyDictionary<string, string> row)
    {
        string Either(string newer, string older) => row.GetValueOrDefault(newer) ?? row.GetValueOrDefault(older, "");
        return new Replica(
            Either("Connection_name", "Channel_Name"),
            Either("Replica_IO_Running", "Slave_IO_Running"),
            Either("Replica_SQL_Running", "Slave_SQL_Running"),
            DatabaseReading.Number(row, "Seconds_Behind_Source") ?? DatabaseReading.Number(row, "Seconds_Behind_Master"),
            string.Join(' ', (string[])[row.GetValueOrDefault("Last_IO_Error", ""), row.GetValueOrDefault("Last_SQL_Error", "")]).Trim());
    }
}
