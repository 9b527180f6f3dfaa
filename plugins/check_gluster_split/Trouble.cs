using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Plugins.GlusterSplit;

/// <summary>Why something could not be read.</summary>
/// <param name="Status">CRITICAL when what is watched is itself broken; UNKNOWN when only the answer is missing.</param>
/// <param name="Sentence">What was asked, what came, and the cure; the end of a sentence.</param>
internal sealed record Trouble(Status Status, string Sentence)
{
    /// <summary>What on-call does first about it. Default: null, that of the concern; empty when the sentence says it.</summary>
    internal string? FirstStep { get; init; }
}

/// <summary>What was read, or why it was not.</summary>
/// <typeparam name="T">What is read.</typeparam>
/// <param name="Value">Null when it could not be read.</param>
/// <param name="Trouble">Null when it was read.</param>
internal readonly record struct Read<T>(T? Value, Trouble? Trouble)
    where T : class
{
    internal static Read<T> Of(T value) => new(value, null);

    internal static Read<T> Failed(Trouble trouble) => new(null, trouble);
}
