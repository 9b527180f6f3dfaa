using System.Runtime.InteropServices;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Plugin;

/// <summary>
/// Run as root, a check trusts no file that somebody else could have written: the file and every folder above it must be owned by root and
/// writable by nobody else. A folder with the sticky bit (such as /tmp) is not writable in this sense: what root placed there, nobody else
/// can replace.
/// </summary>
internal static class RootTrust
{
    private const string OwnProgramWords = "the program itself";

    internal static bool Applies => Libc.EffectiveUser() == 0;

    /// <summary>Judges the file as it was opened, and the folders above its resolved path.</summary>
    /// <exception cref="UsageException">Somebody else could have written it; the message has the commands that cure it.</exception>
    internal static void DemandFile(string what, string path, LocalFile file)
    {
        Demand(what, path, path, file.Owner, file.Mode, file.Group, isFolder: false);
        DemandFolders(what, path);
    }

    /// <summary>Judges this program itself: who may replace it may run anything as root.</summary>
    /// <exception cref="UsageException">Somebody else could have written it.</exception>
    internal static void DemandOwnProgram()
    {
        if (OwnProgram() is { } program)
        {
            DemandStatus(OwnProgramWords, program, program);
            DemandFoldersOf(OwnProgramWords, program, program);
        }
    }

    private static void DemandFolders(string what, string path)
    {
        DemandFoldersOf(what, path, Path.GetFullPath(path));
        if (Resolved(path) is { } resolved && resolved != path)
        {
            DemandFoldersOf(what, path, resolved);
        }
    }

    private static void DemandFoldersOf(string what, string path, string absolute)
    {
        for (string? folder = Path.GetDirectoryName(absolute); folder is not null; folder = Path.GetDirectoryName(folder))
        {
            DemandStatus(what, path, folder);
        }
    }

    private static unsafe void DemandStatus(string what, string path, string part)
    {
        Libc.Stat status;
        if (Libc.PathStatus(part, &status) == 0)
        {
            Demand(what, path, part, status.User, status.Mode & 0xFFF, status.Group, isFolder: (status.Mode & 0xF000) == 0x4000);
        }
    }

    private static void Demand(string what, string path, string part, uint owner, uint mode, uint group, bool isFolder)
    {
        const uint OthersWrite = 0b000_000_010, GroupWrites = 0b000_010_000, Sticky = 0x200;
        bool isSticky = isFolder && (mode & Sticky) != 0;
        bool othersWrite = !isSticky && ((mode & OthersWrite) != 0 || ((mode & GroupWrites) != 0 && group != 0));
        if (owner != 0 || othersWrite)
        {
            string state = owner != 0 ? $"owned by {Accounts.UserName(owner)}" : $"writable by others (mode {Convert.ToString(mode, 8)})";
            string cure = what == OwnProgramWords
                ? "run it from where only root may write, as make install places it, or as another user"
                : $"chown root:root '{part}' && chmod go-w '{part}'";
            throw new UsageException($"refused to run as root with {what} '{path}': '{part}' is {state}; cure: {cure}");
        }
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
