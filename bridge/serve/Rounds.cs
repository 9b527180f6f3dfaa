using Microsoft.Data.Sqlite;

namespace Ringfree.Monitoring.Bridge;

/// <summary>
/// A stage's work, done again and again. What fails in one round is logged and tried in the next; only a damaged store ends the loop, because
/// a new start mends it.
/// </summary>
internal static class Rounds
{
    /// <summary>Runs work that waits for nothing until stopped; else as the other.</summary>
    public static Task RunAsync(Action round, Func<CancellationToken, Task> wait, Pulse pulse, Log log, CancellationToken stop) =>
        RunAsync(
            _ =>
            {
                round();
                return Task.CompletedTask;
            },
            wait,
            pulse,
            log,
            stop);

    /// <summary>Runs until stopped.</summary>
    /// <param name="round">The work of one round.</param>
    /// <param name="wait">The wait between two rounds.</param>
    /// <param name="pulse">The stage's sign of life: a beat before each round.</param>
    /// <param name="log">Where a failed round is told.</param>
    /// <param name="stop">Ends the loop.</param>
    /// <exception cref="OperationCanceledException">The program ends.</exception>
    /// <exception cref="SqliteException">The store is damaged.</exception>
    public static async Task RunAsync(Func<CancellationToken, Task> round, Func<CancellationToken, Task> wait, Pulse pulse, Log log, CancellationToken stop)
    {
        while (true)
        {
            pulse.Beat();
            try
            {
                await round(stop);
            }
            catch (Exception failure) when (!stop.IsCancellationRequested && !Database.IsDamage(failure))
            {
                log.RoundFailed(pulse.Name, failure.Message);
            }

            await wait(stop);
        }
    }
}
