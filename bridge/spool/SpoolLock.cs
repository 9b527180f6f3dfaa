using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Bridge;

/// <summary>
/// The lock that says that a serve empties the spool: a write lock on a file in a folder of serve's own. The scheduler's user, who may
/// write the spool, can ask for it and cannot take it; what that user puts in its place is not trusted.
/// </summary>
internal sealed class SpoolLock(string spool)
{
    private const string Name = "lock";

    private readonly ServingFolder serving = new(spool);

    private string Folder => serving.Path;

    private string FilePath => serving.PathOf(Name);

    /// <summary>Takes the spool for one serve.</summary>
    /// <returns>The lock, held until disposed or the process ends; null when another process holds it.</returns>
    /// <exception cref="IOException">The spool is missing or cannot be locked.</exception>
    public SafeFileHandle? TryTake()
    {
        MakeFolder();
        SafeFileHandle? held = KernelFile.KeepIf(KernelFile.OpenLock(FilePath), handle => KernelFile.TryLock(handle, FilePath));
        if (held is not null)
        {
            Sign(held);
        }

        return held;
    }

    /// <summary>True when a serve holds it that runs as the spool's owner or as root.</summary>
    /// <exception cref="IOException">The spool is missing, or this user may not ask.</exception>
    public bool IsHeld()
    {
        uint owner = serving.SpoolOwner();
        try
        {
            using SafeFileHandle? own = serving.OpenOwn(Name, owner);
            return own is not null && KernelFile.IsLocked(own, FilePath);
        }
        catch (IOException absent) when (absent.HResult is Libc.ENOENT or Libc.ENOTDIR or Libc.ELOOP or Libc.ENXIO)
        {
            return false;
        }
    }

    /// <summary>The process that holds it, as it signed; null when it cannot be known.</summary>
    public int? Holder()
    {
        try
        {
            string signed = File.ReadAllText(FilePath);
            return int.TryParse(signed, NumberStyles.None, CultureInfo.InvariantCulture, out int process) ? process : null;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    // What another user put there is moved away, which the spool's owner may; so is a folder that the group cannot look into.
    private void MakeFolder()
    {
        if (IsForeign())
        {
            KernelFile.Rename(Folder, $"{Folder}-foreign-{Moment.Now().WallNanoseconds}");
        }

        KernelFile.MakeFolder(Folder);
    }

    private bool IsForeign()
    {
        try
        {
            using SafeFileHandle handle = KernelFile.OpenFolder(Folder, mayBeLink: false);
            FileFacts facts = KernelFile.Facts(handle, Folder);
            return facts.User != ProcessContext.User() || facts.IsWritableByOthers || !facts.IsOpenToGroup;
        }
        catch (IOException absent) when (absent.HResult is Libc.ENOENT)
        {
            return false;
        }
        catch (IOException)
        {
            return true; // a link, a file, or closed to its owner
        }
    }

    // For the sentence of a second serve only: on a full disk the lock holds without it.
    private static void Sign(SafeFileHandle handle)
    {
        try
        {
            RandomAccess.SetLength(handle, 0);
            RandomAccess.Write(handle, Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture)), 0);
        }
        catch (IOException)
        {
            // Unsigned.
        }
    }
}
