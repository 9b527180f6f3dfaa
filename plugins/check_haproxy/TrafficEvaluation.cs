using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Plugins.Haproxy;

/// <summary>
/// Evaluates sessions against limits, errors for each second since the last run, and how long requests take. A backend's session limit is
/// its fullconn, which steers and does not limit, so backends are left out there.
/// </summary>
internal sealed class TrafficEvaluation(ConcernReport concern, Changes changes, IgnoreList ignored, Options options)
{
    /// <summary>Below so many sessions one more is a tenth of the limit, and a share says nothing.</summary>
    private const int FewestSessionsForShare = 10;

    /// <summary>Below so many answers one more is a fifth, and they are counted on with those of the next run.</summary>
    private const int FewestAnswersForShare = 5;

    private static readonly TimeSpan LongestForFewAnswers = TimeSpan.FromHours(1);

    private static readonly (MetricFacts Metric, StatColumn Column, string Counter, string Verb, HeadlineKind Kind)[] Errors =
    [
        (HaproxyCheck.Responses5xxRate, StatColumn.Responses5xx, "5xx", "answers with HTTP 5xx", HaproxyHeadlines.AnswersFail),
        (
            HaproxyCheck.ConnectionErrorRate,
            StatColumn.ConnectionErrors,
            "econ",
            "cannot connect to its servers",
            HaproxyHeadlines.ConnectsFail),
        (
            HaproxyCheck.ResponseErrorRate,
            StatColumn.ResponseErrors,
            "eresp",
            "gets broken answers from its servers",
            HaproxyHeadlines.AnswersBroken),
        (HaproxyCheck.RetryRate, StatColumn.Retries, "wretr", "connects to its servers again", HaproxyHeadlines.ConnectsFail),
    ];

    private static readonly (MetricFacts Metric, StatColumn Column, string What)[] Times =
    [
        (HaproxyCheck.QueueTime, StatColumn.QueueTime, "requests in the queue of"),
        (HaproxyCheck.ConnectTime, StatColumn.ConnectTime, "connections to the servers of"),
        (HaproxyCheck.ResponseTime, StatColumn.ResponseTime, "answers of"),
    ];

    private readonly Dictionary<MetricFacts, double> worst = new(ReferenceEqualityComparer.Instance);
    private long sessions;
    private long queue;
    private (ProxyRow? Backend, long Length) longestQueue;
    private HashSet<string> waiting = [];
    private HashSet<string> serving = [];

    internal static void Evaluate(
        IReadOnlyList<HaproxyStats> processes, IReadOnlyList<string> sources, HaproxySettings settings, ReportBuilder report)
    {
        ConcernReport concern = report.For(HaproxyCheck.Traffic);
        Changes changes = new(concern, sources, report);
        TrafficEvaluation evaluation = new(concern, changes, settings.Ignored, report.Options);
        foreach (HaproxyStats process in processes)
        {
            ProcessChanges change = changes.Of(process);
            string at = processes.Count > 1 ? $" (socket {process.Source})" : "";
            evaluation.serving =
            [
                .. process.Rows.Where(static row => row is { Type: RowType.Frontend } or { Type: RowType.Server, IsUsable: true })
                    .Select(static row => row.Proxy),
            ];
            evaluation.waiting = [.. process.Rows.Where(row => row.Queue > 0).Select(row => row.Proxy)];
            foreach (ProxyRow row in process.Rows)
            {
                evaluation.Evaluate(row, change, at);
            }
        }

        evaluation.Measure();
        changes.Remember();
    }

    private static string Name(ProxyRow row) => row.Type switch
    {
        RowType.Frontend => $"frontend {row.Proxy}",
        RowType.Backend => $"backend {row.Proxy}",
        _ => $"server {row.Proxy}/{row.Name}",
    };

