using System.Text;

namespace Ringfree.Monitoring.Probes;

/// <summary>A mount of this machine, or one that <c>/etc/fstab</c> asks for.</summary>
/// <param name="Path">Where.</param>
/// <param name="Type">The kernel's type: <c>fuse.glusterfs</c>, <c>nfs</c>, <c>ext4</c>.</param>
/// <param name="Source">What is mounted: <c>storage-atl:/nimbus</c>.</param>
/// <param name="Options">Those of the mount and, where the table tells them, of its file system.</param>
public sealed record Mount(string Path, string Type, string Source, IReadOnlyList<string> Options)
{
    /// <summary>Whether the mount or its file system is read-only.</summary>
    public bool IsReadOnly => Options.Contains("ro");
}

/// <summary>
/// Reads the kernel's tables of mounts and the one of the administrator. All write white space in names as octal escapes. What is no entry
/// is left out: any bytes give a table.
/// </summary>
public static class MountTable
{
    /// <summary><c>/proc/mounts</c>: source, path, type, options. Source: proc(5).</summary>
    /// <param name="bytes">The file.</param>
    /// <returns>By path; where mounts cover each other, the latest, which is the one that is seen.</returns>
    public static IReadOnlyDictionary<string, Mount> ParseMounts(ReadOnlySpan<byte> bytes) => ByPath(Entries(bytes));

    /// <summary>
    /// <c>/proc/self/mountinfo</c>: the path is the fifth field; type, source and options of the file system follow a hyphen. Source:
    /// proc(5).
    /// </summary>
    /// <param name="bytes">The file.</param>
    /// <returns>By path; where mounts cover each other, the latest, which is the one that is seen.</returns>
    public static IReadOnlyDictionary<string, Mount> ParseMountInfo(ReadOnlySpan<byte> bytes)
    {
        List<Mount> mounts = [];
        foreach (string line in Encoding.UTF8.GetString(bytes).Split('\n'))
        {
            string[] fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            int hyphen = Array.IndexOf(fields, "-");
            if (hyphen >= 6 && fields.Length > hyphen + 2)
            {
                string[] options = [.. fields[5].Split(','), .. (fields.Length > hyphen + 3 ? fields[hyphen + 3] : "").Split(',')];
                mounts.Add(new Mount(Unescape(fields[4]), fields[hyphen + 1], Unescape(fields[hyphen + 2]), options));
            }
        }

        return ByPath(mounts);
    }

    /// <summary><c>/etc/fstab</c>: source, path, type, options. Source: fstab(5).</summary>
    /// <param name="bytes">The file.</param>
    /// <returns>
    /// In the file's order, without what is not mounted at boot (<c>noauto</c>), each path in its <see cref="NormalPath"/>.
    /// </returns>
    public static IReadOnlyList<Mount> ParseFstab(ReadOnlySpan<byte> bytes) =>
        [.. Entries(bytes).Where(mount => !mount.Options.Contains("noauto")).Select(mount => mount with { Path = NormalPath(mount.Path) })];

    /// <summary>A mount point as mount(8) hands it to the kernel, and as the kernel's tables have it: no slash doubled or at the end.</summary>
    /// <param name="path">As a person wrote it.</param>
    /// <returns>The path; unchanged when it is not absolute, such as fstab's "none".</returns>
    public static string NormalPath(string path) =>
        path.StartsWith('/') ? $"/{string.Join('/', path.Split('/', StringSplitOptions.RemoveEmptyEntries))}" : path;

    private static List<Mount> Entries(ReadOnlySpan<byte> bytes)
    {
        List<Mount> mounts = [];
        foreach (string line in Encoding.UTF8.GetString(bytes).Split('\n'))
        {
            string[] fields = line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length >= 3 && fields[0][0] != '#')
            {
                mounts.Add(new Mount(Unescape(fields[1]), fields[2], Unescape(fields[0]), fields.Length > 3 ? fields[3].Split(',') : []));
            }
        }

        return mounts;
    }

    private static Dictionary<string, Mount> ByPath(IEnumerable<Mount> mounts)
    {
        Dictionary<string, Mount> seen = new(StringComparer.Ordinal);
        foreach (Mount mount in mounts)
        {
            seen[mount.Path] = mount;
        }

        return seen;
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
