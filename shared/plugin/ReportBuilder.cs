namespace Ringfree.Monitoring.Plugin;

/// <summary>
/// What a check says, while an evaluation writes it: for each concern what was measured, what is wrong, what is well, and what the next run
/// must know. However the evaluation goes about it, findings come out in the order in which the concerns are declared, and perfdata in that
/// of the metrics.
/// </summary>
public sealed class ReportBuilder
{
    private readonly Memory memory;
    private readonly List<ConcernReport> concerns = [];
    private readonly List<string> notes = [];
    private readonly List<string> trace = [];

    /// <summary>An empty report.</summary>
    /// <param name="options">The options in force.</param>
    /// <param name="memory">What earlier runs left.</param>
    /// <param name="now">The moment of the reading.</param>
    public ReportBuilder(Options options, Memory memory, DateTimeOffset now)
    {
        Options = options;
        this.memory = memory;
        Now = now;
    }

    /// <summary>The options in force.</summary>
    public Options Options { get; }

    /// <summary>The moment of the reading.</summary>
    public DateTimeOffset Now { get; }

    /// <summary>The part of a concern; the same one each time.</summary>
    /// <param name="concern">One of the check's.</param>
    /// <returns>The part, to be written.</returns>
    /// <exception cref="ArgumentException">The check does not declare the concern.</exception>
    public ConcernReport For(Concern concern)
    {
        foreach (ConcernReport known in concerns)
        {
            if (known.Concern == concern)
            {
                return known;
            }
        }

        if (!Options.Facts.Concerns.Contains(concern))
        {
            throw new ArgumentException($"the check does not declare the concern '{concern.Name}'", nameof(concern));
        }

        ConcernReport added = new(concern, this, memory);
        concerns.Add(added);
        return added;
    }

    /// <summary>Says once what a reader should know that is no finding: "beancounters not watched: needs root".</summary>
    /// <param name="note">The sentence.</param>
    public void Note(string note)
    {
        if (!notes.Contains(note))
        {
            notes.Add(note);
        }
    }

    /// <summary>Adds what was asked and what came back, for <c>-vv</c>.</summary>
    /// <param name="line">One line.</param>
    public void Trace(string line) => trace.Add(line);

    /// <summary>
    /// Says what is so of concerns that cannot be judged only because of what another concern watches: one failure is one page.
    /// <code>
    /// the other concern is judged in this run   a note: its own finding is the headline
    /// --judged-by names its service             OK: "quorum not judged: REASON: see SERVICE"
    /// neither                                   UNKNOWN, with a first step
    /// </code>
    /// </summary>
    /// <param name="judged">The concerns that are judged in this run and cannot be; nothing is said of none.</param>
    /// <param name="because">The concern whose trouble it is.</param>
    /// <param name="reason">That trouble in a few words: "the database does not answer".</param>
    /// <param name="unknown">The sentence for UNKNOWN. Default: null, that the concerns are not judged, with the reason.</param>
    /// <param name="kind">The kind of the trouble, for UNKNOWN. Default: null, the first step of the concern whose trouble it is.</param>
    public void CannotJudge(
        IReadOnlyList<Concern> judged, Concern because, string reason, string? unknown = null, HeadlineKind? kind = null)
    {
        if (judged.Count == 0)
        {
            return;
        }

        string sentence = $"{string.Join(", ", judged.Select(concern => concern.Name))} not judged: {reason}";
        if (Options.Judges(because))
        {
            Note(sentence);
        }
        else if (!For(judged[0]).TryLeaveTo(because, sentence))
        {
            For(judged[0]).Problem(Status.Unknown, kind ?? new HeadlineKind(because, "…", because.FirstStep), unknown ?? sentence);
        }
    }

    /// <summary>The report.</summary>
    /// <returns>All that was written, in the order of the declarations.</returns>
    /// <exception cref="InvalidOperationException">A metric was measured that the check does not declare.</exception>
    public Report Build()
    {
        List<Finding> findings = [];
        List<Metric> measured = [];
        List<string> phrases = [];
        List<ConcernNext> next = [];
        foreach (Concern concern in Options.Facts.Concerns)
        {
            if (concerns.Find(part => part.Concern == concern) is { } part)
            {
                findings.AddRange(part.Findings);
                measured.AddRange(part.Metrics);
                phrases.AddRange(part.Phrases);
                next.AddRange(part.Next is { } left ? [left] : []);
            }
        }

        List<Metric> metrics = new(measured.Count);
        foreach (MetricFacts facts in Options.Facts.Metrics)
        {
            metrics.AddRange(measured.FindAll(metric => metric.Facts.Name == facts.Name));
        }

        if (metrics.Count < measured.Count)
        {
            throw new InvalidOperationException("a metric that was measured is not declared");
        }

        return new Report(findings, metrics)
        {
            AllWell = string.Join(", ", phrases),
            Notes = notes,
            Trace = trace,
            Next = next,
        };
    }
}
