using System.Net;
using Ringfree.Monitoring.Tests.PagerDuty;

namespace Ringfree.Monitoring.Bridge.Tests;

/// <summary>What PagerDuty, or something before it, refuses.</summary>
public sealed class RefusalTests
{
    [Fact]
    public async Task A_key_that_PagerDuty_refuses_is_an_outage_problems_go_by_mail_and_status_is_critical()
    {
        using var mail = new MailServer();
        await using PagerDutySandbox sandbox = await PagerDutySandbox.StartAsync();
        sandbox.Behaviour = new Behaviour { Mode = "status", Status = 400 };
        using var bridge = new PublishedBridge(sandbox.Endpoint, toml: mail.Toml("fallback_after = \"2s\""));
        _ = await bridge.ServeAsync(mail.Environment);
        bridge.Notify("PROBLEM", "CRITICAL");
        bridge.Notify("PROBLEM", "CRITICAL", host: "web2");
        await PublishedBridge.Until(() => mail.Mails.Count == 2, "two mails", TimeSpan.FromMinutes(1));
        Assert.Equal(
            ["web1", "web2"],
            mail.Mails.Select(one => one.Subject!.Split("host=")[1].Split(';')[0]).Order(StringComparer.Ordinal));
        Assert.DoesNotContain(bridge.List(), incident => (string?)incident!["delivery"] == "dead letter");
        ProcessResult status = bridge.Run("status");
        Assert.Equal(2, status.ExitCode);
        Assert.Contains(
            "PagerDuty refuses every event of this routing key: HTTP 400: the sandbox was told to say so",
            status.Output,
            StringComparison.Ordinal);

        // By the API again: what was mailed stays where it is, what is new is opened there.
        sandbox.Behaviour = new Behaviour();
        await PublishedBridge.Until(
            () => !bridge.Run("status").Output.Contains("refuses every event", StringComparison.Ordinal),
            "the API again",
            TimeSpan.FromMinutes(1));
        bridge.Notify("PROBLEM", "CRITICAL");
        bridge.Notify("PROBLEM", "CRITICAL", host: "web3");
        await PublishedBridge.Until(() => sandbox.Incidents.Count == 1, "a page by the API", TimeSpan.FromMinutes(1));
        await bridge.UntilDelivered();
        Assert.Equal("host=web3;service=HAProxy proxies", Assert.Single(sandbox.Incidents).DedupKey);
    }

    [Fact]
    public async Task What_something_before_PagerDuty_refuses_is_tried_again()
    {
        await using PagerDutySandbox sandbox = await PagerDutySandbox.StartAsync();
        sandbox.Behaviour = new Behaviour { Mode = "status", Status = 403, Count = 4 };
        using var bridge = new BridgeInProcess(sandbox.Endpoint);
        bridge.Notify("PROBLEM", "CRITICAL");
        bridge.Start();
        await PublishedBridge.Until(() => sandbox.Incidents.Count == 1, "the page", TimeSpan.FromMinutes(1));
        Assert.DoesNotContain(bridge.Logged, line => line.Contains("dead letter", StringComparison.Ordinal));
    }

    [Fact]
    public void A_refused_link_costs_the_links_and_not_the_details()
    {
        SchedulerEvent @event = Sample.Event("PROBLEM", "CRITICAL", more:
        [
            ("SERVICEOUTPUT", "full"), ("SERVICENOTESURL", "https://wiki.example/x"),
        ]);
        EventsApiRequest Of(Payload payload) =>
            new Page("shinken").Trigger(Sample.Key, Sample.Call(@event) with { Payload = payload }, @event);
        Assert.NotNull(Of(Payload.Full).Links);
        Assert.Null(Of(Payload.WithoutLinks).Links);
        Assert.Equal("full", Of(Payload.WithoutLinks).Payload!.CustomDetails!["output"]);
        Assert.Null(Of(Payload.Minimal).Payload!.CustomDetails);

        var tried = new List<Payload>();
        using var bridge = new VirtualBridge(judge: (call, _) =>
        {
            tried.Add(call.Payload);
            return call.Payload == Payload.Full ? new Answer(Verdict.Refused, HttpStatusCode.BadRequest, "HTTP 400") : null;
        });
        bridge.Notify("PROBLEM", "CRITICAL");
        bridge.Pass(TimeSpan.FromSeconds(10));
        Assert.Equal([Payload.Full, Payload.WithoutLinks], tried);
    }

    [Theory]
    [InlineData("https://x.example/a b?c=d e", "https://x.example/a%20b?c=d%20e")]
    [InlineData("https://x.example/pnp?host=h&srv=Load' class='tips' rel='/pnp/popup?srv=Load", "https://x.example/pnp?host=h&srv=Load")]
    [InlineData("ftp://x.example/", null)]
    [InlineData("/relative", null)]
    public void A_link_is_encoded(string url, string? href)
    {
        SchedulerEvent @event = Sample.Event("PROBLEM", "CRITICAL", more: [("SERVICEACTIONURL", url)]);
        Assert.Equal(href, new Page("shinken").Trigger(Sample.Key, Sample.Call(@event), @event).Links?.Single().Href);
    }
}
