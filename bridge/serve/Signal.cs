namespace Ringfree.Monitoring.Bridge;

/// <summary>Wakes a loop up early. Several calls before the loop looks count as one.</summary>
internal sealed class Signal(TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim raised = new(0, 1);
    private readonly Lock gate = new();

    public void Raise()
    {
        lock (gate)
        {
            if (raised.CurrentCount == 0)
            {
                raised.Release();
            }
        }
    }

    /// <summary>Waits until the signal is raised, at most <paramref name="most"/>.</summary>
    /// <exception cref="OperationCanceledException">The program ends.</exception>
    public async Task WaitAsync(TimeSpan most, CancellationToken stop)
    {
        using var deadline = new CancellationTokenSource(most, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, deadline.Token);
        try
        {
            await raised.WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            // The deadline passed: the loop looks by itself.
        }
    }

    public void Dispose() => raised.Dispose();
}
