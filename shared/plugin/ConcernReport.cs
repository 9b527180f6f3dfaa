using System.Globalization;

namespace Ringfree.Monitoring.Plugin;

/// <summary>What a check says of one concern, while an evaluation writes it.</summary>
public sealed class ConcernReport
{
    private readonly ReportBuilder whole;
    private readonly Memory memory;
    private readonly List<Finding> findings = [];
    private readonly List<Metric> metrics = [];
    private readonly List<string> phrases = [];
    private readonly List<Raised> raised = [];
    private Dictionary<string, string>? remembered;
    private Past? past;
    private bool dropsLatched;

    internal ConcernReport(Concern concern, ReportBuilder whole, Memory memory)
    {
        Concern = concern;
        this.whole = whole;
        this.memory = memory;
    }

    /// <summary>The concern.</summary>
    public Concern Concern { get; }

    /// <summary>The moment of the reading.</summary>
    public DateTimeOffset Now => whole.Now;

    /// <summary>
    /// Fits a kind's commands to where they are given, such as a container. Default: as they are declared.
    /// </summary>
    public Func<HeadlineKind, HeadlineKind> Fit { get; set; } = static kind => kind;

    /// <summary>
    /// Whether OK findings are printed one by one: composing a sentence for each of hundreds of things takes a tenth of a run.
    /// </summary>
    public bool SaysWhatIsWell => whole.Options.Verbosity > 0;

    /// <summary>What the last good reading of the concern remembered.</summary>
    public Past Past => past ??= memory.PastOf(Concern);

    /// <summary>A concern of which nothing was said but its summary is well all the same.</summary>
    internal IEnumerable<Finding> Findings =>
        findings.Count > 0 ? findings : phrases.Select(phrase => new Finding(Status.Ok, phrase, Concern));

    internal IReadOnlyList<Metric> Metrics => metrics;

    internal IReadOnlyList<string> Phrases => phrases;

    internal ConcernNext? Next => remembered is null && raised.Count == 0 && !dropsLatched
        ? null
        : new ConcernNext(Concern, remembered, raised, dropsLatched);

    /// <summary>
    /// Something that is wrong. Since when is added by itself from the second run on, where the sentence does not say it.
    /// </summary>
    /// <param name="status">How badly; OK for what was looked at and turned out well.</param>
    /// <param name="kind">What on-call does first, and how the sentence reads.</param>
    /// <param name="sentence">What is so, with name, value, unit and limit; no final full stop. May hold foreign text.</param>
    /// <param name="children">What the problem is made of. Default: nothing.</param>
    public void Problem(Status status, HeadlineKind kind, string sentence, IReadOnlyList<Finding>? children = null)
    {
        HeadlineKind here = Fit(kind);
        findings.Add(new Finding(status, sentence, Concern)
        {
            FirstStep = here.FirstStep,
            DoNot = here.DoNot,
            Children = children ?? [],
            Key = kind.Words + kind.Subject,
        });
    }

    /// <summary>
    /// Something that is wrong only because of what another concern tells: one failure is one page. OK where <c>--judged-by</c> names the
    /// service of that concern, else a problem.
    /// </summary>
    /// <param name="cause">The concern that tells the cause; null when none does.</param>
    /// <param name="status">How badly, as a problem.</param>
    /// <param name="kind">What on-call does first, as a problem.</param>
    /// <param name="sentence">What is so.</param>
    public void Consequence(Concern? cause, Status status, HeadlineKind kind, string sentence)
    {
        if (cause is null || !TryLeaveTo(cause, sentence))
        {
            Problem(status, kind, sentence);
        }
    }

    /// <summary>Says as OK what another concern's service tells the cause of: "SENTENCE: see SERVICE".</summary>
    /// <param name="cause">The concern that tells it.</param>
    /// <param name="sentence">What is so.</param>
    /// <returns>Whether <c>--judged-by</c> names a service for the cause; otherwise nothing is said.</returns>
    public bool TryLeaveTo(Concern cause, string sentence)
    {
        if (whole.Options.JudgedBy(cause) is not { } service)
        {
            return false;
        }

        Ok($"{sentence}: see {service}");
        Summary($"{sentence}: see {service}");
        return true;
    }

