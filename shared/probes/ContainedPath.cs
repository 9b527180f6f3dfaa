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

    /// <summary>The error of a path that holds no regular file where only such a one is opened; no system call has it.</summary>
    internal const int ENOTREGULAR = 4096;

    /// <summary>The system's words for an error of an opening, or ours.</summary>
    internal static string WhyNotOpened(int error) =>
        error == ENOTREGULAR ? "is not a regular file"
        : error == Libc.ELOOP ? "is a symbolic link"
        : Marshal.GetPInvokeErrorMessage(error);

    /// <summary>Opens what stands at a path inside the root.</summary>
    /// <param name="root">The open root.</param>
    /// <param name="path">The path, from the root on.</param>
    /// <param name="flags">Of the opening.</param>
    /// <param name="regularOnly">
    /// Whether anything but a regular file is left closed: to open a device has effects (a tape winds, a watchdog starts). Default: false.
    /// </param>
    /// <param name="links">Takes when the links on the way were made. Default: null, nobody asks.</param>
    /// <returns>The descriptor; negative with the error in the last P/Invoke error.</returns>
    internal static int Open(int root, string path, int flags, bool regularOnly = false, LinkTimes? links = null)
    {
        List<int> folders = [root];
        LinkedList<string> left = new(Components(path));
        int followed = 0;
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
                    if (++followed > MostLinks)
                    {
                        return Fail(Libc.ELOOP);
                    }

                    links?.Take(folders[^1], component);

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
                if (isLast && regularOnly && !IsRegular(folders[^1], component, out int error))
                {
                    return Fail(error);
                }

                int opened = OpenComponent(folders[^1], component, isLast ? flags : Libc.O_RDONLY | Libc.O_DIRECTORY);
                if (opened < 0 || isLast)
                {
                    return opened;
                }

                folders.Add(opened);
            }

            // The path was a folder above: the root itself, or what .. led to.
            return regularOnly ? Fail(ENOTREGULAR) : OpenComponent(folders[^1], ".", flags);
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
    internal static int OpenBelow(string root, string path, int flags, bool regularOnly = false)
    {
        int folder = LocalFolder.Open(root);
        if (folder < 0)
        {
            return Fail(-folder);
        }

        int opened = Open(folder, path[root.Length..], flags, regularOnly);
        int error = Marshal.GetLastPInvokeError();
        _ = Libc.Close(folder);
        Marshal.SetLastPInvokeError(error);
        return opened;
    }

    /// <summary>
    /// The paths inside the root that match a pattern; without a wildcard the pattern itself, whether or not anything stands there.
    /// </summary>
    /// <param name="root">The open root.</param>
    /// <param name="pattern">The pattern, from the root on.</param>
    /// <param name="budget">What may still be looked at in this root.</param>
    internal static IReadOnlyList<string> Expand(int root, PathPattern pattern, RootBudget budget)
    {
        List<string> paths = [pattern.Base.TrimEnd('/')];
        for (int step = 0; step < pattern.Steps; step++)
        {
            paths = pattern.IsWildcard(step)
                ? [.. paths.SelectMany(folder => Matches(root, folder, pattern, step, budget))]
                : [.. paths.Select(folder => $"{folder}/{Encoding.UTF8.GetString(pattern.Literal(step))}")];
        }

        return paths;
    }

    private static List<string> Matches(int root, string folder, PathPattern pattern, int step, RootBudget budget)
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

                return budget.TakesName();
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
            return Libc.OpenAt(folder, name, flags | Libc.O_NOFOLLOW | Libc.O_NOCTTY | Libc.O_CLOEXEC, 0);
        }
    }

    /// <summary>A folder is none, and neither is what does not stand there: the error says which.</summary>
    private static bool IsRegular(int folder, string component, out int error)
    {
        Libc.Stat status;
        fixed (byte* name = NullTerminated(component))
        {
            bool stands = Libc.StatusAt(folder, name, &status, Libc.AT_SYMLINK_NOFOLLOW) == 0;
            error = !stands ? Marshal.GetLastPInvokeError() : status.IsRegular ? 0 : ENOTREGULAR;
        }

        return error == 0;
    }

    private static byte[] NullTerminated(string text) => Encoding.UTF8.GetBytes(text + "\0");

    private static int Fail(int error)
    {
        Marshal.SetLastPInvokeError(error);
        return -1;
    }
}

/// <summary>When the newest of the links was made that were followed to a path.</summary>
internal sealed unsafe class LinkTimes
{
    /// <summary>Seconds since 1970; 0 without a link.</summary>
    internal long Newest { get; private set; }

    internal void Take(int folder, string component)
    {
        Libc.Stat status;
        fixed (byte* name = Encoding.UTF8.GetBytes(component + "\0"))
        {
            if (Libc.StatusAt(folder, name, &status, Libc.AT_SYMLINK_NOFOLLOW) == 0)
            {
                Newest = Math.Max(Newest, status.Modified.Seconds);
            }
        }
    }
}
