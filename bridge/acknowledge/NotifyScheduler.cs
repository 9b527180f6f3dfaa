namespace Ringfree.Monitoring.Bridge;

/// <summary>Carries the waiting commands to the scheduler's pipe; while it is gone they wait.</summary>
internal sealed class NotifyScheduler(SchedulerCommands commands, CommandPipe pipe, Log log, TimeProvider time)
{
    private const int MaxAtOnce = 100;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    /// <summary>Runs until stopped.</summary>
    public Task RunAsync(Liveness liveness, CancellationToken stop) =>
        PollingLoop.RunAsync(Once, token => Task.Delay(Interval, time, token), liveness, log, stop);

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

            commands.Sent(command);
            log.SchedulerNotified(command.Key, command.Text);
        }
    }
}
