using System.Runtime.ExceptionServices;

namespace Ringfree.Monitoring.Probes;

/// <summary>This machine. Every wait ends with the deadline that the world was made with.</summary>
/// <param name="deadline">When the run must be over.</param>
/// <param name="stateFolder">Where locks may be left; null for the user's own folder.</param>
public sealed class LocalWorld(Deadline deadline, string? stateFolder = null) : IWorld
{
    private DateTimeOffset? now;
    private Machine? machine;

    private Machine Machine => machine ??= new Machine(deadline, stateFolder ?? StateFolder.Of(UserName));

    /// <inheritdoc/>
#pragma warning disable RS0030 // the world is the clock that everything else asks
    public DateTimeOffset Now => now ??= DateTimeOffset.UtcNow;
#pragma warning restore RS0030

    /// <inheritdoc/>
    public TimeSpan Elapsed => deadline.Elapsed;

    /// <inheritdoc/>
    public string ProgramPath => Environment.ProcessPath ?? "";

    /// <inheritdoc/>
    public string UserName => Accounts.UserName(Libc.EffectiveUser());

    /// <inheritdoc/>
    public unsafe PathStatus Look(string path)
    {
        Libc.Stat status;
        if (Libc.PathStatus(path, &status) == 0)
        {
            return new PathStatus(
                KindOf(status.Mode),
                (int)(status.Mode & 0xFFF),
                Accounts.UserName(status.User),
                Accounts.GroupName(status.Group));
        }

        return System.Runtime.InteropServices.Marshal.GetLastPInvokeError() switch
        {
            Libc.ENOENT or Libc.ENOTDIR => new PathStatus(PathKind.Missing),
            Libc.EACCES => new PathStatus(PathKind.Denied),
            _ => new PathStatus(PathKind.Other),
        };
    }

    /// <inheritdoc/>
    public Answer Ask(Question question)
    {
        using IPendingAnswer pending = question.Begin(Machine);
        return pending.Finish(null);
    }

    /// <inheritdoc/>
    public IReadOnlyList<Answer> AskTogether(IReadOnlyList<Question> questions, Action? meanwhile = null)
    {
        List<IPendingAnswer> pending = [];
        try
        {
            foreach (Question question in questions)
            {
                pending.Add(question.Begin(Machine));
            }

            return meanwhile is null ? FinishAll(pending) : FinishAll(pending, meanwhile);
        }
        finally
        {
            pending.ForEach(answer => answer.Dispose());
        }
    }

    /// <inheritdoc/>
    public Answer Stream(Question question, ChunkReader reader)
    {
        using IPendingAnswer pending = question.Begin(Machine);
        return pending.Finish(reader);
    }

    /// <inheritdoc/>
    public Answer Read(FilesQuestion question, FileVisitor visitor)
    {
        if (!question.MayHang)
        {
            deadline.WaitingFor ??= question.What;
            Answer direct = FileWalk.Visit(question, visitor);
            deadline.WaitingFor = deadline.WaitingFor == question.What ? null : deadline.WaitingFor;
            return direct;
        }

        Answer answer = Ask(question);
        FramedFiles.Parse(answer.Bytes.Span, visitor);
        return answer with { Bytes = default };
    }

    private static Answer[] FinishAll(List<IPendingAnswer> pending) => [.. pending.Select(answer => answer.Finish(null))];

    /// <summary>The answers are taken by a thread of their own, so that no child waits with a full pipe until its time is up.</summary>
    private static Answer[] FinishAll(List<IPendingAnswer> pending, Action meanwhile)
    {
        Answer[] answers = [];
        ExceptionDispatchInfo? trouble = null;
        Thread taker = new(() =>
        {
            try
            {
                answers = FinishAll(pending);
            }
#pragma warning disable CA1031 // thrown again by the caller's thread
            catch (Exception exception)
#pragma warning restore CA1031
            {
                trouble = ExceptionDispatchInfo.Capture(exception);
            }
        });
        taker.Start();
        try
        {
            meanwhile();
        }
        finally
        {
            taker.Join();
        }

        trouble?.Throw();
        return answers;
    }

    internal static PathKind KindOf(uint mode) => (mode & 0xF000) switch
    {
        0xC000 => PathKind.Socket,
        0x8000 => PathKind.File,
        0x4000 => PathKind.Folder,
        _ => PathKind.Other,
    };
}
