using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Ringfree.Monitoring.Probes;

/// <summary>
/// Finds and reads the files of a <see cref="FilesQuestion"/> on this machine: relative to open folders, into one buffer, so that 50,000
/// files cost what the kernel charges.
/// </summary>
internal sealed unsafe class FileWalk
{
    private const int LongestPath = 4096;

    private readonly FilesQuestion question;
    private readonly FileVisitor visitor;
    private readonly byte[] buffer;
    private Answer outcome = new(Outcome.Answered, default);
    private bool reachedAny;

    private FileWalk(FilesQuestion question, FileVisitor visitor)
    {
        this.question = question;
        this.visitor = visitor;
        buffer = GC.AllocateUninitializedArray<byte>(question.LargestFile + 1);
    }

    /// <summary>Visits every file that matches.</summary>
    /// <returns>Answered, unless what stands before the first wildcard could not be reached for any pattern.</returns>
    internal static Answer Visit(FilesQuestion question, FileVisitor visitor)
    {
        FileWalk walk = new(question, visitor);
        if (question.Within is { } within)
        {
            PathPattern[] patterns = [.. question.Patterns.Select(pattern => new PathPattern(pattern))];
            walk.Walk(new PathPattern(within + "/."), root => walk.WalkWithin(root, patterns));
            return walk.Result;
        }

        foreach (string pattern in question.Patterns)
        {
            walk.Walk(new PathPattern(pattern), walk.ReadFile);
        }

        return walk.Result;
    }

    private Answer Result => reachedAny ? new Answer(Outcome.Answered, default) : outcome;

    /// <summary>The same as the text of <see cref="FramedFiles"/>.</summary>
    internal static Answer Print(FilesQuestion question, ChunkReader take) =>
        Visit(question, (path, content, failure) => FramedFiles.PrintFile(path, content, failure, take));

    /// <summary>A file, or a folder to resolve in: the open folder, the path below it, and the whole path for people.</summary>
    private readonly ref struct Place(int folder, ReadOnlySpan<byte> below, ReadOnlySpan<byte> whole, bool isListed)
    {
        internal int Folder { get; } = folder;

        internal ReadOnlySpan<byte> Below { get; } = below;

        internal ReadOnlySpan<byte> Whole { get; } = whole;

        /// <summary>Whether its last component is an entry of a folder that was listed.</summary>
        internal bool IsListed { get; } = isListed;
    }

    private delegate void PlaceVisitor(Place place);

    private void Walk(PathPattern pattern, PlaceVisitor found)
    {
        int folder = LocalFolder.Open(pattern.Base);
        if (folder < 0)
        {
            Keep(-folder);
            if (question.FollowsLinks && pattern.Steps > 0 && pattern.IsWildcard(0))
            {
                TellFolder(pattern.Base, -folder);
            }

            return;
        }

        try
        {
            WalkFrom(folder, Encoding.UTF8.GetBytes(pattern.Base.TrimEnd('/')), pattern, 0, found);
        }
        finally
        {
            _ = Libc.Close(folder);
        }
    }

    /// <summary>From an open folder on: steps are wildcards and the literal runs between them, in turn.</summary>
    private void WalkFrom(int folder, byte[] whole, PathPattern pattern, int step, PlaceVisitor found)
    {
        if (!pattern.IsWildcard(step))
        {
            byte[] literal = pattern.Literal(step);
            found(new Place(folder, [.. literal, 0], [.. whole, (byte)'/', .. literal], isListed: false));
            return;
        }

        byte[] below = new byte[LongestPath];
        byte[] path = new byte[whole.Length + LongestPath];
        whole.CopyTo(path, 0);
        path[whole.Length] = (byte)'/';
        byte[] rest = pattern.Literal(step + 1);
        bool isLast = step + (rest.Length > 0 ? 2 : 1) >= pattern.Steps;
        int error = LocalFolder.Visit(folder, name =>
        {
            ReadOnlySpan<byte> entry = LocalFolder.NameOf(name);
            int length = entry.Length + (rest.Length > 0 ? 1 + rest.Length : 0);
            if (!pattern.Matches(step, entry) || length >= LongestPath)
            {
                return true;
            }

            entry.CopyTo(below);
            if (rest.Length > 0)
            {
                below[entry.Length] = (byte)'/';
                rest.CopyTo(below, entry.Length + 1);
            }

            below[length] = 0;
            below.AsSpan(0, length).CopyTo(path.AsSpan(whole.Length + 1));
            ReadOnlySpan<byte> wholePath = path.AsSpan(0, whole.Length + 1 + length);
            if (isLast)
            {
                found(new Place(folder, below.AsSpan(0, length + 1), wholePath, isListed: rest.Length == 0));
            }
            else
            {
                Descend(folder, below, wholePath.ToArray(), pattern, step + (rest.Length > 0 ? 2 : 1), found);
            }

            return true;
        });
        if (error == 0)
        {
            reachedAny = true;
        }
        else
        {
            Keep(error);
        }
    }

