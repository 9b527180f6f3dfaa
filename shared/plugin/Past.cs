using System.Globalization;

namespace Ringfree.Monitoring.Plugin;

/// <summary>What the last good reading of a concern remembered.</summary>
/// <param name="Values">Texts by key; empty before the first time.</param>
/// <param name="At">The moment of that reading; null before the first time.</param>
public sealed record Past(IReadOnlyDictionary<string, string> Values, DateTimeOffset? At)
{
    /// <summary>The text under a key.</summary>
    /// <param name="key">The key.</param>
    /// <returns>The text; null when there is none.</returns>
    public string? Text(string key) => Values.GetValueOrDefault(key);

    /// <summary>The moment under a key.</summary>
    /// <param name="key">The key.</param>
    /// <returns>The moment; null when there is none.</returns>
    public DateTimeOffset? Time(string key) => MemoryTime.Of(Values, key);

    /// <summary>The whole number under a key.</summary>
    /// <param name="key">The key.</param>
    /// <returns>The number; null when there is none.</returns>
    public long? Number(string key) =>
        long.TryParse(Text(key), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) ? number : null;
}

/// <summary>What a run leaves to the next one of a concern.</summary>
/// <param name="Concern">The concern.</param>
/// <param name="Values">What replaces all that it remembered; null to leave that as it is.</param>
/// <param name="Raised">What is latched from now on.</param>
/// <param name="DropsLatched">Whether what was latched before is dropped first.</param>
internal sealed record ConcernNext(
    Concern Concern, IReadOnlyDictionary<string, string>? Values, IReadOnlyList<Raised> Raised, bool DropsLatched);

/// <summary>A problem that comes from a change.</summary>
/// <param name="Key">What changed.</param>
/// <param name="Status">How badly.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="Sentence">What changed, in words.</param>
internal sealed record Raised(string Key, Status Status, HeadlineKind Kind, string Sentence);
