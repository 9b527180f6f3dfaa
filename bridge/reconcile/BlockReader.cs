using System.Buffers;
using System.Globalization;
using System.Text;

namespace Ringfree.Monitoring.Bridge;

/// <summary>
/// The blocks of a file of Nagios, one at a time: <c>kind {</c>, a key and its value on each line, <c>}</c>. Only the block that was read
/// last is in memory, so that the size of the file costs time and no memory.
/// </summary>
internal sealed class BlockReader(Stream stream)
{
    /// <summary>The longest line in bytes; of a longer one the middle is dropped.</summary>
    public const int MaxLine = 64 * 1024;

    // Holds any block of Nagios several times over. A line that no longer fits is dropped.
    private const int MaxBlock = 4 * MaxLine;

    private static readonly SearchValues<byte> Space = SearchValues.Create(" \t\r\v\f"u8);
    private static readonly SearchValues<byte> EndsOfKey = SearchValues.Create("= \t"u8);

    private readonly byte[] buffer = new byte[MaxLine];
    private readonly ArrayBufferWriter<byte> block = new(MaxLine);
    private readonly List<(Range Key, Range Value)> lines = [];
    private int start;
    private int end;

    /// <summary>What the block describes, such as <c>hoststatus</c> or <c>define host</c>.</summary>
    public string Kind { get; private set; } = "";

    /// <summary>The file ended inside a block.</summary>
    public bool IsCut { get; private set; }

    /// <summary>Reads the next block.</summary>
    /// <returns>False at the end of the file.</returns>
    public bool Read()
    {
        block.ResetWrittenCount();
        lines.Clear();
        while (TryReadLine(out ReadOnlySpan<byte> line))
        {
            if (!IsCut)
            {
                IsCut = line is [.., (byte)'{'];
                Kind = IsCut ? Encoding.UTF8.GetString(Trimmed(line[..^1])) : "";
            }
            else if (line is [(byte)'}'])
            {
                IsCut = false;
                return true;
            }
            else
            {
                Add(line);
            }
        }

        return false;
    }

    /// <summary>A value of the block, the last one of its key; empty without it.</summary>
    public string Text(ReadOnlySpan<byte> key) => Encoding.UTF8.GetString(Value(key));

    /// <summary>A whole number, at most <see cref="SchedulerObject.MaxNumber"/>; 0 without it or for another text.</summary>
    public long Number(ReadOnlySpan<byte> key) =>
        long.TryParse(Value(key), NumberStyles.None, CultureInfo.InvariantCulture, out long number)
            ? Math.Min(number, SchedulerObject.MaxNumber)
            : 0;

    /// <summary>A number that may have decimals; 0 without it or for another text.</summary>
    public double Decimal(ReadOnlySpan<byte> key) =>
        double.TryParse(Value(key), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number) ? number : 0;

    private static ReadOnlySpan<byte> Trimmed(ReadOnlySpan<byte> line)
    {
        int first = line.IndexOfAnyExcept(Space);
        return first < 0 ? [] : line[first..(line.LastIndexOfAnyExcept(Space) + 1)];
    }

    private ReadOnlySpan<byte> Value(ReadOnlySpan<byte> key)
    {
        for (int i = lines.Count - 1; i >= 0; i--)
        {
            if (block.WrittenSpan[lines[i].Key].SequenceEqual(key))
            {
                return block.WrittenSpan[lines[i].Value];
            }
        }

        return [];
    }

    private void Add(ReadOnlySpan<byte> line)
    {
        int separator = line.IndexOfAny(EndsOfKey);
        if (separator <= 0 || block.WrittenCount + line.Length > MaxBlock)
        {
            return;
        }

        int at = block.WrittenCount;
        ReadOnlySpan<byte> value = Trimmed(line[(separator + 1)..]);
        block.Write(line[..separator]);
        block.Write(value);
        lines.Add((at..(at + separator), (at + separator)..(at + separator + value.Length)));
    }

    private bool TryReadLine(out ReadOnlySpan<byte> line)
    {
        int newline;
        while ((newline = buffer.AsSpan(start..end).IndexOf((byte)'\n')) < 0 && Fill())
        {
            // until the line is whole
        }

        int length = newline < 0 ? end - start : newline;
        line = Trimmed(buffer.AsSpan(start, length));
        start += newline < 0 ? length : length + 1;
        return newline >= 0 || length > 0;
    }

    private bool Fill()
    {
        buffer.AsSpan(start..end).CopyTo(buffer);
        end -= start;
        start = 0;
        if (end == MaxLine)
        {
            end = MaxLine / 2;
        }

        int read = stream.Read(buffer.AsSpan(end));
        end += read;
        return read > 0;
    }
}
