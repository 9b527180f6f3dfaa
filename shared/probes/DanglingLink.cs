using System.Text;

namespace Ringfree.Monitoring.Probes;

/// <summary>A symbolic link whose target does not exist: most often the storage of its target is not mounted.</summary>
public static unsafe class DanglingLink
{
    private const string LinksTo = "is a link to ";
    private const string Nowhere = ", which does not exist";
    private const int LongestTarget = 4096;

    /// <summary>Where such a link leads.</summary>
    /// <param name="failure">Why a file could not be read.</param>
    /// <returns>The target as the link has it; null for any other failure.</returns>
    public static string? Target(string failure) =>
        failure.StartsWith(LinksTo, StringComparison.Ordinal) && failure.EndsWith(Nowhere, StringComparison.Ordinal)
            && failure.Length > LinksTo.Length + Nowhere.Length
            ? failure[LinksTo.Length..^Nowhere.Length]
            : null;

    /// <summary>The failure to read a file through such a link.</summary>
    internal static string Failure(string target) => $"{LinksTo}{RecordingFormat.Escape(target)}{Nowhere}";

    /// <summary>Where the link at a path leads, part of which does not exist; null when it is not a link.</summary>
    internal static string? At(ReadOnlySpan<byte> path) => At(Encoding.UTF8.GetString(path));

    /// <summary>The first component of a path that is such a link; null when none is.</summary>
    internal static (string Path, string Target)? Among(string path)
    {
        for (int end = path.IndexOf('/', 1); ; end = path.IndexOf('/', end + 1))
        {
            string part = end < 0 ? path : path[..end];
            Libc.Stat status;
            if (Libc.PathStatus(part, &status) != 0)
            {
                return At(part) is { } target ? (part, target) : null;
            }

            if (end < 0)
            {
                return null;
            }
        }
    }

    private static string? At(string path)
    {
        byte* target = stackalloc byte[LongestTarget];
        nint length = Libc.ReadLink(path, target, LongestTarget);
        return length > 0 ? Encoding.UTF8.GetString(target, (int)length) : null;
    }
}
