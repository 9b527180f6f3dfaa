namespace Ringfree.Monitoring.Probes;

/// <summary>
/// One thing that a probe asks its world. Every kind of question is recorded and replayed alike: what was asked, how that ended, and the
/// bytes that came. How this machine is asked is the question's own affair, so that a program links only what its questions use.
/// </summary>
public abstract record Question
{
    /// <summary>The kind, which is the recording's folder for it: <c>sockets</c>, <c>commands</c>, <c>files</c>.</summary>
    public abstract string Kind { get; }

    /// <summary>What a run waits for while it is asked, as half a sentence: "the answer of 127.0.0.1:8404".</summary>
    public abstract string What { get; }

    /// <summary>The longest answer that is taken, in bytes. Default and upper limit of what a check's heap is sized for: 16 MiB.</summary>
    public int LongestAnswer { get; init; } = 16 * 1024 * 1024;

    /// <summary>The time that this question may take; it never outlasts the run. Default: null, what the run has left.</summary>
    public TimeSpan? Limit { get; init; }

    /// <summary>
    /// Where a child that asks may hang: while it does, no second one is sent there, whatever list it would be asked. Default: the whole
    /// question.
    /// </summary>
    internal virtual string Place => Print();

    /// <summary>What is asked, as a recording holds it and as a replay compares it. Names the file of a secret, never the secret.</summary>
    /// <returns>The text.</returns>
    public abstract string Print();

    /// <summary>Begins to ask this machine. Nothing is thrown for what the outside does.</summary>
    /// <param name="machine">The deadline of the run, and where it may leave locks.</param>
    /// <returns>The answer to wait for; the caller disposes of it.</returns>
    protected internal abstract IPendingAnswer Begin(Machine machine);
}

/// <summary>Takes an answer piece by piece, as it comes.</summary>
/// <param name="piece">The bytes; valid during the call only.</param>
public delegate void ChunkReader(ReadOnlySpan<byte> piece);

/// <summary>A question that has been put and not been answered yet. Disposing lets go of what it holds and never waits.</summary>
public interface IPendingAnswer : IDisposable
{
    /// <summary>Waits for the answer within the question's limit.</summary>
    /// <param name="reader">Takes the bytes as they come; null to have them in the answer.</param>
    /// <returns>The answer; without its bytes when a reader took them.</returns>
    Answer Finish(ChunkReader? reader);
}

/// <summary>A question that is put only when its answer is waited for: nothing is gained by beginning sooner.</summary>
/// <param name="ask">Asks; has the whole answer in memory.</param>
public sealed class DeferredAnswer(Func<Answer> ask) : IPendingAnswer
{
    /// <inheritdoc/>
    public Answer Finish(ChunkReader? reader)
    {
        Answer answer = ask();
        if (reader is null)
        {
            return answer;
        }

        reader(answer.Bytes.Span);
        return answer with { Bytes = default };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