    private void Descend(int folder, byte[] below, byte[] whole, PathPattern pattern, int step, PlaceVisitor found)
    {
        int inner;
        fixed (byte* path = below)
        {
            inner = Libc.OpenAt(folder, path, Libc.O_RDONLY | Libc.O_DIRECTORY | Libc.O_CLOEXEC, 0);
        }

        if (inner >= 0)
        {
            WalkFrom(inner, whole, pattern, step, found);
            _ = Libc.Close(inner);
        }
    }

    private void ReadFile(Place place)
    {
        int flags = Libc.O_RDONLY | Libc.O_CLOEXEC | Libc.O_NONBLOCK | Libc.O_NOCTTY | (question.FollowsLinks ? 0 : Libc.O_NOFOLLOW);
        fixed (byte* path = place.Below)
        {
            Libc.Stat status;
            int how = question.FollowsLinks ? 0 : Libc.AT_SYMLINK_NOFOLLOW;
            bool isOther = !question.AreKernelRecords && Libc.StatusAt(place.Folder, path, &status, how) == 0
                && !status.IsRegular && !status.IsLink;
            if (isOther)
            {
                Marshal.SetLastPInvokeError(ContainedPath.ENOTREGULAR);
            }

            ReadOpened(isOther ? -1 : Libc.OpenAt(place.Folder, path, flags, 0), place.Whole, place.IsListed);
        }
    }

    /// <summary>The patterns inside one root, which somebody else controls: every component is resolved by hand.</summary>
    private void WalkWithin(Place root, PathPattern[] patterns)
    {
        int folder;
        fixed (byte* path = root.Below)
        {
            folder = Libc.OpenAt(root.Folder, path, Libc.O_RDONLY | Libc.O_DIRECTORY | Libc.O_CLOEXEC, 0);
        }

        if (folder < 0)
        {
            return;
        }

        string rootPath = Encoding.UTF8.GetString(root.Whole[..^2]);
        visitor(root.Whole[..^2], [], null);
        RootBudget budget = new();
        foreach (string inside in patterns.SelectMany(pattern => ContainedPath.Expand(folder, pattern, budget)))
        {
            if (budget.Spent is not null || !budget.TakesFile())
            {
                break;
            }

            LinkTimes links = new();
            int file = ContainedPath.Open(folder, inside, Libc.O_RDONLY | Libc.O_NONBLOCK, regularOnly: true, links);
            ReadOpened(file, Encoding.UTF8.GetBytes(rootPath + inside), isListed: false, budget, links.Newest);
        }

        if (budget.Spent is { } limit)
        {
            visitor(root.Whole[..^2], [], limit);
        }

        _ = Libc.Close(folder);
        reachedAny = true;
    }

    /// <summary>A folder that should hold the files and cannot be listed: others of the question may be read all the same.</summary>
    private void TellFolder(string folder, int error)
    {
        if (error is not (Libc.ENOENT or Libc.ENOTDIR))
        {
            visitor(Encoding.UTF8.GetBytes(folder), [], Marshal.GetPInvokeErrorMessage(error));
        }
        else if (LocalFolder.DanglingPart(folder) is { } link)
        {
            visitor(Encoding.UTF8.GetBytes(link.Path), [], DanglingLink.Failure(link.Target));
        }
    }

