using System.Runtime.InteropServices;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Plugin;

/// <summary>
/// The file that a check's memory lives in. Its folder must belong to the user that runs the check and be closed to everybody else; files
/// are made exclusively, never through a link, and replaced by rename.
/// </summary>
internal sealed unsafe class MemoryFile(string folder, string name, string userName) : IMemoryStore
{
    private const int LongestFile = 16 * 1024 * 1024;
    private const int LockWaitMilliseconds = 1000;
    private int lockDescriptor = -1;

    public string Path { get; } = System.IO.Path.Combine(folder, name + ".json");

    private string LockPath => System.IO.Path.Combine(folder, name + ".lock");

    public void Claim()
    {
        if (StateFolder.Objection(folder, userName) is { } objection)
        {
            throw new MemoryException(objection);
        }

        Lock();
    }

    /// <summary>In a folder that is this user's own it is a stranger; anywhere else it is the other user's memory.</summary>
    private MemoryException OfAnother(string owner) => lockDescriptor >= 0
        ? Untrusted($"is owned by {owner}")
        : new($"the memory '{Path}' belongs to {owner}: run this as {owner}: sudo -u {owner} ...");

    private MemoryException Untrusted(string reason) =>
        new($"the memory '{Path}' cannot be trusted: {reason}{(lockDescriptor < 0 ? "" : $"; cure: mv '{Path}' '{Path}.old'")}");

    internal static string PathAside(string path) => path + ".corrupt";

    /// <summary>Takes the lock that keeps two runs from overwriting each other; waits at most a second.</summary>
    private void Lock()
    {
        const int FileMode = 0b110_000_000;
        lockDescriptor = Libc.Open(LockPath, Libc.O_RDWR | Libc.O_CREAT | Libc.O_NOFOLLOW | Libc.O_CLOEXEC, FileMode);
        if (lockDescriptor < 0)
        {
            throw new MemoryException($"the memory lock '{LockPath}' cannot be opened: {LastError()}");
        }

        long end = Environment.TickCount64 + LockWaitMilliseconds;
        while (Libc.Lock(lockDescriptor, Libc.LOCK_EX | Libc.LOCK_NB) != 0)
        {
            if (Environment.TickCount64 >= end)
            {
                throw new MemoryException($"the memory lock '{LockPath}' is held by another run for more than {LockWaitMilliseconds / 1000} s");
            }

            _ = Libc.Poll(null, 0, 20);
        }
    }

    public byte[]? Read()
    {
        LocalFile file = LocalFile.Read(Path, LongestFile);
        if (file.Missing)
        {
            return null;
        }

        return file.Failure is { } reason ? throw Untrusted(reason)
            : file.Owner != Libc.EffectiveUser() ? throw OfAnother(Accounts.UserName(file.Owner))
            : file.Bytes;
    }

    public void Write(ReadOnlySpan<byte> bytes, bool durable)
    {
        const int FileMode = 0b110_000_000;
        string temporary = $"{Path}.{Environment.ProcessId}";
        _ = Libc.Unlink(temporary);
        int descriptor = Libc.Open(temporary, Libc.O_WRONLY | Libc.O_CREAT | Libc.O_EXCL | Libc.O_NOFOLLOW | Libc.O_CLOEXEC, FileMode);
        if (descriptor < 0)
        {
            throw new MemoryException($"the memory '{Path}' cannot be written: {LastError()}");
        }

        bool written = WriteAll(descriptor, bytes) && (!durable || Libc.Sync(descriptor) == 0);
        string reason = written ? "" : LastError();
        _ = Libc.Close(descriptor);
        if (!written || Libc.Rename(temporary, Path) != 0)
        {
            reason = reason.Length > 0 ? reason : LastError();
            _ = Libc.Unlink(temporary);
            throw new MemoryException($"the memory '{Path}' cannot be written: {reason}");
        }

        if (durable)
        {
            SyncFolder();
        }
    }

    public string SetAside()
    {
        string aside = PathAside(Path);
        return Libc.Rename(Path, aside) == 0 ? aside : throw new MemoryException($"the corrupt memory '{Path}' cannot be set aside: {LastError()}");
    }

    public void Dispose()
    {
        if (lockDescriptor >= 0)
        {
            _ = Libc.Close(lockDescriptor);
            lockDescriptor = -1;
        }
    }

    private static bool WriteAll(int descriptor, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* start = bytes)
        {
            int written = 0;
            while (written < bytes.Length)
            {
                nint count = Libc.Write(descriptor, start + written, (nuint)(bytes.Length - written));
                if (count < 0 && Marshal.GetLastPInvokeError() != Libc.EINTR)
                {
                    return false;
                }

                written += Math.Max((int)count, 0);
            }
        }

        return true;
    }

    private static string LastError() => Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError());

    private void SyncFolder()
    {
        int descriptor = Libc.Open(folder, Libc.O_RDONLY | Libc.O_DIRECTORY | Libc.O_CLOEXEC, 0);
        if (descriptor >= 0)
        {
            _ = Libc.Sync(descriptor);
            _ = Libc.Close(descriptor);
        }
    }
}

/// <summary>Memory cannot be kept; the message has the cure.</summary>
internal sealed class MemoryException(string message) : Exception(message);
