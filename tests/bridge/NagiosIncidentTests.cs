using Ringfree.Monitoring.Tests.PagerDuty;

namespace Ringfree.Monitoring.Bridge.Tests;

/// <summary>A real nagios4: what flaps, and what several services judge of one thing, is one incident each.</summary>
[Trait("Kind", "published binary")]
public sealed class NagiosIncidentTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task What_flaps_and_stays_dead_is_one_page_from_the_start_of_the_flapping_on()
    {
        await using PagerDutySandbox sandbox = await PagerDutySandbox.StartAsync();
        using var nagios = new RealNagios(sandbox, "", $"Flap {RealNagios.Flaps}");
        _ = await nagios.Bridge.ServeAsync();
        await nagios.StartAsync();
        for (var turn = 1; !nagios.Trace("Flap").Contains("FLAPPINGSTART", StringComparison.Ordinal); turn++)
        {
            Assert.True(turn < 40, nagios.Trace("Flap"));
            nagios.State("Flap", turn % 2 == 0 ? 0 : 2);
            await Task.Delay(TimeSpan.FromMilliseconds(1_200));
        }

        nagios.State("Flap", 2);
        await PublishedBridge.Until(
            () => nagios.Newest("Flap") is { State: "triggered" } page
                && page.Summary.Contains("web1 / Flap is flapping, worst CRITICAL since ", StringComparison.Ordinal),
            "the page of the flapping",
            Patience);
        int pages = sandbox.Incidents.Count;
        await PublishedBridge.Until(
            () => nagios.Trace("Flap").Contains("FLAPPINGSTOP, CRITICAL", StringComparison.Ordinal),
            "the end of the flapping",
            TimeSpan.FromMinutes(2));
        await nagios.Bridge.UntilDelivered();
        Assert.Equal((pages, "triggered"), (sandbox.Incidents.Count, nagios.Newest("Flap")!.State));
        Assert.StartsWith(
            "web1 / Flap is CRITICAL: ", (string?)nagios.Newest("Flap")!.LastEvent!["payload"]!["summary"], StringComparison.Ordinal);
        nagios.State("Flap", 0);
        await nagios.Until("Flap", "resolved", pages);
    }

    [Fact]
    public async Task What_two_services_judge_of_one_thing_is_one_incident()
    {
        await using PagerDutySandbox sandbox = await PagerDutySandbox.StartAsync();
        using var nagios = new RealNagios(
            sandbox,
            $"""

            [acknowledgements]
            rest_endpoint = "{sandbox.Endpoint.GetLeftPart(UriPartial.Authority)}"
            token_file = "FOLDER/token"
            interval = "1s"
            command_pipe = "FOLDER/rw/nagios.cmd"
            [reconcile]
            status_file = "FOLDER/status.dat"
            interval = "10s"
            """,
            "East _INCIDENT pool/bricks",
            "West _INCIDENT pool/bricks",
            "Alone");
        nagios.Bridge.Folder.Write("token", "read-only");
        _ = await nagios.Bridge.ServeAsync();
        await nagios.StartAsync();
        foreach (string service in new[] { "East", "West", "Alone" })
        {
            nagios.State(service, 2);
        }

        await PublishedBridge.Until(
            () => sandbox.Incidents.Count == 2 && nagios.Trace("West").Contains("West", StringComparison.Ordinal),
            "two pages",
            Patience);
        Alert shared = Assert.Single(sandbox.Incidents, alert => alert.DedupKey == "incident=pool/bricks");
        Assert.Contains(sandbox.Incidents, alert => alert.DedupKey == "host=web1;service=Alone");

        // Acknowledged at PagerDuty it is so for every service.
        await nagios.UntilItSays("East", "current_state=2");
        await nagios.UntilItSays("West", "current_state=2");
        await nagios.Bridge.UntilDelivered();
        await sandbox.PersonAsync(shared.IncidentId, "acknowledge", "Ann Lee");
        await nagios.UntilItSays("East", "problem_has_been_acknowledged=1");
        await nagios.UntilItSays("West", "problem_has_been_acknowledged=1");

        // Open while one of them is bad, also for the reconciliation.
        nagios.State("East", 0);
        await nagios.UntilItSays("East", "current_state=0");
        await PublishedBridge.Until(() => nagios.Trace("East").Contains("RECOVERY", StringComparison.Ordinal), "its recovery", Patience);
        await nagios.Bridge.UntilDelivered();
        Assert.NotEqual("resolved", shared.State);
        nagios.State("West", 0);
        await PublishedBridge.Until(() => shared.State == "resolved", "its end", Patience);
        Assert.Equal(2, sandbox.Incidents.Count);
    }
}
