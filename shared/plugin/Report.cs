namespace Ringfree.Monitoring.Plugin;

/// <summary>What a check has to say. The worst finding decides; the first of the worst is the headline.</summary>
/// <param name="Findings">In the order of their importance to a reader; never empty: an empty report is UNKNOWN.</param>
/// <param name="Metrics">In the order in which perfdata prints them.</param>
public sealed record Report(IReadOnlyList<Finding> Findings, IReadOnlyList<Metric> Metrics)
{
    /// <summary>The sentence of the first line when every finding is OK. Default: null, as when it is empty: the first finding's.</summary>
    public string? AllWell { get; init; }

    /// <summary>What a reader should know that is no finding: "beancounters not watched: needs root". Default: nothing.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>What was asked and what came back, for <c>-vv</c> and more. Default: nothing.</summary>
    public IReadOnlyList<string> Trace { get; init; } = [];

    /// <summary>What the run leaves to the next one. Default: nothing.</summary>
    internal IReadOnlyList<ConcernNext> Next { get; init; } = [];

    /// <summary>
    /// What a check elsewhere said, to be passed on byte for byte in place of this report's own text; the exit code is this report's.
    /// Default: null, the report speaks for itself.
    /// </summary>
    public byte[]? Relayed { get; init; }

    /// <summary>The worst finding's status.</summary>
    public Status Status => Worst?.Status ?? Status.Unknown;

    /// <summary>The first of the most severe findings; null when there is none.</summary>
    public Finding? Worst
    {
        get
        {
            Finding? worst = null;
            foreach (Finding finding in Findings)
            {
                if (worst is null || finding.Status.Severity > worst.Status.Severity)
                {
                    worst = finding;
                }
            }

            return worst;
        }
    }

    /// <summary>A report of one UNKNOWN sentence: what was asked for and could not be judged.</summary>
    /// <param name="sentence">What could not be read, and the cure.</param>
    /// <returns>The report, without metrics.</returns>
    public static Report Unknown(string sentence) => new([new Finding(Status.Unknown, sentence)], []);
}
