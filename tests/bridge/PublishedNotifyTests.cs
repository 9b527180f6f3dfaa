using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Ringfree.Monitoring.Tests.PagerDuty;

namespace Ringfree.Monitoring.Bridge.Tests;

/// <summary>The verb notify of the program that is shipped.</summary>
[Trait("Kind", "published binary")]
public sealed class PublishedNotifyTests
{
    [Theory]
    [InlineData("shinken")]
    [InlineData("nagios")]
    public async Task Hostile_output_is_spooled_byte_for_byte_arrives_without_control_characters_and_is_nowhere_else(string scheduler)
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
        byte[] spooled = File.ReadAllBytes(Directory.GetFiles(bridge.SpoolPath, "*.event")[0]);
        Assert.True(spooled.AsSpan().IndexOf((byte[])[.. "\0SERVICEOUTPUT="u8, .. output, 0]) > 0);
        Assert.True(spooled.AsSpan().IndexOf("SECRET"u8) < 0);

        Process serve = await bridge.ServeAsync();
        await PublishedBridge.Until(() => sandbox.Incidents.Count == 1, "a page");
        JsonNode details = sandbox.Incidents[0].LastEvent!["payload"]!["custom_details"]!;
        Assert.Equal(Encoding.UTF8.GetString(output).Replace('\u0001', ' ').Replace('\u007F', ' '), (string?)details["output"]);
        Assert.Equal(scheduler == "nagios" ? "one\ntwo" : @"one\ntwo", (string?)details["long_output"]);
        await watching.CancelAsync();
        Assert.False(await leaked, "macro text or the routing key stood in a command line");
        Assert.DoesNotContain("HOSTILE-MARK", bridge.Logged, StringComparison.Ordinal);
        Assert.DoesNotContain(Sample.Key, bridge.Logged, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
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

    [Fact]
    public async Task Notify_without_environment_macros_or_spool_fails_and_says_why()
    {
        await using PagerDutySandbox sandbox = await PagerDutySandbox.StartAsync();
        using var bridge = new PublishedBridge(sandbox.Endpoint);
        ProcessResult blind = ProcessRun.Run(PublishedBridge.Program, ["--config", bridge.ConfigFile, "notify"], new Dictionary<string, string>(StringComparer.Ordinal));
        const string Expected = "pagerduty-bridge notify: NAGIOS_NOTIFICATIONTYPE and NAGIOS_HOSTNAME not in the environment: "
            + "set enable_environment_macros 1 on this notification command (Shinken) or in nagios.cfg (Nagios)\n";
        Assert.Equal((2, Expected, Expected), (blind.ExitCode, blind.Output, blind.Error));

        sandbox.Behaviour = new Behaviour { Mode = "status", Status = 500 };
        Directory.Delete(bridge.SpoolPath);
        ProcessResult homeless = bridge.Notify("PROBLEM", "CRITICAL");
        Assert.Equal(
            (1, $"pagerduty-bridge notify: the notification is not spooled: cannot open {bridge.SpoolPath}: No such file or directory; and not delivered: HTTP 500: the sandbox was told to say so\n"),
            (homeless.ExitCode, homeless.Output));
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
}
