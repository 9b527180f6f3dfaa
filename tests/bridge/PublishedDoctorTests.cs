using System.Diagnostics;
using Ringfree.Monitoring.Tests.PagerDuty;

namespace Ringfree.Monitoring.Bridge.Tests;

/// <summary>The program that is shipped: what doctor tries at PagerDuty, at the mail server and through a real scheduler.</summary>
[Trait("Kind", "published binary")]
public sealed class PublishedDoctorTests
{
    [Fact]
    public async Task Send_opens_and_closes_a_warning_and_a_critical_and_reads_their_urgency_back()
    {
        await using PagerDutySandbox sandbox = await PagerDutySandbox.StartAsync();
        using PublishedBridge bridge = WithToken(sandbox);
        ProcessResult sent = bridge.Run("doctor", "--send");
        Assert.StartsWith(
            """
            api: WARNING: trigger: HTTP 202: Event processed
            api: WARNING: PagerDuty opened it with low urgency
            api: WARNING: resolve: HTTP 202: Event processed
            api: CRITICAL: trigger: HTTP 202: Event processed
            api: CRITICAL: PagerDuty opened it with high urgency
            api: CRITICAL: resolve: HTTP 202: Event processed

            """,
            sent.Output,
            StringComparison.Ordinal);
        Assert.EndsWith(
            $"good: REST API {sandbox.Endpoint.Host}\n"
                + "good: a WARNING by api opens with low urgency\ngood: a CRITICAL by api opens with high urgency\n",
            sent.Output,
            StringComparison.Ordinal);
        Assert.Equal(["resolved", "resolved"], sandbox.Incidents.Select(alert => alert.State));

        sandbox.Behaviour = new Behaviour { AllUrgent = true };
        ProcessResult urgent = bridge.Run("doctor", "--send");
        Assert.Equal(1, urgent.ExitCode);
        Assert.Contains(
            "wrong: a WARNING by api opens with high urgency, not low "
                + "(PagerDuty, the service's settings, notification urgency: based on the alert's severity)\n",
            urgent.Output,
            StringComparison.Ordinal);

        sandbox.Behaviour = new Behaviour { Mode = "status", Status = 400 };
        ProcessResult refused = bridge.Run("doctor", "--send");
        Assert.Contains(
            "wrong: api: CRITICAL is not taken: HTTP 400: the sandbox was told to say so", refused.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mail_server_and_a_rest_api_that_do_not_answer_are_findings_and_nothing_is_mailed()
    {
        using var mail = new MailServer();
        using var good = new PublishedBridge(null, toml: mail.Toml());
        string open = Doctor(good, mail.Environment).Output;
        Assert.True(open.Contains($"good: mail server 127.0.0.1:{mail.Port}\n", StringComparison.Ordinal), open);
        Assert.Empty(mail.Mails);
        mail.Accept("another");
        string closed = Doctor(good, mail.Environment).Output;
        Assert.Contains($"wrong: mail by 127.0.0.1:{mail.Port}: ", closed, StringComparison.Ordinal);
        Assert.DoesNotContain(MailServer.Password, closed, StringComparison.Ordinal);

        using var silent = new PublishedBridge(
            new Uri("http://127.0.0.1:1"),
            toml: "[acknowledgements]\nrest_endpoint = \"http://127.0.0.1:1\"\ntoken_file = \"FOLDER/token\"\n");
        silent.Folder.Write("token", "read-only\n");
        Assert.Contains("wrong: PagerDuty's REST API: ", silent.Run("doctor").Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Through_nagios_a_notification_is_followed_to_pagerduty_and_closed()
    {
        await using PagerDutySandbox sandbox = await PagerDutySandbox.StartAsync();
        using var nagios = new RealNagios(
            sandbox, "[acknowledgements]\ncommand_pipe = \"FOLDER/rw/nagios.cmd\"\n[heartbeat]\nservice = \"Heartbeat\"\n", "Heartbeat");
        Process serve = await nagios.Bridge.ServeAsync();
        await nagios.StartAsync();
        nagios.State("Heartbeat", 2);
        await nagios.UntilItSays("Heartbeat", "current_state=2");
        ProcessResult doctor = nagios.Bridge.Run("doctor", "--through-scheduler", "--main-file", nagios.Bridge.Folder.PathOf("nagios.cfg"));
        Assert.True(doctor.Output.Contains(";web1;Heartbeat;2;", StringComparison.Ordinal), doctor.Output + doctor.Error);
        Assert.Contains(
            "good: a notification went from the scheduler to PagerDuty and was resolved within ", doctor.Output, StringComparison.Ordinal);
        Assert.Equal(["resolved"], sandbox.Incidents.Select(alert => alert.State));
        Assert.False(serve.HasExited);
    }

    [Fact]
    public async Task Through_a_scheduler_that_cannot_be_commanded_is_a_finding()
    {
        await using PagerDutySandbox sandbox = await PagerDutySandbox.StartAsync();
        using var bridge = new PublishedBridge(
            sandbox.Endpoint, toml: "[acknowledgements]\ncommand_pipe = \"FOLDER/pipe\"\n[heartbeat]\nhost = \"shinken\"\n");
        _ = await bridge.ServeAsync();
        string pipe = bridge.Folder.PathOf("pipe");
        Assert.Contains(
            $"wrong: the scheduler takes no command: cannot open {pipe}: No such file or directory (does it run, and with which pipe?)\n",
            bridge.Run("doctor", "--through-scheduler").Output,
            StringComparison.Ordinal);

        // A Shinken that checks its heartbeat when it is told to.
        Assert.Equal(0, ProcessRun.Run("/usr/bin/mkfifo", [pipe]).ExitCode);
        Task<ProcessResult> doctor = Task.Run(() => bridge.Run("doctor", "--through-scheduler"));
        string command = await Task.Run(() => File.ReadLines(pipe).First());
        Assert.Matches(@"^\[\d+\] SCHEDULE_FORCED_SVC_CHECK;shinken;PagerDuty path heartbeat;\d+$", command);
        bridge.Notify("PROBLEM", "CRITICAL", "shinken", "PagerDuty path heartbeat");
        Assert.Contains(
            "good: 'PagerDuty path heartbeat' was checked, notified and taken in within ", (await doctor).Output, StringComparison.Ordinal);
        Assert.Empty(sandbox.Incidents);
    }

    private static ProcessResult Doctor(PublishedBridge bridge, IReadOnlyDictionary<string, string> environment) =>
        ProcessRun.Run(PublishedBridge.Program, ["--config", bridge.ConfigFile, "doctor"], environment);

    private static PublishedBridge WithToken(PagerDutySandbox sandbox)
    {
        string endpoint = sandbox.Endpoint.GetLeftPart(UriPartial.Authority);
        var bridge = new PublishedBridge(
            sandbox.Endpoint, toml: $"[acknowledgements]\nrest_endpoint = \"{endpoint}\"\ntoken_file = \"FOLDER/token\"\n");
        bridge.Folder.Write("token", "read-only\n");
        return bridge;
    }
}
