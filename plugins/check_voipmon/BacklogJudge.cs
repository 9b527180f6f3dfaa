using System.Globalization;
using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Plugins.Voipmon;

/// <summary>
/// Judges what waits for the database: queue files on disk (SQLf, the default) and queries in memory (SQLq). One or two for an interval are
/// normal; a backlog that grows from run to run is a database that is slower than the calls, or that takes no writes.
/// </summary>
internal static class BacklogJudge
{
    private const long Normal = 2;
    private static readonly TimeSpan Notable = TimeSpan.FromMinutes(4);
    private static readonly TimeSpan Grave = TimeSpan.FromMinutes(15);

    internal static void Judge(ServerReading reading, CheckRun run, List<Finding> findings, List<Metric> metrics)
    {
        if (reading.Manager.Stat?.Line is { } line)
        {
            Measure(VoipmonCheck.QueueFiles, line.QueueFiles, "queue files wait for the database");
            Measure(VoipmonCheck.QueuedQueries, line.QueuedQueries, "queries wait in memory for the database");
            if (line.QueueFiles is not null || line.QueuedQueries is not null)
            {
                JudgeGrowth((line.QueueFiles ?? 0) + (line.QueuedQueries ?? 0), reading, run, Add);
            }
        }

        void Add(Status status, string sentence) => findings.Add(new Finding(status, sentence, VoipmonCheck.Database));

        void Measure(MetricFacts facts, long? value, string words)
        {
            Metric metric = run.Options.Measure(facts, value, 0);
            metrics.Add(metric);
            if (metric.Status != Status.Ok)
            {
                Add(metric.Status, value is null ? $"{facts.Name} has a limit, but the sniffer tells it in a form that is not understood" : $"{words}: {metric.Spoken}");
            }
        }
    }

    private static void JudgeGrowth(long backlog, ServerReading reading, CheckRun run, Action<Status, string> add)
    {
        IReadOnlyDictionary<string, string> past = run.Memory.Past(VoipmonCheck.Database);
        DateTimeOffset now = run.World.Now;
        long? before = MemoryTime.Number(past, "backlog");
        DateTimeOffset? since = MemoryTime.Of(past, "grows_since");
        long from = MemoryTime.Number(past, "grows_from") ?? before ?? 0;
        bool grows = backlog > Normal && backlog > before;
        Dictionary<string, string> values = new() { ["backlog"] = backlog.ToString(CultureInfo.InvariantCulture) };
        if (grows)
        {
            since ??= run.Memory.LastTime(VoipmonCheck.Database) ?? now;
            from = MemoryTime.Number(past, "grows_from") ?? before ?? 0;
            values["grows_since"] = MemoryTime.Print(since.Value);
            values["grows_from"] = from.ToString(CultureInfo.InvariantCulture);
            TimeSpan lasts = now - since.Value;
            string cause = reading.Database is { Answers: true }
                ? "the database answers reads: it is slower than the calls, or takes no writes (disk full, lock, missing partition)"
                : "they are stored when it is back";
            add(
                lasts >= Grave ? Status.Critical : lasts >= Notable ? Status.Warning : Status.Ok,
                $"the backlog of the database grows, from {from} to {backlog} in {Words.Duration((long)lasts.TotalSeconds)}; {cause}");
        }

        run.Memory.Remember(VoipmonCheck.Database, values);
    }
}
