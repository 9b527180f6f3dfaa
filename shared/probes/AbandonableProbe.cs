using System.Globalization;
using System.Text;

namespace Ringfree.Monitoring.Probes;

/// <summary>
/// Asks what may hang in the kernel (a file on a dead mount) in a child of this same program. At its limit the child is killed and left
/// alone, for a process that waits for a dead mount cannot be ended. It keeps a lock until it is gone, so that the next run sees that it
/// still hangs and starts no second one.
/// </summary>
internal static unsafe class AbandonableProbe
{
    private const string Verb = "--in-child";

    /// <summary>The limit of such a question that has none of its own.</summary>
    internal static readonly TimeSpan DefaultLimit = TimeSpan.FromSeconds(3);

    /// <summary>The locks of this run's children, which it does not wait for itself.</summary>
    private static readonly HashSet<string> OwnLocks = [];

    /// <summary>Starts the child, if none hangs at the same place.</summary>
    internal static IPendingAnswer Begin(Question question, Machine machine)
    {
        Wait wait = machine.WaitFor(question);
        if (StateFolder.Objection(machine.StateFolder, Accounts.UserName(Libc.EffectiveUser())) is { } objection)
        {
            return new GivenAnswer(Answer.Without(Outcome.Failed, objection));
        }

        string path = OwnLock(machine.StateFolder, question);
        using LockFile? held = Lock(path, question, wait, out Answer trouble);
        if (held is null)
        {
            Forget(path);
            return new GivenAnswer(trouble);
        }

#pragma warning disable CA2000 // the answer owns the child, and the world the answer
        ChildProcess? child = ChildProcess.Start("/proc/self/exe", [Verb, question.Kind, question.Print()], held.Descriptor, out Answer failure);
        if (child is null)
        {
            Forget(path);
            return new GivenAnswer(failure);
        }

        return new TwoPartAnswer(new ChildAnswer(child, wait, question.LongestAnswer), path);
#pragma warning restore CA2000
    }

    /// <summary>
    /// The child's side: answers the question when the arguments are those of such a child, the bytes on standard output, then how it ended
    /// on standard error.
    /// </summary>
    /// <returns>Whether they were.</returns>
    internal static bool TryRun(string[] arguments)
    {
        if (arguments is not [Verb, var kind, var text])
        {
            return false;
        }

        Answer? answer = kind switch
        {
            FilesQuestion.KindName when FilesQuestion.Parse(text) is { } files => FileWalk.Print(files, StandardStreams.Output),
            FolderQuestion.KindName when FolderQuestion.Parse(text) is { } folder => FolderListing.Print(folder, StandardStreams.Output),
            ContainedSocketsQuestion.KindName when ContainedSocketsQuestion.Parse(text) is { } sockets => ContainedSockets.Print(sockets, StandardStreams.Output),
            FileSystemsQuestion.KindName => FileSystemsQuestion.Print(FileSystemsQuestion.Parse(text), StandardStreams.Output),
            MountQuestion.KindName => MountStatus.Print(text.TrimEnd('\n'), StandardStreams.Output),
            _ => null,
        };
        if (answer is { } known)
        {
            StandardStreams.Error(RecordingFormat.Print(known));
        }

        return true;
    }

    /// <summary>The first name for the question's place that no other question of this run has just now.</summary>
    private static string OwnLock(string folder, Question question)
    {
        lock (OwnLocks)
        {
            string name = FileName(question.Kind, question.Place);
            for (int number = 1; ; number++)
            {
                string path = Path.Combine(folder, $"{name}{(number == 1 ? "" : $"-{number}")}.lock");
                if (OwnLocks.Add(path))
                {
                    return path;
                }
            }
        }
    }

    private static void Forget(string path)
    {
        lock (OwnLocks)
        {
            OwnLocks.Remove(path);
        }
    }

    /// <summary>
    /// Takes the question's lock. One that was taken less than a limit ago may be held by another run that has every right to it: that is
    /// waited for. An older one is held by a child that hangs.
    /// </summary>
    private static LockFile? Lock(string path, Question question, Wait wait, out Answer trouble)
    {
#pragma warning disable CA2000 // the caller's
        if (LockFile.Open(path, out string reason) is not { } file)
#pragma warning restore CA2000
        {
            trouble = Answer.Without(Outcome.Failed, $"the lock '{path}' cannot be opened: {reason}");
            return null;
        }

        while (!file.TryTake($"held while {question.What} is waited for"))
        {
            DateTimeOffset taken = file.Taken;
#pragma warning disable RS0030 // held against the time of a file, which this machine's clock made
            if (DateTimeOffset.UtcNow - taken > (question.Limit ?? DefaultLimit) + TimeSpan.FromSeconds(1) || wait.Milliseconds <= 0)
#pragma warning restore RS0030
            {
                file.Dispose();
                trouble = Answer.Without(Outcome.Busy, taken.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture));
                return null;
            }

            _ = Libc.Poll(null, 0, 20);
        }

        trouble = default;
        return file;
    }

    /// <summary>What tells questions apart in names of files of the state folder, which is this user's alone.</summary>
    internal static string FileName(string kind, string text) => $"{kind}-{Fnv1a.Of(Encoding.UTF8.GetBytes(text)):x16}";

    /// <summary>The answer of a child that says on standard error how its question ended.</summary>
    private sealed class TwoPartAnswer(ChildAnswer child, string ownLock) : IPendingAnswer
    {
        public Answer Finish(ChunkReader? reader)
        {
            Answer answer = child.Finish(reader);
            Forget(ownLock);
            if (answer.Outcome != Outcome.Answered)
            {
                return answer with { Errors = default };
            }

            return RecordingFormat.ParseAnswer(Encoding.UTF8.GetString(answer.Errors.Span), []) is { } ending
                ? new Answer(ending.Outcome, answer.Bytes, ending.Reason)
                : Answer.Without(Outcome.Failed, $"the child that asks ended early, with code {answer.Code}");
        }

        public void Dispose()
        {
            child.Dispose();
            Forget(ownLock);
        }
    }
}
