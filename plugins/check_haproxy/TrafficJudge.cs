using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Plugins.Haproxy;

/// <summary>
/// Judges sessions against limits, errors for each second since the last run, and how long requests take. A backend's session limit is its
/// fullconn, which steers and does not limit, so backends are left out there.
/// </summary>
internal sealed class TrafficJudge(Judgement judgement, Changes changes, IgnoreList ignored)
{
    private static readonly (MetricFacts Metric, StatColumn Column, string Counter, string Verb)[] Errors =
    [
        (HaproxyCheck.Responses5xxRate, StatColumn.Responses5xx, "5xx", "answers with HTTP 5xx"),
        (HaproxyCheck.ConnectionErrorRate, StatColumn.ConnectionErrors, "econ", "cannot connect to its servers"),
        (HaproxyCheck.ResponseErrorRate, StatColumn.ResponseErrors, "eresp", "gets broken answers from its servers"),
        (HaproxyCheck.RetryRate, StatColumn.Retries, "wretr", "connects to its servers again"),
    ];

    private static readonly (MetricFacts Metric, StatColumn Column, string What)[] Times =
    [
        (HaproxyCheck.QueueTime, StatColumn.QueueTime, "requests in the queue of"),
        (HaproxyCheck.ConnectTime, StatColumn.ConnectTime, "connections to the servers of"),
        (HaproxyCheck.ResponseTime, StatColumn.ResponseTime, "answers of"),
    ];

    private readonly Dictionary<MetricFacts, double> worst = [];
    private long sessions;
    private long queue;
    private (ProxyRow? Backend, long Length) longestQueue;

    internal static void Judge(Judgement judgement, IReadOnlyList<HaproxyStats> processes, IgnoreList ignored)
    {
        Changes changes = new(judgement, HaproxyCheck.Traffic);
        TrafficJudge judge = new(judgement, changes, ignored);
        foreach (HaproxyStats process in processes)
        {
            ProcessChanges change = changes.Of(process);
            foreach (ProxyRow row in process.Rows)
            {
                judge.Judge(row, change, processes.Count > 1 ? $" (socket {process.Source})" : "");
            }
        }

        judge.AddMetrics();
        changes.Remember();
    }

    private static string Name(ProxyRow row) => row.Type switch
    {
        RowType.Frontend => $"frontend {row.Proxy}",
        RowType.Backend => $"backend {row.Proxy}",
        _ => $"server {row.Proxy}/{row.Name}",
    };

    private void Judge(ProxyRow row, ProcessChanges change, string at)
    {
        bool isIgnored = ignored.Ignores(row);
        if (row.Type == RowType.Backend)
        {
            JudgeErrors(row, change, isIgnored, at);
        }

        if (isIgnored)
        {
            return;
        }

        switch (row.Type)
        {
            case RowType.Frontend:
                sessions += row.Sessions ?? 0;
                JudgeSessions(row, at);
                break;
            case RowType.Server:
                JudgeSessions(row, at);
                break;
            case RowType.Backend:
                queue += row.Queue ?? 0;
                longestQueue = row.Queue > longestQueue.Length ? (row, row.Queue.Value) : longestQueue;
                JudgeTimes(row, change, at);
                break;
        }
    }

    private void JudgeSessions(ProxyRow row, string at)
    {
        if (row is { Sessions: { } used, SessionLimit: > 0 and { } limit })
        {
            Metric use = Measure(HaproxyCheck.SessionUse, 100.0 * used / limit);
            if (use.Status != Status.Ok)
            {
                Add(use.Status, $"{Name(row)} has {used} of {limit} sessions in use: {use.Spoken}{at}");
            }
        }
    }

    /// <summary>What was counted between two runs would be gone at the next look, so it stays raised for the hold.</summary>
    private void JudgeErrors(ProxyRow backend, ProcessChanges change, bool isIgnored, string at)
    {
        foreach ((MetricFacts facts, StatColumn column, string counter, string verb) in Errors)
        {
            if (change.Growth(counter, backend.Proxy, backend[column]) is { } growth && !isIgnored)
            {
                Metric rate = Measure(facts, growth / change.Seconds!.Value);
                if (rate.Status != Status.Ok)
                {
                    string sentence = $"backend {backend.Proxy} {verb}: {Sentences.Spoken(rate, "a second")}, {growth} within {Words.Duration((long)change.Seconds.Value)}{at}";
                    judgement.Memory.Raise(HaproxyCheck.Traffic, $"{counter} {backend.Proxy}{at}", rate.Status, sentence);
                }
            }
        }
    }

    /// <summary>
    /// The averages are those of the last 1,024 requests, however old: without a session since the last run they are yesterday's.
    /// </summary>
    private void JudgeTimes(ProxyRow backend, ProcessChanges change, string at)
    {
        if (change.Growth("stot", backend.Proxy, backend[StatColumn.TotalSessions]) is 0)
        {
            return;
        }

        foreach ((MetricFacts facts, StatColumn column, string what) in Times)
        {
            if (backend[column] is { } milliseconds)
            {
                Metric time = Measure(facts, milliseconds / 1000.0);
                if (time.Status != Status.Ok)
                {
                    Add(time.Status, $"{what} backend {backend.Proxy} take {time.Spoken} on average of its last 1,024 requests{at}");
                }
            }
        }
    }

    private Metric Measure(MetricFacts facts, double value)
    {
        worst[facts] = worst.TryGetValue(facts, out double before) ? Math.Max(before, value) : value;
        return judgement.Options.Measure(facts, value, 0);
    }

    private void AddMetrics()
    {
        AddWorst(HaproxyCheck.SessionUse, "no frontend and no server of HAProxy has one", maximum: 100);
        AddTotal(HaproxyCheck.Sessions, sessions, "sessions of all frontends");
        AddTotal(HaproxyCheck.Queue, queue, longestQueue.Backend is { } backend ? $"requests that wait for a server, {longestQueue.Length} of them of backend {backend.Proxy}" : "requests that wait for a server");
        foreach ((MetricFacts facts, _, _, _) in Errors)
        {
            AddWorst(facts, changes.AnyInterval ? "HAProxy does not tell it" : null);
        }

        foreach ((MetricFacts facts, _, _) in Times)
        {
            AddWorst(facts, null);
        }

        string use = worst.TryGetValue(HaproxyCheck.SessionUse, out double fullest) ? $"sessions at {Metric.Number(Math.Round(fullest, 1))} % of the tightest limit" : Words.Count(sessions, "session");
        judgement.Summarize($"{use}, {queue} queued");
    }

    /// <summary>A limit on what HAProxy does not tell is UNKNOWN; on what cannot be known yet, nothing.</summary>
    private void AddWorst(MetricFacts facts, string? whyUnknown, double? maximum = null)
    {
        Metric metric = judgement.Options.Measure(facts, worst.TryGetValue(facts, out double value) ? value : null, 0, maximum);
        judgement.Add(metric);
        if (metric.Status == Status.Unknown && whyUnknown is not null)
        {
            Add(Status.Unknown, $"{facts.Name} has a limit, but {whyUnknown}");
        }
    }

    private void AddTotal(MetricFacts facts, long value, string what)
    {
        Metric metric = judgement.Options.Measure(facts, value, 0);
        judgement.Add(metric);
        Add(metric.Status, $"{what}: {metric.Spoken}");
    }

    private void Add(Status status, string sentence) => judgement.Add(new Finding(status, sentence, HaproxyCheck.Traffic));
}
