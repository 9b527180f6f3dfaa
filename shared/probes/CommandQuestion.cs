namespace Ringfree.Monitoring.Probes;

/// <summary>
/// What a command of this machine says. It runs without a shell, in the C locale, with an empty standard input and in a session of its own;
/// at its limit it is killed with everything that it started. As root, only a program that nobody but root could have written is run.
/// </summary>
/// <param name="Program">The absolute path.</param>
/// <param name="Arguments">Without the program's name; recorded, so never a secret.</param>
public sealed record CommandQuestion(string Program, IReadOnlyList<string> Arguments) : Question
{
    /// <inheritdoc/>
    public override string Kind => "commands";

    /// <inheritdoc/>
    public override string What => $"the end of {Program} {string.Join(' ', Arguments)}";

    /// <inheritdoc/>
    public override string Print() => string.Concat([Program + "\n", .. Arguments.Select(argument => RecordingFormat.Escape(argument) + "\n")]);

    /// <inheritdoc/>
    protected internal override IPendingAnswer Begin(Machine machine)
    {
        if (RootTrust.Applies && RootTrust.ObjectionToProgram(Program) is { } objection)
        {
            return new GivenAnswer(Answer.Without(Outcome.Denied, objection));
        }

        Wait wait = machine.WaitFor(this);
#pragma warning disable CA2000 // the answer owns the child, and the world the answer
        return ChildProcess.Start(Program, Arguments, heldLock: -1, out Answer failure) is { } child
            ? new ChildAnswer(child, wait, LongestAnswer)
            : new GivenAnswer(failure);
#pragma warning restore CA2000
    }
}

/// <summary>An answer that was known at once.</summary>
internal sealed class GivenAnswer(Answer answer) : IPendingAnswer
{
    public Answer Finish(ChunkReader? reader) => answer;

    public void Dispose()
    {
    }
}

/// <summary>What a child that runs will have said.</summary>
internal sealed class ChildAnswer(ChildProcess child, Wait wait, int longest) : IPendingAnswer
{
    public Answer Finish(ChunkReader? reader)
    {
        wait.Begin();
        Answer answer = child.Collect(wait, longest, reader);
        wait.Finish();
        return answer;
    }

    public void Dispose() => child.Dispose();
}
