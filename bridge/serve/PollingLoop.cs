using Microsoft.Data.Sqlite;

namespace Ringfree.Monitoring.Bridge;

/// <summary>
/// A loop's work, done again and again. What fails in one round is logged and tried in the next; only a damaged store ends the loop,
/// because a start of serve rebuilds it.
/// </summary>
internal static class PollingLoop
{
    /// <summary>Runs work that waits for nothing until stopped; else as the other.</summary>
    public static Task RunAsync(Action round, Func<CancellationToken, Task> wait, Liveness liveness, Log log, CancellationToken stop) =>
        RunAsync(
            _ =>
            {
                round();
                return Task.CompletedTask;
            },
            wait,
            liveness,
            log,
            stop);

    /// <summary>Runs until stopped.</summary>
    /// <param name="round">The work of one round.</param>
    /// <param name="wait">The wait between two rounds.</param>
    /// <param name="liveness">The loop's liveness: a beat before each round.</param>
    /// <param name="log">Where a failed round is logged.</param>
    /// <param name="stop">Ends the loop.</param>
    /// <exception cref="OperationCanceledException">The program ends.</exception>
    /// <exception cref="SqliteException">The store is damaged.</exception>
    public static async Task RunAsync(Func<CancellationToken, Task> round, Func<CancellationToken, Task> wait, Liveness liveness, Log log, CancellationToken stop)
    {
        while (true)
        {
            liveness.Beat();
            try
            {
                await round(stop);
            }
            catch (Exception failure) when (!stop.IsCancellationRequested && !Database.IsDamage(failure))
            {
                log.RoundFailed(liveness.Name, failure.Message);
            }

            await wait(stop);
        }
    }
}
