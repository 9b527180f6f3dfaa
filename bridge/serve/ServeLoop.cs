namespace Ringfree.Monitoring.Bridge;

/// <summary>One loop of serve.</summary>
/// <param name="Name">What it does, for the log.</param>
/// <param name="RunAsync">Runs until stopped.</param>
internal sealed record ServeLoop(string Name, Func<Liveness, CancellationToken, Task> RunAsync)
{
    // A loop beats at least every few seconds; a call of 10 s or a slow disk is not silence.
    private static readonly TimeSpan MostSilence = TimeSpan.FromSeconds(60);

    /// <summary>How long it waits between two rounds; zero for a few seconds.</summary>
    public TimeSpan Interval { get; init; }

    /// <summary>False for a loop that waits without a limit: the watchdog cannot watch it.</summary>
    public bool IsWatched { get; init; } = true;

    public Liveness Liveness(TimeProvider time) => new(Name, MostSilence + Interval, time);
}
