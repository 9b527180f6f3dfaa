using System.Collections.Concurrent;

namespace Ringfree.Monitoring.Bridge.Tests;

public sealed class PaceTests
{
    [Fact]
    public async Task No_minute_has_more_calls_than_allowed_and_the_first_go_at_once()
    {
        var time = new ManualTime();
        using var pace = new Pace(100, time);
        var made = new ConcurrentQueue<DateTimeOffset>();
        Task all = Task.Run(async () =>
        {
            for (var i = 0; i < 350; i++)
            {
                using IDisposable place = await pace.WaitAsync(CancellationToken.None);
                made.Enqueue(time.GetUtcNow());
            }
        });
        DateTimeOffset start = time.GetUtcNow();
        await PublishedBridge.Until(() => made.Count == 100, "the first calls, without a second passing");
        for (var second = 0; second < 400 && !all.IsCompleted; second++)
        {
            await Task.WhenAny(all, Task.Delay(3));
            time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.True(all.IsCompletedSuccessfully);
        DateTimeOffset[] calls = [.. made];
        Assert.All(calls.Take(100), call => Assert.Equal(start, call));
        for (var i = 100; i < calls.Length; i++)
        {
            Assert.True(calls[i] - calls[i - 100] >= TimeSpan.FromSeconds(60));
        }
    }

    [Fact]
    public async Task A_slow_call_counts_until_a_minute_after_its_end()
    {
        var time = new ManualTime();
        using var pace = new Pace(1, time);
        IDisposable first = await pace.WaitAsync(CancellationToken.None);
        Task<IDisposable> second = pace.WaitAsync(CancellationToken.None);
        for (var step = 0; step < 10; step++)
        {
            time.Advance(TimeSpan.FromSeconds(10));
            await Task.Delay(5);
        }

        Assert.False(second.IsCompleted);
        first.Dispose();
        time.Advance(TimeSpan.FromSeconds(59));
        await Task.Delay(50);
        Assert.False(second.IsCompleted);
        await PublishedBridge.Until(
            () =>
            {
                time.Advance(TimeSpan.FromSeconds(1));
                return second.IsCompleted;
            },
            "the second call");
        (await second).Dispose();
    }

    [Fact]
    public async Task A_pause_holds_every_call_back_and_a_stop_ends_the_wait()
    {
        var time = new ManualTime();
        using var pace = new Pace(100, time);
        using var stop = new CancellationTokenSource();
        pace.Pause(TimeSpan.FromSeconds(6));
        Task<IDisposable> call = pace.WaitAsync(CancellationToken.None);
        time.Advance(TimeSpan.FromSeconds(5));
        Assert.False(call.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(1));
        (await call.WaitAsync(TimeSpan.FromSeconds(5))).Dispose();

        pace.Pause(TimeSpan.FromSeconds(6));
        Task stopped = pace.WaitAsync(stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stopped);
    }
}
