namespace Ringfree.Monitoring.Bridge.Tests;

public sealed class PaceTests
{
    [Fact]
    public async Task No_minute_has_more_calls_than_allowed_and_the_first_go_at_once()
    {
        var time = new ManualTime();
        using var pace = new Pace(100, time);
        var calls = new List<DateTimeOffset>();
        Task all = Task.Run(async () =>
        {
            for (var i = 0; i < 350; i++)
            {
                await pace.WaitAsync(CancellationToken.None);
                calls.Add(time.GetUtcNow());
            }
        });
        DateTimeOffset start = time.GetUtcNow();
        for (var second = 0; second < 400 && !all.IsCompleted; second++)
        {
            await Task.WhenAny(all, Task.Delay(3));
            time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.True(all.IsCompletedSuccessfully);
        Assert.All(calls.Take(100), call => Assert.Equal(start, call));
        for (var i = 100; i < calls.Count; i++)
        {
            Assert.True(calls[i] - calls[i - 100] >= TimeSpan.FromSeconds(60));
        }
    }

    [Fact]
    public async Task A_pause_holds_every_call_back_and_a_stop_ends_the_wait()
    {
        var time = new ManualTime();
        using var pace = new Pace(100, time);
        using var stop = new CancellationTokenSource();
        pace.Pause(TimeSpan.FromSeconds(6));
        Task call = pace.WaitAsync(CancellationToken.None);
        time.Advance(TimeSpan.FromSeconds(5));
        Assert.False(call.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(1));
        await call.WaitAsync(TimeSpan.FromSeconds(5));

        pace.Pause(TimeSpan.FromSeconds(6));
        Task stopped = pace.WaitAsync(stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stopped);
    }
}
