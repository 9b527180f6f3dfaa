namespace Ringfree.Monitoring.Probes;

/// <summary>
/// How much room each of several file systems has. They are asked one after the other in a child that is abandoned when one hangs: at most
/// 3 s, unless <see cref="Question.Limit"/> says otherwise. The answer is in the text form of files: those before the one that hangs are
/// in it.
/// </summary>
/// <param name="Paths">Absolute paths, usually mount points.</param>
public sealed record FileSystemsQuestion(IReadOnlyList<string> Paths) : Question
{
    internal const string KindName = "file-systems";

    /// <inheritdoc/>
    public override string Kind => KindName;

    /// <inheritdoc/>
    public override string What => $"answers of {Paths.Count} file systems";

    /// <inheritdoc/>
    public override string Print() => string.Concat([.. Paths.Select(path => RecordingFormat.Escape(path) + "\n")]);

    /// <summary>Any: a set of containers that changes does not make it another place.</summary>
    internal override string Place => "";

    /// <summary>Visits the answers.</summary>
    /// <param name="answer">An answer to such a question.</param>
    /// <param name="visitor">Takes each path with what <see cref="MountStatus.Parse(ReadOnlySpan{byte})"/> reads, or the failure.</param>
    public static void Visit(Answer answer, FileVisitor visitor) => FramedFiles.Parse(answer.Bytes.Span, visitor);

    internal static FileSystemsQuestion Parse(string text) =>
        new([.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(RecordingFormat.Unescape)]);

    /// <summary>The child's side.</summary>
    internal static Answer Print(FileSystemsQuestion question, ChunkReader take)
    {
        foreach (string path in question.Paths)
        {
            using MemoryStream status = new();
            Answer answer = MountStatus.Print(path, piece => status.Write(piece));
            string? failure = answer.Outcome == Outcome.Answered ? null
                : answer.Reason.Length > 0 ? answer.Reason
                : answer.Outcome.ToString();
            FramedFiles.PrintFile(System.Text.Encoding.UTF8.GetBytes(path), status.ToArray(), failure, take);
        }

        return new Answer(Outcome.Answered, default);
    }

    /// <inheritdoc/>
    protected internal override IPendingAnswer Begin(Machine machine) =>
        AbandonableProbe.Begin(this with { Limit = Limit ?? AbandonableProbe.DefaultLimit }, machine);
}
