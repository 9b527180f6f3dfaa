using System.Diagnostics;
using Ringfree.Monitoring.Tests.PagerDuty;

namespace Ringfree.Monitoring.Bridge.Tests;

/// <summary>A real nagios4 whose notification command is the published program: its own flapping, downtimes and acknowledgements.</summary>
[Trait("Kind", "published binary")]
public sealed class NagiosTests
{
    [Fact]
    public async Task Downtime_flapping_acknowledgement_a_worsening_state_and_a_lost_daemon_end_in_the_right_state()
    {
        string[] services = ["Ack", "Downtime", "Lost", "Reconciled"];
        await using PagerDutySandbox sandbox = await PagerDutySandbox.StartAsync();
        using var nagios = new RealNagios(sandbox, "", [.. services, $"Flap {RealNagios.Flaps}"]);
        Process serve = await nagios.Bridge.ServeAsync();
        await nagios.StartAsync();

        // An acknowledgement, not sticky, and then a worse state: PagerDuty pages again.
        nagios.State("Ack", 1);
        await nagios.Until("Ack", "triggered", 1);
        nagios.Command("ACKNOWLEDGE_SVC_PROBLEM;web1;Ack;1;1;0;ann;looking");
        await nagios.Until("Ack", "acknowledged", 1);
        nagios.State("Ack", 2);
        await nagios.Until("Ack", "triggered", 2);
        nagios.State("Ack", 0);
        await nagios.Until("Ack", "resolved", 2);

        // It recovers within its downtime: Nagios sends no recovery, and the end of the downtime resolves.
        nagios.State("Downtime", 2);
        await nagios.Until("Downtime", "triggered", 1);
        long now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        nagios.Command($"SCHEDULE_SVC_DOWNTIME;web1;Downtime;{now};{now + 12};1;0;12;ann;new disks");
        await nagios.UntilItSays("Downtime", "scheduled_downtime_depth=1");
        nagios.State("Downtime", 0);

        // It flaps between bad states: Nagios holds everything back until it is stable, its recovery too, and says then only that it has stopped.
        nagios.State("Flap", 2);
        await nagios.Until("Flap", "triggered", 1);
        for (var turn = 1; !nagios.Trace("Flap").Contains("FLAPPINGSTART", StringComparison.Ordinal); turn++)
        {
            Assert.True(turn < 40, nagios.Trace("Flap"));
            nagios.State("Flap", turn % 2 == 0 ? 2 : 1);
            await Task.Delay(TimeSpan.FromMilliseconds(1_200));
        }

        nagios.State("Flap", 0);
        await nagios.Until("Downtime", "resolved", 1);

        // The daemon is lost: notify delivers by itself, and the next serve agrees.
        serve.Kill();
        await serve.WaitForExitAsync();
        nagios.State("Lost", 2);
        await nagios.Until("Lost", "triggered", 1);
        nagios.State("Lost", 0);
        await nagios.Until("Lost", "resolved", 1);
        await PublishedBridge.Until(() => nagios.Newest("Flap")?.State == "resolved", "the end of the flapping", TimeSpan.FromSeconds(60));

        // It recovers while its host is in downtime: Nagios never says so, and the reconciliation finds it.
        File.AppendAllText(nagios.Bridge.ConfigFile, Reconciliation(nagios.Bridge.Folder.Root));
        _ = await nagios.Bridge.ServeAsync();
        nagios.State("Reconciled", 2);
        await nagios.Until("Reconciled", "triggered", 1);
        now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        nagios.Command($"SCHEDULE_HOST_DOWNTIME;web1;{now};{now + 3_600};1;0;3600;ann;moving");
        await nagios.UntilItSays("", "scheduled_downtime_depth=1");
        nagios.State("Reconciled", 0);
        await nagios.Until("Reconciled", "resolved", 1);
        Assert.Contains("the scheduler says OK: closed", nagios.Trace("Reconciled"), StringComparison.Ordinal);
        Assert.All([.. services, "Flap"], service => Assert.Equal("resolved", nagios.Newest(service)!.State));
        foreach ((string service, string end) in new[] { ("Downtime", "DOWNTIMEEND, OK: will resolve"), ("Flap", "FLAPPINGSTOP, OK: will resolve") })
        {
            string trace = nagios.Trace(service);
            Assert.True(trace.Contains(end, StringComparison.Ordinal) && !trace.Contains("RECOVERY", StringComparison.Ordinal), trace);
        }
    }

