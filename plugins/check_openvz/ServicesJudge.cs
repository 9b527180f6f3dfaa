using System.Text;
using Ringfree.Monitoring.Plugin;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Plugins.Openvz;

/// <summary>
/// Judges whether every running container has its services: alive, not stuck in the kernel run after run, and Asterisk answering.
/// </summary>
internal sealed class ServicesJudge
{
    private const string StuckSince = "stuck ";
    private const int NamedContainers = 3;

    private readonly Judgement judgement;
    private readonly NodeReading reading;
    private readonly IReadOnlyDictionary<string, string> past;
    private readonly Dictionary<string, string> next = [];
    private readonly Dictionary<string, List<string>> missing = [];
    private readonly List<string> missingSentences = [];
    private readonly List<ContainerProcesses> withAsterisk = [];
    private int judged;
    private int missingCount;
    private int containersMissing;
    private bool isWaitedFor;

    private ServicesJudge(Judgement judgement)
    {
        this.judgement = judgement;
        reading = judgement.Reading;
        past = judgement.Run.Memory.Past(OpenvzCheck.Services);
    }

    internal static void Judge(Judgement judgement) => new ServicesJudge(judgement).JudgeAll();

    private void JudgeAll()
    {
        HashSet<string> expected = [.. judgement.Expected.Ids];
        foreach (ContainerProcesses container in reading.Scan!.Containers.Values.OrderBy(container => container.Id, Comparer<string>.Create(ContainerId.Compare)))
        {
            bool isInTransition = reading.Locks.TryGetValue(container.Id, out TransitionLock? held) && reading.Scan.OfNode.Contains(held.Pid);
            if (container.Init > 0 && container.InKernel < container.Count && !isInTransition && !judgement.Ignored.Contains(container.Id)
                && (expected.Count == 0 || expected.Contains(container.Id) || judgement.Options.Manifest is null))
            {
                judged++;
                JudgeContainer(container);
            }
        }


        NoteUnknownContainers();
        Tell();
        AskAsterisks();
        judgement.Run.Memory.Remember(OpenvzCheck.Services, next);
        if (judged == 0)
        {
            judgement.NothingRuns(OpenvzCheck.Services, "whose services could be judged");
        }
        else if (!isWaitedFor)
        {
            judgement.Well($"all services run in {Words.Count(judged, "container")}", OpenvzCheck.Services);
        }
    }

    private void JudgeContainer(ContainerProcesses container)
    {
        List<string> lacking = [];
        foreach (Service service in judgement.Options.Services.Of(container.Id, reading.NameOf(container.Id)))
        {
            int[] indexes = [.. IndexesOf(service)];
            int alive = indexes.Sum(index => container.Alive[index]);
            if (alive == 0)
            {
                int zombies = indexes.Sum(index => container.Ended[index]);
                lacking.Add(zombies == 0 ? service.Name : $"{service.Name} ({Words.Count(zombies, "zombie")} left of it)");
                if (!missing.TryGetValue(service.Name, out List<string>? containers))
                {
                    missing[service.Name] = containers = [];
                }

                containers.Add(reading.Label(container.Id));
                missingCount++;
                continue;
            }

            JudgeStuck(container, service, alive, indexes);
            if (service.Name == "asterisk" && judgement.Options.AsteriskSocket is not null)
            {
                withAsterisk.Add(container);
            }
        }

        if (lacking.Count > 0)
        {
            containersMissing++;
            missingSentences.Add($"{Judgement.Some(lacking)} {(lacking.Count == 1 ? "does" : "do")} not run in container {reading.Label(container.Id)}");
        }
    }

    private IEnumerable<int> IndexesOf(Service service)
    {
        IReadOnlyList<ServiceProcess> watched = judgement.Options.Services.Processes;
        for (int index = 0; index < watched.Count; index++)
        {
            if (service.Processes.Contains(watched[index]))
            {
                yield return index;
            }
        }
    }

    /// <summary>State D for a moment is what a disk costs; the same process in it at two runs in a row is stuck.</summary>
    private void JudgeStuck(ContainerProcesses container, Service service, int alive, int[] indexes)
    {
        DateTimeOffset now = judgement.Run.World.Now;
        DateTimeOffset? longest = null;
        int stuck = 0;
        foreach ((int process, int pid) in container.Stuck)
        {
            if (!indexes.Contains(process))
            {
                continue;
            }

            string key = $"{StuckSince}{container.Id} {pid} {service.Name}";
            if (MemoryTime.Of(past, key) is { } since)
            {
                next[key] = past[key];
                stuck++;
                longest = longest is null || since < longest ? since : longest;
            }
            else
            {
                next[key] = MemoryTime.Print(now);
            }
        }

        if (stuck > 0)
        {
            judgement.Add(
                stuck == alive ? Status.Critical : Status.Warning,
                $"{stuck} of {Words.Count(alive, "process", "processes")} of {service.Name} in container {reading.Label(container.Id)} {(stuck == 1 ? "is" : "are")} stuck in the kernel (state D) since {Words.Moment(longest)}: storage that does not answer, most often",
                OpenvzCheck.Services);
        }
    }

