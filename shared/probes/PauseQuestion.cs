namespace Ringfree.Monitoring.Probes;

/// <summary>
/// A wait before something is asked again: a question that the clock answers. A replay does not wait, and does not compare how long the run
/// had waited, so the length may be drawn by lot.
/// </summary>
/// <param name="Length">How long; the run's deadline ends it sooner.</param>
public sealed record PauseQuestion(TimeSpan Length) : Question
{
    /// <inheritdoc/>
    public override string Kind => "pauses";

    /// <inheritdoc/>
    public override string What => "a second try";

    /// <inheritdoc/>
    public override string Print() => "pause\n";

    /// <inheritdoc/>
    protected internal override IPendingAnswer Begin(Machine machine) => new DeferredAnswer(() =>
    {
        Wait wait = machine.WaitFor(this with { Limit = Length });
        wait.Begin();
        while (wait.Milliseconds is > 0 and var left)
        {
            unsafe
            {
                _ = Libc.Poll(null, 0, left);
            }
        }

        wait.Finish();
        return new Answer(Outcome.Answered, default);
    });
}
