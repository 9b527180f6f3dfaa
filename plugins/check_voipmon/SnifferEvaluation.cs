using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Plugins.Voipmon;

/// <summary>Whether the sniffer that answers is there to stay, and what it has left of memory and CPU.</summary>
internal static class SnifferEvaluation
{
    private const long UsualStart = 60;
    private const long LongestStart = 300;

    /// <summary>
    /// So many runs in a row a scheduler takes to believe an outage and to page it: max_check_attempts of the example estate.
    /// </summary>
    private const long RunsUntilPaged = 4;

    private const string OutageRuns = "outage_runs";
    private const string OutageSince = "outage_since";

    internal static void Evaluate(ManagerReading manager, SnifferStat stat, ReportBuilder report)
    {
        ConcernReport sniffer = report.For(VoipmonCheck.Sniffer);
        if (stat.TerminatingError.Length > 0)
        {
            sniffer.Problem(
                Status.Critical,
                VoipmonHeadlines.Ending,
                $"the sniffer is about to end itself: '{SnifferStat.Quote(stat.TerminatingError)}'");
        }

        if (stat.IsMemoryFull)
        {
            sniffer.Problem(
                Status.Critical,
                VoipmonHeadlines.MemoryFull,
                "the sniffer's packet memory is full (memory_is_full): packets are lost until it drains; raise max_buffer_mem or find "
                    + "what is slow");
        }

        EvaluateStart(stat, report);
        StatusLine? line = stat.Line;
        Measure(VoipmonCheck.Calls, manager.Calls);
        Measure(VoipmonCheck.HeapUsed, line?.HeapUsed, 100);
        Measure(VoipmonCheck.HeapTrash, line?.HeapTrash, 100);
        Measure(VoipmonCheck.ReaderCpu, line?.ReaderCpu);
        Measure(VoipmonCheck.ResidentMemory, line?.ResidentBytes);
        Measure(VoipmonCheck.Uptime, stat.UptimeSeconds);
        if (line is { Remark.Length: > 0 })
        {
            sniffer.Problem(Status.Warning, VoipmonHeadlines.Complains, $"the sniffer complains: '{SnifferStat.Quote(line.Remark)}'");
        }

        string calls = manager.Calls is { } count ? $"{Words.Count(count, "call")} active" : "calls not told";
        sniffer.Summary($"sniffer {stat.Version} up for {Words.Duration(stat.UptimeSeconds)}, {calls}");

        void Measure(MetricFacts facts, double? value, double? maximum = null) => sniffer.Measure(
            facts,
            value,
            maximum: maximum,
            sentence: metric => $"sniffer: {facts.Meaning}: {metric.Spoken}",
            unread: "this sniffer does not tell it",
            kind: VoipmonHeadlines.SnifferLimit);
    }

    /// <summary>One more run in which the sniffer does not answer, and since when; what was known of it before stays known.</summary>
    internal static void RememberOutage(ConcernReport sniffer)
    {
        sniffer.Remember(OutageRuns, (sniffer.Past.Number(OutageRuns) ?? 0) + 1);
        sniffer.Since(OutageSince);
        sniffer.RememberAsBefore();
    }

    private static void EvaluateStart(SnifferStat stat, ReportBuilder report)
    {
        ConcernReport sniffer = report.For(VoipmonCheck.Sniffer);
        long up = stat.UptimeSeconds;
        if (stat.IsInitializing)
        {
            sniffer.Problem(
                up > LongestStart ? Status.Critical : up > UsualStart ? Status.Warning : Status.Ok,
                VoipmonHeadlines.Initializing,
                $"the sniffer still initializes, {Words.Duration(up)} after its start (usual: about 10 s)");
        }

        if (sniffer.Past.Number("uptime") is { } before && up < before)
        {
            EvaluateRestart(up, before, report);
        }

        sniffer.Remember("uptime", up);
    }

    /// <summary>An outage that was paged ends with the restart; one that no run saw, or too few, is told by it.</summary>
    private static void EvaluateRestart(long up, long before, ReportBuilder report)
    {
        ConcernReport sniffer = report.For(VoipmonCheck.Sniffer);
        if (sniffer.Past.Number(OutageRuns) >= RunsUntilPaged && sniffer.Past.Time(OutageSince) is { } since)
        {
            report.Note($"the sniffer runs again, up for {Words.Duration(up)}: it had not answered since {Words.Moment(since)}");
        }
        else
        {
            sniffer.Raise(
                "restart",
                Status.Warning,
                VoipmonHeadlines.Restarted,
                $"the sniffer was restarted: it had been up for {Words.Duration(before)}");
        }
    }
}
