namespace Ringfree.Monitoring.Bridge.Tests;

/// <summary>What a maintenance keeps silent, and for how long, on a virtual clock.</summary>
public sealed class MaintenanceTests
{
    private const string Disk = "host=web1;service=Disk";

    [Fact]
    public void Maintenance_holds_new_problems_and_what_is_still_bad_at_its_end_pages()
    {
        using var bridge = new VirtualBridge();
        bridge.Notify("PROBLEM", "CRITICAL", "known");
        bridge.Step();
        bridge.Store.Maintenance.Start("", "", TimeSpan.FromHours(1), "new disks", "Ann");
        bridge.Notify("PROBLEM", "CRITICAL", "short");
        bridge.Notify("PROBLEM", "CRITICAL", "long");
        bridge.Notify("RECOVERY", "OK", "known");
        bridge.Pass(TimeSpan.FromMinutes(30));
        Assert.Empty(bridge.Api.Open);
        bridge.Notify("RECOVERY", "OK", "short");
        bridge.Pass(TimeSpan.FromMinutes(31));
        Assert.Equal(["host=long;service=Disk"], bridge.Api.Open);
        Assert.DoesNotContain("host=short;service=Disk", bridge.Api.Pages.Keys);
    }

    [Fact]
    public void Maintenance_holds_a_new_problem_whose_predecessor_still_waits_for_its_end_to_be_told()
    {
        using var bridge = new VirtualBridge();
        bridge.Notify("PROBLEM", "CRITICAL");
        bridge.Step();
        bridge.Notify("RECOVERY", "OK");
        bridge.Store.Maintenance.Start("", "", TimeSpan.FromHours(1), "new disks", "Ann");
        bridge.Notify("PROBLEM", "WARNING");
        bridge.Notify("PROBLEM", "CRITICAL");
        bridge.Pass(TimeSpan.FromMinutes(30));
        Assert.Equal(1, bridge.Api.Pages[Disk]);
        bridge.Pass(TimeSpan.FromMinutes(31));
        Assert.Equal(2, bridge.Api.Pages[Disk]);
        bridge.Notify("RECOVERY", "OK");
        bridge.Step();
        Assert.Empty(bridge.Api.Open);
    }

    [Fact]
    public void What_a_person_resolves_in_a_maintenance_pages_again_only_after_it()
    {
        using var bridge = new VirtualBridge();
        bridge.Notify("PROBLEM", "CRITICAL");
        bridge.Step();
        bridge.Store.Maintenance.Start("web1", "", TimeSpan.FromHours(1), "new disks", "Ann");
        bridge.Api.Open.Remove(Disk);
        bridge.Store.Respond(new ResponderAction(Disk, ResponderDeed.Resolved, "Ann", bridge.Time.GetUtcNow(), ""));
        bridge.Pass(TimeSpan.FromMinutes(59));
        Assert.Equal(1, bridge.Api.Pages[Disk]);
        bridge.Pass(TimeSpan.FromMinutes(2));
        Assert.Equal(2, bridge.Api.Pages[Disk]);
        Assert.Equal([Disk], bridge.Api.Open);
    }

    [Fact]
    public void A_missing_heartbeat_pages_once_it_was_seen_and_maintenance_of_everything_keeps_it_silent()
    {
        const string Heartbeat = "host=bridge-host;service=PagerDuty bridge: scheduler heartbeat";
        using var bridge = new VirtualBridge();
        bridge.Pass(TimeSpan.FromHours(1), TimeSpan.FromMinutes(1));
        Assert.Empty(bridge.Api.Calls);

        Assert.True(bridge.Heartbeat.Takes(bridge.Event("PROBLEM", "CRITICAL", service: HeartbeatConfig.DefaultService)));
        Assert.False(bridge.Heartbeat.Takes(bridge.Event("PROBLEM", "CRITICAL")));
        bridge.Pass(TimeSpan.FromMinutes(15), TimeSpan.FromMinutes(1));
        Assert.Empty(bridge.Api.Calls);
        bridge.Pass(TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(1));
        Assert.Equal([Heartbeat], bridge.Api.Open);
        bridge.Heartbeat.Takes(bridge.Event("PROBLEM", "CRITICAL", service: HeartbeatConfig.DefaultService));
        bridge.Pass(TimeSpan.FromMinutes(1));
        Assert.Empty(bridge.Api.Open);

        bridge.Store.Maintenance.Start("", "", TimeSpan.FromHours(1), "", "Ann");
        bridge.Pass(TimeSpan.FromMinutes(50), TimeSpan.FromMinutes(1));
        Assert.Empty(bridge.Api.Open);
        bridge.Pass(TimeSpan.FromMinutes(20), TimeSpan.FromMinutes(1));
        Assert.Equal([Heartbeat], bridge.Api.Open);
    }
}
