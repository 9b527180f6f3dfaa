using System.Buffers;
using System.Text;

namespace Ringfree.Monitoring.Probes;

/// <summary>
/// Many files as one text that a person can read and edit, as recordings hold it and as a child sends it:
/// <code>
/// ==> /etc/vz/conf/101.conf &lt;==
/// ONBOOT="yes"
/// ==> /etc/vz/conf/102.conf &lt;== Permission denied
/// </code>
/// A line of content that begins with <c>=</c> or <c>\</c> has a <c>\</c> before it; a line of <c>\</c> alone says that the content ends
/// without a newline.
/// </summary>
internal static class FramedFiles
{
    private static ReadOnlySpan<byte> Head => "==> "u8;

    private static ReadOnlySpan<byte> Tail => " <=="u8;

    private static ReadOnlySpan<byte> NoNewline => "\\\n"u8;

    /// <summary>One file as one piece, so that a reader has every file that was read before one that hangs.</summary>
    internal static void PrintFile(ReadOnlySpan<byte> path, ReadOnlySpan<byte> content, string? failure, ChunkReader take)
    {
        ArrayBufferWriter<byte> text = new(content.Length + 512);
        text.Write(Encoding.UTF8.GetBytes($"==> {RecordingFormat.Escape(Encoding.UTF8.GetString(path))} <=={(failure is null ? "" : " " + failure)}\n"));
        while (!content.IsEmpty)
        {
            int newline = content.IndexOf((byte)'\n');
            ReadOnlySpan<byte> line = newline < 0 ? content : content[..(newline + 1)];
            if (line[0] is (byte)'=' or (byte)'\\')
            {
                text.Write("\\"u8);
            }

            text.Write(line);
            if (newline < 0)
            {
                text.Write("\n"u8);
                text.Write(NoNewline);
            }

            content = content[line.Length..];
        }

        take(text.WrittenSpan);
    }

    /// <summary>Visits every file of a text.</summary>
    internal static void Parse(ReadOnlySpan<byte> text, FileVisitor visitor)
    {
        byte[] path = [];
        string? failure = null;
        var content = new MemoryStream();
        while (!text.IsEmpty)
        {
            int newline = text.IndexOf((byte)'\n');
            ReadOnlySpan<byte> line = newline < 0 ? text : text[..newline];
            text = newline < 0 ? [] : text[(newline + 1)..];
            if (line.StartsWith(Head) && line.IndexOf(Tail) is > 0 and var tail)
            {
                Visit(path, content, failure, visitor);
                ReadOnlySpan<byte> rest = line[(tail + Tail.Length)..].TrimStart((byte)' ');
                ReadOnlySpan<byte> name = line[Head.Length..Math.Max(tail, Head.Length)];
                path = Encoding.UTF8.GetBytes(RecordingFormat.Unescape(Encoding.UTF8.GetString(name)));
                failure = rest.IsEmpty ? null : Encoding.UTF8.GetString(rest);
                content.SetLength(0);
            }
            else if (line.SequenceEqual("\\"u8))
            {
                content.SetLength(Math.Max(0, content.Length - 1));
            }
            else
            {
                content.Write(line.StartsWith("\\"u8) ? line[1..] : line);
                content.WriteByte((byte)'\n');
            }
        }

        Visit(path, content, failure, visitor);
    }

    private static void Visit(byte[] path, MemoryStream content, string? failure, FileVisitor visitor)
    {
        if (path.Length > 0)
        {
            visitor(path, content.GetBuffer().AsSpan(0, (int)content.Length), failure);
        }
    }
}
