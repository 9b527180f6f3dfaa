namespace Ringfree.Monitoring.Plugin;

/// <summary>
/// What is said of concerns that cannot be judged only because of what another concern watches: one failure is one page.
/// <code>
/// the other concern is judged in this run   a note: its own finding is the headline
/// --judged-by names its service             OK: "quorum not judged: REASON: see SERVICE"
/// neither                                   UNKNOWN, with a first step
/// </code>
/// </summary>
public static class NotJudged
{
    /// <summary>Adds the finding or the note.</summary>
    /// <param name="options">The options in force.</param>
    /// <param name="concerns">The concerns that are judged in this run and cannot be; nothing is said of none.</param>
    /// <param name="because">The concern whose trouble it is.</param>
    /// <param name="reason">That trouble in a few words: "the database does not answer".</param>
    /// <param name="findings">Where a finding is added.</param>
    /// <param name="notes">Where a note is added.</param>
    /// <param name="unknown">The sentence for UNKNOWN. Default: null, that the concerns are not judged, with the reason.</param>
    /// <param name="firstStep">The first step for UNKNOWN. Default: null, that of the concern whose trouble it is.</param>
    /// <returns>What belongs into the headline when all is well; empty for nothing.</returns>
    public static string Add(
        Options options,
        IReadOnlyList<Concern> concerns,
        Concern because,
        string reason,
        ICollection<Finding> findings,
        ICollection<string> notes,
        string? unknown = null,
        string? firstStep = null)
    {
        if (concerns.Count == 0)
        {
            return "";
        }

        string sentence = $"{string.Join(", ", concerns.Select(concern => concern.Name))} not judged: {reason}";
        if (options.Judges(because))
        {
            notes.Add(sentence);
            return "";
        }

        if (options.JudgedBy(because) is { } service)
        {
            sentence = $"{sentence}: see {service}";
            findings.Add(new Finding(Status.Ok, sentence, concerns[0]));
            return sentence;
        }

        findings.Add(new Finding(Status.Unknown, unknown ?? sentence, concerns[0]) { FirstStep = firstStep ?? because.FirstStep });
        return "";
    }
}
