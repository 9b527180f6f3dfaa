using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;

namespace Ringfree.Monitoring.Bridge;

/// <summary>The rows of a livestatus answer, one at a time as they arrive: a JSON list of lists.</summary>
internal sealed class LivestatusRows(int columns, Action<JsonElement> take)
{
    /// <summary>The longest row that is read, in bytes.</summary>
    public const int MaxRow = 1024 * 1024;

    private JsonReaderState json;
    private bool isOpen;

    /// <summary>Reads a whole answer.</summary>
    /// <param name="stream">Where it comes from.</param>
    /// <param name="length">Its length in bytes.</param>
    /// <param name="columns">How many each row has.</param>
    /// <param name="take">Called with each row, which is valid until it returns.</param>
    /// <param name="stop">Ends it.</param>
    /// <exception cref="IOException">The answer has another form, or a row is longer than <see cref="MaxRow"/>.</exception>
    /// <exception cref="EndOfStreamException">It was cut short.</exception>
    /// <exception cref="JsonException">It is not JSON.</exception>
    public static async Task ReadAsync(Stream stream, long length, int columns, Action<JsonElement> take, CancellationToken stop)
    {
        var rows = new LivestatusRows(columns, take);
        PipeReader pipe = PipeReader.Create(stream, new StreamPipeReaderOptions(leaveOpen: true));
        for (var isWhole = false; !isWhole;)
        {
            ReadResult read = await pipe.ReadAsync(stop);
            isWhole = read.Buffer.Length >= length;
            if (read.IsCompleted && !isWhole)
            {
                throw new EndOfStreamException("unexpected end of the stream");
            }

            ReadOnlySequence<byte> bytes = isWhole ? read.Buffer.Slice(0, length) : read.Buffer;
            SequencePosition taken = rows.Take(bytes, isWhole);
            long left = bytes.Slice(taken).Length;
            if (left > MaxRow)
            {
                throw new IOException($"livestatus answered with a row of more than {MaxRow} bytes");
            }

            length -= bytes.Length - left;
            pipe.AdvanceTo(taken, bytes.End);
        }
    }

    private SequencePosition Take(ReadOnlySequence<byte> bytes, bool isWhole)
    {
        var reader = new Utf8JsonReader(bytes, isWhole, json);
        Utf8JsonReader taken = reader;
        while (reader.Read() && TryTake(ref reader))
        {
            taken = reader;
        }

        json = taken.CurrentState;
        return bytes.GetPosition(taken.BytesConsumed);
    }

    private bool TryTake(ref Utf8JsonReader reader)
    {
        if (!isOpen)
        {
            isOpen = reader.TokenType == JsonTokenType.StartArray ? true : throw new IOException("livestatus did not answer with a list");
            return true;
        }

        if (reader.TokenType == JsonTokenType.EndArray)
        {
            return true;
        }

        if (!JsonDocument.TryParseValue(ref reader, out JsonDocument? row))
        {
            return false;
        }

        using (row)
        {
            if (row.RootElement.ValueKind != JsonValueKind.Array || row.RootElement.GetArrayLength() != columns)
            {
                throw new IOException($"livestatus answered with a row that does not have the {columns} columns asked for");
            }

            take(row.RootElement);
            return true;
        }
    }
}
