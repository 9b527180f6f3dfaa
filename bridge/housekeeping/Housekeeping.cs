namespace Ringfree.Monitoring.Bridge;

/// <summary>Work that is done as time passes.</summary>
internal interface IHousekeepingJob
{
    /// <summary>How often it is done, on a clock that no step of the wall clock moves.</summary>
    TimeSpan Interval { get; }

    /// <summary>Does it once.</summary>
    /// <returns>True when a call may be due now.</returns>
    bool Run();
}

/// <summary>Runs the housekeeping jobs, each in its interval and in their order.</summary>
internal sealed class Housekeeping(IReadOnlyList<IHousekeepingJob> jobs, Log log, TimeProvider time, Signal changed)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly long?[] last = new long?[jobs.Count];

    /// <summary>Runs until stopped.</summary>
    public Task RunAsync(Liveness liveness, CancellationToken stop) =>
        PollingLoop.RunAsync(Once, token => Task.Delay(Interval, time, token), liveness, log, stop);

    /// <summary>Runs the jobs whose interval has passed.</summary>
    public void Once()
    {
        var isAnyDue = false;
        for (var i = 0; i < jobs.Count; i++)
        {
            if (last[i] is not { } known || time.GetElapsedTime(known) >= jobs[i].Interval)
            {
                last[i] = time.GetTimestamp();
                isAnyDue |= jobs[i].Run();
            }
        }

        if (isAnyDue)
        {
            changed.Raise();
        }
    }
}
