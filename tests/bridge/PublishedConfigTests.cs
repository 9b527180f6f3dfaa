using System.Diagnostics;
using Ringfree.Monitoring.Tests.PagerDuty;

namespace Ringfree.Monitoring.Bridge.Tests;

/// <summary>The config of the program that is shipped.</summary>
[Trait("Kind", "published binary")]
public sealed class PublishedConfigTests
{
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

            [storm]
            threshold = 0

            [heartbeat]
            missing_after = "never"
            send_to = "http://watch.example.com/heartbeat"

            [acknowledgements]
            webhook_secrets_file = "/etc/ringfree/webhook.secrets"
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
            token_file = "token"
            """);
        ProcessResult refused = ProcessRun.Run(PublishedBridge.Program, ["check-config", "--config", file]);
        Assert.Equal((2, ""), (refused.ExitCode, refused.Output));
        Snapshot.Match(refused.Error.Replace(folder.Root, "FOLDER", StringComparison.Ordinal), "config-errors");
        Assert.Equal((2, refused.Error), (ProcessRun.Run(PublishedBridge.Program, ["--config", file, "serve"]) is var serve ? serve.ExitCode : 0, serve.Error));

        ProcessResult missing = ProcessRun.Run(PublishedBridge.Program, ["--config", "/none.toml", "serve"]);
        Assert.Equal((2, "/none.toml: there is no such file\n"), (missing.ExitCode, missing.Error));
    }

    [Fact]
    public async Task A_spool_that_everybody_may_write_is_refused()
    {
        await using PagerDutySandbox sandbox = await PagerDutySandbox.StartAsync();
        using var bridge = new PublishedBridge(sandbox.Endpoint);
        Assert.Equal(0, ProcessRun.Run("/bin/chmod", ["2777", bridge.SpoolPath]).ExitCode);
        string complaint = $"has mode 2777; accepted: no permission to write for others (chmod o-w {bridge.SpoolPath})\n";
        ProcessResult check = bridge.Run("doctor");
        Assert.Equal(1, check.ExitCode);
        Assert.Contains($"{bridge.SpoolPath} has mode 2777; accepted: 2770 (chmod 2770 {bridge.SpoolPath})\n", check.Output, StringComparison.Ordinal);
        Assert.Equal((1, $"pagerduty-bridge serve: {bridge.SpoolPath} {complaint}"), (bridge.Run("serve") is var serve ? serve.ExitCode : 0, serve.Error));
    }

    [Fact]
    public async Task List_answers_without_a_daemon()
    {
        await using PagerDutySandbox sandbox = await PagerDutySandbox.StartAsync();
        using var bridge = new PublishedBridge(sandbox.Endpoint);
        ProcessResult early = bridge.Run("list");
        Assert.Equal(
            (1, $"pagerduty-bridge list: cannot use {bridge.Folder.PathOf("incidents.db")}: serve has not made it yet: systemctl start pagerduty-bridge\n"),
            (early.ExitCode, early.Error));
        Process serve = await bridge.ServeAsync();
        serve.Kill();
        await serve.WaitForExitAsync();
        Assert.Empty(bridge.List());
        File.SetUnixFileMode(bridge.Folder.PathOf("key"), UnixFileMode.UserRead | UnixFileMode.OtherRead);
        ProcessResult refused = bridge.Run("check-config");
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains(
            $"{bridge.Folder.PathOf("key")}:1: has mode 404; accepted: no permission for others (chmod o= {bridge.Folder.PathOf("key")})\n",
            refused.Error,
            StringComparison.Ordinal);
    }
}
