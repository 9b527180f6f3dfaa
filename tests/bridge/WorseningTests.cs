namespace Ringfree.Monitoring.Bridge.Tests;

/// <summary>A state that gets worse, on a virtual clock.</summary>
public sealed class WorseningTests
{
    private const string Disk = "host=web1;service=Disk";

    [Theory]
    [InlineData("WARNING", "CRITICAL", 2)] // low urgency becomes high
    [InlineData("WARNING", "UNKNOWN", 2)]
    [InlineData("UNKNOWN", "CRITICAL", 1)] // both are of high urgency
    [InlineData("CRITICAL", "WARNING", 1)]
    [InlineData("CRITICAL", "CRITICAL", 1)]
    public void A_problem_that_worsens_pages_again_when_its_urgency_rises(string first, string then, int pages)
    {
        using var bridge = new VirtualBridge();
        bridge.Notify("PROBLEM", first);
        bridge.Step();
        bridge.Notify("PROBLEM", then);
        bridge.Step();
        Assert.Equal(pages, bridge.Api.Pages[Disk]);
        Assert.Contains(Disk, bridge.Api.Open);
    }

    [Theory]
    [InlineData("WARNING", "CRITICAL", 2)]
    [InlineData("UNKNOWN", "CRITICAL", 2)]
    [InlineData("CRITICAL", "WARNING", 1)]
    [InlineData("CRITICAL", "CRITICAL", 1)]
    public void A_problem_that_worsens_after_an_acknowledgement_pages_again(string acknowledged, string then, int pages)
    {
        using var byScheduler = new VirtualBridge();
        byScheduler.Notify("PROBLEM", acknowledged);
        byScheduler.Step();
        byScheduler.Notify("ACKNOWLEDGEMENT", acknowledged);
        byScheduler.Step();
        byScheduler.Notify("PROBLEM", then);
        byScheduler.Step();
        Assert.Equal(pages, byScheduler.Api.Pages[Disk]);

        using var byPerson = new VirtualBridge();
        byPerson.Notify("PROBLEM", acknowledged);
        byPerson.Step();
        Assert.Equal("acknowledged", byPerson.Store.Respond(new ResponderAction(Disk, ResponderDeed.Acknowledged, "Ann", byPerson.Time.GetUtcNow(), "")));
        byPerson.Notify("PROBLEM", then);
        byPerson.Step();
        Assert.Equal(pages, byPerson.Api.Pages[Disk]);
        Assert.Equal(pages == 1, byPerson.Store.Incidents.Find(Disk)!.Acknowledgement?.Responder == "Ann");
    }

    [Fact]
    public void What_got_worse_while_its_first_call_was_under_way_pages_again()
    {
        Weather api = Weather.Deaf;
        using var bridge = new VirtualBridge(api: () => api);
        bridge.Notify("PROBLEM", "WARNING");
        Call underWay = bridge.Store.Next(Disk, bridge.Store.Fleet.Value.Channels)!;
        bridge.Store.Begin(underWay);
        bridge.Notify("PROBLEM", "CRITICAL");
        bridge.Api.Open.Add(Disk);
        bridge.Store.Accept(underWay, "trigger: HTTP 202");
        api = Weather.Fair;
        bridge.Step();
        Assert.Equal(["resolve web1 / Disk", "trigger web1 / Disk"], bridge.Api.Calls);
    }

