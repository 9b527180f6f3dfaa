using System.Diagnostics;
using Ringfree.Monitoring.Tests.PagerDuty;

namespace Ringfree.Monitoring.Bridge.Tests;

/// <summary>The spool's lock against the scheduler's user, who may write the spool, on the program that is shipped.</summary>
[Trait("Kind", "published binary")]
public sealed class PublishedLockTests
{
    private const string Scheduler = "65534";

    [Theory]
    [InlineData("flock -x \"$1\" sleep 60")]
    [InlineData("mkdir -m 0750 \"$1/serving\" && touch \"$1/serving/lock\" && flock -x \"$1/serving/lock\" sleep 60")]
    [InlineData(
        "mkdir -m 0750 \"$1/serving\" && exec python3 -c 'import fcntl, sys, time; file = open(sys.argv[1] + \"/serving/lock\", \"w\"); "
        + "fcntl.lockf(file, fcntl.LOCK_EX); time.sleep(60)' \"$1\"")]
    [InlineData("ln -s / \"$1/serving\"; sleep 60")]
    public async Task What_the_schedulers_user_locks_neither_silences_notify_nor_keeps_serve_down(string attack)
    {
        Needs.Root();
        await using PagerDutySandbox sandbox = await PagerDutySandbox.StartAsync();
        using PublishedBridge bridge = WithSpoolOfTheScheduler(sandbox);
        using Process foreign = ProcessRun.Start("/usr/bin/setpriv", [.. AsScheduler, "/bin/sh", "-c", attack, "sh", bridge.SpoolPath]);
        try
        {
            await PublishedBridge.Until(
                () => attack.StartsWith("flock", StringComparison.Ordinal)
                    ? ProcessRun.Run("/usr/bin/flock", ["-n", bridge.SpoolPath, "true"]).ExitCode != 0
                    : Path.Exists(Path.Combine(bridge.SpoolPath, "serving")),
                "the attack",
                TimeSpan.FromMinutes(1));
            ProcessResult notify = bridge.Notify("PROBLEM", "CRITICAL");
            Assert.Equal((0, ""), (notify.ExitCode, notify.Error));
            Assert.Single(sandbox.Incidents);
            _ = await bridge.ServeAsync();
            Assert.True(new Spool(bridge.SpoolPath).Lock.IsHeld());
        }
        finally
        {
            foreign.Kill(entireProcessTree: true);
        }
    }

    [Fact]
    public async Task The_schedulers_user_sees_the_lock_and_cannot_take_it()
    {
        Needs.Root();
        await using PagerDutySandbox sandbox = await PagerDutySandbox.StartAsync();
        using PublishedBridge bridge = WithSpoolOfTheScheduler(sandbox);
        Process serve = await bridge.ServeAsync();
        string program = bridge.Folder.PathOf("pagerduty-bridge");
        ProcessRun.CopyProgram(PublishedBridge.Program, program);
        ProcessResult notify = ProcessRun.Run(
            "/usr/bin/setpriv",
            [.. AsScheduler, program, "--config", bridge.ConfigFile, "notify"],
            PublishedBridge.Environment("PROBLEM", "CRITICAL", "web1", "Disk"));
        Assert.Equal((0, "", ""), (notify.ExitCode, notify.Output, notify.Error));
        await bridge.UntilDelivered();
        Assert.Single(sandbox.Calls, call => call.Action == "trigger");

        string file = Path.Combine(bridge.SpoolPath, "serving", "lock");
        Assert.NotEqual(0, ProcessRun.Run("/usr/bin/setpriv", [.. AsScheduler, "/bin/sh", "-c", "echo >>\"$1\"", "sh", file]).ExitCode);
        ProcessResult second = bridge.Run("serve");
        Assert.Equal(
            (1, $"pagerduty-bridge serve: process {serve.Id} serves {bridge.SpoolPath} already\n"), (second.ExitCode, second.Error));
    }

    private static string[] AsScheduler => [$"--reuid={Scheduler}", $"--regid={Scheduler}", "--clear-groups"];

    private static PublishedBridge WithSpoolOfTheScheduler(PagerDutySandbox sandbox)
    {
        var bridge = new PublishedBridge(sandbox.Endpoint);
        Assert.Equal("", ProcessRun.Shell(
            "chmod 0755 \"$1\" && chmod 0644 \"$2\" && chgrp 65534 \"$1/key\" \"$3\" && chmod 0640 \"$1/key\" && chmod 2770 \"$3\"",
            bridge.Folder.Root,
            bridge.ConfigFile,
            bridge.SpoolPath).Error);
        return bridge;
    }
}