    /// <param name="file">Its descriptor; negative when it could not be opened.</param>
    /// <param name="whole">Its path.</param>
    /// <param name="isListed">Whether a folder lists it, so that it exists although it cannot be opened.</param>
    /// <param name="budget">What its root may still cost; null without one.</param>
    /// <param name="newestLink">When the newest link on the way to it was made; 0 for none.</param>
    private void ReadOpened(int file, ReadOnlySpan<byte> whole, bool isListed, RootBudget? budget = null, long newestLink = 0)
    {
        if (file < 0)
        {
            int error = Marshal.GetLastPInvokeError();
            if (error is Libc.ENOENT or Libc.ENOTDIR)
            {
                Keep(error);
                if (isListed && question.FollowsLinks && LocalFolder.LinkTarget(Encoding.UTF8.GetString(whole)) is { } target)
                {
                    visitor(whole, [], DanglingLink.Failure(target));
                }

                return;
            }

            reachedAny = true;
            visitor(whole, [], ContainedPath.WhyNotOpened(error));
            return;
        }

        reachedAny = true;
        long modified = question.TellsTimes ? Math.Max(newestLink, ModifiedAt(file)) : 0;
        int length = Read(file, out string? failure);
        _ = Libc.Close(file);
        ReadOnlySpan<byte> told = failure is null && length >= 0 ? Told(buffer.AsSpan(0, length), modified) : [];
        if (length >= 0 && budget?.TakesBytes(length, told.Length) != false)
        {
            visitor(whole, told, failure);
        }
    }

    private static long ModifiedAt(int file)
    {
        Libc.Stat status;
        return Libc.DescriptorStatus(file, &status) == 0 ? status.Modified.Seconds : 0;
    }

    /// <summary>What the question wants to know of a content.</summary>
    private ReadOnlySpan<byte> Told(ReadOnlySpan<byte> content, long modified)
    {
        if (!question.TellsTimes && question.OnlyLinesWith is null)
        {
            return content;
        }

        using MemoryStream told = new();
        string time = question.TellsTimes ? string.Create(CultureInfo.InvariantCulture, $"modified {modified}\n") : "";
        told.Write(Encoding.ASCII.GetBytes(time));
        if (question.OnlyLinesWith is not { } wanted)
        {
            told.Write(content);
            return told.ToArray();
        }

        byte[] text = Encoding.UTF8.GetBytes(wanted);
        foreach (Range range in content.Split((byte)'\n'))
        {
            if (content[range].IndexOf(text) >= 0)
            {
                told.Write(content[range]);
                told.Write("\n"u8);
            }
        }

        return told.ToArray();
    }

    /// <summary>Into the buffer; negative for a process that ended between open and read.</summary>
    private int Read(int file, out string? failure)
    {
        const int ESRCH = 3;
        failure = null;
        if (!question.AreKernelRecords)
        {
            Libc.Stat status;
            bool known = Libc.DescriptorStatus(file, &status) == 0;
            failure = !known ? Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())
                : !status.IsRegular ? "is not a regular file"
                : status.Size > question.LargestFile ? TooLarge
                : null;
            if (failure is not null)
            {
                return 0;
            }
        }

        int length = 0;
        fixed (byte* start = buffer)
        {
            while (length < buffer.Length)
            {
                nint count = Libc.Read(file, start + length, (nuint)(buffer.Length - length));
                if (count < 0)
                {
                    int error = Marshal.GetLastPInvokeError();
                    if (error == Libc.EINTR)
                    {
                        continue;
                    }

                    failure = Marshal.GetPInvokeErrorMessage(error);
                    return error == ESRCH ? -1 : 0;
                }

                length += (int)count;
                if (count == 0 || question.AreKernelRecords)
                {
                    return length;
                }
            }
        }

        failure = TooLarge;
        return 0;
    }

    private string TooLarge => $"has more than {question.LargestFile} bytes";

    private void Keep(int error) => outcome = SystemError.AsAnswer(error);
}
