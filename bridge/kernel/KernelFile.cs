using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Bridge;

/// <summary>What .NET has no name for: O_NOFOLLOW, fsync of a folder, locks of open files, fstat, renameat.</summary>
internal static class KernelFile
{
    private const uint OwnerWritesGroupReads = 0x1A0; // 0640
    private const uint OwnerWritesGroupLooks = 0x1E8; // 0750
    private const uint OthersNothing = 0x17; // 0027

    /// <summary>
    /// Creates a file that must not exist, for writing, mode 0640 whatever the umask says: serve may run as another user of the folder's
    /// group.
    /// </summary>
    /// <exception cref="IOException">The file exists or cannot be created; the message holds the path and the kernel's reason.</exception>
    public static SafeFileHandle CreateNew(string path)
    {
        const int Flags = Libc.O_WRONLY | Libc.O_CREAT | Libc.O_EXCL | Libc.O_NOFOLLOW | Libc.O_CLOEXEC;
        return WithMode(Opened(Libc.Open(path, Flags, OwnerWritesGroupReads), $"create {path}"), path);
    }

    /// <summary>Opens what a less trusted user may have put there: no link is followed and no FIFO is waited for.</summary>
    /// <exception cref="IOException">It cannot be opened; the message holds the path and the kernel's reason.</exception>
    public static SafeFileHandle OpenSuspicious(string path) =>
        Opened(Libc.Open(path, Libc.O_RDONLY | Libc.O_NOFOLLOW | Libc.O_NONBLOCK | Libc.O_CLOEXEC, 0), $"open {path}");

    /// <summary>Opens a pipe that another process reads, without waiting for it.</summary>
    /// <exception cref="IOException">It is not there or nobody reads it; the message holds the path and the kernel's reason.</exception>
    public static SafeFileHandle OpenPipe(string path) =>
        Opened(Libc.Open(path, Libc.O_WRONLY | Libc.O_NONBLOCK | Libc.O_NOFOLLOW | Libc.O_CLOEXEC, 0), $"open {path}");

    /// <summary>Writes all bytes in one call.</summary>
    /// <returns>False when the pipe is full; nothing was written then.</returns>
    /// <exception cref="IOException">Nobody reads it any more; the message holds the kernel's reason.</exception>
    public static bool TryWriteOnce(SafeFileHandle pipe, ReadOnlySpan<byte> bytes, string path)
    {
        nint written = Write(pipe, bytes);
        return written == bytes.Length
            || (written < 0 && Marshal.GetLastPInvokeError() == Libc.EAGAIN ? false : throw KernelCall.Failure($"write {path}"));
    }

    /// <summary>Renames a file into an open folder, whatever the folder's own name has become meanwhile.</summary>
    /// <exception cref="IOException">It cannot be renamed; the message holds the path and the kernel's reason.</exception>
    public static void RenameInto(string from, SafeFileHandle folder, string name) =>
        KernelCall.Require(Libc.RenameAt(Libc.AT_FDCWD, from, (int)folder.DangerousGetHandle(), name), $"rename {from}");

    /// <summary>Opens a folder, to fsync it or to rename into it.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="mayBeLink">False where a less trusted user could have put a link.</param>
    /// <exception cref="IOException">It cannot be opened; the message holds the path and the kernel's reason.</exception>
    public static SafeFileHandle OpenFolder(string path, bool mayBeLink = true) =>
        Opened(Libc.Open(path, Libc.O_RDONLY | Libc.O_DIRECTORY | Libc.O_CLOEXEC | (mayBeLink ? 0 : Libc.O_NOFOLLOW), 0), $"open {path}");

    /// <summary>Makes a folder that its group may look into, whatever the umask says. It is not an error when there is one.</summary>
    /// <remarks>
    /// The set-group-id bit comes from the folder above: under systemd's RestrictSUIDSGID no chmod may name it, and one that does not
    /// removes it.
    /// </remarks>
    /// <exception cref="IOException">It cannot be made; the message holds the path and the kernel's reason.</exception>
    public static void MakeFolder(string path)
    {
        uint mask = Libc.FileMask(OthersNothing);
        try
        {
            if (Libc.MakeFolder(path, OwnerWritesGroupLooks) != 0 && Marshal.GetLastPInvokeError() != Libc.EEXIST)
            {
                throw KernelCall.Failure($"create {path}");
            }
        }
        finally
        {
            _ = Libc.FileMask(mask);
        }
    }

    /// <summary>Writes all bytes.</summary>
    /// <exception cref="IOException">The disk is full, for example; the message holds the kernel's reason.</exception>
    public static void WriteAll(SafeFileHandle file, ReadOnlySpan<byte> bytes, string path)
    {
        while (bytes.Length > 0)
        {
            nint written = Write(file, bytes);
            if (written < 0 && Marshal.GetLastPInvokeError() != Libc.EINTR)
            {
                throw KernelCall.Failure($"write {path}");
            }

            bytes = bytes[(int)Math.Max(0, written)..];
        }
    }

    /// <summary>Judges a file that was just opened, and closes it unless it is kept.</summary>
    /// <returns>The same; null when it is not kept. It is closed, too, when the judgement throws.</returns>
    public static SafeFileHandle? KeepIf(SafeFileHandle opened, Predicate<SafeFileHandle> isKept)
    {
        var keeps = false;
        try
        {
            keeps = isKept(opened);
            return keeps ? opened : null;
        }
        finally
        {
            if (!keeps)
            {
                opened.Dispose();
            }
        }
    }

