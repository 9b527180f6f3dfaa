using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Plugins.Openvz;

/// <summary>
/// Evaluates whether every running container has its services: alive, not stuck in the kernel run after run, and Asterisk serving.
/// </summary>
internal sealed class ServicesEvaluation
{
    private const string StuckSince = "stuck ";
    private const int NamedContainers = 3;

    private readonly OpenvzSettings settings;
    private readonly NodeReading reading;
    private readonly BootEvaluation boot;
    private readonly ReportBuilder report;
    private readonly ConcernReport concern;
    private readonly Dictionary<string, List<string>> missing = [];
    private readonly List<(string Id, string Sentence)> missingSentences = [];
    private int evaluated;
    private int missingCount;
    private bool isWaitedFor;

    private ServicesEvaluation(OpenvzSettings settings, NodeReading reading, BootEvaluation boot, ReportBuilder report)
    {
        this.settings = settings;
        this.reading = reading;
        this.boot = boot;
        this.report = report;
        concern = report.For(OpenvzCheck.Services);
    }

    internal static void Evaluate(OpenvzSettings settings, NodeReading reading, BootEvaluation boot, ReportBuilder report) =>
        new ServicesEvaluation(settings, reading, boot, report).Evaluate();

    private void Evaluate()
    {
        concern.RememberThisRun();
        RememberedNode.RememberNames(concern, reading);
        string[] hidden = [.. WatchedContainers.Hidden(settings, reading)];
        if (hidden.Length > 0)
        {
            TellHidden(hidden);
        }

        foreach (ContainerProcesses container in WatchedContainers.Of(settings, reading))
        {
            evaluated++;
            EvaluateContainer(container);
        }

        NoteUnknownContainers();
        Tell();
        AsteriskEvaluation.Evaluate(settings, reading, boot, report, sentence => Wait(sentence, []));
        if (evaluated == 0 && hidden.Length > 0)
        {
            return;
        }

        if (evaluated == 0)
        {
            boot.NothingRuns(OpenvzCheck.Services, "whose services could be judged");
        }
        else if (!isWaitedFor)
        {
            string[] leftOut = [.. WatchedContainers.LeftOut(settings, reading).Select(reading.Label)];
            string others = leftOut.Length == 0 ? "" : $"; not judged, because in transition: {Sentences.Some(leftOut)}";
            string summary = $"all services run in {Words.Count(evaluated, "container")}{others}";
            concern.Ok(summary);
            concern.Summary(summary);
        }
    }

    /// <summary>A container of another service set must not be judged by the common one.</summary>
    private void TellHidden(string[] hidden)
    {
        string names = Sentences.Some([.. WatchedContainers.UnknownNames(settings, reading).Select(name => $"'{name}'")]);
        string why = reading.ConfigError is { } error ? $"{error.Subject} cannot be read: {Sentences.Why(error)}"
            : DanglingConfig.OfMany(reading, hidden)[2..];
        concern.Problem(
            Status.Unknown,
            ServicesHeadlines.NamesHidden,
            $"the services of {Words.Count(hidden.Length, "container")} are not judged, {Sentences.Some(hidden)}: which of them "
                + $"--container {names} names is not known: {why}");
    }

    private void EvaluateContainer(ContainerProcesses container)
    {
        List<string> lacking = [];
        foreach (Service service in settings.Services.Of(container.Id, reading.NameOf(container.Id)))
        {
            int[] indexes = settings.Services.IndexesOf(service);
            int alive = container.AliveOf(indexes);
            if (alive > 0)
            {
                EvaluateStuck(container, service, alive, indexes);
                continue;
            }

            int zombies = indexes.Sum(index => container.Ended[index]);
            lacking.Add(zombies > 0 ? $"{service.Name} ({Words.Count(zombies, "zombie")} left of it)"
                : service.Name == WatchedContainers.Asterisk && container.Consoles > 0 ? $"{service.Name} (only its console, asterisk -r)"
                : service.Name);
            if (!missing.TryGetValue(service.Name, out List<string>? containers))
            {
                missing[service.Name] = containers = [];
            }

            containers.Add(reading.Label(container.Id));
            missingCount++;
        }

        if (lacking.Count > 0)
        {
            string sentence =
                $"{Sentences.Some(lacking)} {(lacking.Count == 1 ? "does" : "do")} not run in container {reading.Label(container.Id)}";
            missingSentences.Add((container.Id, sentence));
        }
    }

    /// <summary>State D for a moment is what a disk costs; the same process in it at two runs in a row is stuck.</summary>
    private void EvaluateStuck(ContainerProcesses container, Service service, int alive, int[] indexes)
    {
        DateTimeOffset? longest = null;
        int stuck = 0;
        foreach ((int process, int pid) in container.Stuck)
        {
            if (!indexes.Contains(process))
            {
                continue;
            }

            string key = $"{StuckSince}{container.Id} {pid} {service.Name}";
            bool wasStuck = concern.Past.Time(key) is not null;
            DateTimeOffset since = concern.Since(key);
            if (wasStuck)
            {
                stuck++;
                longest = longest is null || since < longest ? since : longest;
            }
        }

        if (stuck > 0)
        {
            concern.Problem(
                stuck == alive ? Status.Critical : Status.Warning,
                ServicesHeadlines.Stuck,
                $"{stuck} of {Words.Count(alive, "process", "processes")} of {service.Name} in container {reading.Label(container.Id)} "
                    + $"{(stuck == 1 ? "is" : "are")} stuck in the kernel (state D) since {Words.Moment(longest)}: storage that does not "
                    + "answer, most often");
        }
    }

    private void Tell()
    {
        Metric metric = concern.Record(OpenvzCheck.ServicesMissing, missingCount);
        string[] all = [.. missingSentences.Select(one => one.Sentence)];
        if (all.Length > 0 && boot.Grace.Lasts)
        {
            Wait(all.Length == 1 ? all[0] : $"{all.Length} of {evaluated} running containers lack a service: {ByService()}", all);
        }
        else if (all.Length == 1)
        {
            concern.Problem(metric.Status, ServicesHeadlines.ServiceMissing.With("CTID", missingSentences[0].Id), all[0]);
        }
        else if (all.Length > 1)
        {
            concern.Problem(
                metric.Status,
                ServicesHeadlines.ManyServices,
                $"{all.Length} of {evaluated} running containers miss a service: {ByService()}",
                children: [.. all.Select(sentence => new Finding(metric.Status, sentence, OpenvzCheck.Services))]);
        }
    }

    private string ByService() => string.Join("; ", missing.OrderByDescending(entry => entry.Value.Count)
        .Select(entry => $"{entry.Key} in {entry.Value.Count} ({Sentences.Some(entry.Value, NamedContainers)})"));

    private void Wait(string state, string[] each)
    {
        isWaitedFor = true;
        boot.Wait(OpenvzCheck.Services, state, missingCount == 1 ? "it is" : "they are", each.Length > 1 ? each : []);
    }

    private void NoteUnknownContainers()
    {
        foreach (string special in settings.Services.SpecialContainers)
        {
            string id = reading.IdOf(special);
            bool mayBeHidden = reading.ConfigError is not null || reading.DanglingConfigs.Count > 0;
            if (!mayBeHidden && !reading.Configs.ContainsKey(id) && !reading.Scan!.Containers.ContainsKey(id))
            {
                report.Note($"--container '{special}' names no container of this node");
            }
        }
    }
}
