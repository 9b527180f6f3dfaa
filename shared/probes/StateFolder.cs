using System.Runtime.InteropServices;
using System.Text;

namespace Ringfree.Monitoring.Probes;

/// <summary>
/// The folder in which a check keeps what outlasts a run: its memory, and the locks of children that may hang. It must belong to the user
/// that runs the check and be closed to everybody else.
/// </summary>
internal static unsafe class StateFolder
{
    private const string ParentOfAll = "/var/lib/ringfree-monitoring";
    private static readonly TimeSpan Unused = TimeSpan.FromDays(1);

    internal static string Of(string userName) => $"{ParentOfAll}/{userName}";

    /// <summary>Makes the folder if its parent allows, and judges it. For root the parent of all users' folders is made too.</summary>
    /// <returns>What is wrong with it, with the command that cures it; null when nothing is.</returns>
    internal static string? Objection(string folder, string userName)
    {
        const int FolderMode = 0b111_000_000;
        const uint OthersMay = 0b000_111_111;
        if (Libc.MakeFolder(folder, FolderMode) != 0 && Marshal.GetLastPInvokeError() is not Libc.EEXIST and var error
            && !(error == Libc.ENOENT && MakeParent(folder) && Libc.MakeFolder(folder, FolderMode) == 0))
        {
            return $"the memory folder '{folder}' cannot be made: {LastError()}; cure: {Make(folder, userName)}";
        }

        Libc.Stat status;
        if (Libc.LinkStatus(folder, &status) != 0)
        {
            return $"the memory folder '{folder}' cannot be judged: {LastError()}; cure: {Make(folder, userName)}";
        }

        bool isFolder = status.IsFolder;
        bool isOwn = status.User == Libc.EffectiveUser();
        return isFolder && isOwn && (status.Mode & OthersMay) == 0 ? null
            : !isFolder ? $"the memory folder '{folder}' is not a folder; cure: {AsRoot}mv '{folder}' '{folder}.old' && "
                + $"{Make(folder, userName)}"
            : isOwn ? $"the memory folder '{folder}' is open to others (mode {Ownership.Octal(status.Mode)}); cure: chmod 0700 '{folder}'"
            : $"the memory folder '{folder}' is not {userName}'s own; {OfAnother(folder, userName, status.User)}";
    }

    /// <summary>
    /// Removes locks and shared answers that nobody has used for a day: of containers, volumes and folders that are gone.
    /// </summary>
    internal static void Sweep(string folder)
    {
        int opened = LocalFolder.Open(folder);
        if (opened < 0)
        {
            return;
        }

        List<string> old = [];
        _ = LocalFolder.Visit(opened, name =>
        {
            Libc.Stat status;
            ReadOnlySpan<byte> bytes = LocalFolder.NameOf(name);
#pragma warning disable RS0030 // held against the time of a file, which this machine's clock made
            if ((bytes.EndsWith(".lock"u8) || bytes.EndsWith(".answer"u8))
                && Libc.StatusAt(opened, name, &status, Libc.AT_SYMLINK_NOFOLLOW) == 0
                && DateTimeOffset.UtcNow - DateTimeOffset.FromUnixTimeSeconds(status.Modified.Seconds) > Unused)
#pragma warning restore RS0030
            {
                old.Add(Path.Combine(folder, Encoding.UTF8.GetString(bytes)));
            }

            return true;
        });
        _ = Libc.Close(opened);
        foreach (string path in old)
        {
            using LockFile? file = LockFile.Open(path, out _);
            if (file?.TryTake("removed: unused for a day") is true)
            {
                file.Remove();
            }
        }
    }

    private static bool MakeParent(string folder)
    {
        const int OpenToReaders = 0b111_101_101;
        if (Libc.EffectiveUser() != 0 || Path.GetDirectoryName(folder) is not ParentOfAll || Libc.MakeFolder(ParentOfAll, OpenToReaders) != 0)
        {
            return false;
        }

        // mkdir's mode is cut by the umask, and the other users' folders lie below.
        int descriptor = Libc.Open(ParentOfAll, Libc.O_RDONLY | Libc.O_NOFOLLOW | Libc.O_CLOEXEC, 0);
        _ = Libc.ChangeMode(descriptor, OpenToReaders);
        _ = Libc.Close(descriptor);
        return true;
    }

    /// <summary>A folder that is this user's by its name is given to it; any other may be a service's.</summary>
    private static string OfAnother(string folder, string userName, uint owner)
    {
        string name = Accounts.UserName(owner);
        return folder == Of(userName) ? $"it belongs to {name}; cure: {AsRoot}chown {userName} '{folder}' && {AsRoot}chmod 0700 '{folder}'"
            : owner == 0 ? "it belongs to root: name another one with --state-dir"
            : $"it belongs to {name}: run this as {name}: sudo -u {name} ..., or name another one with --state-dir";
    }

    /// <summary>The commands that make the folder. A parent that stands is left as it is.</summary>
    private static string Make(string folder, string userName)
    {
        string? parent = Path.GetDirectoryName(folder);
        string first = parent is null || LocalFile.Stands(parent) ? "" : $"{AsRoot}install -d -m 0755 '{parent}' && ";
        return $"{first}{AsRoot}install -d -m 0700 -o {userName} '{folder}'";
    }

    private static string AsRoot => Libc.EffectiveUser() == 0 ? "" : "sudo ";

    private static string LastError() => Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError());
}