    /// <summary>Reads a file from its beginning, up to a number of bytes; one that shrinks meanwhile gives less.</summary>
    public static byte[] ReadAll(SafeFileHandle file, long size)
    {
        var bytes = new byte[size];
        var length = 0;
        while (length < bytes.Length && RandomAccess.Read(file, bytes.AsSpan(length), length) is > 0 and int read)
        {
            length += read;
        }

        return bytes[..length];
    }

    /// <summary>
    /// Writes a file anew: another name, write, fsync, rename, fsync of the folder. A reader sees the old content or the new one.
    /// </summary>
    /// <exception cref="IOException">It is not written; the message says what failed.</exception>
    public static void Replace(string path, ReadOnlySpan<byte> bytes)
    {
        string unfinished = path + ".new";
        File.Delete(unfinished);
        using (SafeFileHandle file = CreateNew(unfinished))
        {
            WriteAll(file, bytes, unfinished);
            Synchronise(file, unfinished);
        }

        Rename(unfinished, path);
        string folder = Path.GetDirectoryName(path)!;
        using SafeFileHandle home = OpenFolder(folder);
        Synchronise(home, folder);
    }

    /// <summary>Waits until what was written is on the disk.</summary>
    /// <exception cref="IOException">The disk failed; the message holds the kernel's reason.</exception>
    public static void Synchronise(SafeFileHandle file, string path) =>
        KernelCall.Require(Libc.Sync((int)file.DangerousGetHandle()), $"fsync {path}");

    /// <summary>Renames a file within its file system.</summary>
    /// <exception cref="IOException">It cannot be renamed; the message holds both paths and the kernel's reason.</exception>
    public static void Rename(string from, string to) => KernelCall.Require(Libc.Rename(from, to), $"rename {from} to {to}");

    /// <summary>Opens a file to lock it, and makes it when it is missing: mode 0640 whatever the umask says.</summary>
    /// <exception cref="IOException">It cannot be opened; the message holds the path and the kernel's reason.</exception>
    public static SafeFileHandle OpenLock(string path)
    {
        const int Flags = Libc.O_RDWR | Libc.O_CREAT | Libc.O_NOFOLLOW | Libc.O_CLOEXEC;
        return WithMode(Opened(Libc.Open(path, Flags, OwnerWritesGroupReads), $"open {path}"), path);
    }

    /// <summary>
    /// Takes the write lock of a file without waiting; only who may write the file can. It lasts until the file is closed.
    /// </summary>
    /// <returns>False when another open file holds it.</returns>
    /// <exception cref="IOException">The file system or the kernel knows no such locks (Linux 3.15 does); the message holds its
    /// reason.</exception>
    public static unsafe bool TryLock(SafeFileHandle file, string path)
    {
        var wanted = new Libc.FileLock { Type = Libc.F_WRLCK };
        return Libc.RecordLock((int)file.DangerousGetHandle(), Libc.F_OFD_SETLK, &wanted) == 0
            || (Marshal.GetLastPInvokeError() is Libc.EAGAIN or Libc.EACCES ? false : throw KernelCall.Failure($"lock {path}"));
    }

    /// <summary>
    /// Asks whether another open file holds the write lock, and holds nothing itself; a file that may only be read will do.
    /// </summary>
    /// <exception cref="IOException">The file system or the kernel knows no such locks; the message holds its reason.</exception>
    public static unsafe bool IsLocked(SafeFileHandle file, string path)
    {
        var asked = new Libc.FileLock { Type = Libc.F_WRLCK };
        KernelCall.Require(Libc.RecordLock((int)file.DangerousGetHandle(), Libc.F_OFD_GETLK, &asked), $"ask for the lock of {path}");
        return asked.Type != Libc.F_UNLCK;
    }

    /// <summary>What the kernel knows of an open file.</summary>
    /// <exception cref="IOException">It cannot be asked; the message holds the kernel's reason.</exception>
    public static unsafe FileFacts Facts(SafeFileHandle file, string path)
    {
        Libc.Stat status;
        KernelCall.Require(Libc.DescriptorStatus((int)file.DangerousGetHandle(), &status), $"stat {path}");
        return Facts(in status);
    }

    /// <summary>What the kernel knows of a path, links followed.</summary>
    /// <param name="path">The path.</param>
    /// <param name="error">The kernel's number when it cannot be asked.</param>
    /// <returns>Null when it cannot be asked.</returns>
    public static unsafe FileFacts? Look(string path, out int error)
    {
        Libc.Stat status;
        bool isKnown = Libc.PathStatus(path, &status) == 0;
        error = isKnown ? 0 : Marshal.GetLastPInvokeError();
        return isKnown ? Facts(in status) : null;
    }

    private static FileFacts Facts(in Libc.Stat status) => new(
        status.Mode,
        status.User,
        status.Group,
        status.Links,
        status.Size,
        status.Inode,
        status.Modified.Seconds,
        (status.Changed.Seconds * 1_000_000_000) + status.Changed.Nanoseconds);

    private static SafeFileHandle WithMode(SafeFileHandle file, string path)
    {
        if (Libc.ChangeMode((int)file.DangerousGetHandle(), OwnerWritesGroupReads) == 0)
        {
            return file;
        }

        IOException failure = KernelCall.Failure($"chmod {path}");
        file.Dispose();
        throw failure;
    }

    private static unsafe nint Write(SafeFileHandle file, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* start = bytes)
        {
            return Libc.Write((int)file.DangerousGetHandle(), start, (nuint)bytes.Length);
        }
    }

    private static SafeFileHandle Opened(int descriptor, string action) =>
        descriptor >= 0 ? new SafeFileHandle(descriptor, ownsHandle: true) : throw KernelCall.Failure(action);
}
