using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Ringfree.Monitoring.Bridge;

/// <summary>The calls of libc that .NET has no name for: raw environment bytes, O_NOFOLLOW, fsync of a folder, flock, syslog, NSS.</summary>
internal static partial class Libc
{
    private const int ReadOnly = 0;
    private const int ReadWrite = 2;
    private const int WriteOnly = 1;
    private const int Create = 0x40;
    private const int Exclusive = 0x80;
    private const int NonBlocking = 0x800;
    private const int Folder = 0x10000;
    private const int NoFollow = 0x20000;
    private const int CloseOnExec = 0x80000;
    private const int GetDescriptorFlags = 1;
    private const int LockExclusive = 2;
    private const int LockWithoutWaiting = 4;
    private const int BadDescriptor = 9;
    private const int Interrupted = 4;
    private const int WouldBlock = 11;
    private const int WallClock = 0;
    private const int BootClock = 7;
    private const uint OwnerWritesGroupReads = 0x1A0; // 0640
    private const int SyslogError = 3;
    private const int CurrentFolder = -100;
    private const int SyslogDaemon = 3 << 3;

    /// <summary>The kernel's number for "permission denied", as <see cref="Exception.HResult"/> of the exceptions of this class.</summary>
    public const int PermissionDenied = 13;

    private static nint syslogName;

    /// <summary>Gives the standard streams that the caller closed to /dev/null: else the next file opened would become standard output.</summary>
    public static void OpenClosedStandardStreams()
    {
        for (var descriptor = 0; descriptor <= 2; descriptor++)
        {
            if (Fcntl(descriptor, GetDescriptorFlags) < 0 && Marshal.GetLastPInvokeError() == BadDescriptor)
            {
                _ = Open("/dev/null", ReadWrite, 0);
            }
        }
    }

