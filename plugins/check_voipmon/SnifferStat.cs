using System.Globalization;

namespace Ringfree.Monitoring.Plugins.Voipmon;

/// <summary>A manager answered, but not with what it was asked for.</summary>
/// <param name="message">What it said instead, as the rest of a sentence that begins with the manager.</param>
internal sealed class ManagerException(string message) : Exception(message);

/// <summary>
/// The answer to <c>sniffer_stat</c>: one JSON object whose values are strings, of which some are not escaped by the sniffer: a quote in an
/// error text would break a JSON reader. So fields are found by name, and a string ends at the quote behind which a name or the end
/// follows.
/// </summary>
internal sealed class SnifferStat
{
    private const int LongestQuote = 60;
    private readonly string text;

    private SnifferStat(string text)
    {
        this.text = text;
        string line = Field("pbStatString") ?? "";
        Line = line.Length > 0 ? StatusLine.Parse(line) : null;
        Version = Field("version") ?? "";
        UptimeSeconds = Number("uptime") ?? throw new ManagerException("answers sniffer_stat without uptime");
        DropPeriods = Number("pbCountPacketDrop");
        IsInitializing = Field("initializing") == "true";
        IsMemoryFull = Number("memory_is_full") > 0;
        TerminatingError = Field("terminating_error") ?? "";
        DiskState = text.IndexOf("\"disk_io\":", StringComparison.Ordinal) is >= 0 and var start ? Field("state", start) : null;
    }

    internal string Version { get; }

    /// <summary>Seconds since the sniffer started.</summary>
    internal long UptimeSeconds { get; }

    /// <summary>Periods of ten seconds, since the start, in which packets were dropped; null when not told.</summary>
    internal long? DropPeriods { get; }

    /// <summary>The first status line is not there yet: the first ten seconds or so.</summary>
    internal bool IsInitializing { get; }

    internal bool IsMemoryFull { get; }

    /// <summary>Why the sniffer ends itself; empty when it does not.</summary>
    internal string TerminatingError { get; }

    /// <summary>Verdict of the sniffer on its disk: empty, WARN, DISK_SAT or calibrating; null when not told.</summary>
    internal string? DiskState { get; }

    /// <summary>The status line; null when there is none yet.</summary>
    internal StatusLine? Line { get; }

    /// <exception cref="ManagerException">It is no such answer, a cut one, or one with a field that cannot be read.</exception>
    internal static SnifferStat Parse(string answer)
    {
        string text = answer.Trim();
        if (text.Length == 0 || text[0] != '{')
        {
            throw new ManagerException($"answers sniffer_stat with '{Quote(text)}': is this the manager of a VoIPmonitor sniffer?");
        }

        return text[^1] == '}' ? new SnifferStat(text) : throw new ManagerException($"answers sniffer_stat with {text.Length} characters that are cut");
    }

    internal static string Quote(string text) => text.Length > LongestQuote ? text[..LongestQuote] + "..." : text;

    private long? Number(string name) => Field(name) switch
    {
        null => null,
        { } told when uint.TryParse(told, NumberStyles.None, CultureInfo.InvariantCulture, out uint number) => number,
        { } told => throw new ManagerException($"answers sniffer_stat with {name} '{Quote(told)}', where a number up to {uint.MaxValue} belongs"),
    };

    /// <summary>A value as it stands; null when the answer does not name it.</summary>
    /// <exception cref="ManagerException">The answer names it, and its value has no end.</exception>
    private string? Field(string name, int from = 0)
    {
        string label = $"\"{name}\":";
        int at = text.IndexOf(label, from, StringComparison.Ordinal);
        if (at < 0)
        {
            return null;
        }

        string rest = text[(at + label.Length)..].TrimStart();
        if (!rest.StartsWith('"'))
        {
            return rest[..Math.Max(0, rest.IndexOfAny([',', '}']))].Trim();
        }

        for (int end = rest.IndexOf('"', 1); end > 0; end = rest.IndexOf('"', end + 1))
        {
            if (EndsValue(rest.AsSpan(end + 1)))
            {
                return rest[1..end];
            }
        }

        throw new ManagerException($"answers sniffer_stat with {name} and no end of its value: the answer is cut or damaged");
    }

    private static bool EndsValue(ReadOnlySpan<char> behind)
    {
        behind = behind.TrimStart();
        if (behind.IsEmpty || behind[0] == '}')
        {
            return !behind.IsEmpty;
        }

        if (behind[0] != ',')
        {
            return false;
        }

        ReadOnlySpan<char> next = behind[1..].TrimStart();
        int close = next.Length > 1 && next[0] == '"' ? next[1..].IndexOf('"') : -1;
        return close > 0 && IsName(next.Slice(1, close)) && next[(close + 2)..].TrimStart().StartsWith(":");
    }

    private static bool IsName(ReadOnlySpan<char> text)
    {
        foreach (char character in text)
        {
            if (!char.IsAsciiLetterOrDigit(character) && character != '_')
            {
                return false;
            }
        }

        return true;
    }
}
