using Ringfree.Monitoring.Plugin;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Plugins.Openvz;

/// <summary>Judges whether every container that should run does, and tells apart the ways in which it does not.</summary>
internal sealed class ContainersJudge
{
    private const int AskedForDumps = 20;
    private const string DownSince = "down ";
    private const string Suspended = "is suspended to a checkpoint";
    private const string WhenConfigsCannotBeRead = "grep vz /proc/mounts; the end of dmesg; not vzlist, which reads the same folder";

    private readonly Judgement judgement;
    private readonly NodeReading reading;
    private readonly IReadOnlyDictionary<string, string> past;
    private readonly Dictionary<string, string> next = [];
    private readonly List<(string Id, string Sentence)> down = [];
    private readonly List<string> inTransition = [];
    private readonly List<string> suspended = [];
    private int dumpsAskedFor;
    private int running;

    private ContainersJudge(Judgement judgement)
    {
        this.judgement = judgement;
        reading = judgement.Reading;
        past = judgement.Run.Memory.Past(OpenvzCheck.Containers);
    }

    internal static void Judge(Judgement judgement)
    {
        ExpectedContainers expected = judgement.Expected;
        foreach (string note in expected.Notes)
        {
            judgement.Note(note);
        }

        if (expected.Trouble is { } trouble)
        {
            string step = judgement.Reading.ConfigTrouble is null ? "" : WhenConfigsCannotBeRead;
            judgement.Add(Status.Unknown, trouble, OpenvzCheck.Containers, firstStep: step);
            return;
        }

        new ContainersJudge(judgement).JudgeAll(expected);
    }

    private void JudgeAll(ExpectedContainers expected)
    {
        foreach (string id in expected.Ids)
        {
            JudgeOne(id, expected.Reason);
        }

        judgement.Measure(OpenvzCheck.ContainersExpected, expected.Ids.Count);
        judgement.Measure(OpenvzCheck.ContainersRunning, running, 0, expected.Ids.Count);
        Metric downMetric = judgement.Measure(OpenvzCheck.ContainersDown, down.Count, 0, expected.Ids.Count);
        Metric processes = judgement.Measure(OpenvzCheck.Processes, reading.Scan!.InContainers);
        bool isWaitedFor = judgement.Grace.Lasts && down.Count + inTransition.Count > 0;
        if (isWaitedFor)
        {
            string state = $"{running} of {Words.Count(expected.Ids.Count, "container")} {(running == 1 ? "runs" : "run")}";
            judgement.Wait(state, "the rest is", OpenvzCheck.Containers, [.. inTransition, .. down.Select(one => one.Sentence)]);
        }
        else
        {
            Tell(downMetric.Status, expected.Ids.Count);
        }

        if (processes.Status != Status.Ok)
        {
            judgement.Add(processes.Status, $"processes of all containers: {processes.Spoken}", OpenvzCheck.Containers);
        }

        NoteUnexpected(expected);
        judgement.Run.Memory.Remember(OpenvzCheck.Containers, next);
        if (!isWaitedFor)
        {
            judgement.Well($"{running} of {Words.Count(expected.Ids.Count, "container")} running", OpenvzCheck.Containers);
        }
    }

    private void Tell(Status downStatus, int expected)
    {
        foreach (string sentence in inTransition)
        {
            judgement.Add(Status.Warning, sentence, OpenvzCheck.Containers);
        }

        if (down.Count == 1)
        {
            judgement.Add(downStatus, down[0].Sentence, OpenvzCheck.Containers, firstStep: FirstStep());
        }
        else if (down.Count > 1)
        {
            string named = Judgement.Some([.. down.Select(one => reading.Label(one.Id))]);
            judgement.Add(
                downStatus,
                $"{down.Count} of {expected} containers do not run: {named}",
                OpenvzCheck.Containers,
                [.. down.Select(one => new Finding(downStatus, one.Sentence, OpenvzCheck.Containers))],
                FirstStep());
        }
    }

    /// <summary>A start of a suspended container throws its checkpoint away: it is restored first.</summary>
    private string? FirstStep()
    {
        const int Named = 3;
        if (suspended.Count == 0)
        {
            return null;
        }

        string restore = string.Join("; ", suspended.Take(Named).Select(id => $"vzctl {(id.Length == 36 ? "resume" : "restore")} {id}"));
        string all = restore + (suspended.Count > Named ? " and so on for every suspended one" : "") + ", which a start would cost its "
            + "checkpoint; if it fails keep the Dump file aside first";
        return suspended.Count == down.Count ? all : $"{all}; of the others: {OpenvzCheck.Containers.FirstStep}";
    }

