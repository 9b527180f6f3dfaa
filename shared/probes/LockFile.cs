using System.Runtime.InteropServices;
using System.Text;

namespace Ringfree.Monitoring.Probes;

/// <summary>
/// A lock (flock) on a file. Who holds it may remove the file; who was waiting for that file finds it gone from its path, and takes the one
/// that stands there now.
/// </summary>
internal sealed unsafe class LockFile : IDisposable
{
    private readonly string path;

    private LockFile(string path, int descriptor)
    {
        this.path = path;
        Descriptor = descriptor;
    }

    /// <summary>The open file, which a child may inherit: it then keeps the lock until it ends.</summary>
    internal int Descriptor { get; private set; }

    /// <summary>When the holder took the lock.</summary>
    internal DateTimeOffset Taken
    {
        get
        {
            Libc.Stat status;
            _ = Libc.DescriptorStatus(Descriptor, &status);
            return DateTimeOffset.FromUnixTimeSeconds(status.Modified.Seconds);
        }
    }

    /// <summary>Opens the file, and makes it where it is absent and the file system takes files.</summary>
    /// <returns>The lock, which nobody holds yet; null with the system's words.</returns>
    internal static LockFile? Open(string path, out string trouble)
    {
        int descriptor = OpenFile(path);
        trouble = descriptor < 0 ? Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError()) : "";
        return descriptor < 0 ? null : new LockFile(path, descriptor);
    }

    /// <summary>Takes the lock if it is free.</summary>
    /// <param name="reason">What it is taken for, for a person who reads the file; the file's time tells since when.</param>
    /// <returns>Whether it is held now.</returns>
    internal bool TryTake(string reason)
    {
        while (Libc.Lock(Descriptor, Libc.LOCK_EX | Libc.LOCK_NB) == 0)
        {
            if (StandsAtItsPath())
            {
                Write(reason);
                return true;
            }

            // Its holder removed it before it let go.
            _ = Libc.Close(Descriptor);
            Descriptor = OpenFile(path);
        }

        return false;
    }

    /// <summary>Removes the file and lets go. For the holder alone, once no child has the lock.</summary>
    internal void Remove()
    {
        _ = Libc.Unlink(path);
        Dispose();
    }

    /// <summary>Lets go; the file stays, as does the lock while a child has it.</summary>
    public void Dispose()
    {
        if (Descriptor >= 0)
        {
            _ = Libc.Close(Descriptor);
            Descriptor = -1;
        }
    }

    private static int OpenFile(string path)
    {
        const int FileMode = 0b110_000_000;
        int descriptor = Libc.Open(path, Libc.O_RDWR | Libc.O_CREAT | Libc.O_NOFOLLOW | Libc.O_CLOEXEC, FileMode);

        // A disk fault makes the root filesystem read-only, and a lock needs no writing.
        return descriptor >= 0 || Marshal.GetLastPInvokeError() != Libc.EROFS
            ? descriptor
            : Libc.Open(path, Libc.O_RDONLY | Libc.O_NOFOLLOW | Libc.O_CLOEXEC, 0);
    }

    private bool StandsAtItsPath()
    {
        Libc.Stat held, standing;
        return Libc.DescriptorStatus(Descriptor, &held) == 0 && Libc.LinkStatus(path, &standing) == 0
            && (held.Device, held.Inode) == (standing.Device, standing.Inode);
    }

    private void Write(string reason)
    {
        _ = Libc.Truncate(Descriptor, 0);
        _ = LocalFile.Write(Descriptor, Encoding.UTF8.GetBytes(reason + "\n"));
    }
}
