using System.Globalization;

namespace Ringfree.Monitoring.Plugin;

/// <summary>Times among the texts that a check remembers. Times are ISO 8601, UTC.</summary>
public static class MemoryTime
{
    private static readonly string[] Forms = ["O", "s"];

    /// <summary>"2026-03-01T03:12:00.0000000Z".</summary>
    /// <param name="time">The moment.</param>
    /// <returns>The text, with all digits.</returns>
    public static string Print(DateTimeOffset time) => time.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);

    /// <summary>Reads a time, with a fraction of a second and a Z or without both.</summary>
    /// <param name="text">The text; may be null.</param>
    /// <returns>Null when it is not a time.</returns>
    public static DateTimeOffset? Parse(string? text) =>
        DateTimeOffset.TryParseExact(text, Forms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time) ? time : null;

    /// <summary>The time under a key.</summary>
    /// <param name="values">What is remembered.</param>
    /// <param name="key">The key.</param>
    /// <returns>Null when there is none.</returns>
    public static DateTimeOffset? Of(IReadOnlyDictionary<string, string> values, string key) => Parse(values.GetValueOrDefault(key));
}
