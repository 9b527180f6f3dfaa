using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Plugins.Haproxy;

/// <summary>What the judges of one run have in common: what they judge with, and the report that they fill.</summary>
internal sealed class Judgement(CheckRun run, IReadOnlyList<string> sources)
{
    private readonly List<Finding> findings = [];
    private readonly List<Metric> metrics = [];
    private readonly List<string> notes = [];
    private readonly List<string> summary = [];

    internal Options Options => run.Options;

    internal Memory Memory => run.Memory;

    internal CheckRun Run => run;

    internal DateTimeOffset Now => run.World.Now;

    /// <summary>Every source that was asked, whether or not it answered.</summary>
    internal IReadOnlyList<string> Sources { get; } = sources;

    /// <summary>
    /// What is well is a finding only when somebody wants to read it: composing a sentence for each backend is a tenth of a run.
    /// </summary>
    internal bool SaysWhatIsWell => run.Options.Verbosity > 0;

    /// <summary>Adds a finding; what is to be done about it is done where HAProxy runs.</summary>
    internal void Add(Finding finding) =>
        findings.Add(finding with { FirstStep = finding.FirstStep ?? PlaceOf(finding.Concern).FirstStep(finding.Concern) });

    /// <summary>Why a container's files cannot be looked at; null when they can. Its root may lie on storage where no look ends.</summary>
    internal string? RootTrouble(Place place) => StatsProbe.RootTrouble(run.World, place);

    /// <summary>Adds what is not well, and what is where somebody wants to read it.</summary>
    internal void AddUnlessWell(Finding finding)
    {
        if (finding.Status != Status.Ok || SaysWhatIsWell)
        {
            Add(finding);
        }
    }

    internal void Add(Metric metric) => metrics.Add(metric);

    /// <summary>A note once, however many judges have reason for it.</summary>
    internal void Note(string note)
    {
        if (!notes.Contains(note))
        {
            notes.Add(note);
        }
    }

    /// <summary>A part of the sentence that the report has when all is well.</summary>
    internal void Summarize(string part) => summary.Add(part);

    private Place PlaceOf(Concern? concern) =>
        Place.OfAll(concern == HaproxyCheck.Certificates ? run.Options.Values(HaproxyCheck.BundleOption) : Sources);

    internal Report Report(IReadOnlyList<string> trace) => new(findings, metrics)
    {
        AllWell = string.Join(", ", summary),
        Notes = notes,
        Trace = trace,
    };
}
