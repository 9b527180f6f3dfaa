using System.Diagnostics;
using Ringfree.Monitoring.Tests.PagerDuty;

namespace Ringfree.Monitoring.Bridge.Tests;

/// <summary>The peak of the memory that the program which is shipped has really used, its store's included.</summary>
[Trait("Kind", "published binary")]
public sealed class PublishedMemoryTests
{
    [Fact]
    public async Task Serve_that_has_little_to_do_needs_less_than_40_MB()
    {
        await using PagerDutySandbox sandbox = await PagerDutySandbox.StartAsync();
        using var bridge = new PublishedBridge(sandbox.Endpoint);
        Process serve = await bridge.ServeAsync();
        Assert.Equal(0, bridge.Notify("PROBLEM", "CRITICAL").ExitCode);
        Assert.Equal(0, bridge.Notify("RECOVERY", "OK").ExitCode);
        await bridge.UntilDelivered();
        await Task.Delay(TimeSpan.FromSeconds(3));
        Assert.InRange(PeakMegabytes(serve), 1, 40);
    }

    [Fact]
    public async Task With_a_hundred_thousand_pending_incidents_serve_needs_less_than_150_MB()
    {
        const int Count = 100_000;
        await using PagerDutySandbox sandbox = await PagerDutySandbox.StartAsync();
        sandbox.Behaviour = new Behaviour { CallsPerMinute = 1_000_000 };
        using var bridge = new PublishedBridge(sandbox.Endpoint, toml: "[storm]\nthreshold = 1000000");
        using (var store = Store.Open(bridge.Folder.PathOf("incidents.db"), TimeProvider.System, IncidentPolicy.Default with { StormThreshold = 1_000_000 }))
        {
            for (var first = 0; first < Count; first += 1_000)
            {
                store.Incidents.Ingest([.. Enumerable.Range(first, 1_000).Select(i => Sample.Event("PROBLEM", "CRITICAL", $"node{i}", "Disk", sinceBoot: i))], Sample.Boot);
            }
        }

        Process serve = await bridge.ServeAsync();
        await PublishedBridge.Until(() => sandbox.Incidents.Count > 2_000, "the first pages", TimeSpan.FromMinutes(2));
        Assert.InRange(PeakMegabytes(serve), 1, 150);
    }

    private static long PeakMegabytes(Process process)
    {
        string peak = File.ReadLines($"/proc/{process.Id}/status").Single(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        return long.Parse(peak.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]) / 1024;
    }
}
