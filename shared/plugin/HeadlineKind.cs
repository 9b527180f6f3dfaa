namespace Ringfree.Monitoring.Plugin;

/// <summary>
/// One thing that a check can find wrong, declared once: how its headline reads, what on-call does first and must not do, and what the
/// runbook says of it. The README's runbook is generated from these.
/// </summary>
/// <param name="Concern">The concern that it belongs to.</param>
/// <param name="Words">How the headline reads, "…" for what differs: "the sniffer is dead: …". Unique among the check's kinds.</param>
/// <param name="FirstStep">
/// What on-call does first: commands that are safe while the thing hangs, in the words of RHEL 6 kin and Debian. A word in capitals is
/// filled in by <see cref="With"/>. Empty where the headline has the cure, or another service's page has the step; then
/// <see cref="Explanation"/> says which.
/// </param>
public sealed record HeadlineKind(Concern Concern, string Words, string FirstStep)
{
    /// <summary>What must not be done, and why: "restart it: the calls in its memory would be lost". Default: empty, nothing.</summary>
    public string DoNot { get; init; } = "";

    /// <summary>What the runbook says beside the first step, Markdown in one line. Default: empty.</summary>
    public string Explanation { get; init; } = "";

    /// <summary>
    /// What tells this one finding from others of its kind, so that each has a "since" of its own: the values of <see cref="With"/>.
    /// Default: empty, the kind as a whole.
    /// </summary>
    public string Subject { get; private init; } = "";

    /// <summary>
    /// The kind of a threshold that breaks where the check declares no kind of its own: most of them are set by an estate only.
    /// </summary>
    /// <param name="facts">What is measured.</param>
    /// <returns>The metric's meaning, with the concern's first step.</returns>
    public static HeadlineKind OfLimit(MetricFacts facts) => new(facts.Concern, $"{facts.Meaning}: …", facts.Concern.FirstStep);

    /// <summary>The kind of a value that has a limit and was not told.</summary>
    /// <param name="facts">What was to be measured.</param>
    /// <returns>A kind without a step: the limit is taken out, or what tells the value is updated.</returns>
    public static HeadlineKind OfUnreadLimit(MetricFacts facts) => new(facts.Concern, $"{facts.Name} has a limit, but …", "");

    /// <summary>Fills in a word of first step and "do not".</summary>
    /// <param name="word">The word, in capitals: "VOLUME".</param>
    /// <param name="value">What it stands for. It stays out when it holds anything that a shell would read as more than a word.</param>
    /// <returns>The kind of this one finding.</returns>
    public HeadlineKind With(string word, string value) => !IsWord(value) ? this : this with
    {
        FirstStep = FirstStep.Replace(word, value, StringComparison.Ordinal),
        DoNot = DoNot.Replace(word, value, StringComparison.Ordinal),
        Subject = $"{Subject} {value}",
    };

    /// <summary>The kind of this one finding.</summary>
    /// <param name="subject">What it is about: the name of a brick, of an SBC.</param>
    /// <returns>The kind, which has a "since" of its own.</returns>
    public HeadlineKind About(string subject) => this with { Subject = $"{Subject} {subject}" };

    private static bool IsWord(string value) =>
        value.Length is > 0 and <= 255
        && value[0] != '-'
        && value.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' or '/' or ':' or '@' or '+');
}
