using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Win32.SafeHandles;
using Ringfree.Monitoring.Tests.PagerDuty;

namespace Ringfree.Monitoring.Bridge.Tests;

/// <summary>The verb serve of the program that is shipped, and what must be true of the whole.</summary>
[Trait("Kind", "published binary")]
public sealed partial class PublishedBridgeTests
{
    private const string Web = "host=web1;service=HAProxy proxies";
    private const int SigTerm = 15;

    [Fact]
    public async Task A_problem_pages_is_acknowledged_and_resolved()
    {
        await using PagerDutySandbox sandbox = await PagerDutySandbox.StartAsync();
        using var bridge = new PublishedBridge(sandbox.Endpoint);
        Process serve = await bridge.ServeAsync();

        Assert.Equal(0, bridge.Notify("PROBLEM", "CRITICAL", more: ("SERVICEOUTPUT", "HAPROXY CRITICAL - no server")).ExitCode);
        await PublishedBridge.Until(() => sandbox.Incidents.Count == 1, "a page");
        Assert.Equal("web1 / HAProxy proxies is CRITICAL: no server", sandbox.Incidents[0].Summary);

        bridge.Notify("ACKNOWLEDGEMENT", "CRITICAL");
        await PublishedBridge.Until(() => sandbox.Incidents[0].State == "acknowledged", "an acknowledgement");
        bridge.Notify("RECOVERY", "OK");
        await PublishedBridge.Until(() => sandbox.Incidents[0].State == "resolved", "a resolve");
        await bridge.UntilDelivered();
        Assert.Empty(bridge.List());
        Assert.Equal("resolved", (string?)Assert.Single(bridge.List("--all"))!["delivered"]);
        Assert.Empty(Directory.GetFiles(bridge.SpoolPath));
    }

    /// <summary>What is refused is tried with ever less: whole, without links, without details.</summary>
    private const int Payloads = 3;

    [Fact]
    public async Task Set_aside_incidents_stand_in_the_list_with_the_words_of_the_api()
    {
        await using PagerDutySandbox sandbox = await PagerDutySandbox.StartAsync();
        sandbox.Behaviour = new Behaviour { Mode = "status", Status = 400, OnlyDedupKey = "poison" };
        using var bridge = new PublishedBridge(sandbox.Endpoint);
        Process serve = await bridge.ServeAsync();
        bridge.Notify("PROBLEM", "CRITICAL", "poison", "Disk");
        bridge.Notify("PROBLEM", "WARNING", "web1", "Disk");
        await PublishedBridge.Until(() => sandbox.Incidents.Count == 2, "the other page and the one about the dead letter");
        await PublishedBridge.Until(
            () => bridge.List("--all").Any(
                incident => (string?)incident!["delivery"] == "dead letter" && (long)incident["attempts"]! == 2 * Payloads),
            "all tries, once more after PagerDuty accepted the others");
        await bridge.UntilDelivered();
        string table = Timestamp().Replace(bridge.Run("list").Output, "YYYY-MM-DD HH:MM:SS UTC");
        Snapshot.Match(table, "list");
    }

    [Fact]
    public async Task Two_serves_do_not_share_a_spool_and_sigterm_ends_one_within_two_seconds()
    {
        await using PagerDutySandbox sandbox = await PagerDutySandbox.StartAsync();
        sandbox.Behaviour = new Behaviour { Mode = "slow", DelayMilliseconds = 60_000 };
        using var bridge = new PublishedBridge(sandbox.Endpoint);
        Process serve = await bridge.ServeAsync();
        ProcessResult second = bridge.Run("serve");
        Assert.Equal((1, $"pagerduty-bridge serve: process {serve.Id} serves {bridge.SpoolPath} already\n"), (second.ExitCode, second.Error));

        bridge.Notify("PROBLEM", "CRITICAL");
        await PublishedBridge.Until(() => bridge.List() is [{ } incident] && (long)incident["attempts"]! == 1, "a call under way");
        var clock = Stopwatch.StartNew();
        Assert.Equal(0, ProcessRun.Run("/bin/kill", [$"-{SigTerm}", $"{serve.Id}"]).ExitCode);
        await serve.WaitForExitAsync();
        Assert.Equal(0, serve.ExitCode);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(9), $"{clock.Elapsed}");

