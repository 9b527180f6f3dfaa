using System.Runtime.InteropServices;
using System.Text;

namespace Ringfree.Monitoring.Probes;

/// <summary>
/// Paths inside a root that somebody else controls. Every component is opened without following links, links are read and resolved by hand,
/// an absolute one from the root on, and <c>..</c> never leaves it: what a change of the tree during the walk can do is fail it. By open
/// folders alone, because the kernels of OpenVZ 6 have neither openat2 nor O_PATH.
/// </summary>
internal static unsafe class ContainedPath
{
    private const int MostLinks = 40;
    private const int LongestLink = 4096;

    /// <summary>Opens what stands at a path inside the root.</summary>
    /// <returns>The descriptor; negative with the error in the last P/Invoke error.</returns>
    internal static int Open(int root, string path, int flags)
    {
        List<int> folders = [root];
        LinkedList<string> left = new(Components(path));
        int links = 0;
        try
        {
            while (left.First is { } next)
            {
                left.RemoveFirst();
                string component = next.Value;
                if (component == "..")
                {
                    Leave(folders);
                    continue;
                }

                if (LinkTarget(folders[^1], component) is { } target)
                {
                    if (++links > MostLinks)
                    {
                        return Fail(Libc.ELOOP);
                    }

                    if (target.StartsWith('/'))
                    {
                        while (folders.Count > 1)
                        {
                            Leave(folders);
                        }
                    }

                    foreach (string part in Components(target).Reverse())
                    {
                        left.AddFirst(part);
                    }

                    continue;
                }

                bool isLast = left.Count == 0;
                int opened = OpenComponent(folders[^1], component, isLast ? flags : Libc.O_RDONLY | Libc.O_DIRECTORY);
                if (opened < 0 || isLast)
                {
                    return opened;
                }

                folders.Add(opened);
            }

            // The path was a folder above: the root itself, or what .. led to.
            return OpenComponent(folders[^1], ".", flags);
        }
        finally
        {
            int error = Marshal.GetLastPInvokeError();
            while (folders.Count > 1)
            {
                Leave(folders);
            }

            Marshal.SetLastPInvokeError(error);
        }
    }

    /// <summary>Opens what stands at a path that begins with the root's own.</summary>
    /// <returns>The descriptor; negative with the error in the last P/Invoke error.</returns>
    internal static int OpenBelow(string root, string path, int flags)
    {
        int folder = LocalFolder.Open(root);
        if (folder < 0)
        {
            return Fail(-folder);
        }

        int opened = Open(folder, path[root.Length..], flags);
        int error = Marshal.GetLastPInvokeError();
        _ = Libc.Close(folder);
        Marshal.SetLastPInvokeError(error);
        return opened;
    }

    /// <summary>
    /// The paths inside the root that match a pattern; without a wildcard the pattern itself, whether or not anything stands there.
    /// </summary>
    internal static IReadOnlyList<string> Expand(int root, PathPattern pattern)
    {
        List<string> paths = [pattern.Base.TrimEnd('/')];
        for (int step = 0; step < pattern.Steps; step++)
        {
            paths = pattern.IsWildcard(step)
                ? [.. paths.SelectMany(folder => Matches(root, folder, pattern, step))]
                : [.. paths.Select(folder => $"{folder}/{Encoding.UTF8.GetString(pattern.Literal(step))}")];
        }

        return paths;
    }

    private static List<string> Matches(int root, string folder, PathPattern pattern, int step)
    {
        List<string> found = [];
        int opened = Open(root, folder, Libc.O_RDONLY | Libc.O_DIRECTORY);
        if (opened >= 0)
        {
            _ = LocalFolder.Visit(opened, name =>
            {
                if (pattern.Matches(step, LocalFolder.NameOf(name)))
                {
                    found.Add($"{folder}/{Encoding.UTF8.GetString(LocalFolder.NameOf(name))}");
                }

                return true;
            });
            _ = Libc.Close(opened);
        }

        return found;
    }

    private static IEnumerable<string> Components(string path) =>
        path.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(component => component != ".");

    private static void Leave(List<int> folders)
    {
        if (folders.Count > 1)
        {
            _ = Libc.Close(folders[^1]);
            folders.RemoveAt(folders.Count - 1);
        }
    }

    private static string? LinkTarget(int folder, string component)
    {
        byte* target = stackalloc byte[LongestLink];
        fixed (byte* name = NullTerminated(component))
        {
            nint length = Libc.ReadLinkAt(folder, name, target, LongestLink);
            return length < 0 ? null : Encoding.UTF8.GetString(target, (int)length);
        }
    }

    private static int OpenComponent(int folder, string component, int flags)
    {
        fixed (byte* name = NullTerminated(component))
        {
            return Libc.OpenAt(folder, name, flags | Libc.O_NOFOLLOW | Libc.O_CLOEXEC, 0);
        }
    }

    private static byte[] NullTerminated(string text) => Encoding.UTF8.GetBytes(text + "\0");

    private static int Fail(int error)
    {
        Marshal.SetLastPInvokeError(error);
        return -1;
    }
}