    private void Tell()
    {
        Metric metric = judgement.Measure(OpenvzCheck.ServicesMissing, missingCount);
        if (containersMissing > 0 && judgement.Grace.Lasts)
        {
            string all = containersMissing == 1
                ? missingSentences[0]
                : $"{containersMissing} of {judged} running containers lack a service: {string.Join("; ", ByService())}";
            Wait(all, missingSentences);
        }
        else if (containersMissing == 1)
        {
            judgement.Add(metric.Status, missingSentences[0], OpenvzCheck.Services);
        }
        else if (containersMissing > 1)
        {
            judgement.Add(
                metric.Status,
                $"{containersMissing} of {judged} running containers miss a service: {string.Join("; ", ByService())}",
                OpenvzCheck.Services,
                [.. missingSentences.Select(sentence => new Finding(metric.Status, sentence, OpenvzCheck.Services))]);
        }
    }

    private IEnumerable<string> ByService() =>
        missing.OrderByDescending(entry => entry.Value.Count).Select(entry => $"{entry.Key} in {entry.Value.Count} "
            + $"({Judgement.Some(entry.Value, NamedContainers)})");

    private void Wait(string state, List<string> each)
    {
        isWaitedFor = true;
        judgement.Wait(state, missingCount == 1 ? "it is" : "they are", OpenvzCheck.Services, each.Count > 1 ? each : []);
    }

    private void NoteUnknownContainers()
    {
        foreach (string special in judgement.Options.Services.SpecialContainers)
        {
            string id = reading.IdOf(special);
            if (!reading.Configs.ContainsKey(id) && !reading.Scan!.Containers.ContainsKey(id))
            {
                judgement.Note($"--container '{special}' names no container of this node");
            }
        }
    }

    private void AskAsterisks()
    {
        if (withAsterisk.Count == 0)
        {
            return;
        }

        // Counting channels takes the lock that a deadlocked Asterisk holds; "cli quit after" makes it close behind its answer.
        const string Question = "cli quit after core show channels count\0";
        string root = judgement.Options.Root;
        Dictionary<string, string> byPath = [];
        foreach (ContainerProcesses container in withAsterisk)
        {
            string folder = root + (reading.Configs.GetValueOrDefault(container.Id)?.Root ?? $"/vz/root/{container.Id}");
            byPath[folder + judgement.Options.AsteriskSocket] = container.Id;
        }

        string[] roots = [.. byPath.Keys.Select(path => path[..^judgement.Options.AsteriskSocket!.Length])];
        Answer answer = judgement.Run.World.Ask(new ContainedSocketsQuestion(roots, judgement.Options.AsteriskSocket!, Question));
        if (answer.Outcome != Outcome.Answered)
        {
            judgement.Add(Status.Unknown, $"whether Asterisk answers is not known: {NodeProbe.Said(answer)}", OpenvzCheck.Services);
        }

        List<string> silent = [];
        List<string> denied = [];
        ContainedSocketsQuestion.Visit(answer, (path, content, failure) =>
        {
            if (byPath.GetValueOrDefault(Encoding.UTF8.GetString(path)) is { } id && (failure is not null || content.IsEmpty))
            {
                (failure == "Permission denied" ? denied : silent).Add($"{reading.Label(id)}: {failure ?? "it closed without a word"}");
            }
        });
        string unanswered = $"Asterisk is alive but does not answer on its control socket in {Words.Count(silent.Count, "container")}: "
            + $"{Judgement.Some(silent)}";
        if (silent.Count > 0 && judgement.Grace.Lasts)
        {
            Wait(unanswered, []);
        }
        else if (silent.Count > 0)
        {
            judgement.Add(Status.Critical, unanswered, OpenvzCheck.Services);
        }

        if (denied.Count > 0)
        {
            judgement.Add(
                Status.Unknown,
                $"user {judgement.Run.World.UserName} may not ask Asterisk on its control socket in {Words.Count(denied.Count, "container")}; cure: {Sudo.LineFor(judgement.Run)}",
                OpenvzCheck.Services,
                firstStep: "");
        }
    }
}
