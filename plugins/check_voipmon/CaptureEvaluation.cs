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

    /// <summary>With fewer calls, all of them may lead their media past the mirror port.</summary>
    private const long CallsWithMedia = 5;

    /// <summary>Packets a second of an hour whose mean is worth comparing.</summary>
    private const double NotableSip = 10;

    /// <summary>A site whose sensor has brought RTP within this time is one whose media pass the mirror port.</summary>
    private static readonly TimeSpan MediaPasses = TimeSpan.FromDays(7);

    internal static void Evaluate(ManagerReading manager, SnifferStat stat, ReportBuilder report)
    {
        ConcernReport capture = report.For(VoipmonCheck.Capture);
        capture.RememberThisRun();
        if (stat.Line is { } line)
        {
            EvaluateSip(stat, line, capture);
            EvaluateUsual(line, report, capture);
            EvaluateRtp(manager, line, capture);
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

    /// <summary>SIP that falls to a tenth of what the same hour usually has: half of a mirror port, a trunk that went elsewhere.</summary>
    private static void EvaluateUsual(StatusLine line, ReportBuilder report, ConcernReport capture)
    {
        if (line.Sip is not { PerSecond: var rate })
        {
            capture.Record(VoipmonCheck.SipLow, null);
            UsualSip.RememberAsBefore(capture);
            return;
        }

        DateTime local = report.Options.SiteClock?.Invoke(capture.Now) ?? capture.Now.UtcDateTime;
        bool isLow = UsualSip.Learn(rate, local, capture) is { } mean and >= NotableSip && rate > 0 && rate * 10 < mean;
        TimeSpan low = isLow ? capture.Now - capture.Since("low_since") : TimeSpan.Zero;
        capture.Measure(
            VoipmonCheck.SipLow,
            Math.Round(low.TotalSeconds),
            sentence: metric => $"SIP fell to {rate} packets/s, less than a tenth of this hour's usual, for {metric.Spoken}",
            kind: VoipmonHeadlines.SipFell);
    }

    /// <summary>SIP flows and calls are active, but no RTP comes although it did: the mirror port has lost the media.</summary>
    private static void EvaluateRtp(ManagerReading manager, StatusLine line, ConcernReport capture)
    {
        if (line.Rtp is { PerSecond: > 0 })
        {
            capture.Remember("rtp_seen", capture.Now);
        }
        else if (capture.Past.Time("rtp_seen") is { } before)
        {
            capture.Remember("rtp_seen", before);
        }

        bool isSilent = line is { Rtp.PerSecond: 0, Sip.PerSecond: > 0 } && manager.Calls >= CallsWithMedia
            && capture.Past.Time("rtp_seen") is { } seen && capture.Now - seen < MediaPasses;
        TimeSpan silence = isSilent ? capture.Now - capture.Since("rtp_silent_since") : TimeSpan.Zero;
        capture.Measure(
            VoipmonCheck.RtpSilence,
            line.Rtp is null ? null : Math.Round(silence.TotalSeconds),
            sentence: metric => $"RTP stopped while SIP flows ({line.Sip?.PerSecond} packets/s): none for {metric.Spoken}, and "
                + $"{Words.Count(manager.Calls ?? 0, "call")} active",
            kind: VoipmonHeadlines.RtpStopped);
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