    private void Evaluate(ProxyRow row, ProcessChanges change, string at)
    {
        bool isIgnored = ignored.Ignores(row);
        if (row.Type == RowType.Backend)
        {
            EvaluateErrors(row, change, isIgnored, at);
        }

        if (isIgnored)
        {
            return;
        }

        switch (row.Type)
        {
            case RowType.Frontend:
                sessions += row.Sessions ?? 0;
                EvaluateSessions(row, at);
                break;
            case RowType.Server:
                EvaluateSessions(row, at);
                break;
            case RowType.Backend:
                queue += row.Queue ?? 0;
                longestQueue = row.Queue > longestQueue.Length ? (row, row.Queue.Value) : longestQueue;
                EvaluateTimes(row, change, at);
                break;
        }
    }

    private void EvaluateSessions(ProxyRow row, string at)
    {
        if (row is { Sessions: { } used, SessionLimit: > 0 and { } limit } && !IsFullByDesign(row, limit))
        {
            double use = Worst(HaproxyCheck.SessionUse, 100.0 * used / limit);
            HeadlineKind kind = HaproxyHeadlines.SessionsFull.About(row.Proxy);
            concern.Compare(HaproxyCheck.SessionUse, use, (Row: row, At: at), kind, static (metric, of) =>
                $"{Name(of.Row)} has {of.Row.Sessions} of {of.Row.SessionLimit} sessions in use: {metric.Spoken}{of.At}");
        }
    }

    // A server with "maxconn 1" is full with each session; what is too much for it waits, in its queue or its backend's.
    private bool IsFullByDesign(ProxyRow row, long limit) =>
        row.Type == RowType.Server && limit < FewestSessionsForShare && !waiting.Contains(row.Proxy);

    /// <summary>
    /// What was counted between two runs would be gone at the next look, so it stays raised for the latch time. What a backend without a
    /// usable server answers, now or at the last look, is HAProxy's own 503: a consequence of what the proxies' concern tells.
    /// </summary>
    private void EvaluateErrors(ProxyRow backend, ProcessChanges change, bool isIgnored, string at)
    {
        bool isWithout = backend.Status == ServerStatus.Down || !serving.Contains(backend.Proxy);
        bool isConsequence = (isWithout || change.Past("without", backend.Proxy) is not null) && IsToldByProxies;
        if (isWithout)
        {
            change.Keep("without", backend.Proxy, "1");
        }

        AnswerShare? share = isConsequence ? null : ShareOf(backend, change);
        foreach ((MetricFacts facts, StatColumn column, string counter, string verb, HeadlineKind kind) in Errors)
        {
            if (change.Growth(counter, backend.Proxy, backend[column]) is { } growth && !isIgnored && !isConsequence)
            {
                Metric rate = options.Measure(facts, Worst(facts, growth / change.Seconds!.Value));
                string sentence = $"{Sentences.Spoken(rate, "a second")}, {growth} within {Words.Duration((long)change.Seconds.Value)}";
                Status status = rate.Status;
                if (column == StatColumn.Responses5xx && share?.Answers >= FewestAnswersForShare)
                {
                    double failed = Math.Round(100.0 * share.Failed / share.Answers, 2);
                    Metric percent = options.Measure(HaproxyCheck.Responses5xxShare, Worst(HaproxyCheck.Responses5xxShare, failed));
                    bool isWorse = percent.Status != Status.Ok && percent.Status.Or(status) == percent.Status;
                    long seconds = (long)(concern.Now - share.Since).TotalSeconds;
                    sentence = isWorse
                        ? $"{share.Failed} of {share.Answers} answers within {Words.Duration(seconds)}, {percent.Spoken}"
                        : sentence;
                    status = status.Or(percent.Status);
                }

                if (status != Status.Ok)
                {
                    concern.Raise($"{counter} {backend.Proxy}{at}", status, kind, $"backend {backend.Proxy} {verb}: {sentence}{at}");
                }
            }
        }
    }

    private bool IsToldByProxies => options.Judges(HaproxyCheck.Proxies) || options.JudgedBy(HaproxyCheck.Proxies) is not null;

