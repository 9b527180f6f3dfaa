using System.Buffers.Text;
using System.Text;

namespace Ringfree.Monitoring.Plugins.Haproxy;

/// <summary>An answer that is not a complete answer; the message quotes what came.</summary>
internal sealed class StatsException(string message) : Exception(message);

/// <summary>
/// Reads the answer to <c>show info;show stat</c>. Columns are found by their names in the header, because every version has others. Both
/// parts end with an empty line; without it the answer was cut. Source: HAProxy management guide, 9.1 and 9.3.
/// </summary>
internal static class StatsParser
{
    private const int LongestQuote = 120;

    /// <exception cref="StatsException">The answer is an error, of another form, or cut.</exception>
    internal static HaproxyStats Parse(string socket, ReadOnlySpan<byte> answer)
    {
        ReadOnlySpan<byte> rest = answer;
        ProcessInfo info = ParseInfo(ref rest, answer);
        List<ProxyRow> rows = ParseRows(ref rest, answer, isPage: false);
        return new HaproxyStats(socket, info, rows);
    }

    /// <summary>Reads the body of the stats page's <c>;csv</c>: rows alone, without an end mark, because HTTP tells a cut.</summary>
    /// <exception cref="StatsException">The body is no CSV of HAProxy.</exception>
    internal static HaproxyStats ParsePage(string page, ReadOnlySpan<byte> body)
    {
        ReadOnlySpan<byte> rest = body;
        return new HaproxyStats(page, new ProcessInfo(), ParseRows(ref rest, body, isPage: true));
    }

    internal static ServerStatus StatusOf(ReadOnlySpan<byte> text) => FirstWord(text) switch
    {
        var word when word.SequenceEqual("UP"u8) => ServerStatus.Up,
        var word when word.SequenceEqual("no"u8) && text.SequenceEqual("no check"u8) => ServerStatus.Unchecked,
        var word when word.SequenceEqual("DOWN"u8) => ServerStatus.Down,
        var word when word.SequenceEqual("MAINT"u8) => ServerStatus.Maintenance,
        var word when word.SequenceEqual("DRAIN"u8) || word.SequenceEqual("NOLB"u8) => ServerStatus.Drain,
        var word when word.SequenceEqual("OPEN"u8) => ServerStatus.Open,
        var word when word.SequenceEqual("FULL"u8) || word.SequenceEqual("WAITING"u8) => ServerStatus.Full,
        var word when word.SequenceEqual("PAUSED"u8) || word.SequenceEqual("STOP"u8) => ServerStatus.Stopped,
        _ => ServerStatus.Unrecognized,
    };

    private static ProcessInfo ParseInfo(ref ReadOnlySpan<byte> rest, ReadOnlySpan<byte> answer)
    {
        ProcessInfo info = new();
        bool any = false;
        while (true)
        {
            if (!TryTakeLine(ref rest, out ReadOnlySpan<byte> line))
            {
                throw Incomplete("show info", answer);
            }

            if (line.IsEmpty)
            {
                return any ? info : throw Foreign("show info", answer);
            }

            int colon = line.IndexOf(": "u8);
            if (colon < 0)
            {
                throw Foreign("show info", line);
            }

            ReadOnlySpan<byte> key = line[..colon];
            ReadOnlySpan<byte> value = line[(colon + 2)..];
            any |= key.SequenceEqual("Version"u8) || key.SequenceEqual("Name"u8);
            info = key switch
            {
                _ when key.SequenceEqual("Version"u8) => info with { Version = Text(value) },
                _ when key.SequenceEqual("node"u8) => info with { Node = Text(value) },
                _ when key.SequenceEqual("Nbproc"u8) => info with { Processes = Number(value) },
                _ when key.SequenceEqual("CurrSslConns"u8) => info with { TlsConnections = Number(value) },
                _ when key.SequenceEqual("MaxSslConns"u8) => info with { MaxTlsConnections = Number(value) },
                _ when key.SequenceEqual("Idle_pct"u8) => info with { IdlePercent = Number(value) },
                _ when key.SequenceEqual("PoolFailed"u8) => info with { PoolFailed = Number(value) },
                _ when key.SequenceEqual("Pid"u8) => info with { Pid = Number(value) },
                _ when key.SequenceEqual("Uptime_sec"u8) => info with { UptimeSeconds = Number(value) },
                _ when key.SequenceEqual("CurrConns"u8) => info with { Connections = Number(value) },
                _ when key.SequenceEqual("Maxconn"u8) => info with { MaxConnections = Number(value) },
                _ when key.SequenceEqual("Stopping"u8) => info with { IsStopping = Number(value) > 0 },
                _ => info,
            };
        }
    }

