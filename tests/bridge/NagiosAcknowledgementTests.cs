using Ringfree.Monitoring.Tests.PagerDuty;

namespace Ringfree.Monitoring.Bridge.Tests;

/// <summary>What persons do at PagerDuty, in the status of a real nagios4.</summary>
[Trait("Kind", "published binary")]
public sealed class NagiosAcknowledgementTests
{
    [Fact]
    public async Task What_a_person_does_at_PagerDuty_reaches_nagios_by_polling()
    {
        await using PagerDutySandbox sandbox = await PagerDutySandbox.StartAsync();
        using RealNagios nagios = Nagios(sandbox, "interval = \"1s\"");
        await Follow(sandbox, nagios);
    }

    [Fact]
    public async Task What_a_person_does_at_PagerDuty_reaches_nagios_by_webhooks()
    {
        int port = Ports.Free();
        await using PagerDutySandbox sandbox = await PagerDutySandbox.StartAsync();
        using var subscription = new WebhookSubscription(new Uri($"http://127.0.0.1:{port}/webhooks/pagerduty"), "a-secret");
        sandbox.Subscription = subscription;
        using RealNagios nagios = Nagios(
            sandbox,
            $"""
            interval = "1h"
            webhook_secrets_file = "FOLDER/webhook.secrets"
            [listen]
            address = "127.0.0.1:{port}"
            """);
        nagios.Bridge.Folder.Write("webhook.secrets", "a-secret\n");
        await Follow(sandbox, nagios);
        Assert.False(subscription.IsSwitchedOff);
    }

    /// <remarks>Acknowledgement type 1 is the normal one, 2 the sticky one.</remarks>
    private static async Task Follow(PagerDutySandbox sandbox, RealNagios nagios)
    {
        Task Person(string deed, string who) => sandbox.PersonAsync(nagios.Newest("Disk")!.IncidentId, deed, who);
        _ = await nagios.Bridge.ServeAsync();
        await nagios.StartAsync();
        nagios.State("Disk", 1);
        await nagios.Until("Disk", "triggered", 1);
        await Person("acknowledge", "Ann Lee");
        await nagios.UntilItSays("Disk", "problem_has_been_acknowledged=1", "acknowledgement_type=1");
        await nagios.UntilItComments(
            "Disk", "PagerDuty Ann Lee", $"acknowledged at PagerDuty by Ann Lee https://example.pagerduty.com/incidents/{nagios.Newest("Disk")!.IncidentId}");

        // It gets worse: nagios takes the acknowledgement back by itself and notifies.
        nagios.State("Disk", 2);
        await nagios.Until("Disk", "triggered", 2);
        await nagios.UntilItSays("Disk", "current_state=2", "problem_has_been_acknowledged=0");

        await Person("acknowledge", "Bob Ray");
        await nagios.UntilItSays("Disk", "problem_has_been_acknowledged=1", "acknowledgement_type=1");
        await Person("unacknowledge", "Bob Ray");
        await nagios.UntilItSays("Disk", "problem_has_been_acknowledged=0");

        await Person("resolve", "Bob Ray");
        await nagios.Until("Disk", "triggered", 3);
        nagios.State("Disk", 0);
        await nagios.Until("Disk", "resolved", 3);
    }

    private static RealNagios Nagios(PagerDutySandbox sandbox, string toml)
    {
        var nagios = new RealNagios(
            sandbox,
            $"""
            [acknowledgements]
            rest_endpoint = "{sandbox.Endpoint.GetLeftPart(UriPartial.Authority)}"
            token_file = "FOLDER/token"
            command_pipe = "FOLDER/rw/nagios.cmd"
            reopen_after = "2s"
            {toml}
            """,
            "Disk");
        nagios.Bridge.Folder.Write("token", "read-only");
        return nagios;
    }
}
