using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Ringfree.Monitoring.Bridge;

/// <summary>What .NET has no name for: O_NOFOLLOW, fsync of a folder, flock, fstat, renameat.</summary>
internal static partial class KernelFile
{
    private const int ReadOnly = 0;
    private const int WriteOnly = 1;
    private const int Create = 0x40;
    private const int Exclusive = 0x80;
    private const int NonBlocking = 0x800;
    private const int Folder = 0x10000;
    private const int NoFollow = 0x20000;
    private const int CloseOnExec = 0x80000;
    private const int LockShared = 1;
    private const int LockExclusive = 2;
    private const int Unlock = 8;
    private const int LockWithoutWaiting = 4;
    private const int WouldBlock = 11;
    private const int CurrentFolder = -100;
    private const uint OwnerWritesGroupReads = 0x1A0; // 0640

    /// <summary>Creates a file that must not exist, for writing, mode 0640 whatever the umask says: serve may run as another user of the folder's group.</summary>
    /// <exception cref="IOException">The file exists or cannot be created; the message holds the path and the kernel's reason.</exception>
    public static SafeFileHandle CreateNew(string path)
    {
        SafeFileHandle file = Opened(Open(path, WriteOnly | Create | Exclusive | NoFollow | CloseOnExec, OwnerWritesGroupReads), $"create {path}");
        if (Fchmod((int)file.DangerousGetHandle(), OwnerWritesGroupReads) == 0)
        {
            return file;
        }

        IOException failure = KernelCall.Failure($"chmod {path}");
        file.Dispose();
        throw failure;
    }

    /// <summary>Opens what a less trusted user may have put there: no link is followed and no FIFO is waited for.</summary>
    /// <exception cref="IOException">It cannot be opened; the message holds the path and the kernel's reason.</exception>
    public static SafeFileHandle OpenSuspicious(string path) =>
        Opened(Open(path, ReadOnly | NoFollow | NonBlocking | CloseOnExec, 0), $"open {path}");

    /// <summary>Opens a pipe that another process reads, without waiting for it.</summary>
    /// <exception cref="IOException">It is not there or nobody reads it; the message holds the path and the kernel's reason.</exception>
    public static SafeFileHandle OpenPipe(string path) =>
        Opened(Open(path, WriteOnly | NonBlocking | NoFollow | CloseOnExec, 0), $"open {path}");

    /// <summary>Writes all bytes in one call.</summary>
    /// <returns>False when the pipe is full; nothing was written then.</returns>
    /// <exception cref="IOException">Nobody reads it any more; the message holds the kernel's reason.</exception>
    public static bool TryWriteOnce(SafeFileHandle pipe, ReadOnlySpan<byte> bytes, string path)
    {
        nint written = Write((int)pipe.DangerousGetHandle(), bytes, (nuint)bytes.Length);
        return written == bytes.Length
            || (written < 0 && Marshal.GetLastPInvokeError() == WouldBlock ? false : throw KernelCall.Failure($"write {path}"));
    }

    /// <summary>Renames a file into an open folder, whatever the folder's own name has become meanwhile.</summary>
    /// <exception cref="IOException">It cannot be renamed; the message holds the path and the kernel's reason.</exception>
    public static void RenameInto(string from, SafeFileHandle folder, string name) =>
        KernelCall.Require(RenameAt(CurrentFolder, from, (int)folder.DangerousGetHandle(), name), $"rename {from}");

    /// <summary>Opens a folder, to lock it, to fsync it or to rename into it.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="mayBeLink">False where a less trusted user could have put a link.</param>
    /// <exception cref="IOException">It cannot be opened; the message holds the path and the kernel's reason.</exception>
    public static SafeFileHandle OpenFolder(string path, bool mayBeLink = true) =>
        Opened(Open(path, ReadOnly | Folder | CloseOnExec | (mayBeLink ? 0 : NoFollow), 0), $"open {path}");

