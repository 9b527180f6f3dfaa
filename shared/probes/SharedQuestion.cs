using System.Globalization;
using System.Text;

namespace Ringfree.Monitoring.Probes;

/// <summary>
/// A question whose answer the checks of one machine and user share for a short time, because asking is dear or takes a lock that others
/// want. One run asks; a run that wants the same meanwhile waits for its answer, and one that comes soon after is given it. The answer lies
/// in the state folder, which is this user's alone; where that cannot be used, every run asks for itself. In a recording it is the question
/// itself.
/// </summary>
/// <param name="Asked">The question; its answer is shared when it came whole.</param>
/// <param name="LongestAge">How old an answer may be.</param>
/// <param name="IsWorthSharing">Whether the next run should be given this answer: false for "busy, try again".</param>
public sealed record SharedQuestion(Question Asked, TimeSpan LongestAge, Predicate<Answer> IsWorthSharing) : Question
{
    /// <inheritdoc/>
    public override string Kind => Asked.Kind;

    /// <inheritdoc/>
    public override string What => Asked.What;

    /// <inheritdoc/>
    public override string Print() => Asked.Print();

    /// <inheritdoc/>
    protected internal override IPendingAnswer Begin(Machine machine)
    {
#pragma warning disable CA2000 // the answer owns the file, and the world the answer
        if (SharedAnswerFile.Open(machine, Asked) is not { } file)
#pragma warning restore CA2000
        {
            return Asked.Begin(machine);
        }

        if (!file.Claim(machine.WaitFor(Asked)))
        {
            file.Dispose();
            return new GivenAnswer(Answer.Without(Outcome.Silent, "another run on this machine asks the same and has no answer yet"));
        }

        if (file.Read(LongestAge) is { } known)
        {
            file.Dispose();
            return new GivenAnswer(known);
        }

        return new SharingAnswer(Asked.Begin(machine), file, IsWorthSharing);
    }

    /// <summary>Passes the answer on, and leaves it for others when it is worth that.</summary>
    private sealed class SharingAnswer(IPendingAnswer asked, SharedAnswerFile file, Predicate<Answer> isWorthSharing) : IPendingAnswer
    {
        public Answer Finish(ChunkReader? reader)
        {
            Answer answer = asked.Finish(reader);
            if (reader is null && answer is { Outcome: Outcome.Answered, Errors.IsEmpty: true } && isWorthSharing(answer))
            {
                file.Write(answer);
            }

            file.Dispose();
            return answer;
        }

        public void Dispose()
        {
            asked.Dispose();
            file.Dispose();
        }
    }
}

/// <summary>
/// An answer in the state folder: a line with the time of the answer, its code and its length, then the bytes. What does not fit that form,
/// such as what a run left that was killed while it wrote, counts as no answer.
/// </summary>
internal sealed unsafe class SharedAnswerFile : IDisposable
{
    private const int LongestFile = 16 * 1024 * 1024;

    private readonly string path;
    private int descriptor;

    private SharedAnswerFile(string path, int descriptor)
    {
        this.path = path;
        this.descriptor = descriptor;
    }

    /// <summary>Null when the state folder cannot be used.</summary>
    internal static SharedAnswerFile? Open(Machine machine, Question question)
    {
        const int FileMode = 0b110_000_000;
        if (StateFolder.Objection(machine.StateFolder, Accounts.UserName(Libc.EffectiveUser())) is not null)
        {
            return null;
        }

        string path = Path.Combine(machine.StateFolder, AbandonableProbe.FileName(question.Kind, question.Print()) + ".answer");
        int descriptor = Libc.Open(path, Libc.O_RDWR | Libc.O_CREAT | Libc.O_NOFOLLOW | Libc.O_CLOEXEC, FileMode);
        return descriptor < 0 ? null : new SharedAnswerFile(path, descriptor);
    }

    /// <summary>Keeps other runs away until disposal.</summary>
    /// <returns>False when another run had it all the time.</returns>
    internal bool Claim(Wait wait)
    {
        wait.Begin();
        bool isClaimed;
        while (!(isClaimed = Libc.Lock(descriptor, Libc.LOCK_EX | Libc.LOCK_NB) == 0) && wait.Milliseconds > 0)
        {
            _ = Libc.Poll(null, 0, 20);
        }

        wait.Finish();
        return isClaimed;
    }

    internal Answer? Read(TimeSpan longestAge)
    {
        LocalFile file = LocalFile.Read(path, LongestFile);
        int newline = file.Failure is null ? file.Bytes.AsSpan().IndexOf((byte)'\n') : -1;
        if (newline < 0 || Encoding.UTF8.GetString(file.Bytes, 0, newline).Split(' ') is not [var time, var code, var length])
        {
            return null;
        }

#pragma warning disable RS0030 // held against the time that an earlier run on this machine wrote
        TimeSpan age = DateTimeOffset.UtcNow - (RecordingFormat.ParseTime(time) ?? DateTimeOffset.MinValue);
#pragma warning restore RS0030
        ReadOnlyMemory<byte> bytes = file.Bytes.AsMemory(newline + 1);
        return age >= TimeSpan.Zero && age <= longestAge && int.TryParse(code, CultureInfo.InvariantCulture, out int known)
            && length == bytes.Length.ToString(CultureInfo.InvariantCulture)
                ? new Answer(Outcome.Answered, bytes) { Code = known }
                : null;
    }

    internal void Write(Answer answer)
    {
#pragma warning disable RS0030 // for other runs on this machine
        string head = $"{RecordingFormat.Print(DateTimeOffset.UtcNow)} {answer.Code} {answer.Bytes.Length}\n";
#pragma warning restore RS0030
        byte[] bytes = [.. Encoding.UTF8.GetBytes(head), .. answer.Bytes.Span];
        if (Libc.Truncate(descriptor, 0) == 0)
        {
            _ = LocalFile.Write(descriptor, bytes);
        }
    }

    public void Dispose()
    {
        if (descriptor >= 0)
        {
            _ = Libc.Close(descriptor);
            descriptor = -1;
        }
    }
}
