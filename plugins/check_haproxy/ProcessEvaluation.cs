using System.Globalization;
using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Plugins.Haproxy;

/// <summary>
/// Evaluates the processes that answered: connections, time and memory left, restarts, and whether the right ones answer.
/// </summary>
internal sealed class ProcessEvaluation
{
    internal static readonly TimeSpan RestartWindow = TimeSpan.FromHours(1);

    private readonly ReportBuilder report;
    private readonly ConcernReport concern;
    private readonly Changes changes;
    private Metric? fullest;
    private Metric? busiest;
    private long? youngest;
    private long? poolFailures;
    private long? restarts;
    private bool hasJustRestarted;
    private bool hasJustReloaded;

    private ProcessEvaluation(IReadOnlyList<string> sources, ReportBuilder report)
    {
        this.report = report;
        concern = report.For(HaproxyCheck.Process);
        changes = new Changes(concern, sources, report);
    }

    internal static void Evaluate(IReadOnlyList<HaproxyStats> processes, IReadOnlyList<string> sources, ReportBuilder report) =>
        new ProcessEvaluation(sources, report).Evaluate(processes);

    private string JustNow => hasJustRestarted ? " (restarted since the last run)"
        : hasJustReloaded ? " (reloaded since the last run)"
        : "";

    private static string Name(ProcessInfo info) => info.Pid is { } pid ? $"HAProxy (pid {pid})" : "HAProxy";

    private void Evaluate(IReadOnlyList<HaproxyStats> processes)
    {
        foreach (HaproxyStats process in processes)
        {
            Evaluate(process);
        }

        EvaluateSources(processes);
        Measure();
        changes.Remember();
        string version = processes[0].Info.Version is { } known ? " " + known : "";
        string uptime = youngest is { } seconds ? $" for {Words.Duration(seconds)}" : "";
        concern.Summary($"HAProxy{version} up{uptime}{JustNow}");
    }

    private void Evaluate(HaproxyStats process)
    {
        ProcessInfo info = process.Info;
        ProcessChanges change = changes.Of(process);
        EvaluateConnections(info, "connections", info.Connections, info.MaxConnections);
        EvaluateConnections(info, "TLS connections", info.TlsConnections, info.MaxTlsConnections);
        EvaluateIdle(info);
        EvaluatePools(process, change);
        EvaluateRestarts(process, change);
        if (info.IsStopping)
        {
            concern.Problem(
                Status.Warning,
                HaproxyHeadlines.OldProcess,
                $"an old HAProxy process answers on {process.Source} (pid {info.Pid}): it is stopping after a reload, and its numbers are "
                    + "not those of the new one");
        }

        if (info.UptimeSeconds is { } uptime)
        {
            youngest = Math.Min(youngest ?? uptime, uptime);
        }
    }

    private void EvaluateConnections(ProcessInfo info, string what, long? inUse, long? most)
    {
        if (inUse is { } used && most is > 0 and { } limit)
        {
            Metric use = report.Options.Measure(HaproxyCheck.ConnectionUse, 100.0 * used / limit, 0, 100);
            fullest = fullest is null || use.Value > fullest.Value ? use : fullest;
            concern.Problem(
                use.Status, HaproxyHeadlines.ConnectionsFull, $"{Name(info)} has {used} of {limit} {what} in use: {use.Spoken}");
        }
    }

    private void EvaluateIdle(ProcessInfo info)
    {
        if (info.IdlePercent is { } percent)
        {
            Metric idle = report.Options.Measure(HaproxyCheck.Idle, percent, 0, 100);
            busiest = busiest is null || idle.Value < busiest.Value ? idle : busiest;
            string sentence = $"{Name(info)} was idle for {Sentences.Spoken(idle, "of the last second")}";
            concern.Problem(concern.Sustained($"idle {info.Pid}", idle.Status, sentence), HaproxyHeadlines.Busy, sentence);
        }
    }

    private void EvaluatePools(HaproxyStats process, ProcessChanges change)
    {
        if (change.Growth("pools", "", process.Info.PoolFailed) is not { } growth)
        {
            return;
        }

        poolFailures = (poolFailures ?? 0) + growth;
        Metric metric = report.Options.Measure(HaproxyCheck.PoolFailures, growth);
        if (metric.Status != Status.Ok)
        {
            concern.Raise(
                $"pools {process.Source}",
                metric.Status,
                HaproxyHeadlines.NoMemory,
                $"{Name(process.Info)} got no memory {Sentences.Spoken(metric, "times")} within "
                    + $"{Words.Duration((long)change.Seconds!.Value)}: requests fail");
        }
    }

