using System.Globalization;
using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Plugins.Haproxy;

/// <summary>Judges the processes that answered: connections, time and memory left, restarts, and whether the right ones answer.</summary>
internal sealed class ProcessJudge
{
    private static readonly TimeSpan RestartWindow = TimeSpan.FromHours(1);

    private readonly Judgement judgement;
    private readonly Changes changes;
    private Metric? fullest;
    private Metric? busiest;
    private long? youngest;
    private long? poolFailures;
    private long? restarts;
    private bool hasJustRestarted;

    private ProcessJudge(Judgement judgement)
    {
        this.judgement = judgement;
        changes = new Changes(judgement, HaproxyCheck.Process);
    }

    internal static void Judge(Judgement judgement, IReadOnlyList<HaproxyStats> processes)
    {
        ProcessJudge judge = new(judgement);
        foreach (HaproxyStats process in processes)
        {
            judge.Judge(process);
        }

        judge.JudgeSources(processes);
        judge.AddMetrics();
        judge.changes.Remember();
        ProcessInfo first = processes[0].Info;
        string version = first.Version is { } known ? " " + known : "";
        string uptime = judge.youngest is { } seconds ? $" for {Words.Duration(seconds)}" : "";
        judgement.Summarize($"HAProxy{version} up{uptime}{(judge.hasJustRestarted ? " (restarted since the last run)" : "")}");
    }

    private static string Name(ProcessInfo info) => info.Pid is { } pid ? $"HAProxy (pid {pid})" : "HAProxy";

    private void Add(Status status, string sentence) => judgement.Add(new Finding(status, sentence, HaproxyCheck.Process));

    private void Judge(HaproxyStats process)
    {
        ProcessInfo info = process.Info;
        ProcessChanges change = changes.Of(process);
        JudgeConnections(info, "connections", info.Connections, info.MaxConnections);
        JudgeConnections(info, "TLS connections", info.TlsConnections, info.MaxTlsConnections);
        JudgeIdle(info);
        JudgePools(process, change);
        JudgeRestarts(process, change);
        if (info.IsStopping)
        {
            Add(Status.Warning, $"an old HAProxy process answers on {process.Source} (pid {info.Pid}): it is stopping after a reload, and its numbers are not those of the new one");
        }

        if (info.UptimeSeconds is { } uptime)
        {
            youngest = Math.Min(youngest ?? uptime, uptime);
        }
    }

    private void JudgeConnections(ProcessInfo info, string what, long? inUse, long? most)
    {
        if (inUse is { } used && most is > 0 and { } limit)
        {
            Metric use = judgement.Options.Measure(HaproxyCheck.ConnectionUse, 100.0 * used / limit, 0, 100);
            fullest = fullest is null || use.Value > fullest.Value ? use : fullest;
            Add(use.Status, $"{Name(info)} has {used} of {limit} {what} in use: {use.Spoken}");
        }
    }

    private void JudgeIdle(ProcessInfo info)
    {
        if (info.IdlePercent is { } percent)
        {
            Metric idle = judgement.Options.Measure(HaproxyCheck.Idle, percent, 0, 100);
            busiest = busiest is null || idle.Value < busiest.Value ? idle : busiest;
            Add(idle.Status, $"{Name(info)} was idle for {Sentences.Spoken(idle, "of the last second")}");
        }
    }

    private void JudgePools(HaproxyStats process, ProcessChanges change)
    {
        if (change.Growth("pools", "", process.Info.PoolFailed) is not { } growth)
        {
            return;
        }

        poolFailures = (poolFailures ?? 0) + growth;
        Metric metric = judgement.Options.Measure(HaproxyCheck.PoolFailures, growth, 0);
        if (metric.Status != Status.Ok)
        {
            judgement.Memory.Raise(
                HaproxyCheck.Process,
                $"pools {process.Source}",
                metric.Status,
                $"{Name(process.Info)} got no memory {Sentences.Spoken(metric, "times")} within {Words.Duration((long)change.Seconds!.Value)}: requests fail");
        }
    }

