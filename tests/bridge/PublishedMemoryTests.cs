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

    /// <summary>The unit allows 256 MB; the file alone has 70 MB, the answers of livestatus have 8 MB.</summary>
    [Theory]
    [InlineData("status_file")]
    [InlineData("livestatus")]
    public async Task A_scheduler_with_fifty_thousand_services_is_compared_in_less_than_60_MB(string source)
    {
        await using PagerDutySandbox sandbox = await PagerDutySandbox.StartAsync();
        using var bridge = new PublishedBridge(
            sandbox.Endpoint,
            toml: $"[reconcile]\n{source} = \"FOLDER/state\"\ninterval = \"1s\"\ncontact = \"pagerduty\""
                + (source == "status_file" ? "\nobjects_file = \"FOLDER/objects\"" : ""));
        string state = bridge.Folder.PathOf("state");
        LargeEstate.WriteObjects(bridge.Folder.PathOf("objects"));
        LargeEstate.WriteStatus(state + ".bad", lastState: 2);
        LargeEstate.WriteStatus(state + ".good", lastState: 0);
        string hosts = LivestatusDouble.Good(LargeEstate.HostRows());
        string bad = LivestatusDouble.Good(LargeEstate.ServiceRows(lastState: 2));
        string good = LivestatusDouble.Good(LargeEstate.ServiceRows(lastState: 0));
        using LivestatusDouble? live = source == "livestatus"
            ? new LivestatusDouble(state, [.. Enumerable.Range(0, 60).SelectMany(round => (string[])[hosts, round < 3 ? bad : good])])
            : null;
        File.Move(state + ".bad", live is null ? state : state + ".unused");
        Process serve = await bridge.ServeAsync();
        string key = $"host={LargeEstate.LastHost};service={LargeEstate.LastService}";
        await PublishedBridge.Until(() => PublishedBridge.Newest(sandbox, key)?.State == "triggered", "its page", TimeSpan.FromMinutes(1));
        File.Move(state + ".good", live is null ? state : state + ".unused", overwrite: true);
        await PublishedBridge.Until(() => PublishedBridge.Newest(sandbox, key)?.State == "resolved", "its end", TimeSpan.FromMinutes(1));
        Assert.Single(sandbox.Incidents);
        Assert.InRange(PeakMegabytes(serve), 1, 60);
    }

    private static long PeakMegabytes(Process process)
    {
        string peak = File.ReadLines($"/proc/{process.Id}/status").Single(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        return long.Parse(peak.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]) / 1024;
    }
}