        sandbox.Behaviour = new Behaviour();
        _ = await bridge.ServeAsync();
        await PublishedBridge.Until(() => PublishedBridge.Newest(sandbox, Web)?.State == "triggered", "the page of the first serve");
    }

    [Fact]
    public async Task A_file_that_is_no_notification_pages_and_holds_nobody_up()
    {
        await using PagerDutySandbox sandbox = await PagerDutySandbox.StartAsync();
        using var bridge = new PublishedBridge(sandbox.Endpoint);
        File.WriteAllText(Path.Combine(bridge.SpoolPath, "a.event"), "no notification");
        _ = await bridge.ServeAsync();
        bridge.Notify("PROBLEM", "CRITICAL");
        await PublishedBridge.Until(() => sandbox.Incidents.Count == 2, "the page and the one about the file");
        Alert about = Assert.Single(sandbox.Incidents, alert => alert.DedupKey != Web);
        Assert.Equal(
            "bridge-host / PagerDuty bridge: rejected file is CRITICAL: a file in the spool is not a usable notification, so that a problem may page nobody: its name is not one that notify gives",
            about.Summary);
        Assert.Equal("no notification", File.ReadAllText(Path.Combine(bridge.SpoolPath, "rejected", "a.event")));
    }

    [Fact]
    public async Task Pages_go_out_over_tls_that_is_verified()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using X509Certificate2 certificate = request.CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
        await using PagerDutySandbox sandbox = await PagerDutySandbox.StartAsync(certificate: certificate);
        using var bridge = new PublishedBridge(sandbox.Endpoint);
        string trusted = bridge.Folder.Write("ca.pem", certificate.ExportCertificatePem());
        bridge.Notify("PROBLEM", "CRITICAL");

        Process distrusting = await bridge.ServeAsync();
        await PublishedBridge.Until(() => bridge.List() is [{ } incident] && incident["last_answer"] is not null, "a refusal");
        Assert.Contains("certificate", (string?)bridge.List()[0]!["last_answer"], StringComparison.Ordinal);
        distrusting.Kill();
        await distrusting.WaitForExitAsync();
        Assert.Empty(sandbox.Incidents);
        Process serve = await bridge.ServeAsync(new Dictionary<string, string>(StringComparer.Ordinal) { ["SSL_CERT_FILE"] = trusted });
        await PublishedBridge.Until(() => sandbox.Incidents.Count == 1, "a page over TLS");
    }

    [Fact]
    public async Task It_runs_in_an_empty_root_and_tells_syslog_when_it_cannot_spool()
    {
        Needs.Root();
        using var root = new TestFolder();
        ProcessRun.CopyProgram(PublishedBridge.Program, root.PathOf("pagerduty-bridge"));
        Directory.CreateDirectory(root.PathOf("spool"));
        Directory.CreateDirectory(root.PathOf("dev"));
        root.Write("bridge.toml", "[spool]\npath = \"/spool\"");
        Dictionary<string, string> macros = PublishedBridge.Environment("PROBLEM", "CRITICAL", "web1", "Disk");
        using var syslog = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        syslog.Bind(new UnixDomainSocketEndPoint(root.PathOf("dev", "log")));
        syslog.ReceiveTimeout = 5_000;

        using SafeFileHandle? serving = new Spool(root.PathOf("spool")).Lock.TryTake();
        ProcessResult InRoot(params string[] arguments) => ProcessRun.Run("/usr/sbin/chroot", [root.Root, "/pagerduty-bridge", .. arguments], macros);
        Assert.Equal(0, InRoot("--help").ExitCode);
        Assert.Equal((0, ""), (InRoot("--config", "/bridge.toml", "notify") is var notify ? notify.ExitCode : 1, notify.Output));
        Assert.Single(Directory.GetFiles(root.PathOf("spool")));

        Directory.Delete(root.PathOf("spool"), recursive: true);
        Assert.Equal(1, InRoot("--config", "/bridge.toml", "notify").ExitCode);
        var line = new byte[1_000];
        int length = await syslog.ReceiveAsync(line);
        Assert.Contains(
            "pagerduty-bridge notify: the notification is not spooled: cannot open /spool: No such file or directory",
            Encoding.UTF8.GetString(line, 0, length),
            StringComparison.Ordinal);
    }

    [Fact]
    public void It_is_one_static_file()
    {
        Needs.File("/usr/bin/file", "file");
        ProcessResult file = ProcessRun.Run("/usr/bin/file", [PublishedBridge.Program]);
        Assert.Contains("statically linked", file.Output, StringComparison.Ordinal);
    }

    [GeneratedRegex(@"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC")]
    private static partial Regex Timestamp();
}
