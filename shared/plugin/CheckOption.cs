namespace Ringfree.Monitoring.Plugin;

/// <summary>An option that a check declares.</summary>
/// <param name="Name">With its two hyphens: <c>--socket</c>.</param>
/// <param name="ValueName">What the value is, in capitals: PATH. Null for a switch without a value.</param>
/// <param name="Meaning">What it does and its default, as half a sentence.</param>
/// <param name="Repeatable">Whether it may be given several times; the values of the options file come first.</param>
public sealed record CheckOption(string Name, string? ValueName, string Meaning, bool Repeatable = false);
