namespace Ringfree.Monitoring.Bridge.Tests;

/// <summary>More problems at once than one person can be paged for, on a virtual clock.</summary>
public sealed class StormTests
{
    [Fact]
    public void A_storm_is_one_page_beside_the_criticals_and_ends_with_its_last_member()
    {
        using var bridge = new VirtualBridge();
        for (var i = 0; i < 60; i++)
        {
            bridge.Notify("PROBLEM", i % 12 == 0 ? "CRITICAL" : "WARNING", $"node{i:D2}");
        }

        bridge.Step();
        const string Storm = "host=bridge-host;service=PagerDuty bridge: alert storm";
        Assert.All(bridge.Api.Calls.Take(5), call => Assert.StartsWith("trigger node", call, StringComparison.Ordinal));
        Assert.StartsWith("trigger bridge-host", bridge.Api.Calls[5], StringComparison.Ordinal);
        Assert.Equal(6, bridge.Api.Open.Count);
        Assert.Contains(Storm, bridge.Api.Open);
        Assert.Equal(55, bridge.Store.Incidents.List(false).Count(incident => incident.Suppression?.Reason == SuppressionReason.Storm));

        // A member that gets critical pages on its own at once.
        bridge.Notify("PROBLEM", "CRITICAL", "node01");
        bridge.Step();
        Assert.Contains("host=node01;service=Disk", bridge.Api.Open);

        for (var i = 0; i < 59; i++)
        {
            bridge.Notify("RECOVERY", "OK", $"node{i:D2}");
        }

        bridge.Pass(TimeSpan.FromMinutes(3));
        Assert.Equal([Storm], bridge.Api.Open);
        bridge.Notify("RECOVERY", "OK", "node59");
        bridge.Pass(TimeSpan.FromMinutes(2));
        Assert.Empty(bridge.Api.Open);
        Assert.Equal(1, bridge.Api.Pages[Storm]);

        // After the storm a problem is an incident of its own again.
        bridge.Pass(TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(1));
        bridge.Notify("PROBLEM", "WARNING", "node07");
        bridge.Step();
        Assert.Equal(["host=node07;service=Disk"], bridge.Api.Open);
    }

    [Fact]
    public void A_storms_page_follows_members_that_change_although_their_number_does_not()
    {
        using var bridge = new VirtualBridge();
        for (var i = 0; i < 30; i++)
        {
            bridge.Notify("PROBLEM", "WARNING", $"node{i:D2}");
        }

        bridge.Pass(TimeSpan.FromMinutes(2));
        bridge.Notify("RECOVERY", "OK", "node29");
        bridge.Notify("PROBLEM", "WARNING", "node30");
        bridge.Pass(TimeSpan.FromMinutes(2));
        string members = bridge.Api.Last["host=bridge-host;service=PagerDuty bridge: alert storm"].Text("LONGSERVICEOUTPUT");
        Assert.StartsWith("still bad:\nWARNING     node00 / Disk", members, StringComparison.Ordinal);
        Assert.DoesNotContain("node29", members, StringComparison.Ordinal);
        Assert.Contains("node30", members, StringComparison.Ordinal);
    }

    [Fact]
    public void Maintenance_makes_no_storm()
    {
        using var bridge = new VirtualBridge();
        bridge.Store.Maintenance.Start("", "", TimeSpan.FromHours(2), "moving", "ann");
        for (var i = 0; i < 60; i++)
        {
            bridge.Notify("PROBLEM", "WARNING", $"node{i:D2}");
            bridge.Pass(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(1));
        }

        Assert.Empty(bridge.Api.Calls);
    }
}
