using System.Buffers.Text;
using System.Text;

namespace Ringfree.Monitoring.Plugins.Haproxy;

/// <summary>The numbers of a <c>show stat</c> row that the check reads. Source: HAProxy management guide, 9.1.</summary>
internal enum StatColumn
{
    /// <summary>qcur: requests that wait for a server.</summary>
    Queue,

    /// <summary>scur: sessions now.</summary>
    Sessions,

    /// <summary>slim: the limit of sessions; of a backend its fullconn.</summary>
    SessionLimit,

    /// <summary>stot: sessions since the start.</summary>
    TotalSessions,

    /// <summary>econ: requests that found no connection to a server.</summary>
    ConnectionErrors,

    /// <summary>eresp: answers that broke off or made no sense.</summary>
    ResponseErrors,

    /// <summary>wretr: connections to a server that were tried again.</summary>
    Retries,

    /// <summary>weight.</summary>
    Weight,

    /// <summary>bck: a server's role, a backend's usable backup servers.</summary>
    Backup,

    /// <summary>chkdown: how often the check took the server down.</summary>
    CheckDowns,

    /// <summary>lastchg: seconds since the status changed.</summary>
    SecondsSinceChange,

    /// <summary>type.</summary>
    Type,

    /// <summary>hrsp_1xx: HTTP answers 100 to 199.</summary>
    Responses1xx,

    /// <summary>hrsp_2xx: HTTP answers 200 to 299.</summary>
    Responses2xx,

    /// <summary>hrsp_3xx: HTTP answers 300 to 399.</summary>
    Responses3xx,

    /// <summary>hrsp_4xx: HTTP answers 400 to 499.</summary>
    Responses4xx,

    /// <summary>hrsp_5xx: HTTP answers 500 to 599.</summary>
    Responses5xx,

    /// <summary>hrsp_other: HTTP answers of any other status.</summary>
    ResponsesOther,

    /// <summary>qtime: milliseconds in the queue, average of the last 1,024 requests.</summary>
    QueueTime,

    /// <summary>ctime: milliseconds until the server's connection stood, likewise.</summary>
    ConnectTime,

    /// <summary>rtime: milliseconds until the server answered, likewise.</summary>
    ResponseTime,
}

/// <summary>Where the columns that the check reads stand in this version's <c>show stat</c>, and a reader of rows by them.</summary>
internal sealed class StatColumns
{
    private const int NumberCount = (int)StatColumn.ResponseTime + 1;
    private const int NotRead = -1, Proxy = NumberCount, Name = NumberCount + 1, Status = NumberCount + 2, CheckStatus = NumberCount + 3, LastCheck = NumberCount + 4;

    private static readonly (byte[] Name, int Meaning)[] Known =
    [
        ("pxname"u8.ToArray(), Proxy), ("svname"u8.ToArray(), Name), ("status"u8.ToArray(), Status),
        ("check_status"u8.ToArray(), CheckStatus), ("last_chk"u8.ToArray(), LastCheck),
        ("qcur"u8.ToArray(), (int)StatColumn.Queue), ("scur"u8.ToArray(), (int)StatColumn.Sessions),
        ("slim"u8.ToArray(), (int)StatColumn.SessionLimit), ("stot"u8.ToArray(), (int)StatColumn.TotalSessions),
        ("econ"u8.ToArray(), (int)StatColumn.ConnectionErrors), ("eresp"u8.ToArray(), (int)StatColumn.ResponseErrors),
        ("wretr"u8.ToArray(), (int)StatColumn.Retries), ("weight"u8.ToArray(), (int)StatColumn.Weight),
        ("bck"u8.ToArray(), (int)StatColumn.Backup), ("chkdown"u8.ToArray(), (int)StatColumn.CheckDowns),
        ("lastchg"u8.ToArray(), (int)StatColumn.SecondsSinceChange), ("type"u8.ToArray(), (int)StatColumn.Type),
        ("hrsp_1xx"u8.ToArray(), (int)StatColumn.Responses1xx), ("hrsp_2xx"u8.ToArray(), (int)StatColumn.Responses2xx),
        ("hrsp_3xx"u8.ToArray(), (int)StatColumn.Responses3xx), ("hrsp_4xx"u8.ToArray(), (int)StatColumn.Responses4xx),
        ("hrsp_5xx"u8.ToArray(), (int)StatColumn.Responses5xx), ("hrsp_other"u8.ToArray(), (int)StatColumn.ResponsesOther),
        ("qtime"u8.ToArray(), (int)StatColumn.QueueTime),
        ("ctime"u8.ToArray(), (int)StatColumn.ConnectTime), ("rtime"u8.ToArray(), (int)StatColumn.ResponseTime),
    ];

