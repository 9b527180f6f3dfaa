using System.Diagnostics;
using Ringfree.Monitoring.Tests.PagerDuty;

namespace Ringfree.Monitoring.Bridge.Tests;

/// <summary>The log of the program that is shipped, where its reader stops.</summary>
[Trait("Kind", "published binary")]
public sealed class PublishedLogTests
{
    [Fact]
    public async Task A_log_that_nobody_reads_holds_up_no_page_no_answer_and_no_end()
    {
        const int Problems = 701;
        await using PagerDutySandbox sandbox = await PagerDutySandbox.StartAsync();
        sandbox.Behaviour = new Behaviour { CallsPerMinute = 1_000_000 };
        int port = Ports.Free();
        using var bridge = new PublishedBridge(
            sandbox.Endpoint, toml: $"[listen]\naddress = \"127.0.0.1:{port}\"\n[storm]\nthreshold = 1000000");
        // Its output is never read.
        using Process serve = ProcessRun.Start(PublishedBridge.Program, ["--config", bridge.ConfigFile, "serve"]);
        try
        {
            await PublishedBridge.Until(() => new Spool(bridge.SpoolPath).Lock.IsHeld(), "serve serves", TimeSpan.FromMinutes(1));
            for (var i = 0; i < Problems; i++)
            {
                Assert.Equal(0, bridge.Notify("PROBLEM", "CRITICAL", $"node{i}").ExitCode);
            }

            await PublishedBridge.Until(() => sandbox.Incidents.Count == Problems, "every page", TimeSpan.FromMinutes(1));
            using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = TimeSpan.FromSeconds(30) };
            string health = await http.GetStringAsync(new Uri("/health", UriKind.Relative));
            Assert.StartsWith("PAGERDUTY_BRIDGE OK", health, StringComparison.Ordinal);
            string metrics = await http.GetStringAsync(new Uri("/metrics", UriKind.Relative));
            Assert.Contains("pagerduty_bridge_dropped_log_lines_total 0\n", metrics, StringComparison.Ordinal);
            var clock = Stopwatch.StartNew();
            Assert.Equal(0, ProcessRun.Run("/bin/kill", ["-TERM", $"{serve.Id}"]).ExitCode);
            await serve.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(1));
            Assert.Equal(0, serve.ExitCode);
            Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(10));
        }
        finally
        {
            serve.Kill();
        }
    }
}
