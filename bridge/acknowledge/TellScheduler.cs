namespace Ringfree.Monitoring.Bridge;

/// <summary>Carries the waiting commands to the scheduler's pipe; while it is gone they wait.</summary>
internal sealed class TellScheduler(SchedulerCommands commands, CommandPipe pipe, Log log, TimeProvider time)
{
    private const int MaxAtOnce = 100;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    /// <summary>Runs until stopped.</summary>
    /// <exception cref="OperationCanceledException">The program ends.</exception>
    public async Task RunAsync(Pulse pulse, CancellationToken stop)
    {
        while (true)
        {
            pulse.Beat();
            try
            {
                Once();
            }
            catch (Microsoft.Data.Sqlite.SqliteException failure) when (!Database.IsDamage(failure))
            {
                log.StoreFailed("commands", failure.Message);
            }

            await Task.Delay(Interval, time, stop);
        }
    }

    /// <summary>Writes what waits, up to the first that the pipe does not take.</summary>
    public void Once()
    {
        commands.Forget();
        foreach (WaitingCommand command in commands.Waiting(MaxAtOnce))
        {
            try
            {
                pipe.Write(command.Text);
            }
            catch (IOException refused)
            {
                commands.Failed(command, refused.Message);
                return;
            }

            commands.Told(command);
            log.ToldScheduler(command.DedupKey, command.Text);
        }
    }
}