    private readonly int[] meanings;
    private readonly int count;
    private ProxyRow? previous;

    /// <exception cref="StatsException">A column that every version has is missing.</exception>
    internal StatColumns(ReadOnlySpan<byte> header)
    {
        List<int> found = new(64);
        int end = 0;
        while (!header.IsEmpty)
        {
            int comma = header.IndexOf((byte)',');
            int meaning = MeaningOf(comma < 0 ? header : header[..comma]);
            found.Add(meaning);
            end = meaning == NotRead ? end : found.Count;
            header = comma < 0 ? [] : header[(comma + 1)..];
        }

        foreach ((string name, int needed) in (ReadOnlySpan<(string, int)>)[("pxname", Proxy), ("svname", Name), ("status", Status), ("type", (int)StatColumn.Type)])
        {
            if (!found.Contains(needed))
            {
                throw new StatsException($"HAProxy's 'show stat' has no column '{name}' among its {found.Count}");
            }
        }

        meanings = found.GetRange(0, end).ToArray();
        count = found.Count;
    }

    /// <summary>Reads one row; columns behind the last one that the check knows are not looked at.</summary>
    /// <exception cref="StatsException">The row is too short, or its type is no type.</exception>
    internal ProxyRow Read(ReadOnlySpan<byte> line)
    {
        // A row of fewer columns than the header is one that shifts.
        int missing = count - CountOf(line);
        return missing <= 0 ? ReadWhole(line)
            : missing == 1 && GluedWeight(line) is { } at ? ReadWhole([.. line[..at], (byte)',', .. line[at..]])
            : throw TooFewColumns(line);
    }

    /// <summary>
    /// Where a comma is missing: HAProxy 1.5 and 1.6 before 1.6.4 write none between "DRAIN (agent)" and the weight, so that all columns
    /// behind it shift. Source: github.com/prometheus/haproxy_exporter, issue 45.
    /// </summary>
    private static int? GluedWeight(ReadOnlySpan<byte> line)
    {
        ReadOnlySpan<byte> status = ",DRAIN (agent)"u8;
        int at = line.IndexOf(status);
        int end = at + status.Length;
        return at > 0 && end < line.Length && char.IsAsciiDigit((char)line[end]) ? end : null;
    }

    private static StatsException TooFewColumns(ReadOnlySpan<byte> line) => new(
        $"HAProxy's 'show stat' has a row of too few columns: '{Encoding.UTF8.GetString(line[..Math.Min(line.Length, 120)])}'");

    /// <summary>The columns of a row, as <see cref="StatColumns(ReadOnlySpan{byte})"/> counts those of the header.</summary>
    private static int CountOf(ReadOnlySpan<byte> line)
    {
        int start = 0, columns = 0;
        if (!line.Contains((byte)'"'))
        {
            columns = line.Count((byte)',');
            return line.IsEmpty || line[^1] == (byte)',' ? columns : columns + 1;
        }

        while (start < line.Length)
        {
            TakeField(line, ref start);
            columns++;
        }

        return columns;
    }

