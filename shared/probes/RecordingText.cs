using System.Text;

namespace Ringfree.Monitoring.Probes;

/// <summary>
/// The form of a recording in one file. A first line names the form; then each part has a header line and its bytes as they are, so that a
/// person reads and edits them and nothing of a binary answer is lost:
/// <code>
/// ringfree-recording 1
/// --- clock
/// 2026-03-04T10:05:00.0000000Z
/// --- sockets/1/answer (no newline at the end)
/// Name: HAProxy
/// </code>
/// A line of a part that would be read as a header has one backslash more in front.
/// </summary>
internal static class RecordingText
{
    internal const string FirstLine = "ringfree-recording 1\n";

    private const string Cut = " (no newline at the end)";

    private static readonly byte[] Header = "--- "u8.ToArray();

    /// <summary>Whether a file begins as such a recording does.</summary>
    internal static bool IsOne(ReadOnlySpan<byte> bytes) => bytes.StartsWith("ringfree-recording "u8);

    internal static byte[] Print(IEnumerable<(string Name, byte[] Content)> parts)
    {
        using MemoryStream text = new();
        text.Write(Encoding.UTF8.GetBytes(FirstLine));
        foreach ((string name, byte[] content) in parts)
        {
            bool isCut = content.Length > 0 && content[^1] != '\n';
            text.Write(Encoding.UTF8.GetBytes($"--- {name}{(isCut ? Cut : "")}\n"));
            for (ReadOnlySpan<byte> rest = content; !rest.IsEmpty;)
            {
                ReadOnlySpan<byte> line = FirstLineOf(rest);
                rest = rest[line.Length..];
                text.Write(IsHeader(line) ? "\\"u8 : default);
                text.Write(line);
            }

            text.Write(isCut ? "\n"u8 : default);
        }

        return text.ToArray();
    }

    /// <summary>Reads the parts.</summary>
    /// <returns>By name, in their order; and what is wrong with which line, null when nothing is.</returns>
    internal static (IReadOnlyDictionary<string, byte[]> Parts, string? Complaint) Parse(ReadOnlySpan<byte> text)
    {
        Dictionary<string, byte[]> parts = [];
        ReadOnlySpan<byte> first = FirstLineOf(text);
        if (!first.SequenceEqual(Encoding.UTF8.GetBytes(FirstLine)))
        {
            return (parts, $"its first line is '{Words(first)}'; expected '{FirstLine.TrimEnd()}'");
        }

        int number = 1;
        string? name = null;
        bool isCut = false;
        using MemoryStream content = new();
        for (ReadOnlySpan<byte> rest = text[first.Length..]; !rest.IsEmpty;)
        {
            ReadOnlySpan<byte> line = FirstLineOf(rest);
            rest = rest[line.Length..];
            number++;
            if (!IsHeader(line) || line[0] == '\\')
            {
                if (name is null)
                {
                    return (parts, $"its line {number} belongs to no part; expected a header such as '--- clock'");
                }

                content.Write(IsHeader(line) ? line[1..] : line);
                continue;
            }

            Keep(parts, name, isCut, content);
            name = Words(line[Header.Length..]);
            isCut = name.EndsWith(Cut, StringComparison.Ordinal);
            name = isCut ? name[..^Cut.Length] : name;
            if (name.Length == 0 || parts.ContainsKey(name))
            {
                return (parts, $"its line {number} {(name.Length == 0 ? "names no part" : $"begins the part '{name}' a second time")}");
            }
        }

        Keep(parts, name, isCut, content);
        return (parts, null);
    }

    private static void Keep(Dictionary<string, byte[]> parts, string? name, bool isCut, MemoryStream content)
    {
        if (name is not null)
        {
            byte[] bytes = content.ToArray();
            parts[name] = isCut && bytes.Length > 0 ? bytes[..^1] : bytes;
        }

        content.SetLength(0);
    }

    // A header, or a line that has been kept from looking like one.
    private static bool IsHeader(ReadOnlySpan<byte> line) => line.TrimStart((byte)'\\').StartsWith(Header);

    private static ReadOnlySpan<byte> FirstLineOf(ReadOnlySpan<byte> bytes)
    {
        int end = bytes.IndexOf((byte)'\n');
        return end < 0 ? bytes : bytes[..(end + 1)];
    }

    private static string Words(ReadOnlySpan<byte> line) => Encoding.UTF8.GetString(line).TrimEnd('\n', '\r');
}
