using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using CsCheck;
using Ringfree.Monitoring.Tests.PagerDuty;

namespace Ringfree.Monitoring.Bridge.Tests;

/// <summary>The way back from PagerDuty to the scheduler's command pipe.</summary>
public sealed class AcknowledgementTests
{
    private const string WebDisk = "host=web1;service=Disk";

    private const string Tables =
        """
        [acknowledgements]
        rest_endpoint = "ENDPOINT"
        token_file = "FOLDER/token"
        interval = "1s"
        command_pipe = "FOLDER/nagios.cmd"
        reopen_after = "2s"
        """;

    [Fact]
    public async Task A_person_s_acknowledgement_reaches_the_scheduler_by_polling_and_is_taken_back_the_same_way()
    {
        await using PagerDutySandbox sandbox = await PagerDutySandbox.StartAsync();
        using BridgeInProcess bridge = Bridge(sandbox);
        using var scheduler = new SchedulerPipe(bridge.Folder.PathOf("nagios.cmd"));
        bridge.Notify("PROBLEM", "CRITICAL");
        bridge.Start();
        await PublishedBridge.Until(() => sandbox.Incidents.Count == 1, "a page");
        await Task.Delay(50);
        await sandbox.PersonAsync(sandbox.Incidents[0].IncidentId, "acknowledge", "Ann;Lee\n[0] SHUTDOWN_PROGRAM");
        await PublishedBridge.Until(() => scheduler.Commands.Count == 1, "an acknowledgement");
        Assert.Equal(
            "ACKNOWLEDGE_SVC_PROBLEM;web1;HAProxy proxies;1;0;1;PagerDuty Ann Lee [0] SHUTDOWN_PROGRAM;acknowledged at PagerDuty by Ann Lee [0] SHUTDOWN_PROGRAM https://example.pagerduty.com/incidents/Q000001",
            scheduler.Commands[0]);

        await sandbox.PersonAsync(sandbox.Incidents[0].IncidentId, "unacknowledge", "Ann");
        await PublishedBridge.Until(() => scheduler.Commands.Count == 2, "its end");
        Assert.Equal("REMOVE_SVC_ACKNOWLEDGEMENT;web1;HAProxy proxies", scheduler.Commands[1]);

        // Resolved by a person while the scheduler still says bad: a page again after the set time.
        await sandbox.PersonAsync(sandbox.Incidents[0].IncidentId, "resolve", "Ann");
        await PublishedBridge.Until(() => sandbox.Incidents.Count == 2 && sandbox.Incidents[1].State == "triggered", "a page again");
        bridge.Notify("RECOVERY", "OK");
        await PublishedBridge.Until(() => sandbox.Incidents[1].State == "resolved", "the end");
        Assert.Equal(2, scheduler.Commands.Count);
    }

    [Fact]
    public async Task What_the_scheduler_acknowledged_does_not_come_back_to_it()
    {
        await using PagerDutySandbox sandbox = await PagerDutySandbox.StartAsync();
        using BridgeInProcess bridge = Bridge(sandbox);
        using var scheduler = new SchedulerPipe(bridge.Folder.PathOf("nagios.cmd"));
        bridge.Notify("PROBLEM", "CRITICAL");
        bridge.Notify("ACKNOWLEDGEMENT", "CRITICAL");
        bridge.Start();
        await PublishedBridge.Until(() => sandbox.Incidents is [{ State: "acknowledged" }], "an acknowledged page");
        await Task.Delay(TimeSpan.FromSeconds(8));
        Assert.Empty(scheduler.Commands);
    }