    /// <summary>Writes all bytes.</summary>
    /// <exception cref="IOException">The disk is full, for example; the message holds the kernel's reason.</exception>
    public static void WriteAll(SafeFileHandle file, ReadOnlySpan<byte> bytes, string path)
    {
        while (bytes.Length > 0)
        {
            nint written = Write((int)file.DangerousGetHandle(), bytes, (nuint)bytes.Length);
            if (written < 0 && Marshal.GetLastPInvokeError() != KernelCall.Interrupted)
            {
                throw KernelCall.Failure($"write {path}");
            }

            bytes = bytes[(int)Math.Max(0, written)..];
        }
    }

    /// <summary>Waits until what was written is on the disk.</summary>
    /// <exception cref="IOException">The disk failed; the message holds the kernel's reason.</exception>
    public static void Synchronise(SafeFileHandle file, string path) => KernelCall.Require(Fsync((int)file.DangerousGetHandle()), $"fsync {path}");

    /// <summary>Renames a file within its file system.</summary>
    /// <exception cref="IOException">It cannot be renamed; the message holds both paths and the kernel's reason.</exception>
    public static void Rename(string from, string to) => KernelCall.Require(RenameFile(from, to), $"rename {from} to {to}");

    /// <summary>Takes the exclusive lock of an open folder without waiting.</summary>
    /// <returns>False when another process holds it.</returns>
    /// <exception cref="IOException">The file system knows no locks; the message holds the kernel's reason.</exception>
    public static bool TryLock(SafeFileHandle folder, string path)
    {
        if (Flock((int)folder.DangerousGetHandle(), LockExclusive | LockWithoutWaiting) == 0)
        {
            return true;
        }

        return Marshal.GetLastPInvokeError() == WouldBlock ? false : throw KernelCall.Failure($"lock {path}");
    }

    /// <summary>Asks whether another process holds the exclusive lock of an open folder, and holds nothing itself.</summary>
    /// <exception cref="IOException">The file system knows no locks; the message holds the kernel's reason.</exception>
    public static bool IsLocked(SafeFileHandle folder, string path)
    {
        if (Flock((int)folder.DangerousGetHandle(), LockShared | LockWithoutWaiting) == 0)
        {
            _ = Flock((int)folder.DangerousGetHandle(), Unlock);
            return false;
        }

        return Marshal.GetLastPInvokeError() == WouldBlock ? true : throw KernelCall.Failure($"lock {path}");
    }

    /// <summary>What the kernel knows of an open file.</summary>
    /// <exception cref="IOException">It cannot be asked; the message holds the kernel's reason.</exception>
    public static FileFacts Facts(SafeFileHandle file, string path)
    {
        KernelCall.Require(Fstat((int)file.DangerousGetHandle(), out Stat stat), $"stat {path}");
        return new FileFacts(stat.Mode, stat.User, stat.Group, stat.Links, stat.Size, stat.Inode, stat.Modified);
    }

    private static SafeFileHandle Opened(int descriptor, string action) =>
        descriptor >= 0 ? new SafeFileHandle(descriptor, ownsHandle: true) : throw KernelCall.Failure(action);

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Open(string path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint Write(int descriptor, ReadOnlySpan<byte> bytes, nuint count);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Fsync(int descriptor);

    [LibraryImport("libc", EntryPoint = "fchmod", SetLastError = true)]
    private static partial int Fchmod(int descriptor, uint mode);

    [LibraryImport("libc", EntryPoint = "rename", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int RenameFile(string from, string to);

    [LibraryImport("libc", EntryPoint = "renameat", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int RenameAt(int fromFolder, string from, int toFolder, string to);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static partial int Flock(int descriptor, int operation);

    [LibraryImport("libc", EntryPoint = "fstat", SetLastError = true)]
    private static partial int Fstat(int descriptor, out Stat stat);

    /// <summary>struct stat of x86-64 Linux.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 144)]
    private struct Stat
    {
        [FieldOffset(8)]
        public ulong Inode;
        [FieldOffset(16)]
        public ulong Links;
        [FieldOffset(24)]
        public uint Mode;
        [FieldOffset(28)]
        public uint User;
        [FieldOffset(32)]
        public uint Group;
        [FieldOffset(48)]
        public long Size;
        [FieldOffset(88)]
        public long Modified;
    }
}
