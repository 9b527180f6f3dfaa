using System.Globalization;

namespace Ringfree.Monitoring.Bridge;

/// <summary>Moments and durations for people.</summary>
internal static class Words
{
    /// <summary>In UTC, to the second: <c>2026-11-23 03:12:00 UTC</c>.</summary>
    public static string Moment(DateTimeOffset moment) => moment.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    /// <summary>In UTC, to the minute: <c>2026-11-23 03:12 UTC</c>.</summary>
    public static string Minute(DateTimeOffset moment) =>
        moment.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);

    /// <summary>The two largest units: <c>3h 12m</c>, <c>45s</c>.</summary>
    public static string Duration(TimeSpan duration)
    {
        (long Count, string Unit)[] parts =
        [
            ((long)duration.TotalDays, "d"), (duration.Hours, "h"), (duration.Minutes, "m"), (duration.Seconds, "s"),
        ];
        string[] shown = [.. parts.SkipWhile(part => part.Count == 0).Take(2).Where(part => part.Count > 0).Select(part => $"{part.Count}{part.Unit}")];
        return shown.Length > 0 ? string.Join(' ', shown) : "0s";
    }

    /// <summary>As <see cref="Safe"/>, with its line ends.</summary>
    public static string SafeLines(string text) => string.Join('\n', text.Split('\n').Select(Safe));

    /// <summary>What a host is called must not drive the terminal.</summary>
    public static string Safe(string text) =>
        text.EnumerateRunes().Any(ForeignText.IsInvisible)
            ? string.Concat(text.EnumerateRunes().Select(rune => ForeignText.IsInvisible(rune) ? "?" : rune.ToString()))
            : text;
}
