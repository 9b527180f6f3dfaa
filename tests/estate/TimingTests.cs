namespace Ringfree.Monitoring.Estate.Tests;

/// <summary>How often checks run and how long each part waits for the one below.</summary>
public sealed class TimingTests
{
    [Theory]
    [InlineData("10s", "11s", "12s", "13s", true)]
    [InlineData("10s", "10s", "12s", "13s", false)]
    [InlineData("11s", "10s", "12s", "13s", false)]
    [InlineData("10s", "12s", "12s", "13s", false)]
    [InlineData("10s", "13s", "12s", "14s", false)]
    [InlineData("10s", "11s", "13s", "13s", false)]
    [InlineData("10s", "11s", "14s", "13s", false)]
    public void Each_part_waits_longer_than_the_one_below(string deadline, string command, string client, string service, bool holds)
    {
        string timeouts = $"nrpe_command_timeout = \"{command}\"\ncheck_nrpe_timeout = \"{client}\"\nservice_check_timeout = \"{service}\"\n";
        string withTimeouts = SoundEstate.Text.Replace("[timing]\n", "[timing]\n" + timeouts, StringComparison.Ordinal);
        foreach (string text in (string[])[withTimeouts, withTimeouts.Replace("check = \"check_car\"", $"check = \"check_car\"\ntimeout = \"{deadline}\"", StringComparison.Ordinal)])
        {
            var problems = new Problems();
            Assert.Equal(holds, EstateModel.Parse(text, "f", [TestChecks.Create(TimeSpan.FromSeconds(int.Parse(deadline[..^1])))], problems) is not null);
            Assert.All(problems.All, problem => Assert.Contains("deadline of each check < nrpe_command_timeout < check_nrpe_timeout < service_check_timeout", problem.Sentence, StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("1m", "1m", 2, "1m", 4, true)]
    [InlineData("1m", "1m", 2, "1m", 3, false)]
    [InlineData("3m", "1m", 1, "1m", 4, false)]
    [InlineData("1m", "1m", 1, "1m", 1, false)]
    public void A_dead_agent_is_believed_before_what_depends_on_it(string interval, string retry, int attempts, string serviceRetry, int serviceAttempts, bool holds)
    {
        string text = SoundEstate.Text
            .Replace("retry_interval = \"1m\"\nmax_check_attempts = 4", $"retry_interval = \"{serviceRetry}\"\nmax_check_attempts = {serviceAttempts}", StringComparison.Ordinal)
            .Replace("check_interval = \"1m\"\nretry_interval = \"1m\"\nmax_check_attempts = 2", $"check_interval = \"{interval}\"\nretry_interval = \"{retry}\"\nmax_check_attempts = {attempts}", StringComparison.Ordinal);
        var problems = new Problems();
        Assert.Equal(holds, EstateModel.Parse(text, "f", TestChecks.All, problems) is not null);
        Assert.Equal(holds ? 0 : 1, problems.All.Count);
    }

    [Fact]
    public void A_half_interval_is_refused_because_shinken_makes_zero_of_it()
    {
        var problems = new Problems();
        Assert.Null(EstateModel.Parse(SoundEstate.Text.Replace("check_interval = \"3m\"", "check_interval = \"90s\"", StringComparison.Ordinal), "f", TestChecks.All, problems));
        Assert.Equal(
            "f:4: timing.check_interval: given \"90s\"; accepted: a whole multiple of interval_length, 1m: Shinken cuts the rest off, and 0.5 becomes 0",
            problems.ToString());
    }

    [Theory]
    [InlineData("0s", true)]
    [InlineData("2m", false)]
    [InlineData("3m", true)]
    public void A_reminder_that_could_not_come_in_time_is_refused(string interval, bool holds)
    {
        var problems = new Problems();
        Assert.Equal(holds, EstateModel.Parse(SoundEstate.Text.Replace("notification_interval = \"30m\"", $"notification_interval = \"{interval}\"", StringComparison.Ordinal), "f", TestChecks.All, problems) is not null);
        Assert.Equal(
            holds ? "" : "f:7: timing.notification_interval: notification_interval is 2m and check_interval is 3m: a scheduler tells again only after a check; accepted: 0m for once, or at least check_interval",
            problems.ToString());
    }
}