    [Fact]
    public async Task A_notification_that_was_lost_is_opened_by_the_next_serve_and_one_of_another_contact_is_not()
    {
        await using PagerDutySandbox sandbox = await PagerDutySandbox.StartAsync();
        using var nagios = new RealNagios(
            sandbox,
            Reconciliation("FOLDER") + "contact = \"pagerduty\"\nobjects_file = \"FOLDER/objects.cache\"\n",
            $"Foreign {RealNagios.OfAnotherContact}",
            "Lost");
        await nagios.StartAsync();

        // No serve, no PagerDuty, and then the spool is lost, too. Nagios has notified and does not do it again.
        sandbox.Behaviour = new Behaviour { Mode = "down" };
        nagios.State("Foreign", 2);
        await nagios.UntilItSays("Foreign", "current_state=2", "current_notification_number=1");
        nagios.State("Lost", 2);
        await nagios.UntilItSays("Lost", "current_state=2", "current_notification_number=1");
        await PublishedBridge.Until(() => sandbox.Calls.Any(call => call.Action == "trigger"), "a try of notify");
        File.Delete(Assert.Single(Directory.GetFiles(nagios.Bridge.SpoolPath, "*.event")));
        Assert.Empty(sandbox.Incidents);

        sandbox.Behaviour = new Behaviour();
        _ = await nagios.Bridge.ServeAsync();
        await nagios.Until("Lost", "triggered", 1);
        Assert.Contains(
            "the scheduler has notified CRITICAL and no notification came: opened", nagios.Trace("Lost"), StringComparison.Ordinal);
        nagios.State("Lost", 0);
        await nagios.Until("Lost", "resolved", 1);
        Assert.Single(sandbox.Incidents);
    }

    [Fact]
    public async Task A_host_that_goes_down_and_up_ends_with_its_services_in_the_right_state()
    {
        await using PagerDutySandbox sandbox = await PagerDutySandbox.StartAsync();
        using var nagios = new RealNagios(sandbox, Reconciliation("FOLDER"), "Before", "Within", "Longer");
        _ = await nagios.Bridge.ServeAsync();
        await nagios.StartAsync();
        nagios.State("Before", 2);
        await nagios.Until("Before", "triggered", 1);
        nagios.State("web1", 2);
        await nagios.Until("", "triggered", 1);

        // Nagios notifies of the host alone: what goes bad meanwhile pages when the host is back and it is bad still. Of the service that was paged
        // before it never says that it is good again: the reconciliation finds it.
        nagios.State("Within", 2);
        nagios.State("Longer", 2);
        await nagios.UntilItSays("Within", "current_state=2");
        await nagios.UntilItSays("Longer", "current_state=2");
        nagios.State("Within", 0);
        nagios.State("Before", 0);
        await nagios.UntilItSays("Within", "current_state=0");
        await nagios.Until("Before", "resolved", 1);
        Assert.Contains("the scheduler says OK: closed", nagios.Trace("Before"), StringComparison.Ordinal);
        Assert.Null(nagios.Newest("Longer"));

        nagios.State("web1", 0);
        await nagios.Until("", "resolved", 1);
        await nagios.Until("Longer", "triggered", 1);
        nagios.State("Longer", 0);
        await nagios.Until("Longer", "resolved", 1);
        Assert.Null(nagios.Newest("Within"));
        await nagios.Bridge.UntilDelivered();
        Assert.Empty(nagios.Bridge.List());
    }

    private static string Reconciliation(string folder) =>
        $"""

        [reconcile]
        status_file = "{folder}/status.dat"
        interval = "2s"

        """;
}
