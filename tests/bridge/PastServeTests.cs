using System.Diagnostics;
using Ringfree.Monitoring.Tests.PagerDuty;

namespace Ringfree.Monitoring.Bridge.Tests;

/// <summary>What notify delivers, or keeps back, while it sees no serve.</summary>
[Trait("Kind", "published binary")]
public sealed class PastServeTests
{
    [Fact]
    public async Task The_history_knows_how_a_page_was_sent_that_serve_did_not_send()
    {
        await using PagerDutySandbox sandbox = await PagerDutySandbox.StartAsync();
        using var bridge = new PublishedBridge(sandbox.Endpoint);
        Assert.Equal(0, bridge.Notify("PROBLEM", "CRITICAL").ExitCode);
        Assert.Single(sandbox.Incidents);
        Assert.Single(Directory.GetFiles(bridge.SpoolPath, "*.event.delivered"));
        _ = await bridge.ServeAsync();
        await PublishedBridge.Until(
            () => bridge.Run("trace", "web1").Output.Contains(
                "delivered  by notify, which saw no serve: HTTP 202: Event processed", StringComparison.Ordinal),
            "the line in the history",
            TimeSpan.FromMinutes(1));
        await bridge.UntilDelivered();
        Assert.DoesNotContain("go past serve", bridge.Run("status").Output, StringComparison.Ordinal);
        Assert.Single(sandbox.Incidents);
    }

    [Fact]
    public async Task Notifications_that_go_past_a_serve_that_runs_are_said_by_status()
    {
        await using PagerDutySandbox sandbox = await PagerDutySandbox.StartAsync();
        using var bridge = new PublishedBridge(sandbox.Endpoint);
        _ = await bridge.ServeAsync();
        string lockFile = Path.Combine(bridge.SpoolPath, "serving", "lock");
        File.Move(lockFile, lockFile + ".away");
        Assert.Equal(0, bridge.Notify("PROBLEM", "CRITICAL").ExitCode);
        await PublishedBridge.Until(
            () => bridge.Run("status").Output.Contains("notifications go past serve since ", StringComparison.Ordinal),
            "status",
            TimeSpan.FromMinutes(1));
        await bridge.UntilDelivered();
        Assert.Single(sandbox.Incidents);
    }

    [Fact]
    public async Task What_is_in_maintenance_is_spooled_and_pages_nobody_although_no_serve_runs()
    {
        await using PagerDutySandbox sandbox = await PagerDutySandbox.StartAsync();
        using var bridge = new PublishedBridge(sandbox.Endpoint);
        Process serve = await bridge.ServeAsync();
        serve.Kill();
        await serve.WaitForExitAsync();
        ProcessResult start = bridge.Run(
            "maintenance", "start", "--for", "2h", "--host", "web*", "--allow-unknown", "--reason", "new disks");
        Assert.True(start.ExitCode == 0, start.Error);
        Assert.Equal((0, "", ""), (bridge.Notify("PROBLEM", "CRITICAL") is var notify ? notify.ExitCode : 1, notify.Output, notify.Error));
        Assert.Equal(0, bridge.Notify("PROBLEM", "CRITICAL", host: "db1").ExitCode);
        Assert.Equal("host=db1;service=HAProxy proxies", Assert.Single(sandbox.Incidents).DedupKey);
        Assert.Equal(2, Directory.GetFiles(bridge.SpoolPath, "*.event").Length);

        // One that is not serve's own covers nothing: a page too many is better than none.
        string file = Path.Combine(bridge.SpoolPath, "serving", "maintenance.json");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherWrite);
        Assert.Equal(0, bridge.Notify("PROBLEM", "CRITICAL", host: "web2").ExitCode);
        Assert.Equal(2, sandbox.Incidents.Count);

        _ = await bridge.ServeAsync();
        await bridge.UntilDelivered();
        Assert.Contains(bridge.List(), one => (string?)one!["host"] == "web1" && (string?)one["suppressed"] == "maintenance");
    }
}
