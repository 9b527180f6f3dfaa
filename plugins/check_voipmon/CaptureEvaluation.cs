using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Plugins.Voipmon;

/// <summary>
/// Whether SIP reaches the sniffer. Phones register and are asked for all night, so no SIP at all is an outage at any hour. Drops are
/// counted by the sniffer in periods of ten seconds, since its start: the difference to the last run counts.
/// </summary>
internal static class CaptureEvaluation
{
    /// <summary>The rates appear some 40 s after the start.</summary>
    private const long RatesAppear = 120;

    internal static void Evaluate(SnifferStat stat, ReportBuilder report)
    {
        ConcernReport capture = report.For(VoipmonCheck.Capture);
        capture.RememberThisRun();
        if (stat.Line is { } line)
        {
            EvaluateSip(stat, line, capture);
            if (line.Drops is { } drops)
            {
                capture.Problem(
                    Status.Critical,
                    VoipmonHeadlines.Drops,
                    $"packets are dropped now: drop[{drops}] (H is the packet buffer, I an interface)");
            }
        }
        else if (!stat.IsInitializing)
        {
            capture.Problem(
                Status.Unknown,
                VoipmonHeadlines.NoStatusLine,
                "the sniffer tells no status line, so that nothing is known of its capture");
        }

        EvaluateDrops(stat, capture);
    }

    private static void EvaluateSip(SnifferStat stat, StatusLine line, ConcernReport capture)
    {
        capture.Measure(VoipmonCheck.PacketRate, line.Packets?.PerSecond);
        capture.Measure(VoipmonCheck.SipRate, line.Sip?.PerSecond);
        if (line.Sip is not { } sip)
        {
            capture.Record(VoipmonCheck.SipSilence, null);
            SayRatesMissing(stat, capture);
            return;
        }

        TimeSpan silence = Silence(stat, sip, capture);
        string other = line.Packets is { PerSecond: > 0 and var packets }
            ? $"{packets} packets/s of other kinds do arrive: look at the sipport setting, the filter and what the mirror port mirrors"
            : "no other packet arrives either: look at the interface, the mirror port and the cable";
        capture.Measure(
            VoipmonCheck.SipSilence,
            silence.TotalSeconds,
            sentence: metric => $"the capture is blind: no SIP for {metric.Spoken}; {other}",
            kind: VoipmonHeadlines.Blind,
            ok: silence > TimeSpan.Zero ? $"no SIP for {Words.Duration((long)silence.TotalSeconds)}"
                : sip.PerSecond > 0 ? $"{sip.PerSecond} SIP packets/s"
                : "no SIP in the last ten seconds, counted from now on");
        capture.Summary($"{sip.PerSecond} SIP packets/s");
    }

    private static void SayRatesMissing(SnifferStat stat, ConcernReport capture)
    {
        if (stat.UptimeSeconds > RatesAppear)
        {
            capture.Problem(
                Status.Unknown,
                VoipmonHeadlines.NoSipRate,
                "the sniffer's status line holds no SIP rate, so that a blind capture would not be seen");
        }
        else
        {
            capture.Ok("the rates are not there yet, shortly after the start");
        }
    }

    /// <summary>
    /// How long no SIP was seen. The first empty interval begins to count; a counter that never moved has counted since the start.
    /// </summary>
    private static TimeSpan Silence(SnifferStat stat, Rate sip, ConcernReport capture)
    {
        if (sip.PerSecond > 0)
        {
            return TimeSpan.Zero;
        }

        DateTimeOffset since = capture.Since("silent_since");
        DateTimeOffset start = capture.Now.AddSeconds(-stat.UptimeSeconds);
        if (sip.NeverMoved && start < since)
        {
            since = start;
            capture.Remember("silent_since", since);
        }

        return capture.Now - since;
    }

    private static void EvaluateDrops(SnifferStat stat, ConcernReport capture)
    {
        long? before = capture.Past.Number("drop_periods");
        long? since = stat.DropPeriods is { } now && before is { } known ? now >= known ? now - known : now : null;
        Metric periods = capture.Record(VoipmonCheck.DropPeriods, since);
        if (stat.DropPeriods is { } count)
        {
            capture.Remember("drop_periods", count);
        }

        if (before is null)
        {
            return;
        }

        if (periods.Status == Status.Unknown)
        {
            capture.Problem(
                Status.Unknown,
                HeadlineKind.OfUnreadLimit(VoipmonCheck.DropPeriods),
                "drop_periods has a limit, but this sniffer does not tell pbCountPacketDrop");
        }
        else if (periods.BrokenLimit is { } limit)
        {
            capture.Raise(
                "drops",
                periods.Status,
                VoipmonHeadlines.Drops,
                $"packets were dropped in {Words.Count(since!.Value, "period")} of 10 s since the last run (limit: {limit})");
        }
    }
}
