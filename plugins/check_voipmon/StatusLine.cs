using System.Globalization;

namespace Ringfree.Monitoring.Plugins.Voipmon;

/// <summary>A rate of the PS token. A counter that has never moved since the start is told as a dash.</summary>
/// <param name="PerSecond">Packets a second over the last ten, whole; zero for a counter that never moved.</param>
/// <param name="NeverMoved">Nothing was counted since the sniffer started.</param>
internal readonly record struct Rate(long PerSecond, bool NeverMoved);

/// <summary>
/// The line that the sniffer prints every ten seconds, as tokens <c>name[content]</c>. A token that is not there is not present in this
/// build or mode and tells nothing; only SQLf, SQLq and drop are absent when they are empty. Tokens that nobody knows are passed over.
/// Source: voipmonitor/sniffer, pcap_queue.cpp.
/// </summary>
internal sealed class StatusLine
{
    private const string OldRates = "C|S|R|T/PS";
    private readonly Dictionary<string, string> tokens = [];

    private StatusLine()
    {
    }

    /// <summary>Calls in the table, those that just ended included for about 25 s; null when not present.</summary>
    internal long? Calls => tokens.TryGetValue("calls", out string? content) ? LeadingNumber(content) : null;

    /// <summary>SIP packets, valid or not; null when not present.</summary>
    internal Rate? Sip => PacketRate("S:", 2);

    /// <summary>RTP packets; null when not present.</summary>
    internal Rate? Rtp => PacketRate("R:", 3);

    /// <summary>All packets; null when not present.</summary>
    internal Rate? Packets => PacketRate("A:", 4);

    /// <summary>Queue files on disk that wait for the database (the default mode); 0 when there is none.</summary>
    internal long? QueueFiles => Sum("SQLf");

    /// <summary>Queries in memory that wait for the database; 0 when there is none.</summary>
    internal long? QueuedQueries => Sum("SQLq");

    /// <summary>Fill of the packet buffer in per cent; null when not present.</summary>
    internal double? HeapUsed => Heap('u', 0);

    /// <summary>Packets that wait in the buffer for their release, in per cent; null when not present.</summary>
    internal double? HeapTrash => Heap('t', 1);

    /// <summary>
    /// What the last ten seconds dropped: <c>H:n</c> for the buffer, <c>I-eth0:n</c> for an interface; null when nothing.
    /// </summary>
    internal string? Drops => tokens.GetValueOrDefault("drop");

    /// <summary>CPU of the thread that reads packets, the busier of its parts, in per cent; null when not present.</summary>
    internal double? ReaderCpu => tokens.TryGetValue("t0CPU", out string? content) ? Greatest(content) : null;

    /// <summary>Resident memory in bytes; null when not present.</summary>
    internal double? ResidentBytes => tokens.TryGetValue("RSS/VSZ", out string? content) && LeadingNumber(content) is { } megabytes ? megabytes * 1024.0 * 1024.0 : null;

    /// <summary>What stands behind the version: the sniffer's own words of what is wrong; empty when nothing does.</summary>
    internal string Remark { get; private set; } = "";

    /// <summary>Reads a line; any text gives one, with the tokens that it holds.</summary>
    internal static StatusLine Parse(string line)
    {
        StatusLine parsed = new();
        string rest = line.Trim();
        while (rest.Length > 0)
        {
            int end = rest.IndexOfAny(['[', ' ']);
            if (end >= 0 && rest[end] == '[')
            {
                int close = rest.IndexOf(']', end);
                if (close < 0)
                {
                    break;
                }

                string name = rest[..end].TrimStart('*');
                parsed.tokens.TryAdd(name, rest[(end + 1)..close]);
                rest = AfterUnit(rest[(close + 1)..]);
                continue;
            }

            string word = end < 0 ? rest : rest[..end];
            rest = end < 0 ? "" : rest[(end + 1)..].TrimStart();
            if (word.Length > 1 && word[0] == 'v' && char.IsAsciiDigit(word[1]))
            {
                parsed.Remark = rest.Trim();
                break;
            }
        }

        return parsed;
    }

