using System.Globalization;
using System.Text;
using Tomlyn.Syntax;

namespace Ringfree.Monitoring.Estate;

/// <summary>How keys and values of a file are quoted in a problem: on one line, short, without control characters.</summary>
internal static class TomlText
{
    private const int MaxQuoted = 100;

    public static string OneLine(string text)
    {
        string cut = text.Length > MaxQuoted * 2 ? text[..(MaxQuoted * 2)] + "…" : text;
        var line = new StringBuilder(cut.Length);
        foreach (char character in cut)
        {
            line.Append(char.IsControl(character) ? $"\\u{(int)character:x4}" : character);
        }

        return line.ToString();
    }

    public static string Source(string text, ValueSyntax value)
    {
        int start = Math.Clamp(value.Span.Start.Offset, 0, text.Length);
        int length = Math.Clamp(value.Span.End.Offset + 1 - start, 0, Math.Min(text.Length - start, MaxQuoted));
        string source = text.Substring(start, length).Trim();
        return OneLine(length == MaxQuoted ? source + "…" : source);
    }

    public static string Quoted(string text) => $"\"{OneLine(text)}\"";

    public static string Key(string name) =>
        name.Length > 0 && name.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_') ? name : Quoted(name);

    /// <summary>Reads a duration: a whole number and one unit. Returns null for anything else and for more than 100 years.</summary>
    public static TimeSpan? Duration(string text)
    {
        string unit = text.TrimStart('0', '1', '2', '3', '4', '5', '6', '7', '8', '9');
        long? unitMilliseconds = unit switch
        {
            "ms" => 1,
            "s" => 1_000,
            "m" => 60_000,
            "h" => 3_600_000,
            "d" => 86_400_000,
            _ => null,
        };
        const long MostMilliseconds = 36_525L * 86_400_000;
        return unitMilliseconds is { } factor
            && long.TryParse(text.AsSpan(0, text.Length - unit.Length), NumberStyles.None, CultureInfo.InvariantCulture, out long number)
            && number <= MostMilliseconds / factor
                ? TimeSpan.FromMilliseconds(number * factor)
                : null;
    }

    public static string Duration(TimeSpan duration) => duration.Ticks switch
    {
        0 => "0s",
        var ticks when ticks % TimeSpan.TicksPerDay == 0 => $"{ticks / TimeSpan.TicksPerDay}d",
        var ticks when ticks % TimeSpan.TicksPerHour == 0 => $"{ticks / TimeSpan.TicksPerHour}h",
        var ticks when ticks % TimeSpan.TicksPerMinute == 0 => $"{ticks / TimeSpan.TicksPerMinute}m",
        var ticks when ticks % TimeSpan.TicksPerSecond == 0 => $"{ticks / TimeSpan.TicksPerSecond}s",
        var ticks => $"{ticks / TimeSpan.TicksPerMillisecond}ms",
    };
}
