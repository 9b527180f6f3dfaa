using System.Diagnostics;
using Ringfree.Monitoring.Tests.PagerDuty;

namespace Ringfree.Monitoring.Bridge.Tests;

/// <summary>What notify and serve owe each other: nothing twice, nothing lost between them.</summary>
[Trait("Kind", "published binary")]
public sealed class NotifyAndServeTests
{
    /// <summary>The spool takes the event, the store does not: serve delivers by itself, and keeps the event for the store.</summary>
    [Theory]
    [InlineData("API up")]
    [InlineData("API down, mail up")]
    [InlineData("API hangs, mail up")]
    public async Task With_serve_alive_and_its_store_full_the_event_arrives_and_ends_where_it_opened(string outside)
    {
        Needs.Root();
        await using PagerDutySandbox sandbox = await PagerDutySandbox.StartAsync();
        using var mail = new MailServer();
        using var bridge = new PublishedBridge(sandbox.Endpoint, toml: mail.Toml());
        string store = Directory.CreateDirectory(bridge.Folder.PathOf("store")).FullName;
        File.WriteAllText(bridge.ConfigFile, File.ReadAllText(bridge.ConfigFile).Replace(bridge.Folder.PathOf("incidents.db"), Path.Combine(store, "incidents.db"), StringComparison.Ordinal));
        Process serve = ProcessRun.Start(
            "/usr/bin/unshare",
            ["--mount", "/bin/sh", "-c", "mount -t tmpfs -o size=1m none \"$1\"; exec \"$2\" --config \"$3\" serve", "sh", store, PublishedBridge.Program, bridge.ConfigFile],
            NotifyAlone.Trusting(mail));
        try
        {
            serve.BeginOutputReadLine();
            serve.BeginErrorReadLine();
            ProcessResult InStore(string line) => ProcessRun.Run("/usr/bin/nsenter", ["--mount", $"--target={serve.Id}", "/bin/sh", "-c", line, "sh", store]);
            await PublishedBridge.Until(() => new Spool(bridge.SpoolPath).Lock.IsHeld() && sandbox.Calls.Count > 0, "serve");
            InStore("cat /dev/zero >\"$1/fill\"");
            sandbox.Behaviour = NotifyAlone.Outside(outside);
            var clock = Stopwatch.StartNew();
            Assert.Equal(0, bridge.Notify("PROBLEM", "CRITICAL").ExitCode);
            bool isByApi = outside == "API up";
            await PublishedBridge.Until(() => isByApi ? sandbox.Incidents.Count == 1 : mail.Mails.Count == 1, "the page", NotifyAlone.Limit);
            Assert.True(clock.Elapsed < NotifyAlone.Limit, $"{clock.Elapsed}");

            Assert.Equal(0, bridge.Notify("RECOVERY", "OK").ExitCode);
            await PublishedBridge.Until(() => isByApi ? sandbox.Incidents[0].State == "resolved" : mail.Mails.Count == 2, "its end", TimeSpan.FromSeconds(60));
            sandbox.Behaviour = new Behaviour();
            Assert.Equal(0, InStore("rm \"$1/fill\"").ExitCode);
            await PublishedBridge.Until(() => Directory.GetFiles(bridge.SpoolPath).Length == 0, "an empty spool", TimeSpan.FromSeconds(60));
            Assert.Equal(isByApi ? 1 : 0, sandbox.Incidents.Count);
            Assert.All(sandbox.Incidents, alert => Assert.Equal("resolved", alert.State));
        }
        finally
        {
            serve.Kill();
            await serve.WaitForExitAsync();
            serve.Dispose();
        }
    }

    [Fact]
    public async Task A_serve_that_starts_later_pages_nobody_twice()
    {
        await using PagerDutySandbox sandbox = await PagerDutySandbox.StartAsync();
        using var bridge = new PublishedBridge(sandbox.Endpoint);
        Assert.Equal(0, bridge.Notify("PROBLEM", "CRITICAL").ExitCode);
        Assert.Single(sandbox.Incidents);
        _ = await bridge.ServeAsync();
        await PublishedBridge.Until(() => sandbox.Incidents[0].Triggers == 2, "the second telling");
        await bridge.UntilDelivered();
        Assert.Empty(Directory.GetFiles(bridge.SpoolPath));
        Assert.Equal("triggered", Assert.Single(sandbox.Incidents).State);
    }

    [Fact]
    public async Task The_heartbeat_is_swallowed_also_without_serve()
    {
        await using PagerDutySandbox sandbox = await PagerDutySandbox.StartAsync();
        using var bridge = new PublishedBridge(sandbox.Endpoint);
        Assert.Equal(0, bridge.Notify("PROBLEM", "CRITICAL", "shinken", "PagerDuty path heartbeat").ExitCode);
        _ = await bridge.ServeAsync();
        await PublishedBridge.Until(() => Directory.GetFiles(bridge.SpoolPath).Length == 0, "an empty spool");
        Assert.Empty(sandbox.Incidents);
        Assert.Empty(bridge.List("--all"));
        Assert.DoesNotContain("heartbeat_age=U", bridge.Run("status").Output, StringComparison.Ordinal);
    }
}