    /// <summary>Passes over what follows a bracket without a space, such as MB; a second bracket is a token without a name.</summary>
    private static string AfterUnit(string text)
    {
        int end = text.IndexOfAny(['[', ' ']);
        return end < 0 ? "" : text[end] == '[' ? text[end..] : text[(end + 1)..].TrimStart();
    }

    /// <summary>
    /// <c>PS[C:0/-1(1/1) r:0/-1 S:25/26 SR:1 SM:0 R:150/- A:200]</c>, the greatest of a label's numbers; before 2016
    /// <c>C|S|R|T/PS[4|(41|41)|13540|13583]</c>, by place. A dash is a counter that has never moved.
    /// </summary>
    private Rate? PacketRate(string label, int oldPlace)
    {
        if (tokens.TryGetValue(OldRates, out string? old))
        {
            string[] places = old.Split('|');
            return places.Length == 5 ? Greatest([places[oldPlace].Trim('(', ')')]) : null;
        }

        foreach (string piece in tokens.GetValueOrDefault("PS", "").Split(' '))
        {
            if (piece.StartsWith(label, StringComparison.Ordinal))
            {
                return Greatest(piece[label.Length..].Split('/'));
            }
        }

        return null;
    }

    private static Rate? Greatest(string[] counters)
    {
        Rate? greatest = null;
        foreach (string counter in counters)
        {
            Rate? rate = counter == "-" ? new Rate(0, NeverMoved: true)
                : LeadingNumber(counter) is { } number ? new Rate(number, NeverMoved: false)
                : null;
            greatest = rate is { } told && !(greatest is { NeverMoved: false } most && most.PerSecond >= told.PerSecond) ? told : greatest;
        }

        return greatest;
    }

    /// <summary>
    /// <c>cdr: 1, charts_cache: 1 / 0.016s</c>, <c>C1:3 M1:4 / 0.059s / 2q/s</c>, or a plain number: the sum of the counts. Null when it is
    /// none of them.
    /// </summary>
    private long? Sum(string token)
    {
        if (!tokens.TryGetValue(token, out string? content))
        {
            return 0;
        }

        string counts = content.Split('/')[0];
        long sum = 0;
        bool any = false;
        foreach (string piece in counts.Replace(": ", ":", StringComparison.Ordinal).Split([' ', ','], StringSplitOptions.RemoveEmptyEntries))
        {
            if (LeadingNumber(piece[(piece.IndexOf(':', StringComparison.Ordinal) + 1)..]) is { } number)
            {
                any = true;
                sum += number;
            }
        }

        return any ? sum : null;
    }

    private double? Heap(char letter, int oldPlace)
    {
        if (!tokens.TryGetValue("heap", out string? content))
        {
            return null;
        }

        string[] parts = content.Split('|', '/');
        foreach (string part in parts)
        {
            if (part.Length > 0 && part[0] == letter)
            {
                return Number(part[1..]);
            }
        }

        string place = parts.Length > oldPlace ? parts[oldPlace].Trim() : "";
        return place.Length > 0 && char.IsAsciiDigit(place[0]) ? Number(place) : null;
    }

    private static double? Greatest(string content)
    {
        double? greatest = null;
        foreach (string part in content.Split('/', '|'))
        {
            greatest = Number(part) is { } number && !(number <= greatest) ? number : greatest;
        }

        return greatest;
    }

    private static long? LeadingNumber(string text)
    {
        int length = 0;
        while (length < text.Length && char.IsAsciiDigit(text[length]))
        {
            length++;
        }

        return long.TryParse(text.AsSpan(0, length), NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : null;
    }

    /// <summary>The decimal number that a text begins with, per cent sign or bracket behind it.</summary>
    private static double? Number(string text)
    {
        int length = 0;
        while (length < text.Length && (char.IsAsciiDigit(text[length]) || text[length] is '.' or '-'))
        {
            length++;
        }

        return double.TryParse(text.AsSpan(0, length), NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out double number) ? number : null;
    }
}
