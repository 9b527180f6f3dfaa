using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Plugins.Openvz;

/// <summary>What the judges of one run share: what was seen, and the report that grows from it.</summary>
internal sealed class Judgement(CheckRun run, NodeOptions options, NodeReading reading)
{
    private readonly List<Finding> findings = [];
    private readonly List<Metric> metrics = [];
    private readonly List<string> notes = [];
    private readonly List<string> summary = [];
    private ExpectedContainers? expected;

    internal CheckRun Run { get; } = run;

    internal NodeOptions Options { get; } = options;

    internal NodeReading Reading { get; } = reading;

    /// <summary>Found when it is asked for first.</summary>
    internal ExpectedContainers Expected => expected ??= ExpectedContainers.Find(Run, Options, Reading);

    /// <summary>The time after the node's boot.</summary>
    internal BootGrace Grace { get; } = new(options.Grace.Length, options.Grace.Status, reading.Uptime, run.World.Now);

    /// <summary>The containers that were asked to be left alone, by id.</summary>
    internal IReadOnlySet<string> Ignored { get; } = options.Ignored.Select(reading.IdOf).ToHashSet();

    internal void Add(Status status, string sentence, Concern concern, IReadOnlyList<Finding>? children = null, string? firstStep = null) =>
        findings.Add(new Finding(status, sentence, concern) { Children = children ?? [], FirstStep = firstStep });

    internal void Add(Finding finding) => findings.Add(finding);

    internal Metric Measure(MetricFacts facts, double? value, double? minimum = 0, double? maximum = null)
    {
        Metric metric = Run.Options.Measure(facts, value, minimum, maximum);
        metrics.Add(metric);
        return metric;
    }

    internal void Note(string note)
    {
        if (!notes.Contains(note))
        {
            notes.Add(note);
        }
    }

    /// <summary>A concern that is well, for the line of a run in which all are.</summary>
    internal void Well(string phrase, Concern concern)
    {
        summary.Add(phrase);
        findings.Add(new Finding(Status.Ok, phrase, concern));
    }

    /// <summary>What is not up yet while the node's boot is so short ago that it is waited for.</summary>
    /// <param name="state">What is not up: "12 of 60 containers run".</param>
    /// <param name="whoIsWaitedFor">Subject and verb: "the rest is".</param>
    /// <param name="concern">Whose.</param>
    /// <param name="each">One sentence for each of several.</param>
    internal void Wait(string state, string whoIsWaitedFor, Concern concern, IReadOnlyList<string>? each = null)
    {
        string sentence = Grace.Sentence(state, whoIsWaitedFor);
        if (Grace.Status == Status.Ok)
        {
            summary.Add(sentence);
        }

        Add(Grace.Status, sentence, concern, [.. (each ?? []).Select(one => new Finding(Grace.Status, one, concern))]);
    }

    /// <summary>No container runs, so that a concern has nothing to judge: another service says it, or the boot explains it.</summary>
    /// <param name="concern">What is not judged.</param>
    /// <param name="what">Of a container: "whose services could be judged".</param>
    internal void NothingRuns(Concern concern, string what)
    {
        if (Run.Options.JudgedBy(OpenvzCheck.Containers) is { } service)
        {
            Well($"no container runs: see {service}", concern);
        }
        else if (!Grace.Lasts)
        {
            string step = Run.Options.Judges(OpenvzCheck.Containers) ? "" : "service vz status; vzlist -a";
            Add(Status.Unknown, $"no container runs here {what}", concern, firstStep: step);
        }
        else if (!Run.Options.Judges(OpenvzCheck.Containers))
        {
            Wait("no container runs yet", "they are", concern);
        }
    }

    /// <summary>
    /// Whether containers can be judged at all; if not, the reason becomes a finding of the first concern that is about them.
    /// </summary>
    internal bool SeesContainers()
    {
        ProcessScan scan = Reading.Scan!;
        string proc = Options.Root + "/proc";
        (Status status, string? sentence) = scan switch
        {
            { Answer.Outcome: not Probes.Outcome.Answered } => (Status.Unknown, $"processes cannot be seen: {proc}: {scan.Answer.Reason}"),
            { SawInit: false } => (Status.Unknown, $"the processes of other users are hidden from {Run.World.UserName} ({proc} is mounted with hidepid); cure: {Sudo.LineFor(Run)}"),
            { Inside: { } inside } => (Status.Unknown, $"this is the inside of container {inside}, not an OpenVZ node; cure: run the check on the node"),
            { KnowsContainers: false } when Expected.Trouble is null => (Status.Critical, $"OpenVZ does not run on this node: its kernel knows no containers, but {Words.Count(Expected.Ids.Count, "container")} should run ({Expected.Reason}); cure: boot the OpenVZ kernel"),
            { KnowsContainers: false } => (Status.Unknown, "this is no OpenVZ node: its kernel tells no container of any process (envID in /proc/PID/status)"),
            _ => (Status.Ok, (string?)null),
        };
        if (sentence is null)
        {
            return true;
        }

        // What the kernel lacks, every concern lacks: one of them says it.
        bool isOfNoUser = scan is { Answer.Outcome: Probes.Outcome.Answered, SawInit: true, Inside: null };
        Concern[] concerned = [.. Run.Options.Concerns.Where(concern => concern != OpenvzCheck.Mounts)];
        if (isOfNoUser && Run.Options.JudgedBy(OpenvzCheck.Containers) is { } service)
        {
            Well($"no container runs: see {service}", concerned[0]);
        }
        else
        {
            string step = isOfNoUser ? "uname -r; service vz status: containers need the OpenVZ kernel" : "";
            Add(status, sentence, concerned[0], firstStep: step);
        }

        return false;
    }

    internal Report Report()
    {
        if (Run.Options.Judges(OpenvzCheck.Containers) && Reading.Scan is not null)
        {
            Measure(OpenvzCheck.ScanTime, Math.Round(Reading.ScanTime.TotalSeconds, 4));
        }

        return new Report(findings, metrics) { AllWell = string.Join(", ", summary), Notes = notes };
    }

    /// <summary>"101 (a), 102 (b), 103 (c) and 9 more".</summary>
    internal static string Some(IReadOnlyList<string> labels, int named = 3) =>
        labels.Count <= named + 1
            ? labels.Count < 2 ? string.Concat(labels) : $"{string.Join(", ", labels.SkipLast(1))} and {labels[^1]}"
            : $"{string.Join(", ", labels.Take(named))} and {labels.Count - named} more";
}
