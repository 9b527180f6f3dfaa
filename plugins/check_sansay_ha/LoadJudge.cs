using System.Globalization;
using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Plugins.SansayHa;

/// <summary>
/// Judges sessions and calls per second against the licence, and the idle CPU of both nodes. A standby tells old counts: only who serves is
/// asked.
/// </summary>
internal static class LoadJudge
{
    internal static string Judge(PairReading pair, CheckRun run, List<Finding> findings, List<Metric> metrics, List<string> notes)
    {
        NodeReading? serving = pair.Nodes.Where(node => node.Statistics?.Serves == true).MaxBy(node => node.Statistics!.Number(SystemStatistics.Sessions) ?? 0);
        if (serving?.Statistics is not { } told)
        {
            string nodes = string.Join(", ", pair.Nodes.Select(node => node.Words));
            NodeReading? untold = pair.Nodes.FirstOrDefault(node => node.Trouble is not null);
            string? trouble = untold is null ? null : $"{untold.Name} {untold.Trouble!.Words}";
            return NotJudged.Add(
                run.Options,
                [SansayHaCheck.Load],
                SansayHaCheck.Ha,
                $"no node that carries calls was read ({nodes})",
                findings,
                notes,
                $"sessions and licence limits are not known: no node that carries calls was read "
                    + $"({nodes}){(trouble is null ? "" : $"; {trouble}")}",
                pair.Nodes.Select(node => node.Trouble?.FirstStep).FirstOrDefault(step => step is not null));
        }

        Adder add = new(run.Options, findings, metrics, serving.Name);
        long? sessions = told.Number(SystemStatistics.Sessions) ?? told.Number(SystemStatistics.ClusterSessions);
        long? sessionLimit = told.Number(SystemStatistics.SessionLimit);
        long? calls = told.Number(SystemStatistics.CallsPerSecond);
        long? callLimit = told.Number(SystemStatistics.CallsPerSecondLimit);
        Metric use = add.Metric(SansayHaCheck.SessionUse, Use(sessions, sessionLimit), $"{sessions} of {sessionLimit} sessions of the licence in use", maximum: 100);
        add.Metric(SansayHaCheck.Sessions, sessions, SansayHaCheck.Sessions.Meaning);
        add.Metric(SansayHaCheck.SessionLimit, sessionLimit, SansayHaCheck.SessionLimit.Meaning);
        add.Metric(SansayHaCheck.SessionLimitHits, told.Number(SystemStatistics.SessionLimitHits), SansayHaCheck.SessionLimitHits.Meaning);
        add.Metric(SansayHaCheck.CallsPerSecondUse, Use(calls, callLimit), $"{calls} of {callLimit} calls per second of the licence in use", maximum: 100);
        add.Metric(SansayHaCheck.CallsPerSecond, calls, SansayHaCheck.CallsPerSecond.Meaning);
        add.Metric(SansayHaCheck.CallsPerSecondLimit, callLimit, SansayHaCheck.CallsPerSecondLimit.Meaning);
        add.Metric(SansayHaCheck.CallsPerSecondLimitHits, told.Number(SystemStatistics.CallsPerSecondLimitHits), SansayHaCheck.CallsPerSecondLimitHits.Meaning);
        NodeReading busiest = pair.Nodes.Where(node => node.Statistics?.Number(SystemStatistics.CpuIdle) is not null).MinBy(node => node.Statistics!.Number(SystemStatistics.CpuIdle)) ?? serving;
        (add with { Node = busiest.Name }).Metric(SansayHaCheck.CpuIdle, busiest.Statistics!.Number(SystemStatistics.CpuIdle), "idle CPU", maximum: 100);
        add.Metric(SansayHaCheck.Attempts, told.Number(SystemStatistics.Attempts), SansayHaCheck.Attempts.Meaning);
        RaiseFallenLimits(serving.Name, told, run);
        string summary = use.Value is { } percent
            ? $"{Words.Count(sessions ?? 0, "session")} ({Metric.Number(Math.Round(percent, 1))} % of the licence)"
            : sessions is { } count ? Words.Count(count, "session") : "sessions not told";
        findings.Add(new Finding(Status.Ok, $"{serving.Name}: {summary}", SansayHaCheck.Load));
        return summary;
    }

    private static double? Use(long? used, long? limit) => limit > 0 ? 100.0 * used / limit : null;

    /// <summary>A licence that runs out or is replaced shows as a lower limit, before it is reached.</summary>
    private static void RaiseFallenLimits(string node, SystemStatistics told, CheckRun run)
    {
        IReadOnlyDictionary<string, string> past = run.Memory.Past(SansayHaCheck.Load);
        Dictionary<string, string> values = new(past);
        foreach (string field in (string[])[SystemStatistics.SessionLimit, SystemStatistics.CallsPerSecondLimit])
        {
            string key = $"{node}.{field}";
            if (told.Number(field) is not { } now)
            {
                continue;
            }

            if (long.TryParse(past.GetValueOrDefault(key), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long before) && now < before)
            {
                run.Memory.Raise(SansayHaCheck.Load, key, Status.Warning, $"{field} of {node} fell from {before} to {now}: has the licence changed or run out?");
            }

            values[key] = now.ToString(CultureInfo.InvariantCulture);
        }

        run.Memory.Remember(SansayHaCheck.Load, values);
    }

    private sealed record Adder(Options Options, List<Finding> Findings, List<Metric> Metrics, string Node)
    {
        internal Metric Metric(MetricFacts facts, double? value, string what, double? maximum = null)
        {
            Metric metric = Options.Measure(facts, value, 0, maximum);
            Metrics.Add(metric);
            if (metric.Status == Status.Unknown)
            {
                Findings.Add(new Finding(Status.Unknown, $"{facts.Name} has a limit, but {Node} does not tell its value", SansayHaCheck.Load));
            }
            else if (metric.Status != Status.Ok)
            {
                Findings.Add(new Finding(metric.Status, $"{Node}: {what}: {metric.Spoken}", SansayHaCheck.Load));
            }

            return metric;
        }
    }
}