    /// <summary>Something that was looked at and is well, for <c>-v</c>.</summary>
    /// <param name="sentence">What is so.</param>
    public void Ok(string sentence) => findings.Add(new Finding(Status.Ok, sentence, Concern));

    /// <summary>What is so of the concern as a whole, for the line of a run in which all is well.</summary>
    /// <param name="phrase">"60 of 60 containers running".</param>
    public void Summary(string phrase) => phrases.Add(phrase);

    /// <summary>
    /// A measured value: perfdata, and a problem when it breaks its threshold, or when a threshold was asked for and the value could not be
    /// read.
    /// </summary>
    /// <param name="facts">What was measured.</param>
    /// <param name="value">The value in base units; null when it could not be read.</param>
    /// <param name="minimum">The least possible value. Default: 0; null for none.</param>
    /// <param name="maximum">The greatest possible value. Default: null, none.</param>
    /// <param name="sentence">The sentence of the problem. Default: null, the metric's meaning with value and limit.</param>
    /// <param name="unread">Why the value is not there, after "METRIC has a limit, but". Default: null, that it cannot be read.</param>
    /// <param name="kind">The kind of the problem. Default: null, that of the metric's limit.</param>
    /// <param name="ok">What is said with <c>-v</c> while no threshold is broken. Default: null, nothing.</param>
    /// <returns>The metric with the thresholds in force.</returns>
    public Metric Measure(
        MetricFacts facts,
        double? value,
        double? minimum = 0,
        double? maximum = null,
        Func<Metric, string>? sentence = null,
        string? unread = null,
        HeadlineKind? kind = null,
        string? ok = null)
    {
        Metric metric = Record(facts, value, minimum, maximum);
        if (metric.Status == Status.Unknown)
        {
            Problem(Status.Unknown, HeadlineKind.OfUnreadLimit(facts), $"{facts.Name} has a limit, but {unread ?? "it cannot be read"}");
        }
        else if (metric.Status != Status.Ok)
        {
            string said = sentence?.Invoke(metric) ?? $"{facts.Meaning}: {metric.Spoken}";
            Problem(facts.IsSample ? Sustained(facts.Name, metric.Status, said) : metric.Status, kind ?? HeadlineKind.OfLimit(facts), said);
        }
        else if (ok is not null)
        {
            Ok(ok);
        }

        return metric;
    }

    /// <summary>
    /// One of several values of a metric, each a problem when it breaks the threshold; which of them becomes perfdata the evaluation says
    /// with <see cref="Record"/>.
    /// </summary>
    /// <typeparam name="T">What was measured, for the sentence.</typeparam>
    /// <param name="facts">The metric.</param>
    /// <param name="value">The value in base units.</param>
    /// <param name="of">What was measured; passed on, so that hundreds of sentences that are not needed cost nothing.</param>
    /// <param name="kind">The kind of the problem.</param>
    /// <param name="sentence">The sentence of the problem.</param>
    public void Compare<T>(MetricFacts facts, double value, T of, HeadlineKind kind, Func<Metric, T, string> sentence)
    {
        Metric metric = whole.Options.Measure(facts, value);
        if (metric.Status != Status.Ok)
        {
            Problem(metric.Status, kind, sentence(metric, of));
        }
    }

