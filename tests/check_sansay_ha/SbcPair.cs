namespace Ringfree.Monitoring.CheckSansayHa.Tests;

/// <summary>Two nodes of the double and their switch-overs.</summary>
internal sealed class SbcPair : IDisposable
{
    internal SbcNode A { get; } = new("active", "standby", attempts: "27412");

    internal SbcNode B { get; } = new("standby", "boot", attempts: "311");

    public void Dispose()
    {
        A.Dispose();
        B.Dispose();
    }

    internal void SwitchOver()
    {
        foreach (SbcNode node in (SbcNode[])[A, B])
        {
            node.Become(node.Get("ha_current_state") == "active" ? "standby" : "active");
        }
    }

    /// <summary>
    /// The pair changes after A has told its old role and before B tells its new one, so that one reading shows two active nodes.
    /// </summary>
    internal void SwitchOverInTheMiddleOfTheNextReading()
    {
        TaskCompletionSource switched = new(TaskCreationOptions.RunContinuationsAsynchronously);
        B.BeforeStatistics = () => switched.Task;
        A.AfterStatistics = () =>
        {
            if (!switched.Task.IsCompleted)
            {
                SwitchOver();
                switched.SetResult();
            }
        };
    }
}
