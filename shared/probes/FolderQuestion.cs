using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Ringfree.Monitoring.Probes;

/// <summary>
/// What stands in a folder, one line an entry: kind, size, links, time of its last change and name. Links are not followed.
/// </summary>
/// <param name="Path">The folder's absolute path.</param>
public sealed record FolderQuestion(string Path) : Question
{
    internal const string KindName = "folders";

    /// <summary>The number of entries that are listed; more end the answer with <see cref="Outcome.TooLong"/>. Default: 100,000.</summary>
    public int MostEntries { get; init; } = 100_000;

    /// <summary>
    /// Whether the folder may lie on storage that hangs: it is then read in a child that is abandoned after 3 s, unless
    /// <see cref="Question.Limit"/> says otherwise. Default: false.
    /// </summary>
    public bool MayHang { get; init; }

    /// <summary>
    /// A folder that somebody else controls, such as the root of a container, with which the path begins: links are resolved inside it, so
    /// that none leads out of it. Default: null, the machine itself.
    /// </summary>
    public string? Within { get; init; }

    /// <inheritdoc/>
    public override string Kind => KindName;

    /// <inheritdoc/>
    public override string What => $"the folder {Path}";

    /// <inheritdoc/>
    public override string Print() => $"{RecordingFormat.Escape(Path)}\nmost "
        + $"{MostEntries}\n{(Within is null ? "" : $"within {RecordingFormat.Escape(Within)}\n")}";

    internal override string Place => Path;

    internal static FolderQuestion? Parse(string text)
    {
        const string Most = "most ", Inside = "within ";
        return text.TrimEnd('\n').Split('\n') is [var path, var most, .. var rest]
            && most.StartsWith(Most, StringComparison.Ordinal) && int.TryParse(most[Most.Length..], out int count)
            && rest.Length < 2 && Array.TrueForAll(rest, line => line.StartsWith(Inside, StringComparison.Ordinal))
            ? new FolderQuestion(RecordingFormat.Unescape(path))
            {
                MostEntries = count,
                Within = rest.Length == 0 ? null : RecordingFormat.Unescape(rest[0][Inside.Length..]),
            }
            : null;
    }

    /// <inheritdoc/>
    protected internal override IPendingAnswer Begin(Machine machine)
    {
        if (MayHang)
        {
            return AbandonableProbe.Begin(this with { Limit = Limit ?? AbandonableProbe.DefaultLimit }, machine);
        }

        return new DeferredAnswer(() =>
        {
            using var text = new MemoryStream();
            Answer answer = FolderListing.Print(this, bytes => text.Write(bytes));
            return answer with { Bytes = text.ToArray() };
        });
    }
}

/// <summary>One entry of a folder.</summary>
/// <param name="Name">The entry's name.</param>
/// <param name="Kind">What it is; a link is <see cref="PathKind.Other"/>.</param>
/// <param name="Size">In bytes.</param>
/// <param name="Links">Hard links.</param>
/// <param name="Modified">When its content last changed.</param>
public readonly record struct FolderEntry(string Name, PathKind Kind, long Size, long Links, DateTimeOffset Modified);

/// <summary>The text form of a folder's entries.</summary>
public static class FolderListing
{
    /// <summary>Reads an answer to a <see cref="FolderQuestion"/>. Lines of another form are passed over.</summary>
    /// <param name="answer">The answer.</param>
    /// <returns>The entries, in the folder's order.</returns>
    public static IReadOnlyList<FolderEntry> Parse(Answer answer)
    {
        List<FolderEntry> entries = [];
        foreach (string line in Encoding.UTF8.GetString(answer.Bytes.Span).Split('\n'))
        {
            string[] fields = line.Split(' ', 5);
            if (fields.Length == 5 && Enum.TryParse(fields[0], ignoreCase: true, out PathKind kind) && !char.IsAsciiDigit(fields[0][0])
                && long.TryParse(fields[1], NumberStyles.None, null, out long size)
                && long.TryParse(fields[2], NumberStyles.None, null, out long links)
                && long.TryParse(fields[3], NumberStyles.AllowLeadingSign, null, out long time) && time is > -62_135_596_800 and < 253_402_300_800)
            {
                entries.Add(new FolderEntry(RecordingFormat.Unescape(fields[4]), kind, size, links, DateTimeOffset.FromUnixTimeSeconds(time)));
            }
        }

        return entries;
    }

    internal static unsafe Answer Print(FolderQuestion question, ChunkReader take)
    {
        int folder = question.Within is { } root
            ? ContainedPath.OpenBelow(root, question.Path, Libc.O_RDONLY | Libc.O_DIRECTORY)
            : LocalFolder.Open(question.Path);
        int error = folder >= 0 ? 0 : question.Within is null ? -folder : Marshal.GetLastPInvokeError();
        int count = 0;
        if (folder >= 0)
        {
            error = LocalFolder.Visit(folder, name =>
            {
                Libc.Stat status;
                if (Libc.StatusAt(folder, name, &status, Libc.AT_SYMLINK_NOFOLLOW) == 0 && ++count <= question.MostEntries)
                {
                    string kind = LocalWorld.KindOf(status.Mode).ToString().ToLowerInvariant();
                    string text = RecordingFormat.Escape(Encoding.UTF8.GetString(LocalFolder.NameOf(name)));
                    take(Encoding.UTF8.GetBytes($"{kind} {status.Size} {status.Links} {status.Modified.Seconds} {text}\n"));
                }

                return count <= question.MostEntries;
            });
            _ = Libc.Close(folder);
        }

        return count > question.MostEntries ? Answer.Without(Outcome.TooLong, $"the folder has more than {question.MostEntries} entries")
            : error == 0 ? new Answer(Outcome.Answered, default)
            : SystemError.AsAnswer(error);
    }
}
