namespace Ringfree.Monitoring.Plugin;

/// <summary>
/// A threshold range of the plugin guidelines. "No limit" is a null range, never a range.
/// <code>
/// range     alerts when the value is
/// 10        below 0 or above 10
/// 10:       below 10
/// ~:10      above 10
/// 10:20     below 10 or above 20
/// @10:20    from 10 to 20, both included
/// :10       below 0 or above 10
/// </code>
/// Numbers are decimal without exponent. Junk, an empty text, a bare colon and a start above the end are refused.
/// Source: monitoring-plugins.org guidelines; the grammar is that of the Perl library with a start-less <c>:END</c> besides.
/// </summary>
public sealed class Range : IEquatable<Range>
{
    private const int LongestText = 64;

    private readonly string text;
    private readonly double start;
    private readonly double end;
    private readonly bool alertsInside;

    private Range(string text, double start, double end, bool alertsInside)
    {
        this.text = text;
        this.start = start;
        this.end = end;
        this.alertsInside = alertsInside;
    }

    /// <summary>Reads a range.</summary>
    /// <param name="text">One of the forms above, at most 64 characters.</param>
    /// <returns>The range, which keeps the exact text.</returns>
    /// <exception cref="UsageException">The text is none of the forms.</exception>
    public static Range Parse(string text)
    {
        ReadOnlySpan<char> rest = text;
        bool alertsInside = rest.StartsWith('@');
        if (alertsInside)
        {
            rest = rest[1..];
        }

        int colon = rest.IndexOf(':');
        double start = 0;
        double end = double.PositiveInfinity;
        bool legal = text.Length <= LongestText && (colon < 0 ? Number(rest, out end) : Bounds(rest[..colon], rest[(colon + 1)..], out start, out end));
        if (!legal)
        {
            throw new UsageException(
                $"'{text}' is not a range; accepted are END, START:, ~:END, START:END and @START:END with decimal numbers, such as 10, 10:, ~:10, 10:20, @10:20");
        }

        return start <= end
            ? new Range(text, start, end, alertsInside)
            : throw new UsageException($"'{text}' is not a range: its start is above its end");
    }

    /// <summary>Reads a range of seconds, whose numbers may carry s, m, h or d: "21d:" is "1814400:".</summary>
    /// <param name="text">One of the forms above, with units or without.</param>
    /// <returns>The range, which keeps the text in seconds.</returns>
    /// <exception cref="UsageException">The text is none of the forms.</exception>
    public static Range ParseSeconds(string text)
    {
        string inside = text.StartsWith('@') ? "@" : "";
        string[] bounds = text[inside.Length..].Split(':');
        return Array.Exists(bounds, bound => SecondsOf(bound) is not null)
            ? Parse(inside + string.Join(':', bounds.Select(bound => SecondsOf(bound) ?? bound)))
            : Parse(text);
    }

    private static string? SecondsOf(string bound)
    {
        int factor = bound.Length < 2 ? 0 : bound[^1] switch
        {
            's' => 1,
            'm' => 60,
            'h' => 3600,
            'd' => 86400,
            _ => 0,
        };
        return factor > 0 && Number(bound.AsSpan(0, bound.Length - 1), out double number) ? Metric.Number(number * factor) : null;
    }

    /// <summary>Whether the value raises the alert.</summary>
    /// <param name="value">The measured value in the metric's unit; not a number always alerts.</param>
    /// <returns>True when the value is outside the range, or inside it for an <c>@</c> range.</returns>
    public bool Alerts(double value) => double.IsNaN(value) || (value >= start && value <= end) == alertsInside;

    /// <summary>What the value must keep to, in words: "at most 80", "from 10 to 20", "outside 10 to 20".</summary>
    /// <param name="spoken">A bound in words.</param>
    /// <returns>The words for a sentence.</returns>
    public string Demand(Func<double, string> spoken)
    {
        string low = double.IsFinite(start) ? spoken(start) : "";
        string high = double.IsFinite(end) ? spoken(end) : "";
        return (alertsInside, double.IsNegativeInfinity(start), double.IsPositiveInfinity(end)) switch
        {
            (false, true, true) => "any value",
            (false, true, false) => $"at most {high}",
            (false, false, true) => $"at least {low}",
            (false, false, false) => start == 0 ? $"at most {high}" : $"from {low} to {high}",
            (true, true, true) => "no value",
            (true, true, false) => $"above {high}",
            (true, false, true) => $"below {low}",
            (true, false, false) => $"outside {low} to {high}",
        };
    }

    /// <summary>The exact text that was parsed.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => text;

    /// <inheritdoc/>
    public bool Equals(Range? other) => other is not null && text == other.text;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Range);

    /// <inheritdoc/>
    public override int GetHashCode() => text.GetHashCode(StringComparison.Ordinal);

    private static bool Bounds(ReadOnlySpan<char> low, ReadOnlySpan<char> high, out double start, out double end)
    {
        start = low is "~" ? double.NegativeInfinity : 0;
        end = double.PositiveInfinity;
        bool legalStart = low is "~" or "" || Number(low, out start);
        bool legalEnd = high is "" || Number(high, out end);
        return legalStart && legalEnd && (low.Length > 0 || high.Length > 0);
    }

    private static bool Number(ReadOnlySpan<char> text, out double number)
    {
        const System.Globalization.NumberStyles Decimal =
            System.Globalization.NumberStyles.AllowLeadingSign | System.Globalization.NumberStyles.AllowDecimalPoint;
        if (int.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out int small))
        {
            number = small;
            return true;
        }

        return double.TryParse(text, Decimal, System.Globalization.CultureInfo.InvariantCulture, out number)
            && double.IsFinite(number)
            && (char.IsAsciiDigit(text[0]) || text[0] is '-' or '.')
            && char.IsAsciiDigit(text[^1]);
    }
}
