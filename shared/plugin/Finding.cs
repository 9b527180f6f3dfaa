namespace Ringfree.Monitoring.Plugin;

/// <summary>One thing that was judged.</summary>
/// <param name="Own">The status of the thing itself.</param>
/// <param name="Sentence">What is so, with name, value, unit and limit; no final full stop. May hold foreign text: the renderer cleans
/// it.</param>
/// <param name="Concern">The concern that it belongs to; null for trouble of the run itself.</param>
public sealed record Finding(Status Own, string Sentence, Concern? Concern = null)
{
    /// <summary>What the finding is made of. Default: nothing.</summary>
    public IReadOnlyList<Finding> Children { get; init; } = [];

    /// <summary>
    /// What on-call does first about this finding: commands that are safe at night on that host. Default: null, the concern's. Empty:
    /// nothing is printed, because the sentence says it or another service does.
    /// </summary>
    public string? FirstStep { get; init; }

    /// <summary>What on-call must not do about this finding, and why. Default: empty, nothing.</summary>
    public string DoNot { get; init; } = "";

    /// <summary>What it is, from run to run, so that it can be said since when. Default: null, nothing is said.</summary>
    public string? Key { get; init; }

    /// <summary>The worst of the thing itself and its children decides.</summary>
    public Status Status
    {
        get
        {
            Status worst = Own;
            foreach (Finding child in Children)
            {
                worst = worst.Or(child.Status);
            }

            return worst;
        }
    }
}
