namespace Ringfree.Monitoring.Probes;

/// <summary>What a question needs to be asked on this machine.</summary>
/// <param name="deadline">When the run must be over.</param>
/// <param name="stateFolder">The folder of this user's own where locks may be left; judged and made when it is needed first.</param>
public sealed class Machine(Deadline deadline, string stateFolder)
{
    /// <summary>Where locks may be left.</summary>
    public string StateFolder => stateFolder;

    /// <summary>The time that a question may wait: its own limit from now on, or what the run has left, whichever is less.</summary>
    /// <param name="question">The question; its <see cref="Question.What"/> is what the run says when it is cut short meanwhile.</param>
    /// <returns>The wait; its end is fixed by this call.</returns>
    public Wait WaitFor(Question question) => new(deadline, question);

    /// <summary>To be called by a question of a check's own before a library resolves a name: keeps it to /etc/hosts and DNS.</summary>
    public static void PrepareForNames() => NameService.UseFilesAndDnsOnly();
}

/// <summary>One wait of a run: it ends with its own limit or with the run, whichever comes first.</summary>
public sealed class Wait
{
    private readonly Deadline deadline;
    private readonly TimeSpan start;
    private readonly TimeSpan end;
    private readonly string what;

    internal Wait(Deadline deadline, Question question)
    {
        this.deadline = deadline;
        what = question.What;
        start = deadline.Elapsed;
        end = start + (question.Limit ?? deadline.Length);
    }

    /// <summary>What may still be used up. Never negative.</summary>
    public TimeSpan Left
    {
        get
        {
            TimeSpan own = end - deadline.Elapsed;
            TimeSpan run = deadline.LeftForWaiting;
            return own <= TimeSpan.Zero ? TimeSpan.Zero : own < run ? own : run;
        }
    }

    /// <summary>Time since the wait was begun.</summary>
    public TimeSpan Elapsed => deadline.Elapsed - start;

    /// <summary>Whole milliseconds of <see cref="Left"/>, rounded up, for a poll.</summary>
    public int Milliseconds => (int)Math.Ceiling(Left.TotalMilliseconds);

    /// <summary>From here on the run waits for this.</summary>
    public void Begin() => deadline.WaitingFor = what;

    /// <summary>The run waits no more.</summary>
    public void Finish() => deadline.WaitingFor = null;
}
