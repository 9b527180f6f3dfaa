using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Plugins.Voipmon;

/// <summary>
/// What waits for the database: queue files on disk (SQLf, the default) and queries in memory (SQLq). One or two for an interval are
/// normal; a backlog that grows from run to run is a database that is slower than the calls, or that takes no writes.
/// </summary>
internal static class BacklogEvaluation
{
    private const long Normal = 2;
    private static readonly TimeSpan Notable = TimeSpan.FromMinutes(4);
    private static readonly TimeSpan Grave = TimeSpan.FromMinutes(15);

    internal static void Evaluate(ServerReading reading, ReportBuilder report)
    {
        if (reading.Manager.Stat?.Line is not { } line)
        {
            return;
        }

        ConcernReport database = report.For(VoipmonCheck.Database);
        Measure(VoipmonCheck.QueueFiles, line.QueueFiles, "queue files wait for the database");
        Measure(VoipmonCheck.QueuedQueries, line.QueuedQueries, "queries wait in memory for the database");
        if (line.QueueFiles is not null || line.QueuedQueries is not null)
        {
            EvaluateGrowth((line.QueueFiles ?? 0) + (line.QueuedQueries ?? 0), reading, database);
        }

        void Measure(MetricFacts facts, long? value, string words) => database.Measure(
            facts,
            value,
            sentence: metric => $"{words}: {metric.Spoken}",
            unread: "the sniffer tells it in a form that is not understood",
            kind: VoipmonHeadlines.Backlog);
    }

    private static void EvaluateGrowth(long backlog, ServerReading reading, ConcernReport database)
    {
        long? before = database.Past.Number("backlog");
        database.Remember("backlog", backlog);
        if (backlog <= Normal || !(backlog > before))
        {
            return;
        }

        long from = database.Past.Number("grows_from") ?? before ?? 0;
        database.Remember("grows_from", from);
        TimeSpan lasts = database.Now - database.Since("grows_since", database.Past.At);
        string cause = reading.Database is { Answers: true }
            ? "the database answers reads: it is slower than the calls, or takes no writes (disk full, lock, missing partition)"
            : "they are stored when it is back";
        database.Problem(
            lasts >= Grave ? Status.Critical : lasts >= Notable ? Status.Warning : Status.Ok,
            VoipmonHeadlines.BacklogGrows,
            $"the backlog of the database grows, from {from} to {backlog} in {Words.Duration((long)lasts.TotalSeconds)}; {cause}");
    }
}