    private void JudgeOne(string id, string reason)
    {
        ContainerProcesses? processes = reading.Scan!.Containers.GetValueOrDefault(id);
        if (processes is { Init: > 0 } && processes.InKernel < processes.Count)
        {
            running++;
            return;
        }

        string state = processes switch
        {
            { Init: > 0 } => $"is paused or frozen: all its {Words.Count(processes.Count, "process", "processes")} wait in the kernel (state D)",
            { Count: > 0 } => $"hangs while it stops: {Words.Count(processes.Count, "process", "processes")} but no init",
            _ => StateWithoutProcesses(id),
        };
        string sentence = $"container {reading.Label(id)} {state}, but should run ({reason}){Since(id)}";
        TransitionLock? held = reading.Locks.GetValueOrDefault(id);
        string action = held is null ? "" : held.Action.Length > 0 ? $"'{held.Action}'" : "an action";
        if (held is not null && reading.Scan.OfNode.Contains(held.Pid))
        {
            inTransition.Add($"{sentence}; it is in transition: {action} by pid {held.Pid} holds {held.Path}");
            return;
        }

        string stale = held is null ? "" : $"; a stale lock stays in its way: {held.Path} of {action} by pid {held.Pid}, which is gone";
        down.Add((id, sentence + stale));
        if (state == Suspended)
        {
            suspended.Add(id);
        }
    }

    private string StateWithoutProcesses(string id)
    {
        ContainerConfig? config = reading.Configs.GetValueOrDefault(id);
        return config is null && reading.ConfigTrouble is null ? $"does not exist on this node ({judgement.Options.Root}{ContainerConfig.Folder}/{id}.conf is missing)"
            : reading.HeldByKernel.Contains(id) ? "hangs while it stops: the kernel still holds it, without any process"
            : IsSuspended(id, config) ? Suspended
            : config is not null && reading.Mounts?.ContainsKey(judgement.Options.Root + config.Root) == true ? $"is mounted at {config.Root} and not started"
            : "is stopped";
    }

    /// <summary>OpenVZ 6 keeps checkpoints in one folder, OpenVZ 7 beside the container. Asked for the first containers only.</summary>
    private bool IsSuspended(string id, ContainerConfig? config)
    {
        if (++dumpsAskedFor > AskedForDumps)
        {
            return false;
        }

        string root = judgement.Options.Root;
        Answer own = judgement.Run.World.Ask(new FolderQuestion(reading.DumpFolder) { MayHang = true });
        bool isIn(Answer answer, string name) => answer.Outcome == Outcome.Answered && FolderListing.Parse(answer).Any(entry => entry.Name == name);
        return isIn(own, $"Dump.{id}")
            || (config is not null && id.Length == 36 && isIn(judgement.Run.World.Ask(new FolderQuestion($"{root}{config.Private}/dump") { MayHang = true }), "Dump"));
    }

    /// <summary>Since when, as far as earlier runs know.</summary>
    private string Since(string id)
    {
        string key = DownSince + id;
        DateTimeOffset now = judgement.Run.World.Now;
        if (MemoryTime.Of(past, key) is { } since)
        {
            next[key] = past[key];
            return $"; so since {Words.Moment(since)}";
        }

        next[key] = MemoryTime.Print(now);
        return judgement.Run.Memory.LastTime(OpenvzCheck.Containers) is { } last && last < now ? $"; it ran at {Words.Moment(last)}" : "";
    }

    private void NoteUnexpected(ExpectedContainers expected)
    {
        HashSet<string> wanted = [.. expected.Ids];
        string[] unexpected =
        [
            .. reading.Scan!.Containers.Values
                .Where(processes => processes.Init > 0 && !wanted.Contains(processes.Id) && !judgement.Ignored.Contains(processes.Id))
                .Select(processes => processes.Id)
                .Order(Comparer<string>.Create(ContainerId.Compare))
                .Select(reading.Label),
        ];
        if (unexpected.Length > 0)
        {
            judgement.Note($"{Words.Count(unexpected.Length, "container")} {(unexpected.Length == 1 ? "runs" : "run")} here beside those that should: {Judgement.Some(unexpected)}");
        }
    }
}
