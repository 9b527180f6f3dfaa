using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Bridge;

/// <summary>
/// A file whose commands a responder types at night: only root, or the user that this process acts as, may have written it. The file and
/// every folder above it belong to one of the two, and nobody else may write them; in a folder with the sticky bit nobody else may replace it.
/// </summary>
internal static class TrustedFile
{
    /// <summary>Opens the file and reads it.</summary>
    /// <returns>False when nothing stands at the path.</returns>
    /// <exception cref="IOException">It cannot be opened or is not trusted; the message says why, and the cure.</exception>
    public static bool Read(string path, Action<SafeFileHandle, FileFacts> read)
    {
        using SafeFileHandle? file = OpenIfThere(path);
        if (file is null)
        {
            return false;
        }

        FileFacts facts = KernelFile.Facts(file, path);
        if ((facts.IsRegular ? Objection(path, facts) ?? ObjectionToFolders(path) : $"{path} is not a regular file") is { } objection)
        {
            throw new IOException(objection);
        }

        read(file, facts);
        return true;
    }

    private static SafeFileHandle? OpenIfThere(string path)
    {
        try
        {
            return KernelFile.OpenSuspicious(path);
        }
        catch (IOException absent) when (absent.HResult is Libc.ENOENT or Libc.ENOTDIR)
        {
            return null;
        }
        catch (IOException link) when (link.HResult == Libc.ELOOP)
        {
            throw new IOException($"{path} is a link; accepted: a regular file", link);
        }
    }

    private static string? ObjectionToFolders(string path) =>
        Folders(path).Concat(Resolved(path) is { } resolved && resolved != path ? Folders(resolved) : [])
            .Select(folder => KernelFile.Look(folder, out _) is { } facts ? Objection(folder, facts) : null)
            .FirstOrDefault(objection => objection is not null);

    private static string? Objection(string path, FileFacts facts)
    {
        bool isStickyFolder = facts is { IsFolder: true, IsSticky: true };
        bool othersWrite = !isStickyFolder && (facts.IsWritableByEverybody || (facts.IsWritableByOthers && facts.Group != 0));
        return facts.User != 0 && facts.User != ProcessContext.User()
            ? $"{path} belongs to {Accounts.UserName(facts.User)}; accepted: root (chown root {path})"
            : othersWrite ? $"{path} has mode {facts.Permissions}; accepted: no permission to write for others (chmod go-w {path})"
            : null;
    }

    private static IEnumerable<string> Folders(string path)
    {
        for (string? folder = Path.GetDirectoryName(Path.GetFullPath(path)); folder is not null; folder = Path.GetDirectoryName(folder))
        {
            yield return folder;
        }
    }

    private static unsafe string? Resolved(string path)
    {
        byte* buffer = stackalloc byte[4_097];
        return Libc.RealPath(path, buffer) is not null ? Marshal.PtrToStringUTF8((nint)buffer) : null;
    }
}
