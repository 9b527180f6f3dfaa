using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
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
            foreach (string outside in (string[])["API up", "API down, mail up", "API hangs, mail up", "both down", "API hangs, no mail"])
            {
                all.Add(machine, outside);
            }
        }

        return all;
    }

    [SkippableTheory]
    [MemberData(nameof(Matrix))]
    public async Task The_event_arrives_or_notify_fails_and_syslog_says_so(string machine, string outside)
    {
        Needs.Root();
        await using PagerDutySandbox sandbox = await PagerDutySandbox.StartAsync();
        sandbox.Behaviour = Outside(outside);
        using var mail = new MailServer();
        bool hasMail = outside.EndsWith("mail up", StringComparison.Ordinal);
        using var bridge = new PublishedBridge(sandbox.Endpoint, toml: hasMail ? mail.Toml() : "");
        string spool = bridge.SpoolPath;
        string devices = Directory.CreateDirectory(bridge.Folder.PathOf("dev")).FullName;
        using var syslog = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        syslog.Bind(new UnixDomainSocketEndPoint(Path.Combine(devices, "log")));
        syslog.ReceiveTimeout = 1_000;

        // In a mount namespace of its own, so that no other process sees the broken disk and the log.
        const string Log = "for node in null zero urandom; do : >\"$4/$node\"; mount --bind \"/dev/$node\" \"$4/$node\"; done; mount --rbind \"$4\" /dev; ";
        string mounts = machine switch
        {
            "disk full" => "mount -t tmpfs -o size=16k none \"$1\"; cat /dev/zero >\"$1/fill\" 2>/dev/null; ",
            "read-only" => "mount -t tmpfs -o ro none \"$1\"; ",
            "inode-full" => "mount -t tmpfs -o nr_inodes=1 none \"$1\"; ",
            "spool missing" => "rmdir \"$1\"; ",
            _ => "",
        };
        var clock = Stopwatch.StartNew();
        ProcessResult notify = ProcessRun.Run(
            "/usr/bin/unshare",
            ["--mount", "/bin/sh", "-c", Log + mounts + "exec \"$2\" --config \"$3\" notify", "sh", spool, PublishedBridge.Program, bridge.ConfigFile, devices],
            Trusting(mail));
        Assert.True(clock.Elapsed < Limit, $"{clock.Elapsed}");

        bool isSpooled = machine == "daemon down";
        Assert.Equal(isSpooled ? 1 : 0, Directory.Exists(spool) ? Directory.GetFiles(spool, "*.event").Length : 0);
        var line = new byte[4_000];
        string logged = Encoding.UTF8.GetString(line, 0, syslog.Receive(line));
        if (outside == "API up" || hasMail)
        {
            Assert.Equal((0, ""), (notify.ExitCode, notify.Output));
            Assert.Equal(outside == "API up" ? 1 : 0, sandbox.Incidents.Count);
            Assert.Equal(outside == "API up" ? 0 : 1, mail.Mails.Count);
            Assert.Contains(isSpooled ? "serve does not run; delivered without it: " : "the notification is not spooled: ", logged, StringComparison.Ordinal);
            Assert.Contains("delivered without it: ", logged, StringComparison.Ordinal);
        }
        else
        {
            Assert.Equal(1, notify.ExitCode);
            Assert.Contains(isSpooled ? "is spooled, but serve does not run and it is not delivered" : "is not spooled", notify.Error, StringComparison.Ordinal);
            Assert.Equal(notify.Error, notify.Output);
            Assert.Contains(notify.Error.Trim(), logged, StringComparison.Ordinal);
        }
    }

    /// <summary>The spool takes the event, the store does not: serve delivers by itself, and keeps the event for the store.</summary>
    [SkippableTheory]
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
            Trusting(mail));
        try
        {
            serve.BeginOutputReadLine();
            serve.BeginErrorReadLine();
            ProcessResult InStore(string line) => ProcessRun.Run("/usr/bin/nsenter", ["--mount", $"--target={serve.Id}", "/bin/sh", "-c", line, "sh", store]);
            await PublishedBridge.Until(() => new Spool(bridge.SpoolPath).IsServed() && sandbox.Calls.Count > 0, "serve");
            InStore("cat /dev/zero >\"$1/fill\"");
            sandbox.Behaviour = Outside(outside);
            var clock = Stopwatch.StartNew();
            Assert.Equal(0, bridge.Notify("PROBLEM", "CRITICAL").ExitCode);
            bool isByApi = outside == "API up";
            await PublishedBridge.Until(() => isByApi ? sandbox.Incidents.Count == 1 : mail.Mails.Count == 1, "the page", Limit);
            Assert.True(clock.Elapsed < Limit, $"{clock.Elapsed}");

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

    private static Behaviour Outside(string outside) =>
        outside == "API up" ? new Behaviour()
        : outside.StartsWith("API hangs", StringComparison.Ordinal) ? new Behaviour { Mode = "slow", DelayMilliseconds = 120_000 }
        : new Behaviour { Mode = "down" };

    private static Dictionary<string, string> Trusting(MailServer mail) => new(PublishedBridge.Environment("PROBLEM", "CRITICAL", "web1", "Disk"), StringComparer.Ordinal)
    {
        ["SSL_CERT_FILE"] = mail.CertificateFile,
        ["PATH"] = "/usr/bin:/bin:/usr/sbin:/sbin",
    };
}
