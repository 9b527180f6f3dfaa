namespace Ringfree.Monitoring.Probes;

/// <summary>
/// Run as root, a check trusts no file that somebody else could have written: the file and every folder on the way to it, that of each link
/// too, must be owned by root and writable by nobody else. A group that may write is somebody else, root's too: its members are not root,
/// and the bits of a group are those of an access control list where there is one. A folder with the sticky bit (such as /tmp) is not
/// writable in this sense: what root placed there, nobody else can replace.
/// </summary>
internal static class RootTrust
{
    /// <summary>As the kernel's own limit.</summary>
    private const int MostLinks = 40;

    private const string ProgramElsewhere = "run it from where only root may write, as make install places it, or as another user";
    private const string OtherProgram = "name a program that only root may write";

    /// <summary>Closing a folder may take it from whoever needs it; a file of ours can lie somewhere else.</summary>
    private const string Elsewhere = "keep it where only root may write, such as /etc/ringfree/monitoring";

    internal static bool Applies => Libc.EffectiveUser() == 0;

    /// <summary>Judges a file as it was opened, and the folders above its resolved path.</summary>
    /// <returns>Who else could have written it, with the cure; null when nobody could.</returns>
    internal static string? ObjectionToFile(string what, string path, LocalFile file)
    {
        string? folders = ObjectionToFolders(what, path, Elsewhere);
        string cure = folders is not null ? Elsewhere
            : file.Owner != 0 ? $"see what it says, then chown root:root '{path}' && chmod 0644 '{path}'"
            : $"see what it says, then chmod go-w '{path}'";
        return Objection(what, path, path, file.Owner, file.Mode, isFolder: false, cure) ?? folders;
    }

    /// <summary>Judges a program that is about to be run, and the folders above it.</summary>
    /// <returns>As above; also null when nothing stands there, which running it will tell.</returns>
    internal static string? ObjectionToProgram(string path) => ObjectionToProgram("the program", path, OtherProgram);

    /// <summary>Judges this program itself: who may replace it may run anything as root.</summary>
    /// <returns>As above.</returns>
    internal static string? ObjectionToOwnProgram() => LocalFolder.LinkTarget("/proc/self/exe") is { } program
        ? ObjectionToProgram("the program itself", program, ProgramElsewhere)
        : null;

    private static string? ObjectionToProgram(string what, string path, string cure) =>
        ObjectionToStatus(what, path, path, cure) ?? ObjectionToFolders(what, path, cure);

    private static string? ObjectionToFolders(string what, string path, string cure)
    {
        List<string> waiting = Parts(Path.GetFullPath(path));
        string folder = "/";
        for (int links = 0; waiting.Count > 0;)
        {
            if (ObjectionToStatus(what, path, folder, cure) is { } objection)
            {
                return objection;
            }

            string part = waiting[0], here = Path.Combine(folder, part);
            waiting.RemoveAt(0);
            if (part == "..")
            {
                folder = Path.GetDirectoryName(folder) ?? "/";
            }
            else if (LocalFolder.LinkTarget(here) is { } target)
            {
                uint owner = OwnerOfLink(here);
                if (owner != 0 || ++links > MostLinks)
                {
                    string state = owner != 0 ? $"a link of {Accounts.UserName(owner)}" : $"one link of more than {MostLinks}";
                    return $"refused to run as root with {what} '{path}': '{here}' is {state}; cure: {cure}";
                }

                waiting.InsertRange(0, Parts(target));
                folder = target.StartsWith('/') ? "/" : folder;
            }
            else
            {
                folder = here;
            }
        }

        return null;
    }

    private static unsafe uint OwnerOfLink(string path)
    {
        Libc.Stat status;
        return Libc.LinkStatus(path, &status) == 0 ? status.User : uint.MaxValue;
    }

    private static List<string> Parts(string path) => [.. path.Split('/').Where(part => part is not ("" or "."))];

    private static unsafe string? ObjectionToStatus(string what, string path, string part, string cure)
    {
        Libc.Stat status;
        return Libc.PathStatus(part, &status) == 0
            ? Objection(what, path, part, status.User, status.Mode & 0xFFF, status.IsFolder, cure)
            : null;
    }

    private static string? Objection(string what, string path, string part, uint owner, uint mode, bool isFolder, string cure)
    {
        const uint OthersOrGroupWrite = 0b000_010_010, Sticky = 0x200;
        bool isSticky = isFolder && (mode & Sticky) != 0;
        bool othersWrite = !isSticky && (mode & OthersOrGroupWrite) != 0;
        if (owner == 0 && !othersWrite)
        {
            return null;
        }

        string state = owner != 0 ? $"owned by {Accounts.UserName(owner)}" : $"writable by others (mode {Ownership.Octal(mode)})";
        return $"refused to run as root with {what} '{path}': '{part}' is {state}; cure: {cure}";
    }
}