    /// <summary>Writes all bytes to a standard stream; a reader that went away is its own affair.</summary>
    public static void WriteStandard(int descriptor, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            nint written = Write(descriptor, bytes, (nuint)bytes.Length);
            if (written <= 0 && Marshal.GetLastPInvokeError() != Interrupted)
            {
                return;
            }

            bytes = bytes[(int)Math.Max(0, written)..];
        }
    }

    /// <summary>An environment variable's bytes as the kernel passed them, or null when it is not set. .NET would decode them with loss.</summary>
    public static unsafe byte[]? EnvironmentBytes(string name)
    {
        byte* value = GetEnvironment(name);
        return value is null ? null : MemoryMarshal.CreateReadOnlySpanFromNullTerminated(value).ToArray();
    }

    /// <summary>Sets a variable for native code: OpenSSL does not see what .NET's own Environment class sets.</summary>
    public static void SetEnvironmentVariable(string name, string value) => Require(SetEnvironment(name, value, 1), $"setenv {name}");

    /// <summary>Nanoseconds since 1970.</summary>
    public static long WallNanoseconds() => Now(WallClock);

    /// <summary>Nanoseconds since the machine started, suspended time included; no clock step changes it.</summary>
    public static long BootNanoseconds() => Now(BootClock);

    /// <summary>Creates a file that must not exist, for writing, mode 0640 whatever the umask says: serve may run as another user of the folder's group.</summary>
    /// <exception cref="IOException">The file exists or cannot be created; the message holds the path and the kernel's reason.</exception>
    public static SafeFileHandle CreateNew(string path)
    {
        SafeFileHandle file = Opened(Open(path, WriteOnly | Create | Exclusive | NoFollow | CloseOnExec, OwnerWritesGroupReads), $"create {path}");
        if (Fchmod((int)file.DangerousGetHandle(), OwnerWritesGroupReads) == 0)
        {
            return file;
        }

        IOException failure = Failure($"chmod {path}");
        file.Dispose();
        throw failure;
    }

    /// <summary>Opens what a less trusted user may have put there: no link is followed and no FIFO is waited for.</summary>
    /// <exception cref="IOException">It cannot be opened; the message holds the path and the kernel's reason.</exception>
    public static SafeFileHandle OpenSuspicious(string path) =>
        Opened(Open(path, ReadOnly | NoFollow | NonBlocking | CloseOnExec, 0), $"open {path}");

    /// <summary>Renames a file into an open folder, whatever the folder's own name has become meanwhile.</summary>
    /// <exception cref="IOException">It cannot be renamed; the message holds the path and the kernel's reason.</exception>
    public static void RenameInto(string from, SafeFileHandle folder, string name) =>
        Require(RenameAt(CurrentFolder, from, (int)folder.DangerousGetHandle(), name), $"rename {from}");

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
            if (written < 0 && Marshal.GetLastPInvokeError() != Interrupted)
            {
                throw Failure($"write {path}");
            }

            bytes = bytes[(int)Math.Max(0, written)..];
        }
    }

    /// <summary>Waits until what was written is on the disk.</summary>
    /// <exception cref="IOException">The disk failed; the message holds the kernel's reason.</exception>
    public static void Synchronise(SafeFileHandle file, string path) => Require(Fsync((int)file.DangerousGetHandle()), $"fsync {path}");

    /// <summary>Renames a file within its file system.</summary>
    /// <exception cref="IOException">It cannot be renamed; the message holds both paths and the kernel's reason.</exception>
    public static void Rename(string from, string to) => Require(RenameFile(from, to), $"rename {from} to {to}");

    /// <summary>Takes the exclusive lock of an open folder without waiting.</summary>
    /// <returns>False when another process holds it.</returns>
    /// <exception cref="IOException">The file system knows no locks; the message holds the kernel's reason.</exception>
    public static bool TryLock(SafeFileHandle folder, string path)
    {
        if (Flock((int)folder.DangerousGetHandle(), LockExclusive | LockWithoutWaiting) == 0)
        {
            return true;
        }

        return Marshal.GetLastPInvokeError() == WouldBlock ? false : throw Failure($"lock {path}");
    }

    /// <summary>What the kernel knows of an open file.</summary>
    /// <exception cref="IOException">It cannot be asked; the message holds the kernel's reason.</exception>
    public static FileFacts Facts(SafeFileHandle file, string path)
    {
        Require(Fstat((int)file.DangerousGetHandle(), out Stat stat), $"stat {path}");
        return new FileFacts(stat.Mode, stat.User, stat.Group, stat.Links, stat.Size, stat.Inode, stat.Modified);
    }

    /// <summary>The user that this process acts as.</summary>
    public static uint User() => GetUser();

    /// <summary>Sends one line to the system's log as an error of pagerduty-bridge. A machine without syslog loses it.</summary>
    public static void Syslog(string line)
    {
        if (syslogName == 0)
        {
            syslogName = Marshal.StringToCoTaskMemUTF8("pagerduty-bridge"); // openlog keeps the pointer
            OpenLog(syslogName, 1, SyslogDaemon);
        }

        WriteLog(SyslogDaemon | SyslogError, "%s", line);
    }

    /// <summary>
    /// Makes name look-ups use only what a static glibc carries itself. Modules of another glibc named in nsswitch.conf crash the process
    /// (seen with the modules of Debian 11 and 13 in a program linked on Debian 12).
    /// </summary>
    public static void UseBuiltInNameServices()
    {
        _ = ConfigureNameService("hosts", "files dns");
        _ = ConfigureNameService("passwd", "files");
        _ = ConfigureNameService("group", "files");
    }

    private static long Now(int clock)
    {
        Require(ClockGetTime(clock, out TimeSpec time), "clock_gettime");
        return (time.Seconds * 1_000_000_000) + time.Nanoseconds;
    }

    private static SafeFileHandle Opened(int descriptor, string action) =>
        descriptor >= 0 ? new SafeFileHandle(descriptor, ownsHandle: true) : throw Failure(action);

    private static void Require(int result, string action)
    {
        if (result < 0)
        {
            throw Failure(action);
        }
    }

    private static IOException Failure(string action)
    {
        int error = Marshal.GetLastPInvokeError();
        return new IOException($"cannot {action}: {new Win32Exception(error).Message}", error);
    }

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

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Fcntl(int descriptor, int command);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint GetUser();

    [LibraryImport("libc", EntryPoint = "clock_gettime", SetLastError = true)]
    private static partial int ClockGetTime(int clock, out TimeSpec time);

    [LibraryImport("libc", EntryPoint = "getenv", StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial byte* GetEnvironment(string name);

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int SetEnvironment(string name, string value, int overwrite);

    [LibraryImport("libc", EntryPoint = "openlog")]
    private static partial void OpenLog(nint name, int options, int facility);

    [LibraryImport("libc", EntryPoint = "syslog", StringMarshalling = StringMarshalling.Utf8)]
    private static partial void WriteLog(int priority, string format, string line);

    [LibraryImport("libc", EntryPoint = "__nss_configure_lookup", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ConfigureNameService(string database, string services);

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;
    }

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

/// <summary>What the kernel knows of a file.</summary>
/// <param name="Mode">Kind and permissions, as in struct stat.</param>
/// <param name="User">The owner's id.</param>
/// <param name="Group">The group's id.</param>
/// <param name="Links">The number of its names.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Inode">Its number in the file system.</param>
/// <param name="ModifiedSeconds">Last change, in seconds since 1970.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct FileFacts(uint Mode, uint User, uint Group, ulong Links, long Size, ulong Inode, long ModifiedSeconds)
{
    public bool IsRegular => (Mode & 0xF000) == 0x8000;

    public bool IsOpenToOthers => (Mode & 0x7) != 0;

    public bool IsWritableByOthers => (Mode & 0x12) != 0; // group or everybody
}
