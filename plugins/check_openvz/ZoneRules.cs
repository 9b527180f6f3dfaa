using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Ringfree.Monitoring.Plugins.Openvz;

/// <summary>
/// What a compiled time zone file (tzfile(5), RFC 8536) says of offsets. Two zones are the same when these are, from now on, whatever
/// their names: America/Los_Angeles is US/Pacific, and a copied file is as good as a link.
/// </summary>
internal sealed class ZoneRules
{
    private const int HeaderSize = 44;

    private readonly List<(long At, int Offset)> transitions = [];
    private int firstOffset;
    private PosixZone? afterwards;

    private ZoneRules()
    {
    }

    /// <summary>Reads a file.</summary>
    /// <returns>Null when the bytes are no such file.</returns>
    internal static ZoneRules? Parse(ReadOnlySpan<byte> bytes)
    {
        if (Header.Parse(bytes) is not { } header)
        {
            return null;
        }

        if (header.Version == 0)
        {
            return ParseBody(bytes[HeaderSize..], header, timeSize: 4) is { } old ? old.Rules : null;
        }

        long skipped = HeaderSize + header.BodySize(timeSize: 4);
        if (skipped > bytes.Length || Header.Parse(bytes[(int)skipped..]) is not { } second)
        {
            return null;
        }

        ReadOnlySpan<byte> rest = bytes[((int)skipped + HeaderSize)..];
        if (ParseBody(rest, second, timeSize: 8) is not { } parsed)
        {
            return null;
        }

        ReadOnlySpan<byte> footer = rest[parsed.Length..];
        int end = footer.Length < 2 || footer[0] != (byte)'\n' ? -1 : footer[1..].IndexOf((byte)'\n');
        parsed.Rules.afterwards = end < 0 ? null : PosixZone.Parse(Encoding.ASCII.GetString(footer.Slice(1, end)));
        return parsed.Rules;
    }

    /// <summary>The offset in force at a moment, in seconds east of UTC.</summary>
    internal int OffsetAt(DateTimeOffset moment)
    {
        long at = moment.ToUnixTimeSeconds();
        if (afterwards is not null && (transitions.Count == 0 || at >= transitions[^1].At))
        {
            return afterwards.OffsetAt(moment);
        }

        int next = transitions.FindIndex(transition => transition.At > at);
        return next == 0 || transitions.Count == 0 ? firstOffset : transitions[next < 0 ? ^1 : next - 1].Offset;
    }

    /// <summary>Whether both tell the same offset on every day of the next two years.</summary>
    internal bool MeansTheSameAs(ZoneRules other, DateTimeOffset from)
    {
        const int Days = 2 * 365;
        return Enumerable.Range(0, Days).Select(day => from.AddDays(day)).All(moment => OffsetAt(moment) == other.OffsetAt(moment));
    }

    private static (ZoneRules Rules, int Length)? ParseBody(ReadOnlySpan<byte> body, Header header, int timeSize)
    {
        long size = header.BodySize(timeSize);
        if (size > body.Length || header.Types == 0)
        {
            return null;
        }

        ReadOnlySpan<byte> times = body[..(header.Times * timeSize)];
        ReadOnlySpan<byte> indexes = body.Slice(header.Times * timeSize, header.Times);
        ReadOnlySpan<byte> types = body.Slice(header.Times * (timeSize + 1), header.Types * 6);
        ZoneRules rules = new() { firstOffset = BinaryPrimitives.ReadInt32BigEndian(types) };
        for (int index = 0; index < header.Times; index++)
        {
            if (indexes[index] >= header.Types)
            {
                return null;
            }

            ReadOnlySpan<byte> time = times[(index * timeSize)..];
            long at = timeSize == 4 ? BinaryPrimitives.ReadInt32BigEndian(time) : BinaryPrimitives.ReadInt64BigEndian(time);
            rules.transitions.Add((at, BinaryPrimitives.ReadInt32BigEndian(types[(indexes[index] * 6)..])));
        }

        return (rules, (int)size);
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Header(byte Version, int UtcFlags, int StandardFlags, int Leaps, int Times, int Types, int Letters)
    {
        // More than any zone has, and little enough that sizes fit.
        private const uint Most = 10_000;

        internal long BodySize(int timeSize) => ((long)Times * (timeSize + 1)) + ((long)Types * 6) + Letters + ((long)Leaps * (timeSize + 4)) + StandardFlags + UtcFlags;

        internal static Header? Parse(ReadOnlySpan<byte> bytes)
        {
            if (bytes.Length < HeaderSize || !bytes.StartsWith("TZif"u8))
            {
                return null;
            }

            Span<int> counts = stackalloc int[6];
            for (int index = 0; index < counts.Length; index++)
            {
                uint count = BinaryPrimitives.ReadUInt32BigEndian(bytes[(20 + (index * 4))..]);
                if (count > Most)
                {
                    return null;
                }

                counts[index] = (int)count;
            }

            return new Header(bytes[4], counts[0], counts[1], counts[2], counts[3], counts[4], counts[5]);
        }
    }
}
