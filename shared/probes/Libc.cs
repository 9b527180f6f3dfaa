using System.Runtime.InteropServices;

namespace Ringfree.Monitoring.Probes;

/// <summary>
/// The libc calls that .NET has no equivalent for, or whose equivalent costs start-up that a check cannot afford. Linked in statically
/// (DirectPInvoke), so that no program ever loads the host's libc. Layouts are those of x86-64 Linux.
/// </summary>
internal static unsafe partial class Libc
{
    internal const int EPERM = 1, ENOENT = 2, EINTR = 4, ENXIO = 6, EAGAIN = 11, EACCES = 13, EEXIST = 17, ENOTDIR = 20, EINVAL = 22, EROFS = 30, ELOOP = 40;
    internal const int EPIPE = 32, ECONNRESET = 104, ETIMEDOUT = 110, ECONNREFUSED = 111, EINPROGRESS = 115;
    internal const int O_RDONLY = 0, O_WRONLY = 1, O_RDWR = 2, O_CREAT = 0x40, O_EXCL = 0x80, O_NONBLOCK = 0x800, O_DIRECTORY = 0x10000;
    internal const int O_NOCTTY = 0x100, O_NOFOLLOW = 0x20000, O_CLOEXEC = 0x80000;
    internal const int AF_UNIX = 1, SOCK_STREAM = 1, SOCK_NONBLOCK = 0x800, SOCK_CLOEXEC = 0x80000, SOL_SOCKET = 1, SO_ERROR = 4;
    internal const short POLLIN = 1, POLLOUT = 4;
    internal const int LOCK_SH = 1, LOCK_EX = 2, LOCK_NB = 4, LOCK_UN = 8;
    internal const int F_GETFD = 1, F_SETFL = 4, F_OFD_GETLK = 36, F_OFD_SETLK = 37;
    internal const short F_WRLCK = 1, F_UNLCK = 2;
    internal const int SIGKILL = 9, WNOHANG = 1, AT_FDCWD = -100, AT_SYMLINK_NOFOLLOW = 0x100;
    internal const int CLOCK_REALTIME = 0, CLOCK_BOOTTIME = 7, LOG_PID = 1, LOG_ERR = 3, LOG_DAEMON = 3 << 3;
    internal const short POSIX_SPAWN_SETSIGDEF = 0x04, POSIX_SPAWN_SETSIGMASK = 0x08, POSIX_SPAWN_SETSID = 0x80;

