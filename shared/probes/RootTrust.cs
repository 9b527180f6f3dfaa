using System.Runtime.InteropServices;

namespace Ringfree.Monitoring.Probes;

/// <summary>
/// Run as root, a check trusts no file that somebody else could have written: the file and every folder above it must be owned by root and
/// writable by nobody else. A folder with the sticky bit (such as /tmp) is not writable in this sense: what root placed there, nobody else
/// can replace.
/// </summary>
internal static class RootTrust
{
    private const string OwnProgramWords = "the program itself";

    internal static bool Applies => Libc.EffectiveUser() == 0;

    /// <summary>Judges a file as it was opened, and the folders above its resolved path.</summary>
    /// <returns>Who else could have written it, with the commands that cure it; null when nobody could.</returns>
    internal static string? ObjectionToFile(string what, string path, LocalFile file) =>
        Objection(what, path, path, file.Owner, file.Mode, file.Group, isFolder: false) ?? ObjectionToFolders(what, path);

    /// <summary>Judges a program that is about to be run, and the folders above it.</summary>
    /// <returns>As above; also null when nothing stands there, which running it will tell.</returns>
    internal static string? ObjectionToProgram(string path) => ObjectionToStatus("the program", path, path) ?? ObjectionToFolders("the program", path);

    /// <summary>Judges this program itself: who may replace it may run anything as root.</summary>
    /// <returns>As above.</returns>
    internal static string? ObjectionToOwnProgram() => OwnProgram() is { } program
        ? ObjectionToStatus(OwnProgramWords, program, program) ?? ObjectionToFoldersOf(OwnProgramWords, program, program)
        : null;

    private static string? ObjectionToFolders(string what, string path) =>
        ObjectionToFoldersOf(what, path, Path.GetFullPath(path))
        ?? (Resolved(path) is { } resolved && resolved != path ? ObjectionToFoldersOf(what, path, resolved) : null);

    private static string? ObjectionToFoldersOf(string what, string path, string absolute)
    {
        for (string? folder = Path.GetDirectoryName(absolute); folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (ObjectionToStatus(what, path, folder) is { } objection)
            {
                return objection;
            }
        }

        return null;
    }

    private static unsafe string? ObjectionToStatus(string what, string path, string part)
    {
        Libc.Stat status;
        return Libc.PathStatus(part, &status) == 0
            ? Objection(what, path, part, status.User, status.Mode & 0xFFF, status.Group, isFolder: (status.Mode & 0xF000) == 0x4000)
            : null;
    }

    private static string? Objection(string what, string path, string part, uint owner, uint mode, uint group, bool isFolder)
    {
        const uint OthersWrite = 0b000_000_010, GroupWrites = 0b000_010_000, Sticky = 0x200;
        bool isSticky = isFolder && (mode & Sticky) != 0;
        bool othersWrite = !isSticky && ((mode & OthersWrite) != 0 || ((mode & GroupWrites) != 0 && group != 0));
        if (owner == 0 && !othersWrite)
        {
            return null;
        }

        string state = owner != 0 ? $"owned by {Accounts.UserName(owner)}" : $"writable by others (mode {Convert.ToString(mode, 8)})";
        string cure = what == OwnProgramWords
            ? "run it from where only root may write, as make install places it, or as another user"
            : $"chown root:root '{part}' && chmod go-w '{part}'";
        return $"refused to run as root with {what} '{path}': '{part}' is {state}; cure: {cure}";
    }

    private static unsafe string? OwnProgram()
    {
        byte* buffer = stackalloc byte[4096];
        nint length = Libc.ReadLink("/proc/self/exe", buffer, 4096);
        return length > 0 ? System.Text.Encoding.UTF8.GetString(buffer, (int)length) : null;
    }

    private static unsafe string? Resolved(string path)
    {
        byte* buffer = stackalloc byte[4097];
        return Libc.RealPath(path, buffer) is not null ? Marshal.PtrToStringUTF8((nint)buffer) : null;
    }
}
