using System.Runtime.InteropServices;
using System.Text;

namespace Ringfree.Monitoring.Probes;

/// <summary>Takes the entries of a folder one by one.</summary>
/// <param name="name">The entry's name with a NUL behind it, valid during the call only.</param>
/// <returns>Whether to go on.</returns>
internal unsafe delegate bool EntryVisitor(byte* name);

/// <summary>Reads folders on the bare system calls, relative to open ones, so that no path is walked twice.</summary>
internal static unsafe class LocalFolder
{
    private static ReadOnlySpan<byte> Dot => "."u8;

    private static ReadOnlySpan<byte> DotDot => ".."u8;

    internal static ReadOnlySpan<byte> NameOf(byte* name) => MemoryMarshal.CreateReadOnlySpanFromNullTerminated(name);

    /// <summary>Visits the entries but . and .. until the visitor returns false.</summary>
    /// <returns>The number of the error; 0 for none.</returns>
    internal static int Visit(int folder, EntryVisitor visitor)
    {
        int own;
        fixed (byte* itself = "."u8)
        {
            own = Libc.OpenAt(folder, itself, Libc.O_RDONLY | Libc.O_DIRECTORY | Libc.O_CLOEXEC, 0);
        }

        if (own < 0)
        {
            return Marshal.GetLastPInvokeError();
        }

        void* entries = Libc.OpenFolder(own);
        if (entries is null)
        {
            int error = Marshal.GetLastPInvokeError();
            _ = Libc.Close(own);
            return error;
        }

        try
        {
            while (true)
            {
                Marshal.SetLastSystemError(0);
                Libc.DirectoryEntry* entry = Libc.ReadFolder(entries);
                if (entry is null)
                {
                    return Marshal.GetLastPInvokeError();
                }

                ReadOnlySpan<byte> name = NameOf(&entry->FirstOfName);
                if (!name.SequenceEqual(Dot) && !name.SequenceEqual(DotDot) && !visitor(&entry->FirstOfName))
                {
                    return 0;
                }
            }
        }
        finally
        {
            _ = Libc.CloseFolder(entries);
        }
    }

    /// <summary>Where a link leads; null for what is not a link.</summary>
    internal static string? LinkTarget(string path)
    {
        const int LongestTarget = 4096;
        byte* target = stackalloc byte[LongestTarget];
        nint length = Libc.ReadLink(path, target, LongestTarget);
        return length > 0 ? Encoding.UTF8.GetString(target, (int)length) : null;
    }

    /// <summary>The first component of a path that is a link to nothing; null when none is.</summary>
    internal static (string Path, string Target)? DanglingPart(string path)
    {
        for (int end = path.IndexOf('/', 1); ; end = path.IndexOf('/', end + 1))
        {
            string part = end < 0 ? path : path[..end];
            Libc.Stat status;
            if (Libc.PathStatus(part, &status) != 0)
            {
                return LinkTarget(part) is { } target ? (part, target) : null;
            }

            if (end < 0)
            {
                return null;
            }
        }
    }

    /// <summary>Opens a folder by its absolute path.</summary>
    /// <returns>The descriptor, or the negative number of the error.</returns>
    internal static int Open(string path)
    {
        int folder = Libc.Open(path, Libc.O_RDONLY | Libc.O_DIRECTORY | Libc.O_CLOEXEC, 0);
        return folder >= 0 ? folder : -Marshal.GetLastPInvokeError();
    }
}
