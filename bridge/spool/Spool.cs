using System.Text.RegularExpressions;
using Microsoft.Win32.SafeHandles;

namespace Ringfree.Monitoring.Bridge;

/// <summary>
/// The folder between the scheduler's user and the bridge: one file is one event. notify only adds, serve only takes away, and a file is
/// taken away when its event is in the store.
/// </summary>
internal sealed partial class Spool(string path)
{
    public const string EventSuffix = ".event";

    /// <summary>At most so many files are kept aside; past that an unparsable file is removed.</summary>
    public const int MaxRejected = 1_000;

    private const string UnfinishedPrefix = ".new-";

    private static readonly TimeSpan UnfinishedLifetime = TimeSpan.FromHours(1);

    public string Path => path;

    /// <summary>Where files are whose events are committed and not yet in the store's file on the disk.</summary>
    public string TakenFolder => System.IO.Path.Combine(path, "taken");

    /// <summary>Where files are that are not notifications.</summary>
    public string RejectedFolder => System.IO.Path.Combine(path, "rejected");

    /// <summary>
    /// Complains when everybody may write the folder: the group that it gives to each file would no longer say that the writer belongs to
    /// the scheduler. A folder that cannot be opened is complained of by whoever opens it.
    /// </summary>
    public string? Complaint()
    {
        try
        {
            using SafeFileHandle folder = KernelFile.OpenFolder(path);
            FileFacts facts = KernelFile.Facts(folder, path);
            return facts.IsWritableByEverybody
                ? $"has mode {Convert.ToString(facts.Mode & 0xFFF, 8)}; accepted: no permission to write for others (chmod o-w {path})"
                : null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>Adds an event: temporary name, write, fsync, rename, fsync of the folder. When this returns, no crash loses it.</summary>
    /// <exception cref="IOException">It is not spooled; the message says what failed.</exception>
    public void Add(IReadOnlyDictionary<string, byte[]> macros, Moment moment, int processId)
    {
        string name = moment.FileName(processId);
        string unfinished = System.IO.Path.Combine(path, UnfinishedPrefix + name);
        using SafeFileHandle folder = KernelFile.OpenFolder(path);
        using (SafeFileHandle file = KernelFile.CreateNew(unfinished))
        {
            try
            {
                KernelFile.WriteAll(file, SpoolFile.Write(macros, moment), unfinished);
                KernelFile.Synchronise(file, unfinished);
                KernelFile.Rename(unfinished, System.IO.Path.Combine(path, name));
            }
            catch (IOException)
            {
                File.Delete(unfinished);
                throw;
            }
        }

        KernelFile.Synchronise(folder, path);
    }

    /// <summary>Which serve holds it.</summary>
    public SpoolLock Lock => new(path);

    /// <summary>The names of the finished files, those of one boot in the order of their events.</summary>
    public List<string> Names()
    {
        List<string> names = [.. Directory.EnumerateFileSystemEntries(path)
            .Select(entry => System.IO.Path.GetFileName(entry)!)
            .Where(name => name.EndsWith(EventSuffix, StringComparison.Ordinal) && !name.StartsWith('.'))];
        names.Sort(StringComparer.Ordinal);
        return names;
    }

    /// <summary>
    /// Reads one file with suspicion: no link, a regular file with one name, at most 8 MiB, of an owner who belongs here.
    /// </summary>
    /// <remarks>
    /// An owner belongs here when it is root, this process's user or the folder's owner, or when the file has the folder's group: in the
    /// set-group-id folder of the installation that is what every member of the scheduler's group writes.
    /// </remarks>
    /// <returns>The event, or null with the reason, which never quotes the file.</returns>
    /// <exception cref="IOException">It cannot be opened: it is a link, or the permissions are wrong.</exception>
    public SchedulerEvent? Read(string name, out string refusal)
    {
        refusal = "its name is not one that notify gives";
        if (!IsEventName(name))
        {
            return null;
        }

        string file = System.IO.Path.Combine(path, name);
        using SafeFileHandle folder = KernelFile.OpenFolder(path);
        using SafeFileHandle handle = KernelFile.OpenSuspicious(file);
        FileFacts facts = KernelFile.Facts(handle, file);
        FileFacts home = KernelFile.Facts(folder, path);
        refusal = !facts.IsRegular ? "it is not a regular file"
            : facts.Links != 1 ? "it has more than one name"
            : facts.User != 0 && facts.User != ProcessContext.User() && facts.User != home.User && facts.Group != home.Group
                ? $"its owner is user {facts.User}"
            : facts.Size > SpoolFile.MaxBytes ? $"it is larger than {SpoolFile.MaxBytes} bytes"
            : "";
        if (refusal.Length > 0)
        {
            return null;
        }

        return SpoolFile.Read(name, KernelFile.ReadAll(handle, facts.Size), out refusal);
    }

    public void Remove(string name) => File.Delete(System.IO.Path.Combine(path, name));

    /// <summary>
    /// Moves a file whose event is committed into taken/, where it stays until the store's file on the disk holds the event.
    /// </summary>
    /// <exception cref="IOException">It cannot be moved; it stays.</exception>
    public void Take(string name)
    {
        using SafeFileHandle folder = OwnFolder(TakenFolder);
        KernelFile.RenameInto(System.IO.Path.Combine(path, name), folder, name);
    }

    /// <summary>The names of the files that were taken.</summary>
    public List<string> TakenNames() => Directory.Exists(TakenFolder)
        ? [.. Directory.EnumerateFileSystemEntries(TakenFolder).Select(entry => System.IO.Path.GetFileName(entry)!).Where(IsEventName)]
        : [];

    /// <summary>Removes files that were taken.</summary>
    public void RemoveTaken(IEnumerable<string> names)
    {
        foreach (string name in names)
        {
            File.Delete(System.IO.Path.Combine(TakenFolder, name));
        }
    }

    /// <summary>
    /// Moves the files that were taken back into the spool: a store that was lost, or that is older than they are, gets their events
    /// again; one that holds them already is not changed.
    /// </summary>
    public void GiveBackTaken()
    {
        if (TakenNames() is not { Count: > 0 } names)
        {
            return;
        }

        OwnFolder(TakenFolder).Dispose();
        foreach (string name in names)
        {
            KernelFile.Rename(System.IO.Path.Combine(TakenFolder, name), System.IO.Path.Combine(path, name));
        }
    }

    /// <summary>How many more files rejected/ takes.</summary>
    public int RoomForRejected() =>
        Directory.Exists(RejectedFolder)
            ? MaxRejected - Directory.EnumerateFileSystemEntries(RejectedFolder).Take(MaxRejected).Count()
            : MaxRejected;

    /// <summary>Moves a file into rejected/, where an operator can look at it, or removes it.</summary>
    /// <param name="name">The file.</param>
    /// <param name="isKept">False to remove it.</param>
    /// <exception cref="IOException">It cannot be moved; it stays.</exception>
    public void Reject(string name, bool isKept)
    {
        string file = System.IO.Path.Combine(path, name);
        using SafeFileHandle rejected = OwnFolder(RejectedFolder);
        if (isKept)
        {
            KernelFile.RenameInto(file, rejected, name);
        }
        else
        {
            File.Delete(file);
        }
    }

    // It must be this user's own: whoever may write the spool could have put a link there, to have files moved to where they may not write.
    private static SafeFileHandle OwnFolder(string path)
    {
        Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        SafeFileHandle folder = KernelFile.OpenFolder(path, mayBeLink: false);
        FileFacts facts = KernelFile.Facts(folder, path);
        if (facts.User == ProcessContext.User() && !facts.IsWritableByOthers)
        {
            return folder;
        }

        folder.Dispose();
        throw new IOException($"{path} must belong to user {ProcessContext.User()} only (chown and chmod 0700), or be removed");
    }

    /// <summary>Removes what a killed notify left half written, once it is an hour old.</summary>
    public void RemoveUnfinished(DateTimeOffset now)
    {
        foreach (string file in Directory.EnumerateFiles(path, UnfinishedPrefix + "*"))
        {
            if (now.UtcDateTime - File.GetLastWriteTimeUtc(file) > UnfinishedLifetime)
            {
                File.Delete(file);
            }
        }
    }

    /// <summary>True for a name that notify gives; any other could hold what must not reach a terminal or a log.</summary>
    public static bool IsEventName(string name) => EventName().IsMatch(name);

    [GeneratedRegex(@"^[0-9a-f]{8}-[0-9]{20}-[0-9]{1,10}\.event$")]
    private static partial Regex EventName();
}