    /// <summary>PagerDuty appends the trigger of a new problem to the alert that somebody may have acknowledged, in silence.</summary>
    [Theory]
    [InlineData("nobody")]
    [InlineData("scheduler")]
    [InlineData("person")]
    public void A_problem_that_comes_back_before_PagerDuty_heard_of_its_end_pages_again(string acknowledgedBy)
    {
        Weather api = Weather.Fair;
        using var bridge = new VirtualBridge(api: () => api);
        bridge.Notify("PROBLEM", "CRITICAL");
        bridge.Step();
        if (acknowledgedBy == "scheduler")
        {
            bridge.Notify("ACKNOWLEDGEMENT", "CRITICAL");
        }
        else if (acknowledgedBy == "person")
        {
            bridge.Store.Respond(new ResponderAction(Disk, ResponderDeed.Acknowledged, "Ann", bridge.Time.GetUtcNow(), ""));
        }

        bridge.Step();
        api = Weather.Out;
        bridge.Notify("RECOVERY", "OK");
        bridge.Step();
        string outcome = bridge.Notify("PROBLEM", "WARNING");
        Assert.Equal("will trigger again: the end of the problem before it was not delivered", outcome);
        Assert.Contains(bridge.Store.History.Of(Disk), line => line.Detail == $"PROBLEM, WARNING: {outcome}");
        api = Weather.Fair;
        bridge.Pass(TimeSpan.FromMinutes(1));
        Assert.Equal(2, bridge.Api.Pages[Disk]);
        Assert.Null(bridge.Store.Incidents.Find(Disk)!.Acknowledgement?.Responder);
        bridge.Notify("PROBLEM", "WARNING");
        bridge.Step();
        Assert.Equal(2, bridge.Api.Pages[Disk]);
        bridge.Notify("RECOVERY", "OK");
        bridge.Step();
        Assert.Empty(bridge.Api.Open);
    }

    [Fact]
    public void An_acknowledgement_of_the_milder_state_that_is_heard_of_while_the_worse_one_is_told_pages_again()
    {
        using var bridge = new VirtualBridge();
        DateTimeOffset acknowledged = MomentBeforeItGotWorse(bridge);
        Call underWay = bridge.Store.Next(Disk, bridge.Store.Fleet.Value.Channels)!;
        bridge.Store.Begin(underWay);
        Assert.Equal("acknowledged before it got worse: pages again", bridge.Store.Respond(new ResponderAction(Disk, ResponderDeed.Acknowledged, "Ann", acknowledged, "")));
        bridge.Store.Accept(underWay, "trigger: HTTP 202");
        bridge.Step();
        Assert.Equal(2, bridge.Api.Pages[Disk]);
    }

    [Fact]
    public void A_resolve_of_the_milder_state_that_is_heard_of_after_it_got_worse_holds_nothing_back()
    {
        using var bridge = new VirtualBridge();
        DateTimeOffset resolved = MomentBeforeItGotWorse(bridge);
        bridge.Api.Open.Remove(Disk);
        Assert.Equal("resolved before it got worse: pages again", bridge.Store.Respond(new ResponderAction(Disk, ResponderDeed.Resolved, "Ann", resolved, "")));
        bridge.Step();
        Assert.Equal([Disk], bridge.Api.Open);
        Assert.Equal(2, bridge.Api.Pages[Disk]);

        bridge.Time.Advance(TimeSpan.FromSeconds(5));
        bridge.Api.Open.Remove(Disk);
        Assert.Equal("resolved by a responder", bridge.Store.Respond(new ResponderAction(Disk, ResponderDeed.Resolved, "Ann", bridge.Time.GetUtcNow(), "")));
        bridge.Step();
        Assert.Empty(bridge.Api.Open);
    }

    [Fact]
    public void By_mail_alone_a_worse_state_pages_again()
    {
        using var bridge = new VirtualBridge(mail: () => Weather.Fair, withApi: false);
        bridge.Notify("PROBLEM", "WARNING");
        bridge.Step();
        bridge.Notify("PROBLEM", "CRITICAL");
        bridge.Step();
        Assert.Equal(["trigger web1 / Disk", "resolve web1 / Disk", "trigger web1 / Disk"], bridge.Mail!.Calls);
        Assert.Equal(2, bridge.Mail.Pages[Disk]);
    }

    private static DateTimeOffset MomentBeforeItGotWorse(VirtualBridge bridge)
    {
        bridge.Notify("PROBLEM", "UNKNOWN");
        bridge.Step();
        bridge.Time.Advance(TimeSpan.FromSeconds(5));
        DateTimeOffset moment = bridge.Time.GetUtcNow();
        bridge.Time.Advance(TimeSpan.FromSeconds(5));
        bridge.Notify("PROBLEM", "CRITICAL");
        return moment;
    }
}
