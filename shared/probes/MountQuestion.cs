using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Ringfree.Monitoring.Probes;

/// <summary>
/// Whether what is mounted at a path answers, and how much room it has. Asked in a child that is abandoned when the mount hangs: at most 3
/// s, unless <see cref="Question.Limit"/> says otherwise.
/// </summary>
public sealed record MountQuestion : Question
{
    internal const string KindName = "mounts";

    /// <summary>Asks about the file system that holds a path.</summary>
    /// <param name="path">An absolute path, usually a mount point.</param>
    public MountQuestion(string path)
    {
        Path = path;
        Limit = AbandonableProbe.DefaultLimit;
    }

    /// <summary>The path.</summary>
    public string Path { get; }

    /// <inheritdoc/>
    public override string Kind => KindName;

    /// <inheritdoc/>
    public override string What => $"an answer of the file system at {Path}";

    /// <inheritdoc/>
    public override string Print() => Path + "\n";

    /// <inheritdoc/>
    protected internal override IPendingAnswer Begin(Machine machine) => AbandonableProbe.Begin(this, machine);
}

/// <summary>What a file system that answers says of itself.</summary>
/// <param name="TotalBytes">Its size.</param>
/// <param name="FreeBytes">Free, what is reserved for root included.</param>
/// <param name="AvailableBytes">Free for everybody.</param>
/// <param name="TotalFiles">Inodes; 0 where the file system does not count them.</param>
/// <param name="FreeFiles">Free inodes.</param>
/// <param name="IsReadOnly">Whether it refuses writes.</param>
/// <param name="IsShared">Whether its kind is one that several machines share: NFS, FUSE (GlusterFS), GFS2, CIFS, Ceph, OCFS2.</param>
public sealed record MountStatus(long TotalBytes, long FreeBytes, long AvailableBytes, long TotalFiles, long FreeFiles, bool IsReadOnly, bool IsShared)
{
    // The magic numbers of statfs(2).
    private static readonly long[] SharedKinds = [0x6969, 0x65735546, 0x01161970, 0xFF534D42, 0x00C36400, 0x7461636F];

    private const ulong ReadOnlyFlag = 1;

    /// <summary>Reads an answer to a <see cref="MountQuestion"/>: one line of a name and a number for each property.</summary>
    /// <param name="answer">The answer.</param>
    /// <returns>The status, or null when the answer holds none; <c>failed</c> lines have the system's words.</returns>
    public static MountStatus? Parse(Answer answer) => Parse(answer.Bytes.Span);

    /// <summary>Reads the bytes of an answer.</summary>
    /// <param name="text">One line of a name and a number for each property.</param>
    /// <returns>The status, or null when the text holds none.</returns>
    public static MountStatus? Parse(ReadOnlySpan<byte> text)
    {
        Dictionary<string, long> values = [];
        foreach (string line in Encoding.UTF8.GetString(text).Split('\n'))
        {
            string[] words = line.Split(' ');
            if (words.Length == 2 && long.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out long value))
            {
                values[words[0]] = value;
            }
        }

        return values.TryGetValue("total-bytes", out long total) && values.TryGetValue("free-bytes", out long free)
            && values.TryGetValue("available-bytes", out long available) && values.TryGetValue("total-files", out long files)
            && values.TryGetValue("free-files", out long freeFiles) && values.TryGetValue("read-only", out long readOnly) && values.TryGetValue("shared", out long shared)
            ? new MountStatus(total, free, available, files, freeFiles, readOnly != 0, shared != 0)
            : null;
    }

    /// <summary>The child's side. The folder is read too: a client may answer for the file system from what it remembers.</summary>
    internal static unsafe Answer Print(string path, ChunkReader take)
    {
        Libc.FileSystemStatus status = default;
        Libc.FileSystemKind kind = default;
        int error = Libc.KindOfFileSystem(path, &kind) != 0 || Libc.FileSystem(path, &status) != 0 ? Marshal.GetLastPInvokeError() : ReadOneEntry(path);
        if (error != 0)
        {
            return SystemError.AsAnswer(error);
        }

        ulong unit = status.FragmentSize;
        take(Encoding.UTF8.GetBytes($"""
            total-bytes {status.Blocks * unit}
            free-bytes {status.BlocksFree * unit}
            available-bytes {status.BlocksAvailable * unit}
            total-files {status.Files}
            free-files {status.FilesFree}
            read-only {status.Flags & ReadOnlyFlag}
            shared {(SharedKinds.Contains(kind.Magic) ? 1 : 0)}

            """));
        return new Answer(Outcome.Answered, default);
    }

    /// <summary>A folder that this user may not read, and a path that is none, have answered too.</summary>
    private static unsafe int ReadOneEntry(string path)
    {
        int folder = LocalFolder.Open(path);
        if (folder < 0)
        {
            return -folder is Libc.EACCES or Libc.ENOTDIR ? 0 : -folder;
        }

        int error = LocalFolder.Visit(folder, _ => false);
        _ = Libc.Close(folder);
        return error;
    }
}
