using System.Globalization;

namespace Ringfree.Monitoring.Plugins.Voipmon;

/// <summary>Times and numbers among the texts that a check remembers.</summary>
internal static class MemoryTime
{
    internal static string Print(DateTimeOffset time) => time.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);

    /// <summary>The time under a key; null when there is none.</summary>
    internal static DateTimeOffset? Of(IReadOnlyDictionary<string, string> values, string key) =>
        DateTimeOffset.TryParseExact(values.GetValueOrDefault(key, ""), "O", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time) ? time : null;

    /// <summary>The whole number under a key; null when there is none.</summary>
    internal static long? Number(IReadOnlyDictionary<string, string> values, string key) =>
        long.TryParse(values.GetValueOrDefault(key, ""), NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : null;
}
