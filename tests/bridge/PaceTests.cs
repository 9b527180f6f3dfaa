namespace Ringfree.Monitoring.Bridge.Tests;

/// <summary>Around rate limiter and circuit breaker: the calls that a run leaves to the next, and calls that are not made.</summary>
public sealed class PaceTests
{
    private readonly ManualTime time = new();

    [Fact]
    public async Task A_probe_that_could_not_be_noted_is_not_the_last_one()
    {
        CurrentFleet fleet = Fleet(calls: 100);
        var channel = new Channel(ChannelKind.Api, new ChannelModel(() => Weather.Out), fleet);
        SchedulerEvent notification = Sample.Event("PROBLEM", "DOWN", service: "");
        Call call = Sample.Call("host=web1");
        for (var failure = 0; failure < CircuitBreaker.Threshold; failure++)
        {
            Permit permit = channel.TryEnter(out _)!.Value;
            await channel.SendAsync(permit, call, notification, _ => { }, CancellationToken.None);
            channel.Leave(permit);
        }

        Assert.True(channel.IsOut);
        time.Advance(CircuitBreaker.LongestWait);
        Permit probe = channel.TryEnter(out _)!.Value;
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => channel.SendAsync(probe, call, notification, Refuse, CancellationToken.None));
        channel.Leave(probe);
        Assert.NotNull(channel.TryEnter(out _));
    }

    [Fact]
    public void A_start_keeps_the_pace_that_the_run_before_it_had_used_up()
    {
        using var store = Store.Open(":memory:", time);
        for (var call = 0; call < 10; call++)
        {
            store.Calls.Note(ChannelKind.Api);
            time.Advance(TimeSpan.FromSeconds(2));
        }

        store.Calls.Note(ChannelKind.Mail);
        CurrentFleet fleet = Fleet(calls: 10, mails: 2, store.FleetMemory());
        Assert.Equal((FleetReason.RateLimited, TimeSpan.FromSeconds(40)), Ask(fleet, ChannelKind.Api));
        Assert.Equal((FleetReason.CallBegins, TimeSpan.Zero), Ask(fleet, ChannelKind.Mail));
        time.Advance(TimeSpan.FromSeconds(40));
        Assert.Equal((FleetReason.CallBegins, TimeSpan.Zero), Ask(fleet, ChannelKind.Api));
        Assert.Equal(FleetReason.RateLimited, Ask(fleet, ChannelKind.Api).Reason);

        time.StepTheWallClock(TimeSpan.FromHours(-1));
        Assert.Equal((FleetReason.RateLimited, RateLimiter.Window), Ask(Fleet(calls: 10, mails: 2, store.FleetMemory()), ChannelKind.Api));
        store.Calls.Note(ChannelKind.Api);
        Assert.Single(store.Calls.Ages(ChannelKind.Api));
    }

    /// <summary>Each takes the time before it has the store, so that one may note an earlier moment after the other's.</summary>
    [Fact]
    public void Calls_that_begin_beside_each_other_are_all_noted()
    {
        using var store = Store.Open(":memory:", time);
        store.Calls.Note(ChannelKind.Api);
        time.StepTheWallClock(TimeSpan.FromMilliseconds(-3));
        store.Calls.Note(ChannelKind.Api);
        Assert.Equal(2, store.Calls.Ages(ChannelKind.Api).Count);
    }

    private static void Refuse(Call call) => throw new InvalidOperationException("the disk is full");

    private CurrentFleet Fleet(int calls, int? mails = null, FleetMemory? memory = null)
    {
        var fleet = new CurrentFleet(IncidentPolicy.Default, time);
        var settings = new FleetSettings { CallsPerMinute = calls, MailsPerMinute = mails };
        fleet.Step(new FleetInput.Started(settings, memory ?? FleetMemory.None));
        return fleet;
    }

    private static (FleetReason Reason, TimeSpan Wait) Ask(CurrentFleet fleet, ChannelKind channel)
    {
        FleetOutcome outcome = fleet.Step(new FleetInput.CallAsked(channel));
        return (outcome.Reason, outcome.Effects is [FleetEffect.CallMustWait waits] ? waits.Wait : TimeSpan.Zero);
    }
}
