using Microsoft.Win32.SafeHandles;

namespace Ringfree.Monitoring.Bridge;

/// <summary>
/// The folder within the spool that is serve's own: its lock, and what it tells notify. The scheduler's user, who may write the spool, can
/// put another folder in its place, which is not trusted.
/// </summary>
internal sealed class ServingFolder(string spool)
{
    public string Path { get; } = System.IO.Path.Combine(spool, "serving");

    public string PathOf(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>The user that the spool belongs to.</summary>
    /// <exception cref="IOException">The spool is missing, or this user may not look.</exception>
    public uint SpoolOwner()
    {
        using SafeFileHandle home = KernelFile.OpenFolder(spool);
        return KernelFile.Facts(home, spool).User;
    }

    /// <summary>Opens a file of the folder.</summary>
    /// <returns>Null when folder or file belong to another than the spool's owner or root, or others may write them.</returns>
    /// <exception cref="IOException">One of them is missing, is a link, or may not be opened.</exception>
    public SafeFileHandle? OpenOwn(string name, uint spoolOwner)
    {
        bool IsOwn(FileFacts one) => (one.User == spoolOwner || one.User == 0) && !one.IsWritableByOthers;
        string file = PathOf(name);
        using SafeFileHandle folder = KernelFile.OpenFolder(Path, mayBeLink: false);
        return KernelFile.KeepIf(KernelFile.OpenSuspicious(file), handle =>
            KernelFile.Facts(handle, file) is { IsRegular: true } facts && IsOwn(facts) && IsOwn(KernelFile.Facts(folder, Path)));
    }
}
