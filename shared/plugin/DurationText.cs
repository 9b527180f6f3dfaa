using System.Globalization;

namespace Ringfree.Monitoring.Plugin;

/// <summary>A duration as options take it: <c>90s</c>, <c>15m</c>, <c>2h</c>, <c>1d</c>.</summary>
internal static class DurationText
{
    /// <summary>What is accepted, for error messages.</summary>
    internal const string Forms = "a whole number and s, m, h or d, such as 90s or 15m";

    /// <summary>Reads a duration.</summary>
    /// <returns>The duration, or null when the text is none of these or zero.</returns>
    internal static TimeSpan? Parse(string text)
    {
        TimeSpan? unit = text.Length < 2 ? null : text[^1] switch
        {
            's' => TimeSpan.FromSeconds(1),
            'm' => TimeSpan.FromMinutes(1),
            'h' => TimeSpan.FromHours(1),
            'd' => TimeSpan.FromDays(1),
            _ => null,
        };
        return unit is not null && ushort.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, null, out ushort count) && count > 0
            ? unit * count
            : null;
    }
}
