using System.Globalization;
using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Plugins.Voipmon;

/// <summary>
/// Judges whether SIP reaches the sniffer. Phones register and are asked for all night, so no SIP at all is an outage at any hour. Drops
/// are counted by the sniffer in periods of ten seconds, since its start: the difference to the last run counts.
/// </summary>
internal static class CaptureJudge
{
    /// <summary>The rates appear some 40 s after the start.</summary>
    private const long RatesAppear = 120;

    internal static string Judge(SnifferStat stat, CheckRun run, List<Finding> findings, List<Metric> metrics)
    {
        Dictionary<string, string> values = [];
        string summary = "";
        if (stat.Line is { } line)
        {
            summary = JudgeSip(stat, line, values, run, Add, metrics);
            if (line.Drops is { } drops)
            {
                Add(Status.Critical, $"packets are dropped now: drop[{drops}] (H is the packet buffer, I an interface)");
            }
        }
        else if (!stat.IsInitializing)
        {
            Add(Status.Unknown, "the sniffer tells no status line, so that nothing is known of its capture");
        }

        JudgeDrops(stat, values, run, Add, metrics);
        run.Memory.Remember(VoipmonCheck.Capture, values);
        return summary;

        void Add(Status status, string sentence) => findings.Add(new Finding(status, sentence, VoipmonCheck.Capture));
    }

    private static string JudgeSip(SnifferStat stat, StatusLine line, Dictionary<string, string> values, CheckRun run, Action<Status, string> add, List<Metric> metrics)
    {
        metrics.Add(run.Options.Measure(VoipmonCheck.PacketRate, line.Packets?.PerSecond, 0));
        metrics.Add(run.Options.Measure(VoipmonCheck.SipRate, line.Sip?.PerSecond, 0));
        foreach (Metric rate in metrics.TakeLast(2))
        {
            if (rate.Status != Status.Ok)
            {
                add(rate.Status, $"{rate.Facts.Meaning}: {rate.Spoken}");
            }
        }

        TimeSpan? silence = Silence(stat, line, values, run);
        Metric silent = run.Options.Measure(VoipmonCheck.SipSilence, silence?.TotalSeconds, 0);
        metrics.Add(silent);
        if (line.Sip is not { } sip)
        {
            bool isLate = stat.UptimeSeconds > RatesAppear;
            add(isLate ? Status.Unknown : Status.Ok, isLate ? "the sniffer's status line holds no SIP rate, so that a blind capture would not be seen" : "the rates are not there yet, shortly after the start");
            return "";
        }

        string other = line.Packets is { PerSecond: > 0 and var packets }
            ? $"{packets} packets/s of other kinds do arrive: look at the sipport setting, the filter and what the mirror port mirrors"
            : "no other packet arrives either: look at the interface, the mirror port and the cable";
        add(silent.Status, silence > TimeSpan.Zero
            ? $"the capture is blind: no SIP for {Breach.Spoken(silent)}; {other}"
            : sip.PerSecond > 0 ? $"{sip.PerSecond} SIP packets/s" : "no SIP in the last ten seconds, counted from now on");
        return $"{sip.PerSecond} SIP packets/s";
    }

    /// <summary>
    /// How long no SIP was seen. The first empty interval begins to count; a counter that never moved has counted since the start.
    /// </summary>
    private static TimeSpan? Silence(SnifferStat stat, StatusLine line, Dictionary<string, string> values, CheckRun run)
    {
        if (line.Sip is not { } sip)
        {
            return null;
        }

        if (sip.PerSecond > 0)
        {
            return TimeSpan.Zero;
        }

        DateTimeOffset now = run.World.Now;
        DateTimeOffset since = MemoryTime.Of(run.Memory.Past(VoipmonCheck.Capture), "silent_since") is { } before && before <= now ? before : now;
        if (sip.NeverMoved && now.AddSeconds(-stat.UptimeSeconds) is var start && start < since)
        {
            since = start;
        }

        values["silent_since"] = MemoryTime.Print(since);
        return now - since;
    }

    private static void JudgeDrops(SnifferStat stat, Dictionary<string, string> values, CheckRun run, Action<Status, string> add, List<Metric> metrics)
    {
        long? before = MemoryTime.Number(run.Memory.Past(VoipmonCheck.Capture), "drop_periods");
        long? since = stat.DropPeriods is { } now && before is { } known ? now >= known ? now - known : now : null;
        Metric periods = run.Options.Measure(VoipmonCheck.DropPeriods, since, 0);
        metrics.Add(periods);
        if (stat.DropPeriods is { } count)
        {
            values["drop_periods"] = count.ToString(CultureInfo.InvariantCulture);
        }

        if (before is null)
        {
            return;
        }

        if (periods.Status is Status.Warning or Status.Critical)
        {
            run.Memory.Raise(VoipmonCheck.Capture, "drops", periods.Status, $"packets were dropped in {Words.Count(since!.Value, "period")} of 10 s since the last run (limit: {(periods.Status == Status.Critical ? periods.Critical : periods.Warning)!.Demand("")})");
        }
        else if (periods.Status == Status.Unknown)
        {
            add(Status.Unknown, "drop_periods has a limit, but this sniffer does not tell pbCountPacketDrop");
        }
    }
}
