using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Plugins.Voipmon;

/// <summary>
/// Judges the spool by what the sniffer does about it: it may fill the folder by design (maxpoolsize), and it deletes recordings early when
/// less than autocleanmingb is left. And the disk, by the sniffer's own verdict.
/// </summary>
internal static class SpoolJudge
{
    private const double Gigabyte = 1024.0 * 1024 * 1024;

    internal static string Judge(ServerReading reading, VoipmonSettings settings, CheckRun run, List<Finding> findings, List<Metric> metrics, List<string> notes)
    {
        switch (reading.Manager.Stat?.DiskState)
        {
            case "DISK_SAT":
                Add(Status.Critical, "the sniffer's disk is saturated (DISK_SAT): what is captured cannot be written in time");
                break;
            case "WARN":
                Add(Status.Warning, "the sniffer's disk is near its limit (WARN): writes take longer than at its calibration");
                break;
        }

        if (reading.Spool is not { } spool)
        {
            notes.Add("room of the spool folder not watched: no --spool");
            return "";
        }

        if (spool.Trouble is { } trouble)
        {
            Add(spool.Hangs ? Status.Critical : Status.Unknown, spool.Hangs ? $"the spool folder {spool.Path} {trouble}: its disk or mount hangs" : $"the spool folder {spool.Path} cannot be looked at: {trouble}");
            return "";
        }

        JudgeRoom(spool, settings, run, Add, metrics);
        JudgeQueue(spool, run, Add, metrics);
        return $"spool {Gigabytes(spool.FreeBytes)} free";

        void Add(Status status, string sentence) => findings.Add(new Finding(status, sentence, VoipmonCheck.Spool));
    }

    private static void JudgeRoom(SpoolReading spool, VoipmonSettings settings, CheckRun run, Action<Status, string> add, List<Metric> metrics)
    {
        double limit = settings.CleanMinimum * Gigabyte;
        MetricFacts limited = VoipmonCheck.SpoolFree with
        {
            Warning = Plugin.Range.Parse(Metric.Number(Math.Round(2 * limit)) + ":"),
            Critical = Plugin.Range.Parse(Metric.Number(Math.Round(limit)) + ":"),
        };
        Metric free = run.Options.Measure(limited, spool.FreeBytes, 0, spool.TotalBytes);
        metrics.Add(free);
        string room = $"spool folder {spool.Path} has {Gigabytes(spool.FreeBytes)} of {Gigabytes(spool.TotalBytes)} free";
        add(free.Status, free.Status == Status.Ok ? room : $"{room} (limit: at least {Gigabytes(limit * (free.Status == Status.Critical ? 1 : 2))}); below {Gigabytes(limit)} the sniffer deletes recordings whatever their age");
        Metric inodes = run.Options.Measure(VoipmonCheck.SpoolInodesFree, spool.InodesFree, 0, 100);
        metrics.Add(inodes);
        if (inodes.Status != Status.Ok)
        {
            add(inodes.Status, $"spool folder {spool.Path} has few inodes left: {inodes.Spoken}");
        }
    }

    private static void JudgeQueue(SpoolReading spool, CheckRun run, Action<Status, string> add, List<Metric> metrics)
    {
        if (spool.QueueTrouble is { } trouble)
        {
            add(Status.Unknown, $"queue files in {spool.Path} cannot be listed: {trouble}");
            return;
        }

        TimeSpan age = spool.OldestQueueFile is { } oldest && oldest < run.World.Now ? run.World.Now - oldest : TimeSpan.Zero;
        Metric metric = run.Options.Measure(VoipmonCheck.QueueAge, Math.Round(age.TotalSeconds), 0);
        metrics.Add(metric);
        add(metric.Status, metric.Status == Status.Ok
            ? $"{Words.Count(spool.QueueFiles, "queue file")} in {spool.Path}"
            : $"the oldest of {Words.Count(spool.QueueFiles, "queue file")} in {spool.Path} has waited for the database for {Breach.Spoken(metric)}: is it slow, down, or without a partition?");
    }

    private static string Gigabytes(double bytes) => $"{Metric.Number(Math.Round(bytes / Gigabyte, 1))} GB";
}
