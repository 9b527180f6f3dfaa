using System.Globalization;
using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Plugins.Openvz;

/// <summary>Evaluates whether every container that should run does, and tells apart the ways in which it does not.</summary>
internal sealed class ContainersEvaluation
{
    private const string DownSince = "down ";

    private readonly OpenvzSettings settings;
    private readonly NodeReading reading;
    private readonly Options options;
    private readonly ConcernReport concern;
    private readonly List<(string Id, string Sentence, HeadlineKind Kind)> down = [];
    private readonly List<(Status Status, string Sentence, HeadlineKind Kind)> inTransition = [];
    private double oldestTransition;
    private int running;

    private ContainersEvaluation(OpenvzSettings settings, NodeReading reading, Options options, ConcernReport concern)
    {
        this.options = options;
        this.settings = settings;
        this.reading = reading;
        this.concern = concern;
    }

    internal static void Evaluate(OpenvzSettings settings, NodeReading reading, BootEvaluation boot, ReportBuilder report)
    {
        ExpectedContainers expected = reading.Expected!;
        foreach (string note in expected.Notes)
        {
            report.Note(note);
        }

        ConcernReport concern = report.For(OpenvzCheck.Containers);
        ContainersEvaluation evaluation = new(settings, reading, report.Options, concern);
        if (expected.WhyUnknown is { } unknown)
        {
            concern.Problem(Status.Unknown, unknown.Kind, unknown.Sentence);
        }
        else
        {
            evaluation.Evaluate(expected, boot);
            evaluation.EvaluateOthers(expected, report);
            StrayConfigs.Evaluate(settings, reading, report);
            DanglingConfig.Evaluate(reading, concern);
            RestartsEvaluation.Evaluate(reading, boot, report);
            RememberedNode.RememberNames(concern, reading);
        }
    }

    private void Evaluate(ExpectedContainers expected, BootEvaluation boot)
    {
        concern.RememberThisRun();
        foreach (UnknownReason doubt in expected.Doubts)
        {
            concern.Problem(Status.Unknown, doubt.Kind, doubt.Sentence);
        }

        foreach (string id in expected.Ids)
        {
            EvaluateOne(id, expected.Reason);
        }

        int all = expected.Ids.Count;
        Metric downMetric = concern.Record(OpenvzCheck.ContainersDown, down.Count, maximum: all);
        bool isWaitedFor = boot.Grace.Lasts && down.Count + inTransition.Count > 0;
        if (isWaitedFor)
        {
            string state = $"{running} of {Words.Count(all, "container")} {(running == 1 ? "runs" : "run")}";
            string[] each = [.. inTransition.Select(one => one.Sentence), .. down.Select(one => one.Sentence)];
            boot.Wait(OpenvzCheck.Containers, state, "the rest is", each);
        }
        else
        {
            Tell(downMetric.Status, all);
        }

        concern.Record(OpenvzCheck.TransitionAge, oldestTransition);
        concern.Measure(OpenvzCheck.ContainersExpected, all);
        concern.Measure(OpenvzCheck.ContainersRunning, running, maximum: all);
        concern.Measure(OpenvzCheck.Processes, reading.Scan!.InContainers);
        if (!isWaitedFor)
        {
            string summary = $"{running} of {Words.Count(all, "container")} running";
            concern.Ok(summary);
            concern.Summary(summary);
        }
    }

    private void Tell(Status downStatus, int expected)
    {
        foreach ((Status status, string sentence, HeadlineKind kind) in inTransition)
        {
            concern.Problem(status, kind, sentence);
        }

        if (down.Count == 1)
        {
            concern.Problem(downStatus, down[0].Kind, down[0].Sentence);
        }
        else if (down.Count > 1)
        {
            string named = Sentences.Some([.. down.Select(one => reading.Label(one.Id))]);
            concern.Problem(
                downStatus,
                KindOfMany(),
                $"{down.Count} of {expected} containers do not run: {named}"
                    + DanglingConfig.OfMany(reading, [.. down.Select(one => one.Id)]),
                [.. down.Select(one => new Finding(downStatus, one.Sentence, OpenvzCheck.Containers))]);
        }
    }

    /// <summary>A start of a suspended container throws its checkpoint away: it is restored first.</summary>
    private HeadlineKind KindOfMany()
    {
        const int Named = 3;
        if (down.FirstOrDefault(one => one.Kind.Words == ContainersHeadlines.StorageGone.Words) is { Kind: { } gone })
        {
            return gone;
        }

        string[] suspended = [.. down.Where(one => one.Kind.Words == ContainersHeadlines.Suspended.Words).Select(one => one.Id)];
        if (suspended.Length == 0)
        {
            return ContainersHeadlines.ManyDown;
        }

        string more = suspended.Length > Named ? " and so on for every suspended one" : "";
        string restores = string.Join("; ", suspended.Take(Named).Select(id => $"vzctl {RestoreVerb(id)} {id}"));
        string step = $"{restores}{more}; if it fails, copy its Dump file aside first";
        return ContainersHeadlines.ManyDown with
        {
            DoNot = ContainersHeadlines.Suspended.DoNot,
            FirstStep = suspended.Length == down.Count ? step : $"{step}; of the others: {ContainersHeadlines.ManyDown.FirstStep}",
        };
    }

    private static string RestoreVerb(string id) => ContainerId.IsOfVersion7(id) ? "resume" : "restore";