    private static List<ProxyRow> ParseRows(ref ReadOnlySpan<byte> rest, ReadOnlySpan<byte> answer, bool isPage)
    {
        if (!TryTakeLine(ref rest, out ReadOnlySpan<byte> header))
        {
            throw isPage ? NoPage(answer) : Incomplete("show stat", answer);
        }

        if (!header.StartsWith("# pxname,"u8))
        {
            throw isPage ? NoPage(header) : Foreign("show stat", header);
        }

        StatColumns columns = new(header[2..]);
        List<ProxyRow> rows = [];
        while (TryTakeLine(ref rest, out ReadOnlySpan<byte> line))
        {
            if (line.IsEmpty)
            {
                return rest.IsEmpty ? Whole(rows) : throw new StatsException($"HAProxy's answer goes on behind its end: '{Quote(rest)}'");
            }

            rows.Add(columns.Read(line));
        }

        if (isPage && rest.IsEmpty)
        {
            return Whole(rows);
        }

        throw Incomplete("show stat", answer);
    }

    // A row of servers is followed by the row of their backend, in every version: without it the answer was cut at the end of a line.
    private static List<ProxyRow> Whole(List<ProxyRow> rows)
    {
        HashSet<string> backends = [.. rows.Where(row => row.Type == RowType.Backend).Select(row => row.Proxy)];
        return rows.Find(row => row.Type == RowType.Server && !backends.Contains(row.Proxy)) is { } orphan
            ? throw new StatsException(
                $"HAProxy's 'show stat' is not whole: it lists server {orphan.Proxy}/{orphan.Name} without its backend")
            : rows;
    }

    private static bool TryTakeLine(ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> line)
    {
        int end = rest.IndexOf((byte)'\n');
        line = end < 0 ? default : rest[..end].TrimEnd((byte)'\r');
        rest = end < 0 ? rest : rest[(end + 1)..];
        return end >= 0;
    }

    private static ReadOnlySpan<byte> FirstWord(ReadOnlySpan<byte> text) =>
        text.IndexOfAny((byte)' ', (byte)'(') is >= 0 and var end ? text[..end] : text;

    private static long? Number(ReadOnlySpan<byte> text) =>
        Utf8Parser.TryParse(text, out long number, out int used) && used == text.Length ? number : null;

    private static string Text(ReadOnlySpan<byte> text) => Encoding.UTF8.GetString(text);

    private static StatsException Incomplete(string command, ReadOnlySpan<byte> answer) => new(
        answer.IsEmpty
            ? $"HAProxy closed the connection without an answer to '{command}'; if that stays so, its stats socket may be out of connections (maxconn of the stats socket)"
            : $"HAProxy's answer to '{command}' was cut after {answer.Length} bytes, which end with '{Quote(answer[Math.Max(0, answer.Length - 40)..])}'");

    private static StatsException NoPage(ReadOnlySpan<byte> text) =>
        new($"the page is no CSV of HAProxy, it begins with '{Quote(text)}'; its path is 'stats uri' of haproxy.cfg");

    private static StatsException Foreign(string command, ReadOnlySpan<byte> text)
    {
        int end = text.IndexOf((byte)'\n');
        string quoted = Quote(end < 0 ? text : text[..end]);
        string cure = quoted.StartsWith("Permission denied", StringComparison.Ordinal)
            ? "; cure: give the stats socket 'level user' or more in haproxy.cfg"
            : "; is this HAProxy's stats socket?";
        return new StatsException($"'{command}' was answered with '{quoted}'{cure}");
    }

    private static string Quote(ReadOnlySpan<byte> text) => Text(text.Length > LongestQuote ? text[..LongestQuote] : text).Trim();
}