    /// <summary>The answers since the last run that had enough of them, an hour at most.</summary>
    private AnswerShare? ShareOf(ProxyRow backend, ProcessChanges change)
    {
        const string Few = "few";
        if (change.Growth("answers", backend.Proxy, backend.Answers) is not { } answers
            || change.Growth("5xx", backend.Proxy, backend[StatColumn.Responses5xx]) is not { } failed)
        {
            return null;
        }

        AnswerShare share = new(answers, failed, concern.Now - TimeSpan.FromSeconds(change.Seconds!.Value));
        if (AnswerShare.Parse(change.Past(Few, backend.Proxy)) is { } before
            && concern.Now - before.Since <= LongestForFewAnswers && before.Since <= share.Since)
        {
            share = new AnswerShare(before.Answers + answers, before.Failed + failed, before.Since);
        }

        if (share.Answers is > 0 and < FewestAnswersForShare)
        {
            change.Keep(Few, backend.Proxy, share.Print());
        }

        return share;
    }

    /// <summary>
    /// The averages are those of the last 1,024 requests, however old: without a session since the last run they are yesterday's.
    /// </summary>
    private void EvaluateTimes(ProxyRow backend, ProcessChanges change, string at)
    {
        if (change.Growth("stot", backend.Proxy, backend[StatColumn.TotalSessions]) is 0)
        {
            return;
        }

        foreach ((MetricFacts facts, StatColumn column, string what) in Times)
        {
            if (backend[column] is { } milliseconds)
            {
                double seconds = Worst(facts, milliseconds / 1000.0);
                HeadlineKind kind = HaproxyHeadlines.Slow.About(backend.Proxy);
                concern.Compare(facts, seconds, (What: what, backend.Proxy, At: at), kind, static (time, of) =>
                    $"{of.What} backend {of.Proxy} take {time.Spoken} on average of its last 1,024 requests{of.At}");
            }
        }
    }

    /// <summary>Keeps a value when it is the greatest of its metric.</summary>
    /// <returns>The value.</returns>
    private double Worst(MetricFacts facts, double value)
    {
        worst[facts] = worst.TryGetValue(facts, out double before) ? Math.Max(before, value) : value;
        return value;
    }

    private void Measure()
    {
        MeasureWorst(HaproxyCheck.SessionUse, "no frontend and no server of HAProxy has one", maximum: 100);
        MeasureTotal(HaproxyCheck.Sessions, sessions, "sessions of all frontends");
        string longest = longestQueue.Backend is { } backend ? $", {longestQueue.Length} of them of backend {backend.Proxy}" : "";
        MeasureTotal(HaproxyCheck.Queue, queue, $"requests that wait for a server{longest}");
        foreach ((MetricFacts facts, _, _, _, _) in Errors)
        {
            MeasureWorst(facts, changes.AnyInterval ? "HAProxy does not tell it" : null);
        }

        foreach ((MetricFacts facts, _, _) in Times)
        {
            MeasureWorst(facts, null);
        }

        MeasureWorst(HaproxyCheck.Responses5xxShare, null, maximum: 100);
        string use = worst.TryGetValue(HaproxyCheck.SessionUse, out double fullest)
            ? $"sessions at {Metric.Number(Math.Round(fullest, 1))} % of the tightest limit"
            : Words.Count(sessions, "session");
        concern.Summary($"{use}, {queue} queued");
    }

    /// <summary>
    /// The worst of the values, each of which was evaluated. A limit on what HAProxy does not tell is UNKNOWN; on what cannot be known yet,
    /// nothing.
    /// </summary>
    private void MeasureWorst(MetricFacts facts, string? whyUnknown, double? maximum = null)
    {
        if (worst.TryGetValue(facts, out double value))
        {
            concern.Record(facts, value, maximum: maximum);
        }
        else if (whyUnknown is null)
        {
            concern.Record(facts, null, maximum: maximum);
        }
        else
        {
            concern.Measure(facts, null, maximum: maximum, unread: whyUnknown);
        }
    }

    private void MeasureTotal(MetricFacts facts, long value, string what) =>
        concern.Measure(
            facts,
            value,
            sentence: metric => $"{what}: {metric.Spoken}",
            kind: facts == HaproxyCheck.Queue ? HaproxyHeadlines.Queued : null,
            ok: $"{what}: {value}");
}
