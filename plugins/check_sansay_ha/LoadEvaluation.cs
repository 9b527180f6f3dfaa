using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Plugins.SansayHa;

/// <summary>
/// Sessions and calls per second against the licence, and the idle CPU of both nodes. A standby tells old counts: only who serves is asked.
/// </summary>
internal static class LoadEvaluation
{
    internal static void Evaluate(PairReading pair, Severities severities, QuietHours quiet, ReportBuilder report)
    {
        NodeReading? serving = pair.Nodes
            .Where(node => node.Statistics?.Serves == true)
            .MaxBy(node => node.Statistics!.Number(SystemStatistics.Sessions) ?? 0);
        if (serving?.Statistics is not { } told)
        {
            CannotEvaluate(pair, report);
            return;
        }

        ConcernReport load = report.For(SansayHaCheck.Load);
        long? sessions = told.Number(SystemStatistics.Sessions) ?? told.Number(SystemStatistics.ClusterSessions);
        long? sessionLimit = told.Number(SystemStatistics.SessionLimit);
        long? calls = told.Number(SystemStatistics.CallsPerSecond);
        long? callLimit = told.Number(SystemStatistics.CallsPerSecondLimit);
        double? use = Use(sessions, sessionLimit);
        Measure(SansayHaCheck.SessionUse, use, $"{sessions} of {sessionLimit} sessions of the licence in use", 100);
        Measure(SansayHaCheck.Sessions, sessions);
        Measure(SansayHaCheck.SessionLimit, sessionLimit);
        Measure(SansayHaCheck.SessionLimitHits, told.Number(SystemStatistics.SessionLimitHits));
        Measure(SansayHaCheck.CallsPerSecondUse, Use(calls, callLimit), $"{calls} of {callLimit} calls per second of the licence in use", 100);
        Measure(SansayHaCheck.CallsPerSecond, calls);
        Measure(SansayHaCheck.CallsPerSecondLimit, callLimit);
        Measure(SansayHaCheck.CallsPerSecondLimitHits, told.Number(SystemStatistics.CallsPerSecondLimitHits));
        NodeReading busiest = pair.Nodes
            .Where(node => node.Statistics?.Number(SystemStatistics.CpuIdle) is not null)
            .MinBy(node => node.Statistics!.Number(SystemStatistics.CpuIdle)) ?? serving;
        Measure(SansayHaCheck.CpuIdle, busiest.Statistics!.Number(SystemStatistics.CpuIdle), "idle CPU", 100, busiest.Name);
        Measure(SansayHaCheck.Attempts, told.Number(SystemStatistics.Attempts));
        AttemptsEvaluation.Evaluate(serving, quiet, report.Options, load);
        RaiseRefusals(serving.Name, told, severities, load);
        RaiseFallenLimits(serving.Name, told, load);
        string summary = use is { } percent
            ? $"{Words.Count(sessions ?? 0, "session")} ({Metric.Number(Math.Round(percent, 1))} % of the licence)"
            : sessions is { } count ? Words.Count(count, "session") : "sessions not told";
        load.Ok($"{serving.Name}: {summary}");
        load.Summary(summary);

        void Measure(MetricFacts facts, double? value, string? what = null, double? maximum = null, string? node = null) => load.Measure(
            facts,
            value,
            maximum: maximum,
            sentence: metric => $"{node ?? serving.Name}: {what ?? facts.Meaning}: {metric.Spoken}",
            kind: facts == SansayHaCheck.CpuIdle ? SansayHeadlines.CpuBusy
                : what is null ? SansayHeadlines.LoadLimit
                : SansayHeadlines.LicenceFull,
            unread: $"{node ?? serving.Name} does not tell its value");
    }

    private static void CannotEvaluate(PairReading pair, ReportBuilder report)
    {
        string nodes = string.Join(", ", pair.Nodes.Select(node => node.Words));
        NodeErrorEvaluation? why = null;
        string untold = "";
        if (pair.Nodes.FirstOrDefault(node => node.Error is not null) is { } first)
        {
            why = NodeErrorEvaluation.Of(first);
            untold = $"; {first.Name} {why.Words}";
        }

        report.CannotJudge(
            [SansayHaCheck.Load],
            SansayHaCheck.Ha,
            $"no node that carries calls was read ({nodes})",
            $"sessions and licence limits are not known: no node that carries calls was read ({nodes}){untold}",
            why?.Kind ?? SansayHeadlines.LoadUnknown);
    }

    private static double? Use(long? used, long? limit) => limit > 0 ? 100.0 * used / limit : null;

    /// <summary>
    /// Calls that the licence refused: the device counts them since its start, so growth since the last run is new ones. A count that fell
    /// is a restart.
    /// </summary>
    private static void RaiseRefusals(string node, SystemStatistics told, Severities severities, ConcernReport load)
    {
        RaiseGrowth(SystemStatistics.SessionLimitHits, SystemStatistics.SessionLimit, "sessions");
        RaiseGrowth(SystemStatistics.CallsPerSecondLimitHits, SystemStatistics.CallsPerSecondLimit, "calls per second");

        void RaiseGrowth(string field, string limit, string what)
        {
            if (Changed(node, field, told, load) is var (before, now) && now > before)
            {
                string most = told.Number(limit) is { } licence ? $"{licence} {what}" : what;
                load.Raise(
                    Key(node, field),
                    severities[Severities.Refusals],
                    SansayHeadlines.Refusals,
                    $"{node} refuses calls beyond the {most} of its licence: {field} grew from {before} to {now} since the last run");
            }
        }
    }

    /// <summary>A licence that runs out or is replaced shows as a lower limit, before it is reached.</summary>
    private static void RaiseFallenLimits(string node, SystemStatistics told, ConcernReport load)
    {
        foreach (string field in (string[])[SystemStatistics.SessionLimit, SystemStatistics.CallsPerSecondLimit])
        {
            if (Changed(node, field, told, load) is var (before, now) && now < before)
            {
                load.Raise(
                    Key(node, field),
                    Status.Warning,
                    SansayHeadlines.LicenceFell,
                    $"{field} of {node} fell from {before} to {now}: has the licence changed or run out?");
            }
        }

        load.RememberAsBefore();
    }

    private static string Key(string node, string field) => $"{node}.{field}";

    /// <summary>A number of the last run and of this one, which is remembered; null when either is not known.</summary>
    private static (long Before, long Now)? Changed(string node, string field, SystemStatistics told, ConcernReport load)
    {
        if (told.Number(field) is not { } now)
        {
            return null;
        }

        load.Remember(Key(node, field), now);
        return load.Past.Number(Key(node, field)) is { } before ? (before, now) : null;
    }
}
