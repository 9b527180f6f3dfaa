using System.Globalization;
using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Plugins.Voipmon;

/// <summary>Judges the sniffer that answers: whether it is there to stay, and what it has left of memory and CPU.</summary>
internal static class SnifferJudge
{
    private const long UsualStart = 60;
    private const long LongestStart = 300;

    internal static string Judge(ManagerReading manager, SnifferStat stat, CheckRun run, List<Finding> findings, List<Metric> metrics)
    {
        void Add(Status status, string sentence) => findings.Add(new Finding(status, sentence, VoipmonCheck.Sniffer));
        if (stat.TerminatingError.Length > 0)
        {
            Add(Status.Critical, $"the sniffer is about to end itself: '{SnifferStat.Quote(stat.TerminatingError)}'");
        }

        if (stat.IsMemoryFull)
        {
            Add(Status.Critical, "the sniffer's packet memory is full (memory_is_full): packets are lost until it drains; raise max_buffer_mem or find what is slow");
        }

        JudgeStart(stat, run, Add);
        StatusLine? line = stat.Line;
        Measure(VoipmonCheck.Calls, manager.Calls, null);
        Measure(VoipmonCheck.HeapUsed, line?.HeapUsed, 100);
        Measure(VoipmonCheck.HeapTrash, line?.HeapTrash, 100);
        Measure(VoipmonCheck.ReaderCpu, line?.ReaderCpu, null);
        Measure(VoipmonCheck.ResidentMemory, line?.ResidentBytes, null);
        Measure(VoipmonCheck.Uptime, stat.UptimeSeconds, null);
        if (line is { Remark.Length: > 0 })
        {
            Add(Status.Warning, $"the sniffer complains: '{SnifferStat.Quote(line.Remark)}'");
        }

        string calls = manager.Calls is { } count ? $"{Words.Count(count, "call")} active" : "calls not told";
        string up = $" up for {Words.Duration(stat.UptimeSeconds)}";
        findings.Add(new Finding(Status.Ok, $"sniffer {stat.Version}{up}, {calls}", VoipmonCheck.Sniffer));
        return $"sniffer {stat.Version}{up}, {calls}";

        void Measure(MetricFacts facts, double? value, double? maximum)
        {
            Metric metric = run.Options.Measure(facts, value, 0, maximum);
            metrics.Add(metric);
            if (metric.Status == Status.Unknown)
            {
                Add(Status.Unknown, $"{facts.Name} has a limit, but this sniffer does not tell it");
            }
            else if (metric.Status != Status.Ok)
            {
                Add(metric.Status, $"sniffer: {facts.Meaning}: {metric.Spoken}");
            }
        }
    }

    private static void JudgeStart(SnifferStat stat, CheckRun run, Action<Status, string> add)
    {
        long up = stat.UptimeSeconds;
        if (stat.IsInitializing)
        {
            add(
                up > LongestStart ? Status.Critical : up > UsualStart ? Status.Warning : Status.Ok,
                $"the sniffer still initialises, {Words.Duration(up)} after its start (usual: about 10 s)");
        }

        if (MemoryTime.Number(run.Memory.Past(VoipmonCheck.Sniffer), "uptime") is { } before && up < before)
        {
            run.Memory.Raise(VoipmonCheck.Sniffer, "restart", Status.Warning, $"the sniffer was restarted: it had been up for {Words.Duration(before)}");
        }

        run.Memory.Remember(VoipmonCheck.Sniffer, [KeyValuePair.Create("uptime", up.ToString(CultureInfo.InvariantCulture))]);
    }
}
