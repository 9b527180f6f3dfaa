using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Plugins.Haproxy;

/// <summary>Judges the processes that answered: connections left, and whether an old process answers.</summary>
internal static class ProcessJudge
{
    internal static string Judge(IReadOnlyList<HaproxyStats> processes, Options options, List<Finding> findings, List<Metric> metrics)
    {
        Metric? fullest = null;
        long? youngest = null;
        foreach (HaproxyStats process in processes)
        {
            ProcessInfo info = process.Info;
            if (info is { Connections: { } used, MaxConnections: > 0 and { } limit })
            {
                Metric use = options.Measure(HaproxyCheck.ConnectionUse, 100.0 * used / limit, 0, 100);
                fullest = fullest is null || use.Value > fullest.Value ? use : fullest;
                findings.Add(new Finding(use.Status, $"HAProxy (pid {info.Pid}) has {used} of {limit} connections in use: {use.Spoken}", HaproxyCheck.Process));
            }

            if (info.IsStopping)
            {
                findings.Add(new Finding(Status.Warning, $"an old HAProxy process answers on {process.Socket} (pid {info.Pid}): it is stopping after a reload, and its numbers are not those of the new one", HaproxyCheck.Process));
            }

            youngest = Math.Min(youngest ?? long.MaxValue, info.UptimeSeconds ?? long.MaxValue);
        }

        Metric uptime = options.Measure(HaproxyCheck.Uptime, youngest is null or long.MaxValue ? null : youngest, minimum: 0);
        findings.Add(new Finding(uptime.Status, $"HAProxy started {(uptime.Value is { } seconds ? Words.Duration((long)seconds) + " ago" : "at an unknown time")}{(uptime.Status == Status.Ok ? "" : ": " + uptime.Spoken)}", HaproxyCheck.Process));
        fullest ??= options.Measure(HaproxyCheck.ConnectionUse, null, 0, 100);
        if (fullest.Status == Status.Unknown)
        {
            findings.Add(new Finding(Status.Unknown, "connection_use has a limit, but HAProxy does not tell CurrConns and Maxconn", HaproxyCheck.Process));
        }

        metrics.Add(fullest);
        metrics.Add(uptime);
        string version = processes[0].Info.Version is { } known ? " " + known : "";
        return $"HAProxy{version} up{(uptime.Value is { } up ? " for " + Words.Duration((long)up) : "")}";
    }
}
