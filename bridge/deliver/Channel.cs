namespace Ringfree.Monitoring.Bridge;

/// <summary>Makes one call and says what became of it; never throws for anything that a network or a server can do.</summary>
internal interface ISender
{
    /// <exception cref="OperationCanceledException">The program ends.</exception>
    /// <param name="call">The call.</param>
    /// <param name="notification">What the page is written from.</param>
    /// <param name="stop">Ends it.</param>
    Task<Answer> SendAsync(Call call, SchedulerEvent notification, CancellationToken stop);
}

/// <summary>A way to PagerDuty: its calls begin when the fleet lets them.</summary>
internal sealed class Channel(ChannelKind kind, ISender sender, CurrentFleet fleet)
{
    /// <summary>True while the channel is out.</summary>
    public bool IsOut => fleet.Value.Load(kind) is { Breaker.IsOpen: true };

    /// <summary>Takes the place of one call, which <see cref="Leave"/> gives back.</summary>
    /// <param name="wait">How long to wait before the next try.</param>
    /// <returns>Null when none is free now.</returns>
    public Permit? TryEnter(out TimeSpan wait)
    {
        FleetEffect effect = fleet.Step(new FleetInput.CallAsked(kind)).Effects[0];
        wait = effect is FleetEffect.CallMustWait waits ? waits.Wait : TimeSpan.Zero;
        return (effect as FleetEffect.CallMayBegin)?.Permit;
    }

    /// <summary>The call has ended.</summary>
    public void Leave(Permit permit) => fleet.Step(new FleetInput.CallEnded(permit));

    /// <summary>Makes the call whose place was taken.</summary>
    /// <param name="permit">The place.</param>
    /// <param name="call">The call.</param>
    /// <param name="notification">What the page is written from.</param>
    /// <param name="begin">What must be stored before it; when that fails there is no call.</param>
    /// <param name="stop">Ends it.</param>
    public async Task<Answer> SendAsync(Permit permit, Call call, SchedulerEvent notification, Action<Call> begin, CancellationToken stop)
    {
        var end = new FleetInput.CallAnswered(permit, CallResult.Withdrawn);
        try
        {
            stop.ThrowIfCancellationRequested();
            begin(call);
            Answer answer = await sender.SendAsync(call, notification, stop);
            end = new FleetInput.CallAnswered(permit, answer.Result, answer.RetryAfter, answer.Calls);
            return answer;
        }
        finally
        {
            fleet.Step(end);
        }
    }
}
