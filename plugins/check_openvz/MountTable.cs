using System.Text;

namespace Ringfree.Monitoring.Plugins.Openvz;

/// <summary>One line of /proc/mounts.</summary>
internal sealed record MountEntry(string Source, string Path, string Type, bool IsReadOnly);

/// <summary>The mounts of the node. Of several at one path the last is the one that is seen.</summary>
internal sealed class MountTable
{
    private readonly Dictionary<string, MountEntry> byPath = [];

    /// <summary>What is seen, by path.</summary>
    internal IReadOnlyDictionary<string, MountEntry> ByPath => byPath;

    internal static MountTable Parse(ReadOnlySpan<byte> text)
    {
        MountTable table = new();
        foreach (string line in Encoding.UTF8.GetString(text).Split('\n'))
        {
            string[] fields = line.Split(' ');
            if (fields.Length >= 4)
            {
                string path = Unescape(fields[1]);
                table.byPath[path] = new MountEntry(Unescape(fields[0]), path, Unescape(fields[2]), fields[3].Split(',').Contains("ro"));
            }
        }

        return table;
    }

    /// <summary>Spaces, tabs, newlines and backslashes stand as three octal digits behind a backslash (proc(5), getmntent(3)).</summary>
    private static string Unescape(string text)
    {
        if (!text.Contains('\\', StringComparison.Ordinal))
        {
            return text;
        }

        StringBuilder plain = new();
        for (int index = 0; index < text.Length; index++)
        {
            if (text[index] == '\\' && index + 3 < text.Length && text.AsSpan(index + 1, 3).IndexOfAnyExceptInRange('0', '7') < 0)
            {
                plain.Append((char)(((text[index + 1] - '0') * 64) + ((text[index + 2] - '0') * 8) + text[index + 3] - '0'));
                index += 3;
            }
            else
            {
                plain.Append(text[index]);
            }
        }

        return plain.ToString();
    }
}
