using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using Ringfree.Monitoring.Tests.PagerDuty;

namespace Ringfree.Monitoring.Bridge.Tests;

/// <summary>notify when the machine fails it: whatever is broken, the event arrives or notify says that it did not.</summary>
/// <remarks>Each broken machine has a class of its own, because classes run beside each other and most of this is waiting.</remarks>
/// <param name="mounts">The shell's lines that break the spool, whose folder is $1; empty when nothing but the daemon is down.</param>
[Trait("Kind", "published binary")]
public abstract class NotifyAlone(string mounts)
{
    internal static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData("API up")]
    [InlineData("API down, mail up")]
    [InlineData("API hangs, mail up")]
    [InlineData("both down")]
    [InlineData("API hangs, no mail")]
    public async Task The_event_arrives_or_notify_fails_and_syslog_says_so(string outside)
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
        var clock = Stopwatch.StartNew();
        ProcessResult notify = ProcessRun.Run(
            "/usr/bin/unshare",
            ["--mount", "/bin/sh", "-c", Log + mounts + "exec \"$2\" --config \"$3\" notify", "sh", spool, PublishedBridge.Program, bridge.ConfigFile, devices],
            Trusting(mail));
        Assert.True(clock.Elapsed < Limit, $"{clock.Elapsed}");

        bool isSpooled = mounts.Length == 0;
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

    internal static Behaviour Outside(string outside) =>
        outside == "API up" ? new Behaviour()
        : outside.StartsWith("API hangs", StringComparison.Ordinal) ? new Behaviour { Mode = "slow", DelayMilliseconds = 120_000 }
        : new Behaviour { Mode = "down" };

    internal static Dictionary<string, string> Trusting(MailServer mail) => new(PublishedBridge.Environment("PROBLEM", "CRITICAL", "web1", "Disk"), StringComparer.Ordinal)
    {
        ["SSL_CERT_FILE"] = mail.CertificateFile,
        ["PATH"] = "/usr/bin:/bin:/usr/sbin:/sbin",
    };
}

public sealed class NotifyWithTheDaemonDownTests() : NotifyAlone("");

public sealed class NotifyWithTheDiskFullTests() : NotifyAlone("mount -t tmpfs -o size=16k none \"$1\"; cat /dev/zero >\"$1/fill\" 2>/dev/null; ");

public sealed class NotifyWithAReadOnlyDiskTests() : NotifyAlone("mount -t tmpfs -o ro none \"$1\"; ");

public sealed class NotifyWithoutInodesTests() : NotifyAlone("mount -t tmpfs -o nr_inodes=1 none \"$1\"; ");

public sealed class NotifyWithoutASpoolTests() : NotifyAlone("rmdir \"$1\"; ");
