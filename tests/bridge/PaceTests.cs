namespace Ringfree.Monitoring.Bridge.Tests;

public sealed class PaceTests
{
    private readonly ManualTime time = new();

    [Fact]
    public void No_minute_has_more_calls_than_allowed_and_the_first_go_at_once()
    {
        var pace = new RateLimiter(100, time, []);
        DateTimeOffset start = time.GetUtcNow();
        var made = new List<DateTimeOffset>();
        for (var second = 0; second < 400 && made.Count < 350; second++)
        {
            while (pace.TryTake(out TimeSpan wait))
            {
                Assert.Equal(TimeSpan.Zero, wait);
                made.Add(time.GetUtcNow());
                pace.End();
            }

            time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.All(made.Take(100), call => Assert.Equal(start, call));
        Assert.Equal(400, made.Count);
        for (var i = 100; i < made.Count; i++)
        {
            Assert.True(made[i] - made[i - 100] >= TimeSpan.FromSeconds(60));
        }
    }

    [Fact]
    public async Task A_probe_that_could_not_be_noted_is_not_the_last_one()
    {
        var channel = new Channel(new ChannelModel(() => Weather.Out), new RateLimiter(100, time, []), new CircuitBreaker(time));
        SchedulerEvent notification = Sample.Event("PROBLEM", "DOWN", service: "");
        Call call = Sample.Call("host=web1");
        for (var failure = 0; failure < CircuitBreaker.Threshold; failure++)
        {
            Assert.True(channel.TryEnter(out _));
            await channel.SendAsync(call, notification, _ => { }, CancellationToken.None);
            channel.Leave();
        }

        time.Advance(CircuitBreaker.LongestWait);
        Assert.True(channel.TryEnter(out _));
        await Assert.ThrowsAsync<InvalidOperationException>(() => channel.SendAsync(call, notification, _ => throw new InvalidOperationException("the disk is full"), CancellationToken.None));
        channel.Leave();
        Assert.True(channel.TryEnter(out _));
    }

    [Fact]
    public void A_slow_call_counts_until_a_minute_after_its_end()
    {
        var pace = new RateLimiter(1, time, []);
        Assert.True(pace.TryTake(out _));
        time.Advance(TimeSpan.FromSeconds(100));
        Assert.False(pace.TryTake(out _));
        pace.End();
        time.Advance(TimeSpan.FromSeconds(59));
        Assert.False(pace.TryTake(out TimeSpan wait));
        Assert.Equal(TimeSpan.FromSeconds(1), wait);
        time.Advance(wait);
        Assert.True(pace.TryTake(out _));
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
        var pace = new RateLimiter(10, time, store.Calls.Ages(ChannelKind.Api));
        Assert.False(pace.TryTake(out TimeSpan wait));
        Assert.Equal(TimeSpan.FromSeconds(40), wait);
        Assert.True(new RateLimiter(2, time, store.Calls.Ages(ChannelKind.Mail)).TryTake(out _));
        time.Advance(wait);
        Assert.True(pace.TryTake(out _));
        Assert.False(pace.TryTake(out _));

        time.StepTheWallClock(TimeSpan.FromHours(-1));
        Assert.False(new RateLimiter(10, time, store.Calls.Ages(ChannelKind.Api)).TryTake(out wait));
        Assert.Equal(RateLimiter.Window, wait);
        store.Calls.Note(ChannelKind.Api);
        Assert.Single(store.Calls.Ages(ChannelKind.Api));
    }

    [Fact]
    public void A_pause_holds_every_call_back()
    {
        var pace = new RateLimiter(100, time, []);
        pace.Pause(TimeSpan.FromSeconds(6));
        time.Advance(TimeSpan.FromSeconds(5));
        Assert.False(pace.TryTake(out TimeSpan wait));
        Assert.Equal(TimeSpan.FromSeconds(1), wait);
        time.Advance(wait);
        Assert.True(pace.TryTake(out _));
    }

    [Fact]
    public void Three_failures_in_a_row_are_an_outage_that_one_call_at_a_time_probes()
    {
        var outage = new CircuitBreaker(time);
        DateTimeOffset start = time.GetUtcNow();
        outage.Failed();
        outage.Failed();
        Assert.False(outage.IsOut);
        Assert.Equal(start, outage.Since);
        outage.Failed();
        Assert.True(outage.IsOut);

        TimeSpan[] waits = [.. Enumerable.Range(0, 8).Select(_ =>
        {
            DateTimeOffset before = time.GetUtcNow();
            while (!outage.MayCall())
            {
                time.Advance(TimeSpan.FromSeconds(1));
            }

            Assert.False(outage.MayCall());
            outage.Failed();
            return time.GetUtcNow() - before;
        })];
        Assert.Equal([1, 2, 4, 8, 16, 30, 30, 30], waits.Select(wait => wait.TotalSeconds));

        time.Advance(TimeSpan.FromSeconds(30));
        Assert.True(outage.MayCall());
        outage.Succeeded();
        Assert.Equal((false, null), (outage.IsOut, outage.Since));
        Assert.True(outage.MayCall());
        Assert.True(outage.MayCall());
    }
}
