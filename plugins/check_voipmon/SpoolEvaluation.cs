using Ringfree.Monitoring.Plugin;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Plugins.Voipmon;

/// <summary>
/// The spool, by what the sniffer does about it: it may fill the folder by design (maxpoolsize), and it deletes recordings early when less
/// than autocleanmingb is left. And the disk, by the sniffer's own verdict.
/// </summary>
internal static class SpoolEvaluation
{
    private const double Gigabyte = 1024.0 * 1024 * 1024;

    internal static void Evaluate(ServerReading reading, VoipmonSettings settings, ReportBuilder report)
    {
        ConcernReport concern = report.For(VoipmonCheck.Spool);
        EvaluateDisk(reading.Manager, concern);
        if (reading.Spool is not { } spool)
        {
            report.Note("room of the spool folder not watched: no --spool");
        }
        else if (spool.Error is { } error)
        {
            EvaluateError(spool, error, concern);
        }
        else
        {
            EvaluateRoom(spool, settings, concern);
            EvaluateQueue(spool, concern);
        }
    }

    private static void EvaluateError(SpoolReading spool, ProbeError error, ConcernReport concern)
    {
        if (error.IsUnresponsive)
        {
            string since = error.Kind == ProbeErrorKind.StillUnresponsive ? $"hangs since {Words.Moment(error.Since)}" : "does not answer";
            concern.Problem(Status.Critical, VoipmonHeadlines.SpoolHangs, $"{error.Subject} {since}: its disk or mount hangs");
        }
        else
        {
            string why = error.Detail.Length > 0 ? error.Detail : "its file system does not tell its room";
            concern.Problem(
                Status.Unknown, VoipmonHeadlines.SpoolUnread.With("PATH", spool.Path), $"{error.Subject} cannot be looked at: {why}");
        }
    }

    private static void EvaluateDisk(ManagerReading manager, ConcernReport concern)
    {
        switch (manager.Stat?.DiskState)
        {
            case "DISK_SAT":
                concern.Problem(
                    Status.Critical,
                    VoipmonHeadlines.DiskSaturated,
                    "the sniffer's disk is saturated (DISK_SAT): what is captured cannot be written in time");
                break;
            case "WARN":
                concern.Problem(
                    Status.Warning,
                    VoipmonHeadlines.DiskSaturated,
                    "the sniffer's disk is near its limit (WARN): writes take longer than at its calibration");
                break;
        }
    }

    private static void EvaluateRoom(SpoolReading spool, VoipmonSettings settings, ConcernReport concern)
    {
        double limit = settings.CleanMinimum * Gigabyte;
        MetricFacts limited = VoipmonCheck.SpoolFree with
        {
            Warning = Plugin.Range.Parse(Metric.Number(Math.Round(2 * limit)) + ":"),
            Critical = Plugin.Range.Parse(Metric.Number(Math.Round(limit)) + ":"),
        };
        string room = $"spool folder {spool.Path} has {Gigabytes(spool.FreeBytes)} of {Gigabytes(spool.TotalBytes)} free";
        concern.Measure(
            limited,
            spool.FreeBytes,
            maximum: spool.TotalBytes,
            sentence: free => $"{room} (limit: at least {Gigabytes(limit * (free.Status == Status.Critical ? 1 : 2))}); below "
                + $"{Gigabytes(limit)} the sniffer deletes recordings whatever their age",
            kind: VoipmonHeadlines.SpoolFull.With("PATH", spool.Path),
            ok: room);
        concern.Measure(
            VoipmonCheck.SpoolInodesFree,
            spool.InodesFree,
            maximum: 100,
            sentence: inodes => $"spool folder {spool.Path} has few inodes left: {inodes.Spoken}",
            kind: VoipmonHeadlines.SpoolInodes.With("PATH", spool.Path));
        concern.Summary($"spool {Gigabytes(spool.FreeBytes)} free");
    }

    private static void EvaluateQueue(SpoolReading spool, ConcernReport concern)
    {
        if (spool.QueueError is { } error)
        {
            concern.Problem(
                Status.Unknown,
                VoipmonHeadlines.QueueUnread.With("PATH", spool.Path),
                $"{error.Subject} cannot be listed: {error.Detail}");
            return;
        }

        string files = Words.Count(spool.QueueFiles, "queue file");
        TimeSpan age = spool.OldestQueueFile is { } oldest && oldest < concern.Now ? concern.Now - oldest : TimeSpan.Zero;
        concern.Measure(
            VoipmonCheck.QueueAge,
            Math.Round(age.TotalSeconds),
            sentence: waits => $"the oldest of {files} in {spool.Path} has waited for the database for {waits.Spoken}: is it slow, "
                + "down, or without a partition?",
            kind: VoipmonHeadlines.QueueOld,
            ok: $"{files} in {spool.Path}");
    }

    private static string Gigabytes(double bytes) => $"{Metric.Number(Math.Round(bytes / Gigabyte, 1))} GB";
}