    /// <summary>One reload is somebody's work. Several within the window are a process that crashes, or a deployment that loops.</summary>
    private void JudgeRestarts(HaproxyStats process, ProcessChanges change)
    {
        if (process.Info.UptimeSeconds is not { } uptime)
        {
            return;
        }

        List<string> known = [.. (change.Past("restarts", "") ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries).Where(IsRecent)];
        if (change.HasRestarted)
        {
            hasJustRestarted = true;
            known.Add(judgement.Now.AddSeconds(-uptime).UtcDateTime.ToString("s", CultureInfo.InvariantCulture));
        }

        if (known.Count > 0)
        {
            change.Keep("restarts", "", string.Join(' ', known));
        }

        Metric metric = judgement.Options.Measure(HaproxyCheck.Restarts, change.IsFirstLook ? null : known.Count, 0);
        restarts = change.IsFirstLook ? restarts : Math.Max(restarts ?? 0, known.Count);
        if (metric.Status != Status.Ok && !change.IsFirstLook)
        {
            Add(metric.Status, $"HAProxy restarted {Sentences.Spoken(metric, "times")} within the last hour, the last time {Words.Duration(uptime)} ago (pid {process.Info.Pid} on {process.Source})");
        }
    }

    private bool IsRecent(string time) => MemoryTime.Parse(time) is { } at && judgement.Now - at <= RestartWindow;

    /// <summary>With several processes (nbproc) an answer is that of any of them, unless each has a socket of its own.</summary>
    private void JudgeSources(IReadOnlyList<HaproxyStats> processes)
    {
        foreach (HaproxyStats process in processes)
        {
            if (process.Info.Processes > processes.Count)
            {
                Add(Status.Warning, $"HAProxy runs {process.Info.Processes} processes, but {(processes.Count == 1 ? "one socket is" : $"{processes.Count} sockets are")} asked, so most of them are not seen; cure: a 'stats socket PATH process N' line for each in haproxy.cfg, and --socket for each");
                break;
            }
        }

        for (int index = 1; index < processes.Count; index++)
        {
            HaproxyStats process = processes[index];
            HaproxyStats? twin = processes.Take(index).FirstOrDefault(other => other.Info.Pid is not null && other.Info.Pid == process.Info.Pid && other.Info.Node == process.Info.Node);
            if (twin is not null)
            {
                Add(Status.Warning, $"the same HAProxy process (pid {process.Info.Pid}) answers on {twin.Source} and {process.Source}: what it has is counted twice");
            }
        }
    }

    private void AddMetrics()
    {
        Metric uptime = judgement.Options.Measure(HaproxyCheck.Uptime, youngest, 0);
        string started = youngest is { } seconds ? Words.Duration(seconds) + " ago" : "at an unknown time";
        Add(uptime.Status, $"HAProxy started {started}{(uptime.Status == Status.Ok ? "" : ": " + uptime.Spoken)}");
        AddKnown(fullest, HaproxyCheck.ConnectionUse, "CurrConns and Maxconn", 100);
        judgement.Add(uptime);
        AddKnown(busiest, HaproxyCheck.Idle, "Idle_pct", 100);
        judgement.Add(judgement.Options.Measure(HaproxyCheck.PoolFailures, poolFailures, 0));
        judgement.Add(judgement.Options.Measure(HaproxyCheck.Restarts, restarts, 0));
    }

    private void AddKnown(Metric? metric, MetricFacts facts, string keys, double maximum)
    {
        Metric known = metric ?? judgement.Options.Measure(facts, null, 0, maximum);
        judgement.Add(known);
        if (known.Status == Status.Unknown)
        {
            Add(Status.Unknown, $"{facts.Name} has a limit, but HAProxy does not tell {keys}");
        }
    }
}