    private void EvaluateOne(string id, string reason)
    {
        ContainerProcesses? processes = reading.Scan!.Containers.GetValueOrDefault(id);
        if (processes is { Init: > 0, IsFrozen: false })
        {
            running++;
            return;
        }

        (HeadlineKind kind, string state) = processes switch
        {
            { Init: > 0 } => (
                ContainersHeadlines.Paused,
                $"is paused or frozen: all its {Words.Count(processes.InKernel, "process", "processes")} wait in the kernel (state D)"),
            { Count: > 0 } => (
                ContainersHeadlines.HangsStopping,
                $"hangs while it stops: {Words.Count(processes.Count, "process", "processes")} but no init"),
            _ => StateWithoutProcesses(id),
        };
        string why = DanglingConfig.Reason(reading, id) ?? reason;
        string sentence = $"container {reading.Label(id)} {state}, but should run ({why}){Since(id)}";
        TransitionLock? held = reading.Locks.GetValueOrDefault(id);
        string action = held is null ? "" : held.Action.Length > 0 ? $"'{held.Action}'" : "an action";
        if (reading.IsInTransition(id))
        {
            double seconds = Math.Floor((concern.Now - concern.Since(DownSince + id)).TotalSeconds);
            Metric age = options.Measure(OpenvzCheck.TransitionAge, seconds, 0);
            oldestTransition = Math.Max(oldestTransition, seconds);
            string lasts = age.Status == Status.Ok ? "" : $", down for {age.Spoken}";
            inTransition.Add((
                age.Status == Status.Critical ? Status.Critical : Status.Warning,
                $"{sentence}{lasts}; it is in transition: {action} by pid {held!.Pid} holds {held.Path}",
                ContainersHeadlines.InTransition.With("PID", held.Pid.ToString(CultureInfo.InvariantCulture))));
            return;
        }

        string? other = held is null ? null : reading.Scan.OfNode.GetValueOrDefault(held.Pid);
        if (held is not null && kind == ContainersHeadlines.Stopped)
        {
            kind = other is null ? ContainersHeadlines.StaleLock : ContainersHeadlines.LockOfAnother.With("LOCK", held.Path);
        }

        string stale = held is null ? ""
            : held.Pid == 0 ? $"; an empty lock stays in its way: {held.Path}"
            : $"; a stale lock stays in its way: {held.Path} of {action} by pid {held.Pid}, which is "
                + (other is null ? "gone" : $"{other} now");
        down.Add((id, sentence + stale, kind.With("restore", RestoreVerb(id)).With("CTID", id)));
    }

    private (HeadlineKind Kind, string State) StateWithoutProcesses(string id)
    {
        ContainerConfig? config = reading.Configs.GetValueOrDefault(id);
        return reading.DanglingConfigs.TryGetValue(id, out string? target)
                ? (ContainersHeadlines.StorageGone.With("STORAGE", DanglingConfig.StorageOf(target)), "is stopped")
            : config is null && reading.ConfigError is null
                ? (
                    ContainersHeadlines.NotHere,
                    $"does not exist on this node ({settings.Root}{ContainerConfig.Folder}/{id}.conf is missing)")
            : reading.HeldByKernel.Contains(id)
                ? (ContainersHeadlines.HangsStopping, "hangs while it stops: the kernel still holds it, without any process")
            : reading.Suspended.Contains(id) ? (ContainersHeadlines.Suspended, "is suspended to a checkpoint")
            : config is not null && reading.Mounts?.ContainsKey(settings.Root + config.Root) == true
                ? (ContainersHeadlines.NotStarted, $"is mounted at {config.Root} and not started")
            : (ContainersHeadlines.Stopped, "is stopped");
    }

    /// <summary>Since when, as far as earlier runs know.</summary>
    private string Since(string id)
    {
        string key = DownSince + id;
        bool wasDown = concern.Past.Time(key) is not null;
        DateTimeOffset since = concern.Since(key);
        return wasDown ? $"; so since {Words.Moment(since)}"
            : concern.Past.At is { } last && last < concern.Now ? $"; it ran at {Words.Moment(last)}"
            : "";
    }

    /// <summary>
    /// What runs here and should not: a note where only ONBOOT tells what should, a problem where a manifest does, or where its home is
    /// another node.
    /// </summary>
    private void EvaluateOthers(ExpectedContainers expected, ReportBuilder report)
    {
        HashSet<string> wanted = [.. expected.Ids];
        string[] others =
        [
            .. reading.Running(settings).Select(processes => processes.Id)
                .Where(id => !wanted.Contains(id))
                .Order(ContainerId.InOrder),
        ];
        foreach (string id in others.Where(settings.Homes.ContainsKey))
        {
            string home = settings.Homes[id];
            concern.Problem(
                Status.Critical,
                ContainersHeadlines.AnotherHome.With("CTID", id).With("HOME", home),
                $"container {reading.Label(id)} runs here, and its home is {home}: does it run there, too?");
        }

        string[] homeless = [.. others.Where(id => !settings.Homes.ContainsKey(id)).Select(reading.Label)];
        if (homeless.Length == 0)
        {
            return;
        }

        string sentence = $"{Words.Count(homeless.Length, "container")} {(homeless.Length == 1 ? "runs" : "run")} here beside those that "
            + $"should: {Sentences.Some(homeless)}";
        if (settings.Manifest is null || settings.AllowsOthers)
        {
            report.Note(sentence);
        }
        else
        {
            concern.Problem(Status.Warning, ContainersHeadlines.NotNamed, $"{sentence} (manifest {settings.Manifest})");
        }
    }
}
