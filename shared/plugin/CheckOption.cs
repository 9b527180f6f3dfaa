namespace Ringfree.Monitoring.Plugin;

/// <summary>An option that a check declares.</summary>
/// <param name="Name">With its two hyphens: <c>--socket</c>.</param>
/// <param name="ValueName">What the value is, in capitals: PATH. Null for a switch without a value.</param>
/// <param name="Meaning">What it does and its default, as half a sentence.</param>
/// <param name="Repeatable">Whether it may be given several times; the values of the options file come first.</param>
/// <param name="ShortName">A letter that the plugin guidelines reserve for it, with its hyphen: <c>-H</c>. Default: null, none.</param>
public sealed record CheckOption(string Name, string? ValueName, string Meaning, bool Repeatable = false, string? ShortName = null)
{
    /// <summary>True for what a person says once: an options file, which says it at every run, is refused. Default: false.</summary>
    public bool IsSaidByHand { get; init; }
}

/// <summary>The one word that a program takes beside its options, on the command line only.</summary>
/// <param name="Name">What it is, in capitals: NAME.</param>
/// <param name="Meaning">What it does, and what its absence means, as half a sentence.</param>
public sealed record CheckArgument(string Name, string Meaning);