    /// <summary>
    /// One restart is an operator's work. Several within the window are a process that crashes. A reload is none: the old process serves
    /// until the new one does.
    /// </summary>
    private void EvaluateRestarts(HaproxyStats process, ProcessChanges change)
    {
        if (process.Info.UptimeSeconds is not { } uptime)
        {
            return;
        }

        string before = change.Past("restarts", "") ?? "";
        List<string> known = [.. before.Split(' ', StringSplitOptions.RemoveEmptyEntries).Where(IsRecent)];
        if (change.HasRestarted && process.WasReloaded == true)
        {
            hasJustReloaded = true;
        }
        else if (change.HasRestarted)
        {
            hasJustRestarted = true;
            known.Add(concern.Now.AddSeconds(-uptime).UtcDateTime.ToString("s", CultureInfo.InvariantCulture));
        }

        if (known.Count > 0)
        {
            change.Keep("restarts", "", string.Join(' ', known));
        }

        if (!change.IsFirstLook)
        {
            restarts = Math.Max(restarts ?? 0, known.Count);
            HeadlineKind kind = HaproxyHeadlines.Restarts;
            concern.Compare(HaproxyCheck.Restarts, known.Count, (process, Last: Last(known)), kind, static (metric, of) =>
                $"HAProxy restarted {Sentences.Spoken(metric, "times")} within the last hour{of.Last} (pid {of.process.Info.Pid} on "
                    + $"{of.process.Source})");
        }
    }

    private string Last(List<string> restarts) => restarts.Count > 0 && MemoryTime.Parse(restarts[^1]) is { } at
        ? $", the last time {Words.Duration((long)(concern.Now - at).TotalSeconds)} ago"
        : "";

    private bool IsRecent(string time) => MemoryTime.Parse(time) is { } at && concern.Now - at <= RestartWindow;

    /// <summary>With several processes (nbproc) an answer is that of any of them, unless each has a socket of its own.</summary>
    private void EvaluateSources(IReadOnlyList<HaproxyStats> processes)
    {
        foreach (HaproxyStats process in processes)
        {
            if (process.Info.Processes > processes.Count)
            {
                concern.Problem(
                    Status.Warning,
                    HaproxyHeadlines.ManyProcesses,
                    $"HAProxy runs {process.Info.Processes} processes, but "
                        + $"{(processes.Count == 1 ? "one socket is" : $"{processes.Count} sockets are")} asked, so most of them are not "
                        + "seen; cure: a 'stats socket PATH process N' line for each in haproxy.cfg, and --socket for each");
                break;
            }
        }

        for (int index = 1; index < processes.Count; index++)
        {
            HaproxyStats process = processes[index];
            HaproxyStats? twin = processes.Take(index).FirstOrDefault(other =>
                other.Info.Pid is not null && other.Info.Pid == process.Info.Pid && other.Info.Node == process.Info.Node);
            if (twin is not null)
            {
                concern.Problem(
                    Status.Warning,
                    HaproxyHeadlines.Twice,
                    $"the same HAProxy process (pid {process.Info.Pid}) answers on {twin.Source} and {process.Source}: what it has is "
                        + "counted twice");
            }
        }
    }

    private void Measure()
    {
        string started = $"HAProxy started {(youngest is { } seconds ? Words.Duration(seconds) + " ago" : "at an unknown time")}";
        concern.Measure(
            HaproxyCheck.Uptime,
            youngest,
            sentence: uptime => $"{started}: {uptime.Spoken}",
            unread: "HAProxy does not tell Uptime_sec",
            kind: HaproxyHeadlines.Started,
            ok: started);
        MeasureWorst(fullest, HaproxyCheck.ConnectionUse, "CurrConns and Maxconn");
        MeasureWorst(busiest, HaproxyCheck.Idle, "Idle_pct");
        concern.Record(HaproxyCheck.PoolFailures, poolFailures);
        concern.Record(HaproxyCheck.Restarts, restarts);
    }

    /// <summary>The worst of the processes, each of which was evaluated; a limit on what none of them tells is UNKNOWN.</summary>
    private void MeasureWorst(Metric? worst, MetricFacts facts, string keys)
    {
        if (worst is null)
        {
            concern.Measure(facts, null, maximum: 100, unread: $"HAProxy does not tell {keys}");
        }
        else
        {
            concern.Record(facts, worst.Value, maximum: 100);
        }
    }
}
