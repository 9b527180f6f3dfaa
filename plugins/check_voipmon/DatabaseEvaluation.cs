using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Plugins.Voipmon;

/// <summary>The database that answers: its speed, whether it takes writes, its partitions and its replication.</summary>
internal static class DatabaseEvaluation
{
    private const int CommandDenied = 1142, PrivilegeMissing = 1227;

    internal static void Evaluate(DatabaseReading database, ReportBuilder report)
    {
        ConcernReport concern = report.For(VoipmonCheck.Database);
        concern.Measure(
            VoipmonCheck.DatabaseTime,
            database.Seconds,
            sentence: time => $"the database took {time.Spoken} for this check's statements",
            kind: VoipmonHeadlines.Slow,
            ok: $"the database took {Metric.Number(Math.Round(database.Seconds, 2))} s for this check's statements");
        if (database.IsReadOnly)
        {
            concern.Problem(
                Status.Critical,
                VoipmonHeadlines.ReadOnly,
                "the database is read-only (read_only=1), so that no CDR can be stored: is it a replica, or was it set so by hand?");
        }

        EvaluatePartitions(database, concern);
        if (database.Replicas is { } replicas)
        {
            EvaluateReplicas(replicas, concern);
        }
        else
        {
            string reason = Failure(database, DatabaseProbe.ReplicaPart);
            bool isDenied = database.FailureOf(DatabaseProbe.ReplicaPart) is { Code: CommandDenied or PrivilegeMissing };
            report.Note(isDenied
                ? $"replication not watched: {reason}"
                : $"replication not watched, the server does not tell it: {reason}");
        }

        concern.Summary($"database {database.Version} answers in {Metric.Number(Math.Round(database.Seconds, 3))} s");
    }

    private static void EvaluatePartitions(DatabaseReading database, ConcernReport concern)
    {
        if (database.Partitions is null || database.LocalTime is not { } now)
        {
            string failure = Failure(database, DatabaseProbe.PartitionsPart);
            concern.Problem(Status.Unknown, VoipmonHeadlines.PartitionsUnread, $"the partitions cannot be read: {failure}");
            return;
        }

        (string Table, double Ahead)? first = null;
        foreach (NewestPartition partition in database.Partitions)
        {
            if (PartitionBound.Parse(partition.Description) is not { } bound)
            {
                concern.Problem(
                    Status.Unknown,
                    VoipmonHeadlines.PartitionBoundUnknown.With("NAME", partition.Table),
                    $"the newest partition of table {partition.Table} has a bound that is not understood: '{partition.Description}'");
            }
            else if (bound != DateTime.MaxValue && (first is null || (bound - now).TotalSeconds < first.Value.Ahead))
            {
                first = (partition.Table, (bound - now).TotalSeconds);
            }
        }

        if (first is not { } table)
        {
            concern.Record(VoipmonCheck.PartitionAhead, null, minimum: null);
            return;
        }

        string room = table.Ahead <= 0
            ? $"table {table.Table} ran out of partitions {Words.Duration((long)-table.Ahead)} ago: every insert fails with error 1526"
            : $"table {table.Table} has partitions for {Words.Duration((long)table.Ahead)} more";
        concern.Measure(
            VoipmonCheck.PartitionAhead,
            table.Ahead,
            minimum: null,
            sentence: metric =>
                $"{room} (limit: {metric.BrokenLimit}); the sniffer makes new ones every 12 h: its log says why it does not",
            kind: VoipmonHeadlines.Partitions,
            ok: room);
    }

    private static void EvaluateReplicas(IReadOnlyList<Replica> replicas, ConcernReport concern)
    {
        double? lag = null;
        foreach (Replica replica in replicas)
        {
            string name = replica.Connection.Length > 0 ? $"replication '{replica.Connection}'" : "replication";
            string error = replica.Error.Length > 0 ? $": {replica.Error}" : "";
            if (replica is { ReceiverRuns: "Yes", ApplierRuns: "Yes", SecondsBehind: { } behind })
            {
                lag = Math.Max(lag ?? 0, behind);
            }
            else
            {
                string seconds = replica.SecondsBehind is { } told ? $"{told} s" : "NULL";
                string state = $"receiver {Told(replica.ReceiverRuns)}, applier {Told(replica.ApplierRuns)}, lag {seconds}";
                concern.Problem(Status.Critical, VoipmonHeadlines.ReplicationBroken, $"{name} is broken ({state}){error}");
            }
        }

        if (lag is { } behindBy)
        {
            concern.Measure(
                VoipmonCheck.ReplicaLag,
                behindBy,
                sentence: metric => $"replication is behind by {metric.Spoken}",
                kind: VoipmonHeadlines.ReplicationLags,
                ok: $"replication is behind by {Words.Duration((long)behindBy)}");
        }
        else if (replicas.Count > 0)
        {
            concern.Record(VoipmonCheck.ReplicaLag, null);
        }
    }

    private static string Told(string word) => word.Length == 0 ? "NULL" : word;

    private static string Failure(DatabaseReading database, string part) => database.FailureOf(part) is { } failure
        ? $"{failure.Code} {failure.Words}; cure: the GRANT in this check's README"
        : "the server does not tell its time";
}
