using System.Diagnostics;

namespace Ringfree.Monitoring.Bridge.Tests;

/// <summary>Time and memory of the whole process are measured: no other test may run meanwhile.</summary>
[CollectionDefinition(nameof(DrainTests), DisableParallelization = true)]
[Collection(nameof(DrainTests))]
public sealed class DrainTests
{
    [Fact]
    public void A_hundred_thousand_pending_incidents_drain_linearly_in_little_memory()
    {
        const int Count = 100_000;
        using var bridge = new VirtualBridge(callsPerMinute: 10_000, policy: IncidentPolicy.Default with { StormThreshold = 1_000_000 }, withHousekeeping: false);
        for (var first = 0; first < Count; first += 500)
        {
            bridge.Store.Incidents.Ingest([.. Enumerable.Range(first, 500).Select(i => bridge.Event("PROBLEM", i % 10 == 0 ? "CRITICAL" : "WARNING", $"node{i}"))], Sample.Boot);
        }

        TimeSpan Drain(int until)
        {
            TimeSpan before = Process.GetCurrentProcess().UserProcessorTime;
            while (bridge.Api.Open.Count < until)
            {
                bridge.Deliver.Step(CancellationToken.None);
                bridge.Time.Advance(TimeSpan.FromSeconds(61));
            }

            return Process.GetCurrentProcess().UserProcessorTime - before;
        }

        TimeSpan firstHalf = Drain(Count / 2);
        long memory = GC.GetTotalMemory(forceFullCollection: true);
        TimeSpan secondHalf = Drain(Count);
        Assert.True(secondHalf < firstHalf * 3, $"{firstHalf} for the first half, {secondHalf} for the second");
        Assert.True(memory < 150 * 1024 * 1024, $"{memory} bytes");
        Assert.Equal(Count / 10, bridge.Api.Calls.TakeWhile(call => int.Parse(call.Split(' ')[1][4..]) % 10 == 0).Count());
    }
}
