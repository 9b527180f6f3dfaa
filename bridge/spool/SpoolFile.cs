using System.Globalization;
using System.Numerics;
using System.Text;

namespace Ringfree.Monitoring.Bridge;

/// <summary>
/// One event as the bytes of one file:
/// <code>
/// ringfree-event 1\n
/// NAME=any bytes but NUL\0            (repeated; the names of Macros.Allowed and the three that begin with @)
/// end LENGTH CRC\n                    (bytes before this line in decimal, and their CRC-32C in 8 hexadecimal digits)
/// </code>
/// A file that was cut anywhere has no right last line. Names that this version does not know are passed over.
/// </summary>
internal static class SpoolFile
{
    /// <summary>
    /// The largest file, in bytes: 8 MiB. The kernel passes at most 128 KiB in one variable, so notify's own files stay below it.
    /// </summary>
    public const int MaxBytes = 8 * 1024 * 1024;

    private const string Wall = "@wall";
    private const string Boot = "@boot";
    private const string SinceBoot = "@since-boot";

    private static readonly Encoding Ascii = Encoding.ASCII;
    private static readonly HashSet<string> Known = new([.. Macros.Allowed, Wall, Boot, SinceBoot], StringComparer.Ordinal);

    public static byte[] Write(IReadOnlyDictionary<string, byte[]> macros, Moment moment)
    {
        using var file = new MemoryStream();
        file.Write("ringfree-event 1\n"u8);
        Field(file, Wall, Ascii.GetBytes($"{moment.WallNanoseconds}"));
        Field(file, SinceBoot, Ascii.GetBytes($"{moment.BootNanoseconds}"));
        Field(file, Boot, Ascii.GetBytes(moment.BootId));
        foreach ((string name, byte[] value) in macros)
        {
            Field(file, name, value);
        }

        ReadOnlySpan<byte> body = file.GetBuffer().AsSpan(0, (int)file.Length);
        file.Write(Ascii.GetBytes($"end {body.Length} {Checksum(body):x8}\n"));
        return file.ToArray();
    }

    /// <summary>Reads a file's bytes.</summary>
    /// <param name="id">The file's name, which becomes the event's.</param>
    /// <param name="bytes">The whole file.</param>
    /// <param name="refusal">Why it is no event; never a word of its content.</param>
    /// <returns>The event, or null.</returns>
    public static SchedulerEvent? Read(string id, ReadOnlySpan<byte> bytes, out string refusal)
    {
        refusal = "it does not begin as an event of version 1";
        ReadOnlySpan<byte> header = "ringfree-event 1\n"u8;
        if (!bytes.StartsWith(header))
        {
            return null;
        }

        refusal = "it was cut short or changed: its last line does not match";
        int bodyLength = bytes.LastIndexOf((byte)0) + 1;
        ReadOnlySpan<byte> body = bytes[..bodyLength];
        if (!bytes[bodyLength..].SequenceEqual(Ascii.GetBytes($"end {bodyLength} {Checksum(body):x8}\n")))
        {
            return null;
        }

        refusal = "a field has no name, or a name stands twice";
        var macros = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        ReadOnlySpan<byte> rest = body[header.Length..];
        while (rest.Length > 0)
        {
            int end = rest.IndexOf((byte)0);
            ReadOnlySpan<byte> field = rest[..end];
            rest = rest[(end + 1)..];
            int equals = field.IndexOf((byte)'=');
            if (equals <= 0)
            {
                return null;
            }

            string name = Ascii.GetString(field[..equals]);
            if (Known.Contains(name) && !macros.TryAdd(name, field[(equals + 1)..].ToArray()))
            {
                return null;
            }
        }

        refusal = "it names no host or no notification type, or not when it was written";
        if (!macros.Remove(Wall, out byte[]? wall) || !long.TryParse(wall, NumberStyles.None, CultureInfo.InvariantCulture, out long wallNanoseconds)
            || !macros.Remove(SinceBoot, out byte[]? sinceBoot)
            || !long.TryParse(sinceBoot, NumberStyles.None, CultureInfo.InvariantCulture, out long bootNanoseconds)
            || !macros.Remove(Boot, out byte[]? boot) || boot.Length is 0 or > 64
            || macros.GetValueOrDefault(Macros.HostName) is not { Length: > 0 } || macros.GetValueOrDefault(Macros.NotificationType) is not { Length: > 0 })
        {
            return null;
        }

        return new SchedulerEvent(id, new Moment(wallNanoseconds, bootNanoseconds, Encoding.UTF8.GetString(boot)), macros);
    }

    private static void Field(MemoryStream file, string name, byte[] value)
    {
        file.Write(Ascii.GetBytes(name));
        file.WriteByte((byte)'=');
        file.Write(value);
        file.WriteByte(0);
    }

    private static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        uint crc = ~0u;
        foreach (byte value in bytes)
        {
            crc = BitOperations.Crc32C(crc, value);
        }

        return ~crc;
    }
}
