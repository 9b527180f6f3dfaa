namespace Ringfree.Monitoring.Estate.Tests;

/// <summary>The service whose notification proves the way to PagerDuty.</summary>
public sealed class HeartbeatTests
{
    [Theory]
    [InlineData("services = [\"warning\"]")]
    [InlineData("period = \"office\"\n[timeperiods.office]\nmonday = \"08:00-18:00\"")]
    public void A_heartbeat_that_would_not_be_told_is_refused(string way)
    {
        string withHeartbeat = SoundEstate.Text.Replace("[ways.page]\nroute = \"pagerduty\"\n", $"[ways.page]\nroute = \"pagerduty\"\n{way}\n", StringComparison.Ordinal) + "[heartbeat]\nhost = \"a\"\n";
        var problems = new Problems();
        Assert.Null(EstateModel.Parse(withHeartbeat, "f", TestChecks.All, problems));
        Assert.Contains("heartbeat: would not be told at every hour", problems.ToString(), StringComparison.Ordinal);
        Assert.Equal(5, SoundEstate.Accept(SoundEstate.Text + "[heartbeat]\nhost = \"a\"\n").Heartbeat!.Interval.TotalMinutes);
    }

    [Theory]
    [InlineData("7m", "15m", true)]
    [InlineData("8m", "15m", false)]
    [InlineData("8m", "17m", true)]
    public void A_heartbeat_may_be_lost_once_without_an_alarm(string interval, string missingAfter, bool holds)
    {
        var problems = new Problems();
        Assert.Equal(holds, EstateModel.Parse(
            SoundEstate.Text + $"[heartbeat]\nhost = \"a\"\ninterval = \"{interval}\"\nmissing_after = \"{missingAfter}\"\n", "f", TestChecks.All, problems) is not null);
        Assert.All(problems.All, problem => Assert.Equal(
            "the bridge pages when no heartbeat came for 15m, but one that is lost is followed by the next only after up to 17m "
                + "(twice interval 8m and service_check_timeout 1m); "
            + "accepted: a shorter interval, or a longer missing_after here and in the bridge's [heartbeat]",
            problem.Sentence));
    }

    [Fact]
    public void A_heartbeat_must_be_the_only_service_of_its_name_on_a_host_that_is_always_checked()
    {
        var problems = new Problems();
        Assert.Null(EstateModel.Parse(
            SoundEstate.Text + "[heartbeat]\nhost = \"a\"\nservice = \"NRPE agent\"\n[maintenance.m]\nsunday = \"00:00-01:00\"\nhosts = [\"a\"]\n", "f", TestChecks.All, problems));
        Assert.Contains("heartbeat.service: given \"NRPE agent\"; accepted: a name that no other service of a has", problems.ToString(), StringComparison.Ordinal);
        Assert.Contains("would stay away in the maintenance of a (m)", problems.ToString(), StringComparison.Ordinal);
    }
}
