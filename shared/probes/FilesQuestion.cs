namespace Ringfree.Monitoring.Probes;

/// <summary>Takes the files of an answer one by one.</summary>
/// <param name="path">The file's path, UTF-8, valid during the call only.</param>
/// <param name="content">Its content, valid during the call only; empty when there is a failure.</param>
/// <param name="failure">Why it could not be read, in the system's words; null when it was. A file that vanished meanwhile is passed
/// over.</param>
public delegate void FileVisitor(ReadOnlySpan<byte> path, ReadOnlySpan<byte> content, string? failure);

/// <summary>
/// The contents of all files whose paths match. Only regular files are read, never through a final link unless <see cref="FollowsLinks"/>,
/// and none that is larger than <see cref="LargestFile"/>.
/// </summary>
/// <param name="Patterns">
/// Absolute paths. A component may hold <c>*</c> (any text; not a leading dot), or be <c>[0-9]*</c> (digits alone).
/// </param>
public sealed record FilesQuestion(params IReadOnlyList<string> Patterns) : Question
{
    internal const string KindName = "files";

    /// <summary>The largest file that is read, in bytes; a larger one is a failure. Default: 64 KiB.</summary>
    public int LargestFile { get; init; } = 64 * 1024;

    /// <summary>
    /// Whether a link at the end of a path is followed. A link that a folder lists and that leads nowhere is then a failure, see
    /// <see cref="DanglingLink"/>; so is a folder before the first wildcard that cannot be listed, unless it does not exist. Default:
    /// false.
    /// </summary>
    public bool FollowsLinks { get; init; }

    /// <summary>
    /// A pattern of folders that somebody else controls, such as the roots of containers. The patterns are resolved inside each folder that
    /// matches, all links too, so that none leads out of it. The answer names each root without a failure before it is looked at, so that
    /// the last one of an answer that was cut short is the one that hangs, and with one when it holds too much to be looked at whole.
    /// Default: null, the machine itself.
    /// </summary>
    public string? Within { get; init; }

    /// <summary>
    /// A text without blanks: of each file only the lines that hold it are told, so that many large ones fit into an answer. Default: null,
    /// all lines.
    /// </summary>
    public string? OnlyLinesWith { get; init; }

    /// <summary>
    /// Whether a line before each content tells when it was last written, or the newest link to it was made: <c>modified SECONDS</c>, since
    /// 1970. Default: false.
    /// </summary>
    public bool TellsTimes { get; init; }

    /// <summary>
    /// Whether the files may lie on storage that hangs: they are then read in a child that is abandoned after 3 s, unless
    /// <see cref="Question.Limit"/> says otherwise. Default: false.
    /// </summary>
    public bool MayHang { get; init; }

    /// <summary>
    /// For files that the kernel makes, each from one record (/proc/PID/status): read once, and the kind of file is not asked for. Default:
    /// false.
    /// </summary>
    public bool AreKernelRecords { get; init; }

    /// <summary>Visits the files of an answer that was asked for whole, as together with others.</summary>
    /// <param name="answer">An answer to such a question.</param>
    /// <param name="visitor">Takes each file.</param>
    public static void Visit(Answer answer, FileVisitor visitor) => FramedFiles.Parse(answer.Bytes.Span, visitor);

    /// <inheritdoc/>
    public override string Kind => KindName;

    /// <inheritdoc/>
    public override string What => $"the files {Within}{Patterns[0]}";

    /// <inheritdoc/>
    public override string Print()
    {
        string flags = (FollowsLinks ? " follows-links" : "") + (AreKernelRecords ? " kernel-records" : "") + (TellsTimes ? " times" : "")
            + (OnlyLinesWith is { } wanted ? $" lines-with {wanted}" : "");
        return string.Concat([.. Patterns.Select(pattern => RecordingFormat.Escape(pattern) + "\n"), $"within {RecordingFormat.Escape(Within ?? "")}\n", $"largest {LargestFile}{flags}\n"]);
    }

    /// <summary>The folder that all patterns share.</summary>
    internal override string Place => Within is { } within ? FixedFolder(within) : Patterns.Select(FixedFolder).Aggregate(SharedFolder);

    private static string FixedFolder(string pattern)
    {
        int wild = pattern.AsSpan().IndexOfAny('*', '[');
        return Path.GetDirectoryName(wild < 0 ? pattern : pattern[..wild]) ?? "/";
    }

    private static string SharedFolder(string one, string other)
    {
        string folder = one;
        while (folder.Length > 1 && other != folder && !other.StartsWith(folder + "/", StringComparison.Ordinal))
        {
            folder = Path.GetDirectoryName(folder) ?? "/";
        }

        return folder;
    }

    internal static FilesQuestion? Parse(string text)
    {
        string[] lines = text.TrimEnd('\n').Split('\n');
        string[] last = lines[^1].Split(' ');
        if (lines.Length < 3 || last is not ["largest", ..] || !int.TryParse(last[1], out int largest) || !lines[^2].StartsWith("within ", StringComparison.Ordinal))
        {
            return null;
        }

        string within = RecordingFormat.Unescape(lines[^2]["within ".Length..]);
        return new FilesQuestion([.. lines[..^2].Select(RecordingFormat.Unescape)])
        {
            LargestFile = largest,
            Within = within.Length == 0 ? null : within,
            FollowsLinks = last.Contains("follows-links"),
            AreKernelRecords = last.Contains("kernel-records"),
            TellsTimes = last.Contains("times"),
            OnlyLinesWith = last is [.., "lines-with", var wanted] ? wanted : null,
        };
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
            Answer answer = FileWalk.Print(this, bytes => text.Write(bytes));
            return answer with { Bytes = text.ToArray() };
        });
    }
}
