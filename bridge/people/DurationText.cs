using System.Globalization;

namespace Ringfree.Monitoring.Bridge;

/// <summary>A duration as people type it: <c>90m</c>, <c>1h30m</c>, <c>2d</c>.</summary>
internal static class DurationText
{
    /// <summary>What is accepted, for complaints and help.</summary>
    public const string Accepted = "whole numbers with d, h or m, such as 2h, 1h30m or 90m";

    private const int MostDigits = 6;
    private const string Units = "dhm";

    /// <returns>Null when it is not one, or zero; each unit stands once, the larger first.</returns>
    public static TimeSpan? Parse(string text)
    {
        TimeSpan sum = TimeSpan.Zero;
        int last = -1;
        var start = 0;
        for (var index = 0; index < text.Length; index++)
        {
            if (char.IsAsciiDigit(text[index]))
            {
                continue;
            }

            int unit = Units.IndexOf(text[index], StringComparison.Ordinal);
            if (unit <= last || index - start is 0 or > MostDigits)
            {
                return null;
            }

            int count = int.Parse(text.AsSpan(start, index - start), NumberStyles.None, CultureInfo.InvariantCulture);
            sum += unit switch
            {
                0 => TimeSpan.FromDays(count),
                1 => TimeSpan.FromHours(count),
                _ => TimeSpan.FromMinutes(count),
            };
            (last, start) = (unit, index + 1);
        }

        return start == text.Length && sum > TimeSpan.Zero ? sum : null;
    }
}
