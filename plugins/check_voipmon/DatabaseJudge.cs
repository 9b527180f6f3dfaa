using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Plugins.Voipmon;

/// <summary>Judges the database that answers: its speed, whether it takes writes, its partitions and its replication.</summary>
internal static class DatabaseJudge
{
    private const int CommandDenied = 1142, PrivilegeMissing = 1227;

    private const string Partitions =
        "on the VoIPmonitor server: journalctl -t voipmonitor -n 200 says why the sniffer makes no partitions: the rights of its "
            + "user, a full disk";


    internal static string Judge(DatabaseReading database, CheckRun run, List<Finding> findings, List<Metric> metrics, List<string> notes)
    {
        Metric time = run.Options.Measure(VoipmonCheck.DatabaseTime, database.Seconds, 0);
        metrics.Add(time);
        Add(time.Status, $"the database took {time.Spoken} for this check's statements");
        if (database.IsReadOnly)
        {
            Add(Status.Critical, "the database is read-only (read_only=1), so that no CDR can be stored: is it a replica, or was it set so by hand?");
        }

        JudgePartitions(database, run, AddOfPartitions, metrics);
        JudgeReplicas(database, run, Add, metrics, notes);
        return $"database {database.Version} answers in {Metric.Number(Math.Round(database.Seconds, 3))} s";

        void Add(Status status, string sentence) => findings.Add(new Finding(status, sentence, VoipmonCheck.Database));

        void AddOfPartitions(Status status, string sentence) =>
            findings.Add(new Finding(status, sentence, VoipmonCheck.Database) { FirstStep = status == Status.Unknown ? "" : Partitions });
    }

    private static void JudgePartitions(DatabaseReading database, CheckRun run, Action<Status, string> add, List<Metric> metrics)
    {
        if (database.Partitions is null || database.LocalTime is not { } now)
        {
            add(Status.Unknown, $"the partitions cannot be read: {Failure(database, DatabaseProbe.PartitionsPart)}");
            return;
        }

        (string Table, double Ahead)? first = null;
        foreach (NewestPartition partition in database.Partitions)
        {
            if (PartitionBound.Parse(partition.Description) is not { } bound)
            {
                add(Status.Unknown, $"the newest partition of table {partition.Table} has a bound that is not understood: '{partition.Description}'");
            }
            else if (bound != DateTime.MaxValue && (first is null || (bound - now).TotalSeconds < first.Value.Ahead))
            {
                first = (partition.Table, (bound - now).TotalSeconds);
            }
        }

        Metric ahead = run.Options.Measure(VoipmonCheck.PartitionAhead, first?.Ahead);
        metrics.Add(ahead);
        if (first is { } table)
        {
            string room = table.Ahead <= 0 ? $"ran out of partitions {Words.Duration((long)-table.Ahead)} ago: every insert fails with error 1526" : $"has partitions for {Words.Duration((long)table.Ahead)} more";
            add(ahead.Status, $"table {table.Table} {room}{(ahead.Status == Status.Ok ? "" : $" (limit: {(ahead.Status == Status.Critical ? ahead.Critical : ahead.Warning)!.Demand(" s")}); the sniffer makes new ones every 12 h: its log says why it does not")}");
        }
    }

    private static void JudgeReplicas(DatabaseReading database, CheckRun run, Action<Status, string> add, List<Metric> metrics, List<string> notes)
    {
        if (database.Replicas is null)
        {
            string reason = Failure(database, DatabaseProbe.ReplicaPart);
            bool isDenied = database.FailureOf(DatabaseProbe.ReplicaPart) is { Code: CommandDenied or PrivilegeMissing };
            notes.Add(isDenied ? $"replication not watched: {reason}" : $"replication not watched, the server does not tell it: {reason}");
            return;
        }

        double? lag = null;
        foreach (Replica replica in database.Replicas)
        {
            string name = replica.Connection.Length > 0 ? $"replication '{replica.Connection}'" : "replication";
            string error = replica.Error.Length > 0 ? $": {replica.Error}" : "";
            if (replica is { ReceiverRuns: "Yes", ApplierRuns: "Yes", SecondsBehind: { } behind })
            {
                lag = Math.Max(lag ?? 0, behind);
            }
            else
            {
                string state = $"receiver {Told(replica.ReceiverRuns)}, applier {Told(replica.ApplierRuns)}, lag {(replica.SecondsBehind is { } seconds ? $"{seconds} s" : "NULL")}";
                add(Status.Critical, $"{name} is broken ({state}){error}");
            }
        }

        Metric metric = run.Options.Measure(VoipmonCheck.ReplicaLag, lag, 0);
        if (database.Replicas.Count > 0)
        {
            metrics.Add(metric);
        }

        if (lag is not null)
        {
            add(metric.Status, $"replication is behind by {Breach.Spoken(metric)}");
        }
    }

    private static string Told(string word) => word.Length == 0 ? "NULL" : word;

    private static string Failure(DatabaseReading database, string part) => database.FailureOf(part) is { } failure
        ? $"{failure.Code} {failure.Words}; cure: the GRANT in this check's README"
        : "the server does not tell its time";
}
