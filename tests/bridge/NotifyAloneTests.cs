using System.Diagnostics;
using Ringfree.Monitoring.Tests.PagerDuty;

namespace Ringfree.Monitoring.Bridge.Tests;

/// <summary>notify when the machine fails it: whatever is broken, the event arrives or notify says that it did not.</summary>
[Trait("Kind", "published binary")]
public sealed class NotifyAloneTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    public static TheoryData<string, string> Matrix()
    {
        var all = new TheoryData<string, string>();
        foreach (string machine in (string[])["daemon down", "disk full", "read-only", "inode-full", "spool missing"])
        {
            foreach (string outside in (string[])["API up", "API down, mail up", "both down"])
            {
                all.Add(machine, outside);
            }
        }

        return all;
    }

    [SkippableTheory]
    [MemberData(nameof(Matrix))]
    public async Task The_event_arrives_or_notify_fails(string machine, string outside)
    {
        Needs.Root();
        await using PagerDutySandbox sandbox = await PagerDutySandbox.StartAsync();
        sandbox.Behaviour = new Behaviour { Mode = outside == "API up" ? "ok" : "down" };
        using var mail = new MailServer();
        using var bridge = new PublishedBridge(sandbox.Endpoint, toml: outside == "both down" ? "" : mail.Toml());
        string spool = bridge.SpoolPath;

        // In a mount namespace of its own, so that no other process sees the broken disk.
        string mounts = machine switch
        {
            "disk full" => "mount -t tmpfs -o size=16k none \"$1\"; cat /dev/zero >\"$1/fill\" 2>/dev/null; ",
            "read-only" => "mount -t tmpfs -o ro none \"$1\"; ",
            "inode-full" => "mount -t tmpfs -o nr_inodes=1 none \"$1\"; ",
            "spool missing" => "rmdir \"$1\"; ",
            _ => "",
        };
        Dictionary<string, string> environment = PublishedBridge.Environment("PROBLEM", "CRITICAL", "web1", "Disk");
        environment["SSL_CERT_FILE"] = mail.CertificateFile;
        environment["PATH"] = "/usr/bin:/bin:/usr/sbin:/sbin";
        var clock = Stopwatch.StartNew();
        ProcessResult notify = ProcessRun.Run(
            "/usr/bin/unshare", ["--mount", "/bin/sh", "-c", mounts + "exec \"$2\" --config \"$3\" notify", "sh", spool, PublishedBridge.Program, bridge.ConfigFile], environment);
        Assert.True(clock.Elapsed < Limit, $"{clock.Elapsed}");

        bool isSpooled = machine == "daemon down";
        Assert.Equal(isSpooled ? 1 : 0, Directory.Exists(spool) ? Directory.GetFiles(spool, "*.event").Length : 0);
        if (outside == "both down")
        {
            Assert.Equal(1, notify.ExitCode);
            Assert.Contains(isSpooled ? "is spooled, but serve does not run and it is not delivered" : "is not spooled", notify.Error, StringComparison.Ordinal);
            Assert.Equal(notify.Error, notify.Output);
        }
        else
        {
            Assert.Equal((0, ""), (notify.ExitCode, notify.Output));
            Assert.Equal(outside == "API up" ? 1 : 0, sandbox.Incidents.Count);
            Assert.Equal(outside == "API up" ? 0 : 1, mail.Mails.Count);
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