    [Fact]
    public async Task Commands_wait_while_the_pipe_is_gone_and_what_is_no_pipe_is_left_alone()
    {
        await using PagerDutySandbox sandbox = await PagerDutySandbox.StartAsync();
        using BridgeInProcess bridge = Bridge(sandbox);
        string pipe = bridge.Folder.PathOf("nagios.cmd");
        bridge.Notify("PROBLEM", "DOWN", service: "");
        bridge.Start();
        await PublishedBridge.Until(() => sandbox.Incidents.Count == 1, "a page");
        await Task.Delay(50);
        await sandbox.PersonAsync(sandbox.Incidents[0].IncidentId, "acknowledge", "Ann");
        await PublishedBridge.Until(() => bridge.Store.History.Of("host=web1").Any(line => line.Detail.Contains("No such file", StringComparison.Ordinal)), "a missing pipe");
        File.WriteAllText(pipe, "");
        await PublishedBridge.Until(() => bridge.Store.History.Of("host=web1").Any(line => line.Detail.Contains("is no pipe", StringComparison.Ordinal)), "no pipe");
        Assert.Equal("", File.ReadAllText(pipe));
        File.Delete(pipe);
        using var scheduler = new SchedulerPipe(pipe);
        await PublishedBridge.Until(() => scheduler.Commands.Count == 1, "the command");
        Assert.StartsWith("ACKNOWLEDGE_HOST_PROBLEM;web1;1;0;1;PagerDuty Ann;", scheduler.Commands[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_what_waits_for_an_incident_only_the_newest_is_told()
    {
        await using PagerDutySandbox sandbox = await PagerDutySandbox.StartAsync();
        using BridgeInProcess bridge = Bridge(sandbox);
        bridge.Notify("PROBLEM", "DOWN", service: "");
        bridge.Start();
        await PublishedBridge.Until(() => sandbox.Incidents.Count == 1, "a page");
        await Task.Delay(50);
        int Deeds() => bridge.Store.History.Of("host=web1").Count(line => line.Detail.StartsWith("at PagerDuty by", StringComparison.Ordinal));
        foreach ((string deed, string who) in new[] { ("acknowledge", "Ann"), ("unacknowledge", "Ann"), ("acknowledge", "Bob") })
        {
            int known = Deeds();
            await sandbox.PersonAsync(sandbox.Incidents[0].IncidentId, deed, who);
            await PublishedBridge.Until(() => Deeds() > known, $"{deed} by {who}");
        }

        using var scheduler = new SchedulerPipe(bridge.Folder.PathOf("nagios.cmd"));
        await PublishedBridge.Until(() => bridge.Store.Commands.Waiting(10).Count == 0, "nothing that waits");
        await PublishedBridge.Until(() => scheduler.Commands.Count > 0, "the command");
        Assert.StartsWith("ACKNOWLEDGE_HOST_PROBLEM;web1;1;0;1;PagerDuty Bob;", Assert.Single(scheduler.Commands), StringComparison.Ordinal);
    }

    [Fact]
    public void Whatever_a_person_is_called_a_command_stays_one_line_of_as_many_fields() =>
        Gen.Select(Gen.String, Gen.String).Sample(
            (who, url) =>
            {
                string command = SchedulerCommand.Acknowledge("web1", "Disk", who, url)!;
                Assert.Equal(7, command.Count(character => character == ';'));
                Assert.DoesNotContain(command, char.IsControl);
                Assert.InRange(Encoding.UTF8.GetByteCount(command), 1, SchedulerCommand.MaxBytes);
            },
            iter: 5_000);

    [Theory]
    [InlineData("web1;x", "Disk")]
    [InlineData("web1", "Disk\nx")]
    [InlineData("", "Disk")]
    public void A_name_that_would_tear_a_command_apart_is_not_told(string host, string service)
    {
        Assert.Null(SchedulerCommand.Acknowledge(host, service, "Ann", ""));
        Assert.Null(SchedulerCommand.RemoveAcknowledgement(host, service));
    }

    [Fact]
    public void An_acknowledgement_that_still_waits_for_the_pipe_is_dropped_when_the_state_got_worse()
    {
        using var bridge = new VirtualBridge();
        bridge.Notify("PROBLEM", "WARNING");
        bridge.Step();
        Act(bridge, ResponderDeed.Acknowledged);
        bridge.Store.Commands.Forget();
        Assert.Single(bridge.Store.Commands.Waiting(10));
        bridge.Notify("PROBLEM", "CRITICAL");
        bridge.Store.Commands.Forget();
        Assert.Empty(bridge.Store.Commands.Waiting(10));
        bridge.Step();
        Assert.Equal(2, bridge.Api.Pages[WebDisk]);
        Act(bridge, ResponderDeed.Acknowledged);
        bridge.Store.Commands.Forget();
        Assert.StartsWith("ACKNOWLEDGE_SVC_PROBLEM;", Assert.Single(bridge.Store.Commands.Waiting(10)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_person_acknowledged_and_resolves_while_it_is_bad_is_not_acknowledged_at_the_scheduler_any_more()
    {
        using var bridge = new VirtualBridge();
        bridge.Notify("PROBLEM", "CRITICAL");
        bridge.Step();
        Act(bridge, ResponderDeed.Acknowledged);
        bridge.Store.Commands.Sent(Assert.Single(bridge.Store.Commands.Waiting(10)));
        Act(bridge, ResponderDeed.Resolved);
        bridge.Store.Commands.Forget();
        Assert.Equal("REMOVE_SVC_ACKNOWLEDGEMENT;web1;Disk", Assert.Single(bridge.Store.Commands.Waiting(10)).Text);
    }

    /// <summary>A state that got worse is resolved and paged anew at once; the webhook of that resolve comes when the new page is out.</summary>
    [Theory]
    [InlineData("inbound_integration_reference", 5, false)]
    [InlineData("service_reference", 4 * 3_600, true)] // PagerDuty's own end after a time
    [InlineData("user_reference", 5, true)]
    public void The_bridges_own_resolve_is_not_taken_for_a_persons(string agent, int secondsAfterThePage, bool isTaken)
    {
        using var bridge = new VirtualBridge();
        bridge.Notify("PROBLEM", "WARNING", service: "Disk");
        bridge.Step();
        bridge.Notify("PROBLEM", "CRITICAL", service: "Disk");
        bridge.Step();
        string at = bridge.Time.GetUtcNow().AddSeconds(secondsAfterThePage).ToString("O");
        byte[] body = Encoding.UTF8.GetBytes(
            $$$"""{"event": {"event_type": "incident.resolved", "occurred_at": "{{{at}}}", "agent": {"type": "{{{agent}}}", "summary": "x"}, "data": {"id": "Q1", "incident_key": "host=web1;service=Disk"} } }""");
        Assert.Equal(202, bridge.TakeWebhook(body));
        Assert.Equal(isTaken ? IncidentState.Resolved : IncidentState.Triggered, bridge.Store.Incidents.Find("host=web1;service=Disk")!.Delivered);
        bridge.Notify("RECOVERY", "OK", service: "Disk");
        bridge.Step();
        Assert.Empty(bridge.Api.Open);
    }

    [Fact]
    public void A_webhook_that_comes_late_is_not_taken_for_the_page_that_was_opened_since()
    {
        using var bridge = new VirtualBridge();
        bridge.Notify("PROBLEM", "CRITICAL");
        bridge.Step();
        DateTimeOffset late = bridge.Time.GetUtcNow().AddSeconds(10);
        bridge.Time.Advance(TimeSpan.FromMinutes(1));
        bridge.Notify("RECOVERY", "OK");
        bridge.Step();
        bridge.Notify("PROBLEM", "CRITICAL");
        bridge.Step();
        foreach (string type in new[] { "acknowledged", "resolved" })
        {
            Assert.Equal(202, bridge.TakeWebhook(Encoding.UTF8.GetBytes(
                $$$"""{"event": {"event_type": "incident.{{{type}}}", "occurred_at": "{{{late:O}}}", "agent": {"type": "user_reference", "summary": "Ann"}, "data": {"id": "Q1", "incident_key": "{{{WebDisk}}}"} } }""")));
        }

        Incident incident = bridge.Store.Incidents.Find(WebDisk)!;
        Assert.Equal((IncidentState.Triggered, null), (incident.Delivered, incident.Acknowledgement));
    }

    [Fact]
    public void Polling_does_not_take_the_bridges_own_resolve_of_an_old_page_for_the_end_of_the_new_one()
    {
        using var bridge = new VirtualBridge();
        bridge.Notify("PROBLEM", "WARNING");
        bridge.Step();
        bridge.Time.Advance(TimeSpan.FromMinutes(2));
        bridge.Notify("PROBLEM", "CRITICAL");
        bridge.Step();
        OpenPage page = Assert.Single(bridge.Store.Pages());
        RestIncident Resolved(TimeSpan after) => new(
            "Q1", "resolved", "", page.OpenedAt + after, "Events API v2", IsByResponder: false, null, default);
        Assert.True(PollAcknowledgements.IsOfAnEarlierPage(Resolved(TimeSpan.FromSeconds(-2)), page));
        Assert.Null(PollAcknowledgements.Action(Resolved(TimeSpan.Zero), page, page.DeliveredAt.AddSeconds(30)));
        Assert.Equal(
            ResponderDeed.Resolved,
            PollAcknowledgements.Action(Resolved(TimeSpan.Zero), page, page.DeliveredAt.AddMinutes(2))?.Deed);
    }

    [Fact]
    public async Task Why_the_REST_API_does_not_answer_is_said_in_words()
    {
        using var authority = new TestAuthority();
        await using PagerDutySandbox sandbox = await PagerDutySandbox.StartAsync(certificate: authority.Issue(IPAddress.Loopback));
        using var folder = new TestFolder();
        using var rest = new RestApi(sandbox.Endpoint, Secret.OneLine(folder.Write("token", "read-only"), "a token", new Estate.Problems())!, TimeProvider.System);
        HttpRequestException refused = await Assert.ThrowsAsync<HttpRequestException>(() => rest.NewestAsync("host=web1", CancellationToken.None));
        Assert.StartsWith("PagerDuty's REST API: no TLS connection: The remote certificate is invalid", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_signature_fits_any_of_the_secrets_and_only_the_raw_bytes()
    {
        using var folder = new TestFolder();
        var signature = new WebhookSignature(Secret.Lines(folder.Write("secrets", "new-secret\nold-secret\n"), "webhook secrets", new Estate.Problems()));
        byte[] body = "{\"event\": {}}"u8.ToArray();
        Assert.True(signature.Fits(WebhookSubscription.Sign(body, "old-secret"), body));
        Assert.True(signature.Fits(WebhookSubscription.Sign(body, "unknown", "new-secret"), body));
        Assert.False(signature.Fits(WebhookSubscription.Sign(body, "unknown"), body));
        Assert.False(signature.Fits(WebhookSubscription.Sign(body, "old-secret"), "{\"event\":{}}"u8));
        Assert.False(signature.Fits("", body));
        Assert.False(signature.Fits(WebhookSubscription.Sign(body, "old-secret").Replace("v1=", "v2=", StringComparison.Ordinal), body));
    }

    [Fact]
    public void Any_bytes_are_a_webhook_or_none() =>
        Gen.Byte.Array[0, 300].Select(bytes => bytes.Length % 2 == 0 ? bytes : Encoding.UTF8.GetBytes($"{{\"event\":{Encoding.ASCII.GetString(bytes)}}}"))
            .Sample(bytes => Assert.True(Webhook.Read(bytes) is null or { IncidentId.Length: > 0 }), iter: 5_000);

    [Fact]
    public void What_PagerDuty_says_of_a_page_that_is_another_one_by_now_is_not_applied()
    {
        using var bridge = new VirtualBridge();
        bridge.Notify("PROBLEM", "WARNING");
        bridge.Step();
        OpenPage seen = Assert.Single(bridge.Store.Pages());
        bridge.Time.Advance(TimeSpan.FromMinutes(2));
        bridge.Notify("PROBLEM", "CRITICAL");
        bridge.Step();
        var deed = new ResponderAction(WebDisk, ResponderDeed.Resolved, "Events API v2", bridge.Time.GetUtcNow(), "") { Seen = seen };
        Assert.Equal("its page has changed meanwhile", bridge.Store.Respond(deed));
        Assert.Equal("resolved by a responder", bridge.Store.Respond(deed with { Seen = Assert.Single(bridge.Store.Pages()) }));
    }

    private static void Act(VirtualBridge bridge, ResponderDeed deed)
    {
        bridge.Time.Advance(TimeSpan.FromSeconds(1));
        bridge.Store.Respond(new ResponderAction(WebDisk, deed, "Ann", bridge.Time.GetUtcNow(), ""));
    }

    private static BridgeInProcess Bridge(PagerDutySandbox sandbox)
    {
        string endpoint = sandbox.Endpoint.GetLeftPart(UriPartial.Authority);
        return new BridgeInProcess(
            sandbox.Endpoint,
            toml: Tables.Replace("ENDPOINT", endpoint, StringComparison.Ordinal),
            files: [("token", "read-only-token")]);
    }
}

/// <summary>The scheduler's end of its command pipe: a FIFO that is read to the end of the test.</summary>
internal sealed partial class SchedulerPipe : IDisposable
{
    private readonly Process reader;
    private readonly List<string> commands = [];

    public SchedulerPipe(string path)
    {
        Assert.Equal(0, ProcessRun.Run("/usr/bin/mkfifo", [path]).ExitCode);

        // Opened for reading and writing it never ends, whoever comes and goes.
        reader = ProcessRun.Start("/bin/sh", ["-c", "exec cat <>\"$1\"", "sh", path]);
        reader.OutputDataReceived += (_, line) =>
        {
            lock (commands)
            {
                if (line.Data is not null)
                {
                    Assert.Matches(Stamped(), line.Data);
                    commands.Add(line.Data[(line.Data.IndexOf(']', StringComparison.Ordinal) + 2)..]);
                }
            }
        };
        reader.BeginOutputReadLine();
    }

    public IReadOnlyList<string> Commands
    {
        get
        {
            lock (commands)
            {
                return [.. commands];
            }
        }
    }

    public void Dispose()
    {
        reader.Kill();
        reader.WaitForExit();
        reader.Dispose();
    }

    [GeneratedRegex(@"^\[\d{10}\] [A-Z_]+;")]
    private static partial Regex Stamped();
}
