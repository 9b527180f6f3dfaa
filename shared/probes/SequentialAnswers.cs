namespace Ringfree.Monitoring.Probes;

/// <summary>
/// The bulk questions of a world whose answers are there already: several are asked one after the other, and what streams comes in one
/// piece.
/// </summary>
public abstract class SequentialAnswers
{
    /// <inheritdoc cref="IWorld.Ask"/>
    public abstract Answer Ask(Question question);

    /// <inheritdoc cref="IWorld.AskTogether"/>
    public IReadOnlyList<Answer> AskTogether(IReadOnlyList<Question> questions, Action? meanwhile = null)
    {
        meanwhile?.Invoke();
        return [.. questions.Select(Ask)];
    }

    /// <inheritdoc cref="IWorld.Stream"/>
    public Answer Stream(Question question, ChunkReader reader)
    {
        Answer answer = Ask(question);
        reader(answer.Bytes.Span);
        return answer with { Bytes = default };
    }

    /// <inheritdoc cref="IWorld.Read"/>
    /// <remarks>The answer's bytes are the files in the text form of recordings.</remarks>
    public Answer Read(FilesQuestion question, FileVisitor visitor)
    {
        Answer answer = Ask(question);
        FramedFiles.Parse(answer.Bytes.Span, visitor);
        return answer with { Bytes = default };
    }
}
