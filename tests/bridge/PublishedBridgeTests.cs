using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Win32.SafeHandles;
using Ringfree.Monitoring.Tests.PagerDuty;

namespace Ringfree.Monitoring.Bridge.Tests;

/// <summary>What must be true of the program that is shipped.</summary>
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

    [Fact]
    public async Task Killed_at_random_moments_it_loses_no_accepted_notification()
    {
        const int Incidents = 60;
        int wanted = Soak.Times(100);
        await using PagerDutySandbox sandbox = await PagerDutySandbox.StartAsync();
        sandbox.Behaviour = new Behaviour { CallsPerMinute = 1_000_000 };
        using var bridge = new PublishedBridge(sandbox.Endpoint);
        string[] types = ["PROBLEM", "ACKNOWLEDGEMENT", "RECOVERY", "PROBLEM", "RECOVERY"];
        var last = new string[Incidents];
        var notifications = 0;
        var accepted = 0;
        var kills = 0;

        // One series for each quarter of the hosts: notifications of one host come one after the other, as a scheduler sends them.
        Task notifying = Task.WhenAll(Enumerable.Range(0, 4).Select(series => Task.Run(() =>
        {
            for (int i = series; Volatile.Read(ref kills) < wanted; i += 4)
            {
                Interlocked.Increment(ref notifications);
                int host = i % Incidents;
                string type = types[(i / Incidents * 7 + host) % types.Length];
                if (bridge.Notify(type, type == "RECOVERY" ? "OK" : "CRITICAL", $"node{host}", "").ExitCode == 0)
                {
                    last[host] = type;
                    Interlocked.Increment(ref accepted);
                }
            }
        })));

        // The same moments in every run, so that a failure can be looked into.
        var random = new Random(20261112);
        while (kills < wanted && !notifying.IsFaulted)
        {
            Process serve = await bridge.ServeAsync();
            await Task.Delay(random.Next(2, 400));
            serve.Kill();
            await serve.WaitForExitAsync();
            kills++;
        }

        await notifying;
        _ = await bridge.ServeAsync();
        await PublishedBridge.Until(() => Directory.GetFiles(bridge.SpoolPath).Length == 0, "an empty spool");
        await bridge.UntilDelivered();
        Assert.True(notifications >= kills, $"{notifications} notifications and {kills} kills");
        Assert.Equal(notifications, accepted);
        Assert.Equal(accepted, bridge.Notified());
        for (var host = 0; host < Incidents; host++)
        {
            string state = PublishedBridge.Newest(sandbox, $"host=node{host}")?.State ?? "resolved";
            string[] right = last[host] switch
            {
                "RECOVERY" => ["resolved"],
                "ACKNOWLEDGEMENT" => ["acknowledged"],
                _ => ["triggered", "acknowledged"], // a problem after an acknowledgement leaves PagerDuty's alert acknowledged
            };
            Assert.True(right.Contains(state), $"node{host} is {state} after {last[host]}");
        }
    }

    [Theory]
    [InlineData("shinken")]
    [InlineData("nagios")]
    public async Task Hostile_output_arrives_byte_for_byte_and_nowhere_else(string scheduler)
    {
        await using PagerDutySandbox sandbox = await PagerDutySandbox.StartAsync();
        using var bridge = new PublishedBridge(sandbox.Endpoint, scheduler: scheduler);
        byte[] output =
        [
            .. "\"quoted\" 'single' `touch /tmp/x` $(id) $USER1$ ; rm -rf * | pipe \\ %s \t é HOSTILE-MARK\nsecond line "u8,
            0xFF, 0xC3, 0x28, 0x80, 0x01, 0x7F, .. Enumerable.Repeat((byte)'x', 8_000), .. " end"u8,
        ];
        File.WriteAllBytes(bridge.Folder.PathOf("output"), output);
        using var watching = new CancellationTokenSource();
        Task<bool> leaked = Task.Run(() => AnyCommandLineHolds(["HOSTILE-MARK", Sample.Key], watching.Token));

        ProcessResult notify = ProcessRun.Shell(
            """
            NAGIOS_SERVICEOUTPUT="$(cat "$1")"; NAGIOS_LONGSERVICEOUTPUT='one\ntwo'; NAGIOS__HOSTPASSWORD=SECRET
            NAGIOS_NOTIFICATIONTYPE=PROBLEM; NAGIOS_HOSTNAME=web1; NAGIOS_SERVICEDESC='HAProxy proxies'; NAGIOS_SERVICESTATE=CRITICAL
            export NAGIOS_SERVICEOUTPUT NAGIOS_LONGSERVICEOUTPUT NAGIOS__HOSTPASSWORD NAGIOS_NOTIFICATIONTYPE NAGIOS_HOSTNAME NAGIOS_SERVICEDESC NAGIOS_SERVICESTATE
            for i in 1 2 3 4 5 6 7 8 9 10; do "$2" --config "$3" notify || exit; done
            """,
            bridge.Folder.PathOf("output"),
            PublishedBridge.Program,
            bridge.ConfigFile);
        Assert.Equal(("", 0), (notify.Output, notify.ExitCode));
        byte[] spooled = File.ReadAllBytes(Directory.GetFiles(bridge.SpoolPath)[0]);
        Assert.True(spooled.AsSpan().IndexOf((byte[])[.. "\0SERVICEOUTPUT="u8, .. output, 0]) > 0);
        Assert.True(spooled.AsSpan().IndexOf("SECRET"u8) < 0);

        Process serve = await bridge.ServeAsync();
        await PublishedBridge.Until(() => sandbox.Incidents.Count == 1, "a page");
        JsonNode details = sandbox.Incidents[0].LastEvent!["payload"]!["custom_details"]!;
        Assert.Equal(Encoding.UTF8.GetString(output), (string?)details["output"]);
        Assert.Equal(scheduler == "nagios" ? "one\ntwo" : @"one\ntwo", (string?)details["long_output"]);
        await watching.CancelAsync();
        Assert.False(await leaked, "macro text or the routing key stood in a command line");
        Assert.DoesNotContain("HOSTILE-MARK", bridge.Logged, StringComparison.Ordinal);
        Assert.DoesNotContain(Sample.Key, bridge.Logged, StringComparison.OrdinalIgnoreCase);
    }

    [SkippableFact]
    public async Task Before_notify_ends_its_file_is_written_synced_renamed_and_the_folder_synced()
    {
        Needs.File("/usr/bin/strace", "strace");
        await using PagerDutySandbox sandbox = await PagerDutySandbox.StartAsync();
        using var bridge = new PublishedBridge(sandbox.Endpoint);
        string traces = Directory.CreateDirectory(bridge.Folder.PathOf("traces")).FullName;

        // A file for each thread (-ff): in one for all, a call that another thread's comes between is broken into two lines.
        ProcessResult traced = ProcessRun.Run(
            "/usr/bin/strace",
            ["-ff", "-y", "-o", Path.Combine(traces, "thread"), "-e", "trace=open,openat,write,fsync,rename,exit_group", PublishedBridge.Program, "--config", bridge.ConfigFile, "notify"],
            PublishedBridge.Environment("PROBLEM", "CRITICAL", "web1", "Disk"));
        Assert.Equal(0, traced.ExitCode);
        string spool = Regex.Escape(bridge.SpoolPath);
        string[] expected =
        [
            $@"open(at)?\(.*""{spool}/\.new-.*O_WRONLY\|O_CREAT\|O_EXCL\|O_NOFOLLOW\|O_CLOEXEC, 0640\)", $@"write\(\d+<{spool}/\.new-", $@"fsync\(\d+<{spool}/\.new-.*= 0",
            $@"rename\(""{spool}/\.new-.*\.event""\) += 0", $@"fsync\(\d+<{spool}>.*= 0", @"exit_group\(0\)",
        ];
        string[] lines = Directory.GetFiles(traces).Select(File.ReadAllLines).Single(thread => thread.Any(line => line.Contains("rename(", StringComparison.Ordinal)));
        var at = 0;
        foreach (string call in expected)
        {
            int found = Array.FindIndex(lines, at, line => Regex.IsMatch(line, call, RegexOptions.None, TimeSpan.FromSeconds(1)));
            Assert.True(found >= 0, $"{call} is missing after line {at} of:\n{string.Join('\n', lines)}");
            at = found + 1;
        }
    }

    [Theory]
    [InlineData("help", "--help")]
    [InlineData("help-notify", "notify", "--help")]
    [InlineData("help-serve", "serve", "--help")]
    [InlineData("help-list", "list", "--help")]
    [InlineData("help-check-config", "check-config", "--help")]
    [InlineData("help-status", "status", "--help")]
    [InlineData("help-trace", "trace", "--help")]
    [InlineData("help-retry", "retry", "--help")]
    [InlineData("help-drop", "drop", "--help")]
    [InlineData("help-maintenance", "maintenance", "--help")]
    [InlineData("help-maintenance-start", "maintenance", "start", "--help")]
    [InlineData("help-send-test", "send-test", "--help")]
    [InlineData("help-watch", "watch", "--help")]
    [InlineData("mail-rules", "mail-rules")]
    public void Every_verb_explains_itself(string snapshot, params string[] arguments)
    {
        ProcessResult help = ProcessRun.Run(PublishedBridge.Program, arguments);
        Assert.Equal((0, ""), (help.ExitCode, help.Error));
        Snapshot.Match(help.Output, snapshot);
    }

    [Fact]
    public void A_wrong_command_line_is_told_what_is_accepted()
    {
        string[][] lines =
        [
            [], ["--bogus"], ["bogus"], ["serve", "--bogus"], ["notify", "extra"], ["--config"], ["--config", "a", "--config", "b", "notify"],
            ["[x]", "notify"], ["maintenance"], ["maintenance", "start"], ["maintenance", "stop", "x"], ["trace"], ["drop"], ["list", "--json=maybe"], ["notify", "--json"], ["@file"],
        ];
        var all = new StringBuilder();
        foreach (string[] line in lines)
        {
            ProcessResult refused = ProcessRun.Run(PublishedBridge.Program, line);
            all.Append($"$ pagerduty-bridge {string.Join(' ', line)}\n{refused.Output}{refused.Error}exit {refused.ExitCode}\n\n");
        }

        ProcessResult version = ProcessRun.Run(PublishedBridge.Program, ["--version", "--bogus"]);
        Assert.Equal((0, "pagerduty-bridge 0.1.0\n"), (version.ExitCode, version.Output));
        Snapshot.Match(all.ToString(), "usage-errors");
    }

    [Fact]
    public void Every_mistake_of_the_config_is_named_with_its_line()
    {
        using var folder = new TestFolder();
        string file = folder.Write(
            "bridge.toml",
            """
            scheduler = "icinga"
            sheduler = "nagios"

            [pagerduty]
            endpoint = "http://events.pagerduty.com"
            routing_key_file = "key"
            calls_per_minute = 0

            [spool]
            path = 5
            path = "/var/spool/x"

            [store]
            file = "/var/lib/x"

            [listen]
            address = "0.0.0.0:80"

            [storm]
            threshold = 0

            [heartbeat]
            missing_after = "never"
            send_to = "http://watch.example.com/heartbeat"

            [acknowledgements]
            token_file = "token"
            command_pipe = "nagios.cmd"

            [email]
            to = "x"
            server = "mail.example.com"
            security = "none"
            username = "u"

            [reconcile]
            status_file = "/var/lib/nagios4/status.dat"
            livestatus = "localhost"
            contact = "pagerduty"

            [watch]
            listen = "*:80"
            """);
        ProcessResult refused = ProcessRun.Run(PublishedBridge.Program, ["check-config", "--config", file]);
        Assert.Equal((3, ""), (refused.ExitCode, refused.Output));
        Snapshot.Match(refused.Error.Replace(folder.Root, "FOLDER", StringComparison.Ordinal), "config-errors");
        Assert.Equal((3, refused.Error), (ProcessRun.Run(PublishedBridge.Program, ["--config", file, "serve"]) is var serve ? serve.ExitCode : 0, serve.Error));

        ProcessResult missing = ProcessRun.Run(PublishedBridge.Program, ["--config", "/none.toml", "serve"]);
        Assert.Equal((3, "/none.toml:1: cannot read the file: Could not find file '/none.toml'.\n"), (missing.ExitCode, missing.Error));
    }

    [Fact]
    public async Task Check_config_and_list_answer_without_a_daemon()
    {
        await using PagerDutySandbox sandbox = await PagerDutySandbox.StartAsync();
        using var bridge = new PublishedBridge(sandbox.Endpoint);
        Assert.Equal($"{bridge.ConfigFile} is good\n", bridge.Run("check-config").Output);
        ProcessResult early = bridge.Run("list");
        Assert.Equal(
            (1, $"pagerduty-bridge list: cannot use {bridge.Folder.PathOf("incidents.db")}: it does not exist yet, or this user may not look into its folder: serve makes it at its first start\n"),
            (early.ExitCode, early.Error));
        Process serve = await bridge.ServeAsync();
        serve.Kill();
        await serve.WaitForExitAsync();
        Assert.Empty(bridge.List());
        File.SetUnixFileMode(bridge.Folder.PathOf("key"), UnixFileMode.UserRead | UnixFileMode.OtherRead);
        ProcessResult refused = bridge.Run("check-config");
        Assert.Equal((3, $"{bridge.Folder.PathOf("key")}:1: has mode 404; accepted: no permission for others (chmod o= {bridge.Folder.PathOf("key")})\n"), (refused.ExitCode, refused.Error));
    }

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
        await bridge.UntilDelivered();
        string table = Timestamp().Replace(bridge.Run("list").Output, "YYYY-MM-DD HH:MM:SSZ");
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
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(2), $"{clock.Elapsed}");

        sandbox.Behaviour = new Behaviour();
        _ = await bridge.ServeAsync();
        await PublishedBridge.Until(() => PublishedBridge.Newest(sandbox, Web)?.State == "triggered", "the page of the first serve");
    }

    [Fact]
    public async Task Notify_without_environment_macros_or_spool_fails_and_says_why()
    {
        await using PagerDutySandbox sandbox = await PagerDutySandbox.StartAsync();
        using var bridge = new PublishedBridge(sandbox.Endpoint);
        ProcessResult blind = ProcessRun.Run(PublishedBridge.Program, ["--config", bridge.ConfigFile, "notify"], new Dictionary<string, string>(StringComparer.Ordinal));
        const string Expected = "pagerduty-bridge notify: NAGIOS_NOTIFICATIONTYPE and NAGIOS_HOSTNAME not in the environment: "
            + "set enable_environment_macros 1 on this notification command (Shinken) or in nagios.cfg (Nagios)\n";
        Assert.Equal((3, Expected, Expected), (blind.ExitCode, blind.Output, blind.Error));

        sandbox.Behaviour = new Behaviour { Mode = "status", Status = 500 };
        Directory.Delete(bridge.SpoolPath);
        ProcessResult homeless = bridge.Notify("PROBLEM", "CRITICAL");
        Assert.Equal(
            (1, $"pagerduty-bridge notify: the notification is not spooled: cannot open {bridge.SpoolPath}: No such file or directory; and not delivered: HTTP 500: the sandbox was told to say so\n"),
            (homeless.ExitCode, homeless.Output));
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

    [SkippableFact]
    public async Task It_runs_in_an_empty_root_and_tells_syslog_when_it_cannot_spool()
    {
        Needs.Root();
        using var root = new TestFolder();
        File.Copy(PublishedBridge.Program, root.PathOf("pagerduty-bridge"));
        Directory.CreateDirectory(root.PathOf("spool"));
        Directory.CreateDirectory(root.PathOf("dev"));
        root.Write("bridge.toml", "[spool]\npath = \"/spool\"");
        Dictionary<string, string> macros = PublishedBridge.Environment("PROBLEM", "CRITICAL", "web1", "Disk");
        using var syslog = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        syslog.Bind(new UnixDomainSocketEndPoint(root.PathOf("dev", "log")));
        syslog.ReceiveTimeout = 5_000;

        using SafeFileHandle? serving = new Spool(root.PathOf("spool")).TryLock();
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

    [SkippableFact]
    public void It_is_one_static_file()
    {
        Needs.File("/usr/bin/file", "file");
        ProcessResult file = ProcessRun.Run("/usr/bin/file", [PublishedBridge.Program]);
        Assert.Contains("statically linked", file.Output, StringComparison.Ordinal);
    }

    private static bool AnyCommandLineHolds(string[] secrets, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            foreach (string process in Directory.GetDirectories("/proc").Where(folder => char.IsAsciiDigit(folder[^1])))
            {
                try
                {
                    string line = File.ReadAllText(Path.Combine(process, "cmdline"));
                    if (secrets.Any(secret => line.Contains(secret, StringComparison.Ordinal)))
                    {
                        return true;
                    }
                }
                catch (IOException)
                {
                    // It ended meanwhile.
                }
            }
        }

        return false;
    }

    [GeneratedRegex(@"\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ")]
    private static partial Regex Timestamp();
}
