using System.Buffers.Text;
using System.Text;

namespace Ringfree.Monitoring.Plugins.Haproxy;

/// <summary>Where the columns that the check reads stand in this version's <c>show stat</c>, and a reader of rows by them.</summary>
internal sealed class StatColumns
{
    private const int NotRead = -1;

    private static readonly (byte[] Name, Column Column)[] Known =
    [
        ("pxname"u8.ToArray(), Column.Proxy), ("svname"u8.ToArray(), Column.Name), ("qcur"u8.ToArray(), Column.Queue),
        ("scur"u8.ToArray(), Column.Sessions), ("slim"u8.ToArray(), Column.SessionLimit), ("status"u8.ToArray(), Column.Status),
        ("weight"u8.ToArray(), Column.Weight), ("bck"u8.ToArray(), Column.Backup), ("lastchg"u8.ToArray(), Column.SecondsSinceChange),
        ("type"u8.ToArray(), Column.Type), ("check_status"u8.ToArray(), Column.CheckStatus), ("last_chk"u8.ToArray(), Column.LastCheck),
    ];

    private readonly Column[] columns;
    private ProxyRow? previous;

    /// <exception cref="StatsException">A column that every version has is missing.</exception>
    internal StatColumns(ReadOnlySpan<byte> header)
    {
        List<Column> found = new(64);
        int end = 0;
        while (!header.IsEmpty)
        {
            int comma = header.IndexOf((byte)',');
            Column column = ColumnOf(comma < 0 ? header : header[..comma]);
            found.Add(column);
            end = column == Column.None ? end : found.Count;
            header = comma < 0 ? [] : header[(comma + 1)..];
        }

        foreach (Column needed in (ReadOnlySpan<Column>)[Column.Proxy, Column.Name, Column.Status, Column.Type])
        {
            if (!found.Contains(needed))
            {
                throw new StatsException($"HAProxy's 'show stat' has no column for {needed} among its {found.Count}");
            }
        }

        columns = found.GetRange(0, end).ToArray();
    }

    private enum Column
    {
        None,
        Proxy,
        Name,
        Queue,
        Sessions,
        SessionLimit,
        Status,
        Weight,
        Backup,
        SecondsSinceChange,
        Type,
        CheckStatus,
        LastCheck,
    }

    /// <summary>Reads one row; columns behind the last one that the check knows are not looked at.</summary>
    /// <exception cref="StatsException">The row is too short, or its type is no type.</exception>
    internal ProxyRow Read(ReadOnlySpan<byte> line)
    {
        string proxy = "", name = "", statusText = "", checkStatus = "", lastCheck = "";
        ServerStatus status = ServerStatus.Unrecognized;
        long? queue = null, sessions = null, sessionLimit = null, weight = null, backup = null, sinceChange = null;
        long type = NotRead;
        int start = 0;
        foreach (Column column in columns)
        {
            if (start >= line.Length)
            {
                throw new StatsException($"HAProxy's 'show stat' has a row of too few columns: '{Encoding.UTF8.GetString(line[..Math.Min(line.Length, 120)])}'");
            }

            if (column == Column.None && line[start] != (byte)'"')
            {
                start = EndOfField(line, start) + 1;
                continue;
            }

            ReadOnlySpan<byte> field = TakeField(line, ref start);
            switch (column)
            {
                case Column.None:
                    break;
                case Column.Proxy:
                    proxy = Text(field, previous?.Proxy);
                    break;
                case Column.Name:
                    name = Text(field, null);
                    break;
                case Column.Status:
                    status = StatsParser.StatusOf(field);
                    statusText = Text(field, previous?.StatusText);
                    break;
                case Column.CheckStatus:
                    checkStatus = Text(field.StartsWith("* "u8) ? field[2..] : field, previous?.CheckStatus);
                    break;
                case Column.LastCheck:
                    lastCheck = Text(field, previous?.LastCheck);
                    break;
                case Column.Type:
                    type = Number(field) ?? NotRead;
                    break;
                case Column.Queue:
                    queue = Number(field);
                    break;
                case Column.Sessions:
                    sessions = Number(field);
                    break;
                case Column.SessionLimit:
                    sessionLimit = Number(field);
                    break;
                case Column.Weight:
                    weight = Number(field);
                    break;
                case Column.Backup:
                    backup = Number(field);
                    break;
                default:
                    sinceChange = Number(field);
                    break;
            }
        }

        return previous = new ProxyRow
        {
            Proxy = proxy,
            Name = name,
            Type = type is >= 0 and <= 3 ? (RowType)type : throw new StatsException($"HAProxy's 'show stat' has a row of an unknown type: '{proxy}/{name}'"),
            Status = status,
            StatusText = statusText,
            Weight = weight,
            Backup = backup,
            Sessions = sessions,
            SessionLimit = sessionLimit,
            Queue = queue,
            SecondsSinceChange = sinceChange,
            CheckStatus = checkStatus,
            LastCheck = lastCheck,
        };
    }

    private static Column ColumnOf(ReadOnlySpan<byte> name)
    {
        foreach ((byte[] known, Column column) in Known)
        {
            if (name.SequenceEqual(known))
            {
                return column;
            }
        }

        return Column.None;
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

    private static long? Number(ReadOnlySpan<byte> field) =>
        Utf8Parser.TryParse(field, out long number, out int used) && used == field.Length ? number : null;
}