    private ProxyRow ReadWhole(ReadOnlySpan<byte> line)
    {
        string proxy = "", name = "", statusText = "", checkStatus = "", lastCheck = "";
        ServerStatus status = ServerStatus.Unrecognized;
        long[] numbers = new long[NumberCount];
        Array.Fill(numbers, ProxyRow.Absent);
        int start = 0;
        foreach (int meaning in meanings)
        {
            if (start >= line.Length)
            {
                throw TooFewColumns(line);
            }

            if (meaning == NotRead && line[start] != (byte)'"')
            {
                start = EndOfField(line, start) + 1;
                continue;
            }

            ReadOnlySpan<byte> field = TakeField(line, ref start);
            switch (meaning)
            {
                case NotRead:
                    break;
                case Proxy:
                    proxy = Text(field, previous?.Proxy);
                    break;
                case Name:
                    name = Text(field, null);
                    break;
                case Status:
                    status = StatsParser.StatusOf(field);
                    statusText = Text(field, previous?.StatusText);
                    break;
                case CheckStatus:
                    checkStatus = Text(field.StartsWith("* "u8) ? field[2..] : field, previous?.CheckStatus);
                    break;
                case LastCheck:
                    lastCheck = Text(field, previous?.LastCheck);
                    break;
                default:
                    numbers[meaning] = field.IsEmpty ? ProxyRow.Absent : Number(field);
                    break;
            }
        }

        if (proxy.Length == 0 || name.Length == 0)
        {
            throw new StatsException($"HAProxy's 'show stat' has a row without a name: '{proxy}/{name}', status '{statusText}'");
        }

        return previous = new ProxyRow(numbers)
        {
            Proxy = proxy,
            Name = name,
            Type = numbers[(int)StatColumn.Type] is >= 0 and <= 3 and var type ? (RowType)type : throw new StatsException($"HAProxy's 'show stat' has a row of an unknown type: '{proxy}/{name}'"),
            Status = status,
            StatusText = statusText,
            CheckStatus = checkStatus,
            LastCheck = lastCheck,
        };
    }

    private static int MeaningOf(ReadOnlySpan<byte> name)
    {
        foreach ((byte[] known, int meaning) in Known)
        {
            if (name.SequenceEqual(known))
            {
                return meaning;
            }
        }

        return NotRead;
    }

    private static ReadOnlySpan<byte> TakeField(ReadOnlySpan<byte> line, ref int start)
    {
        if (line[start] == (byte)'"')
        {
            return TakeQuotedField(line, ref start);
        }

        int end = EndOfField(line, start);
        ReadOnlySpan<byte> field = line[start..end];
        start = end + 1;
        return field;
    }

    /// <summary>Fields are mostly empty or a digit long: a plain loop beats a vectorised search.</summary>
    private static int EndOfField(ReadOnlySpan<byte> line, int start)
    {
        int end = start;
        while (end < line.Length && line[end] != (byte)',')
        {
            end++;
        }

        return end;
    }

    /// <summary>Quotes inside are doubled (RFC 4180).</summary>
    private static ReadOnlySpan<byte> TakeQuotedField(ReadOnlySpan<byte> line, ref int start)
    {
        List<byte> field = [];
        int index = start + 1;
        while (index < line.Length)
        {
            if (line[index] == (byte)'"')
            {
                if (index + 1 >= line.Length || line[index + 1] != (byte)'"')
                {
                    break;
                }

                index++;
            }

            field.Add(line[index++]);
        }

        start = EndOfField(line, Math.Min(index, line.Length)) + 1;
        return field.ToArray();
    }

    /// <summary>Neighbouring rows share most of their texts; one string serves them all.</summary>
    private static string Text(ReadOnlySpan<byte> field, string? neighbour) =>
        neighbour is not null && Ascii.Equals(field, neighbour) ? neighbour : Encoding.UTF8.GetString(field);

    private static long Number(ReadOnlySpan<byte> field) =>
        Utf8Parser.TryParse(field, out long number, out int used) && used == field.Length ? number : ProxyRow.Absent;
}
