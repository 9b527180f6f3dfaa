using System.Globalization;
using System.Text.RegularExpressions;

namespace Ringfree.Monitoring.Plugins.SansayHa;

/// <summary>
/// The line <c>HW Up Time: ...</c> of the system's own text. Its form is not documented: numbers with a unit (<c>12 days 3 hours</c>,
/// <c>3d 4h</c>) and clocks (<c>04:05</c>, <c>04:05:06</c>) are understood, anything else is "not told".
/// </summary>
internal static partial class HardwareUptime
{
    private const string Label = "HW Up Time:";

    /// <summary>Seconds since the hardware started; null when the text does not tell it.</summary>
    internal static long? Parse(string text)
    {
        int start = text.IndexOf(Label, StringComparison.OrdinalIgnoreCase);
        if (start < 0)
        {
            return null;
        }

        string line = text[(start + Label.Length)..].Split('\n', 2)[0];
        long seconds = 0;
        bool any = false;
        foreach (Match match in Piece().Matches(line.Length > 200 ? line[..200] : line))
        {
            any = true;
            seconds += match.Groups["clock"] is { Success: true } clock ? Clock(clock.Value) : Number(match.Groups["number"].Value) * Unit(match.Groups["unit"].Value);
        }

        return any ? seconds : null;
    }

    private static long Clock(string text)
    {
        string[] parts = text.Split(':');
        return (Number(parts[0]) * 3600) + (Number(parts[1]) * 60) + (parts.Length > 2 ? Number(parts[2]) : 0);
    }

    private static long Number(string digits) => long.Parse(digits, CultureInfo.InvariantCulture);

    private static long Unit(string text) => char.ToLowerInvariant(text[0]) switch
    {
        'd' => 86400,
        'h' => 3600,
        'm' => 60,
        _ => 1,
    };

    [GeneratedRegex("(?<clock>[0-9]{1,9}:[0-9]{2}(:[0-9]{2})?)|(?<number>[0-9]{1,9}) *(?<unit>d|h|m|s)(ay|our|r|in|inute|ec|econd)?s?\\b", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Piece();
}
