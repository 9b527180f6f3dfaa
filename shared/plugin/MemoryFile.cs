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
    private bool isOwnFolder;

    public string Path { get; } = System.IO.Path.Combine(folder, name + ".json");

    private string LockPath => System.IO.Path.Combine(folder, name + ".lock");

    public void Claim()
    {
        if (StateFolder.Objection(folder, userName) is { } objection)
        {
            throw new MemoryException(objection);
        }

        isOwnFolder = true;
    }

    /// <summary>In a folder that is this user's own it is a stranger; anywhere else it is the other user's memory.</summary>
    private MemoryException OfAnother(string owner) => isOwnFolder
        ? Untrusted($"is owned by {owner}")
        : new($"the memory '{Path}' belongs to {owner}: run this as {owner}: sudo -u {owner} ...");

    private MemoryException Untrusted(string reason) =>
        new($"the memory '{Path}' cannot be trusted: {reason}{(!isOwnFolder ? "" : $"; cure: mv '{Path}' '{Path}.old'")}");

    internal static string PathAside(string path) => path + ".corrupt";

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

    public void Write(Func<byte[]?, byte[]> next, bool durable)
    {
        using LockFile held = Lock();
        try
        {
            Replace(next(Read()), durable);
        }
        finally
        {
            held.Remove();
        }

        StateFolder.Sweep(folder);
    }

    /// <summary>Takes the lock that keeps two runs from overwriting each other; it is held for one write.</summary>
    private LockFile Lock()
    {
        LockFile file = LockFile.Open(LockPath, out string trouble)
            ?? throw new MemoryException($"the memory lock '{LockPath}' cannot be opened: {trouble}");
        long end = Environment.TickCount64 + LockWaitMilliseconds;
        while (!file.TryTake($"held while '{Path}' is written"))
        {
            if (Environment.TickCount64 >= end)
            {
                file.Dispose();
                throw new MemoryException($"the memory lock '{LockPath}' is held by another run for more than {LockWaitMilliseconds / 1000} s");
            }

            _ = Libc.Poll(null, 0, 5);
        }

        return file;
    }

    private void Replace(ReadOnlySpan<byte> bytes, bool durable)
    {
        const int FileMode = 0b110_000_000;
        string temporary = Path + ".new";
        _ = Libc.Unlink(temporary);
        int descriptor = Libc.Open(temporary, Libc.O_WRONLY | Libc.O_CREAT | Libc.O_EXCL | Libc.O_NOFOLLOW | Libc.O_CLOEXEC, FileMode);
        if (descriptor < 0)
        {
            throw new MemoryException($"the memory '{Path}' cannot be written: {LastError()}");
        }

        bool written = LocalFile.Write(descriptor, bytes) && (!durable || Libc.Sync(descriptor) == 0);
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
        return Libc.Rename(Path, aside) == 0 || Marshal.GetLastPInvokeError() == Libc.ENOENT
            ? aside
            : throw new MemoryException($"the corrupt memory '{Path}' cannot be set aside: {LastError()}");
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
