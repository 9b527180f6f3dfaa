namespace Ringfree.Monitoring.Bridge.Tests;

public sealed class PollingLoopTests
{
    [Fact]
    public async Task A_round_that_fails_is_logged_and_only_a_damaged_store_ends_the_loop()
    {
        var log = new LogLines();
        var rounds = 0;
        Task running = PollingLoop.RunAsync(
            _ => throw (++rounds switch
            {
                1 => new InvalidOperationException("an odd answer"),
                2 => new IOException("the disk is full"),
                _ => (Exception)new StoreDamagedException("not an incident"),
            }),
            _ => Task.CompletedTask,
            new Liveness("polling", TimeSpan.FromMinutes(1), TimeProvider.System),
            log.Log,
            CancellationToken.None);
        await Assert.ThrowsAsync<StoreDamagedException>(() => running);
        Assert.Equal(
            ["polling failed, trying again: an odd answer", "polling failed, trying again: the disk is full"],
            log.Lines);
    }
}
