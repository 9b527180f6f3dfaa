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
            string why = error.Detail.Length > 0 ? error.Detail : "its file system does not tell its room";
            concern.Problem(error.IsUnresponsive ? Status.Critical : Status.Unknown, error.Kind switch
            {
                ProbeErrorKind.Unresponsive => $"{error.Subject} does not answer: its disk or mount hangs",
                ProbeErrorKind.StillUnresponsive => $"{error.Subject} hangs since {error.Detail}: its disk or mount hangs",
                _ => $"{error.Subject} cannot be looked at: {why}",
            });
        }
        else
        {
            EvaluateRoom(spool, settings, concern);
            EvaluateQueue(spool, concern);
        }
    }

    private static void EvaluateDisk(ManagerReading manager, ConcernReport concern)
    {
        switch (manager.Stat?.DiskState)
        {
            case "DISK_SAT":
                concern.Problem(
                    Status.Critical, "the sniffer's disk is saturated (DISK_SAT): what is captured cannot be written in time");
                break;
            case "WARN":
                concern.Problem(
                    Status.Warning, "the sniffer's disk is near its limit (WARN): writes take longer than at its calibration");
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
        concern.Measure(limited, spool.FreeBytes, maximum: spool.TotalBytes, ok: room, sentence: free =>
            $"{room} (limit: at least {Gigabytes(limit * (free.Status == Status.Critical ? 1 : 2))}); below {Gigabytes(limit)} the "
                + "sniffer deletes recordings whatever their age");
        concern.Measure(VoipmonCheck.SpoolInodesFree, spool.InodesFree, maximum: 100, sentence: inodes =>
            $"spool folder {spool.Path} has few inodes left: {inodes.Spoken}");
        concern.Summary($"spool {Gigabytes(spool.FreeBytes)} free");
    }

    private static void EvaluateQueue(SpoolReading spool, ConcernReport concern)
    {
        if (spool.QueueError is { } error)
        {
            concern.Problem(Status.Unknown, $"{error.Subject} cannot be listed: {error.Detail}");
            return;
        }

        string files = Words.Count(spool.QueueFiles, "queue file");
        TimeSpan age = spool.OldestQueueFile is { } oldest && oldest < concern.Now ? concern.Now - oldest : TimeSpan.Zero;
        concern.Measure(VoipmonCheck.QueueAge, Math.Round(age.TotalSeconds), ok: $"{files} in {spool.Path}", sentence: waits =>
            $"the oldest of {files} in {spool.Path} has waited for the database for {waits.SpokenDuration}: is it slow, down, or without "
                + "a partition?");
    }

    private static string Gigabytes(double bytes) => $"{Metric.Number(Math.Round(bytes / Gigabyte, 1))} GB";
}