    [StructLayout(LayoutKind.Sequential)]
    internal struct FileLock
    {
        public short Type;
        public short Whence;
        public long Start;
        public long Length;
        public int Process;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct PollDescriptor
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct Stat
    {
        private const uint KindBits = 0xF000;

        public ulong Device;
        public ulong Inode;
        public ulong Links;
        public uint Mode;
        public uint User;
        public uint Group;
        private readonly int padding;
        public ulong SpecialDevice;
        public long Size;
        public long BlockSize;
        public long Blocks;
        public TimeSpec Accessed;
        public TimeSpec Modified;
        public TimeSpec Changed;
        private fixed long reserved[3];

        public readonly bool IsRegular => (Mode & KindBits) == 0x8000;

        public readonly bool IsFolder => (Mode & KindBits) == 0x4000;

        public readonly bool IsLink => (Mode & KindBits) == 0xA000;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct FileSystemStatus
    {
        public ulong BlockSize;
        public ulong FragmentSize;
        public ulong Blocks;
        public ulong BlocksFree;
        public ulong BlocksAvailable;
        public ulong Files;
        public ulong FilesFree;
        public ulong FilesAvailable;
        public ulong Identity;
        public ulong Flags;
        public ulong LongestName;
        private fixed int reserved[6];
    }

    /// <summary>The beginning of struct statfs; its other fields are read from statvfs.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct FileSystemKind
    {
        public long Magic;
        private fixed long rest[14];
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct DirectoryEntry
    {
        public ulong Inode;
        public long Offset;
        public ushort Length;
        public byte Kind;
        public byte FirstOfName;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct AddressInfo
    {
        public int Flags;
        public int Family;
        public int SocketType;
        public int Protocol;
        public uint AddressLength;
        public void* Address;
        public byte* CanonicalName;
        public AddressInfo* Next;
    }

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    internal static partial int Socket(int family, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "connect", SetLastError = true)]
    internal static partial int Connect(int descriptor, void* address, uint length);

    [LibraryImport("libc", EntryPoint = "getsockopt", SetLastError = true)]
    internal static partial int GetSocketOption(int descriptor, int level, int name, int* value, uint* length);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    internal static partial int Poll(PollDescriptor* descriptors, ulong count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    internal static partial nint Read(int descriptor, byte* buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "ftruncate", SetLastError = true)]
    internal static partial int Truncate(int descriptor, long length);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    internal static partial nint Write(int descriptor, byte* buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    internal static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Open(string path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "fstat", SetLastError = true)]
    internal static partial int DescriptorStatus(int descriptor, Stat* status);

    [LibraryImport("libc", EntryPoint = "stat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int PathStatus(string path, Stat* status);

    [LibraryImport("libc", EntryPoint = "lstat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int LinkStatus(string path, Stat* status);

    [LibraryImport("libc", EntryPoint = "mkdir", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int MakeFolder(string path, uint mode);

    [LibraryImport("libc", EntryPoint = "umask")]
    internal static partial uint FileMask(uint mask);

    [LibraryImport("libc", EntryPoint = "rename", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Rename(string from, string to);

    [LibraryImport("libc", EntryPoint = "renameat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int RenameAt(int fromFolder, string from, int toFolder, string to);

    [LibraryImport("libc", EntryPoint = "fchmod", SetLastError = true)]
    internal static partial int ChangeMode(int descriptor, uint mode);

    [LibraryImport("libc", EntryPoint = "unlink", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Unlink(string path);

    [LibraryImport("libc", EntryPoint = "realpath", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial byte* RealPath(string path, byte* buffer);

    [LibraryImport("libc", EntryPoint = "readlink", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint ReadLink(string path, byte* buffer, nuint size);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    internal static partial int Lock(int descriptor, int operation);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    internal static partial int Sync(int descriptor);

    [LibraryImport("libc", EntryPoint = "syncfs", SetLastError = true)]
    internal static partial int SyncFileSystem(int descriptor);

    [LibraryImport("libc", EntryPoint = "clock_gettime", SetLastError = true)]
    internal static partial int ClockTime(int clock, TimeSpec* time);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    internal static partial int Control(int descriptor, int command, int argument);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    internal static partial int RecordLock(int descriptor, int command, FileLock* argument);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    internal static partial uint EffectiveUser();

    [LibraryImport("libc", EntryPoint = "getenv", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial byte* Environment(string name);

    [LibraryImport("libc", EntryPoint = "setenv", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int SetEnvironment(string name, string value, int replaces);

    /// <summary>Keeps the pointer to the name.</summary>
    [LibraryImport("libc", EntryPoint = "openlog")]
    internal static partial void OpenLog(nint name, int options, int facility);

    [LibraryImport("libc", EntryPoint = "syslog", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial void Log(int priority, string format, string line);

    [LibraryImport("libc", EntryPoint = "_exit")]
    internal static partial void ExitNow(int code);

    [LibraryImport("libc", EntryPoint = "pthread_sigmask")]
    internal static partial int ThreadSignalMask(int how, ulong* set, ulong* previous);

    [LibraryImport("libc", EntryPoint = "signal", SetLastError = true)]
    internal static partial nint HandleSignal(int signal, delegate* unmanaged<int, void> handler);

    [LibraryImport("libc", EntryPoint = "pthread_kill")]
    internal static partial int SignalThread(nint thread, int signal);

    [LibraryImport("libc", EntryPoint = "pthread_create")]
    internal static partial int StartThread(nint* thread, void* attributes, delegate* unmanaged<void*, void*> start, void* argument);

    [LibraryImport("libc", EntryPoint = "sigtimedwait", SetLastError = true)]
    internal static partial int WaitForSignal(ulong* set, void* information, TimeSpec* timeout);

    [LibraryImport("libc", EntryPoint = "getaddrinfo", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int GetAddressInfo(string node, string service, AddressInfo* hints, AddressInfo** results);

    [LibraryImport("libc", EntryPoint = "freeaddrinfo")]
    internal static partial void FreeAddressInfo(AddressInfo* results);

    [LibraryImport("libc", EntryPoint = "gai_strerror")]
    internal static partial byte* AddressErrorText(int error);

    [LibraryImport("libc", EntryPoint = "__nss_configure_lookup", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int ConfigureLookup(string database, string services);

    [LibraryImport("libc", EntryPoint = "pipe2", SetLastError = true)]
    internal static partial int Pipe(int* descriptors, int flags);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    internal static partial int Kill(int process, int signal);

    [LibraryImport("libc", EntryPoint = "waitpid", SetLastError = true)]
    internal static partial int WaitForProcess(int process, int* status, int options);

    /// <summary>Returns the error's number; sets no errno.</summary>
    [LibraryImport("libc", EntryPoint = "posix_spawn")]
    internal static partial int Spawn(int* process, byte* path, void* actions, void* attributes, byte** arguments, byte** environment);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_init")]
    internal static partial int SpawnActionsBegin(void* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_destroy")]
    internal static partial int SpawnActionsEnd(void* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_adddup2")]
    internal static partial int SpawnDuplicate(void* actions, int descriptor, int wanted);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_addopen", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int SpawnOpen(void* actions, int descriptor, string path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_addclosefrom_np")]
    internal static partial int SpawnCloseFrom(void* actions, int first);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_init")]
    internal static partial int SpawnAttributesBegin(void* attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_destroy")]
    internal static partial int SpawnAttributesEnd(void* attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setflags")]
    internal static partial int SpawnFlags(void* attributes, short flags);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setsigmask")]
    internal static partial int SpawnSignalMask(void* attributes, ulong* set);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setsigdefault")]
    internal static partial int SpawnDefaultSignals(void* attributes, ulong* set);

    [LibraryImport("libc", EntryPoint = "openat", SetLastError = true)]
    internal static partial int OpenAt(int folder, byte* path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "readlinkat", SetLastError = true)]
    internal static partial nint ReadLinkAt(int folder, byte* path, byte* buffer, nuint size);

    [LibraryImport("libc", EntryPoint = "fstatat", SetLastError = true)]
    internal static partial int StatusAt(int folder, byte* path, Stat* status, int flags);

    [LibraryImport("libc", EntryPoint = "fdopendir", SetLastError = true)]
    internal static partial void* OpenFolder(int descriptor);

    [LibraryImport("libc", EntryPoint = "readdir", SetLastError = true)]
    internal static partial DirectoryEntry* ReadFolder(void* folder);

    [LibraryImport("libc", EntryPoint = "closedir", SetLastError = true)]
    internal static partial int CloseFolder(void* folder);

    [LibraryImport("libc", EntryPoint = "dup", SetLastError = true)]
    internal static partial int Duplicate(int descriptor);

    [LibraryImport("libc", EntryPoint = "statfs", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int KindOfFileSystem(string path, FileSystemKind* kind);

    [LibraryImport("libc", EntryPoint = "statvfs", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int FileSystem(string path, FileSystemStatus* status);
}