    /// <summary>
    /// How badly a value of one moment is taken: no worse than the run before saw it too. A run that writes no memory takes it as it is.
    /// </summary>
    /// <param name="of">What the value is of.</param>
    /// <param name="status">How badly it breaks its limit.</param>
    /// <param name="sentence">What is so, for the note of a first time.</param>
    /// <returns>OK for a first time.</returns>
    public Status Sustained(string of, Status status, string sentence)
    {
        if (status == Status.Ok || !whole.Options.WritesMemory)
        {
            return status;
        }

        string key = $"sample {of}";
        Remember(key, status.Word);
        Status before = Past.Text(key) is { } word ? StatusOrder.Parse(word) ?? Status.Ok : Status.Ok;
        if (before == Status.Ok)
        {
            whole.Note($"{sentence}: one sample, and no problem unless the next run sees it too");
        }

        return before.Severity < status.Severity ? before : status;
    }

    /// <summary>A measured value whose threshold is part of a verdict that the evaluation words itself.</summary>
    /// <param name="facts">What was measured.</param>
    /// <param name="value">The value in base units; null when it could not be read.</param>
    /// <param name="minimum">The least possible value. Default: 0; null for none.</param>
    /// <param name="maximum">The greatest possible value. Default: null, none.</param>
    /// <returns>The metric with the thresholds in force.</returns>
    public Metric Record(MetricFacts facts, double? value, double? minimum = 0, double? maximum = null)
    {
        Metric metric = whole.Options.Measure(facts, value, minimum, maximum);
        metrics.Add(metric);
        return metric;
    }

    /// <summary>Since when something is so, from run to run; asked only while it is.</summary>
    /// <param name="key">The key under which the next run finds it.</param>
    /// <param name="atLatest">The moment that counts when no earlier run knows one. Default: null, now.</param>
    /// <returns>The moment that an earlier run remembered, never after now.</returns>
    public DateTimeOffset Since(string key, DateTimeOffset? atLatest = null)
    {
        DateTimeOffset since = Past.Time(key) is { } before && before <= Now ? before : atLatest ?? Now;
        Remember(key, since);
        return since;
    }

    /// <summary>Remembers a text for the next run. What a run remembers replaces all that the concern remembered before.</summary>
    /// <param name="key">The key.</param>
    /// <param name="text">The text.</param>
    public void Remember(string key, string text) => (remembered ??= [])[key] = text;

    /// <summary>Remembers a whole number.</summary>
    /// <param name="key">The key.</param>
    /// <param name="number">The number.</param>
    public void Remember(string key, long number) => Remember(key, number.ToString(CultureInfo.InvariantCulture));

    /// <summary>Remembers a moment.</summary>
    /// <param name="key">The key.</param>
    /// <param name="time">The moment.</param>
    public void Remember(string key, DateTimeOffset time) => Remember(key, MemoryTime.Print(time));

    /// <summary>Goes on remembering what earlier runs remembered, where this run has nothing newer.</summary>
    /// <param name="what">Which keys. Default: null, all.</param>
    public void RememberAsBefore(Predicate<string>? what = null)
    {
        remembered ??= [];
        foreach ((string key, string text) in Past.Values)
        {
            if (what?.Invoke(key) != false)
            {
                remembered.TryAdd(key, text);
            }
        }
    }

    /// <summary>Has the concern remember, even when it is nothing: what was known before is over.</summary>
    public void RememberThisRun() => remembered ??= [];

    /// <summary>
    /// A problem that comes from a change: it stays raised for the latch time, because a scheduler's soft states lose what lasts one run.
    /// </summary>
    /// <param name="key">What changed; the same key replaces the sentence and starts the latch anew.</param>
    /// <param name="status">How badly.</param>
    /// <param name="kind">What on-call does first, and how the sentence reads.</param>
    /// <param name="sentence">What changed.</param>
    public void Raise(string key, Status status, HeadlineKind kind, string sentence)
    {
        if (dropsLatched)
        {
            whole.Note($"acknowledged: {sentence}");
        }
        else
        {
            raised.Add(new Raised(key, status, Fit(kind), sentence));
        }
    }

    /// <summary>
    /// A person knows of the changes: drops what is latched, and has what this run raises from here on be a note, because planned work is
    /// acknowledged before any other run has seen it.
    /// </summary>
    public void AcknowledgeChanges() => dropsLatched = true;
}
