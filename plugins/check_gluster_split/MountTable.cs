using System.Text;

namespace Ringfree.Monitoring.Plugins.GlusterSplit;

/// <summary>A mount of this machine, or one that <c>/etc/fstab</c> asks for.</summary>
/// <param name="Path">Where.</param>
/// <param name="Type">The kernel's type: <c>fuse.glusterfs</c>, <c>nfs</c>, <c>ext4</c>.</param>
/// <param name="Source">What is mounted: <c>storage-atl:/nimbus</c>.</param>
/// <param name="Options">Those of the mount and of its file system.</param>
internal sealed record Mount(string Path, string Type, string Source, IReadOnlyList<string> Options)
{
    internal bool IsReadOnly => Options.Contains("ro");
}

/// <summary>Reads the kernel's table of mounts and the one of the administrator. Both write white space in names as octal escapes.</summary>
internal static class MountTable
{
    /// <summary>
    /// <c>/proc/self/mountinfo</c>: the path is the fifth field, type, source and options of the file system follow a hyphen. Where two mounts
    /// cover each other, the later one is seen. Source: proc(5).
    /// </summary>
    internal static IReadOnlyList<Mount> ParseMountInfo(ReadOnlySpan<byte> bytes)
    {
        Dictionary<string, Mount> mounts = new(StringComparer.Ordinal);
        foreach (string line in Encoding.UTF8.GetString(bytes).Split('\n'))
        {
            string[] fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            int hyphen = Array.IndexOf(fields, "-");
            if (hyphen >= 6 && fields.Length > hyphen + 2)
            {
                string[] options = [.. fields[5].Split(','), .. (fields.Length > hyphen + 3 ? fields[hyphen + 3] : "").Split(',')];
                string path = Unescape(fields[4]);
                mounts[path] = new Mount(path, fields[hyphen + 1], Unescape(fields[hyphen + 2]), options);
            }
        }

        return [.. mounts.Values];
    }

    /// <summary><c>/etc/fstab</c>: source, path, type, options. What is not mounted at boot (<c>noauto</c>) is left out. Source: fstab(5).</summary>
    internal static IReadOnlyList<Mount> ParseFstab(ReadOnlySpan<byte> bytes)
    {
        List<Mount> mounts = [];
        foreach (string line in Encoding.UTF8.GetString(bytes).Split('\n'))
        {
            string[] fields = line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length >= 3 && fields[0][0] != '#')
            {
                string[] options = fields.Length > 3 ? fields[3].Split(',') : [];
                if (!options.Contains("noauto"))
                {
                    mounts.Add(new Mount(Unescape(fields[1]), fields[2], Unescape(fields[0]), options));
                }
            }
        }

        return mounts;
    }

    private static string Unescape(string field)
    {
        if (!field.Contains('\\', StringComparison.Ordinal))
        {
            return field;
        }

        byte[] bytes = Encoding.UTF8.GetBytes(field);
        int length = 0;
        for (int index = 0; index < bytes.Length; index++)
        {
            bool isEscape = bytes[index] == '\\' && index + 3 < bytes.Length && IsOctal(bytes[index + 1]) && IsOctal(bytes[index + 2]) && IsOctal(bytes[index + 3]);
            bytes[length++] = isEscape ? (byte)(((bytes[index + 1] - '0') << 6) | ((bytes[index + 2] - '0') << 3) | (bytes[index + 3] - '0')) : bytes[index];
            index += isEscape ? 3 : 0;
        }

        return Encoding.UTF8.GetString(bytes, 0, length);
    }

    private static bool IsOctal(byte digit) => digit is >= (byte)'0' and <= (byte)'7';
}
