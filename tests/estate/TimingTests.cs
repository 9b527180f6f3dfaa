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

    /// <summary>Services each 3 min: what failed must be found before a service is believed, and page no later than the service
    /// would.</summary>
    [Theory]
    [InlineData("1m", "1m", 2, "1m", 4, true)]
    [InlineData("2m", "1m", 5, "1m", 4, true)]
    [InlineData("2m", "1m", 6, "1m", 4, false)]
    [InlineData("1m", "1m", 6, "1m", 4, true)]
    [InlineData("1m", "1m", 7, "1m", 4, false)]
    [InlineData("1m", "1m", 2, "1m", 3, true)]
    [InlineData("1m", "1m", 2, "1m", 2, false)]
    [InlineData("2m", "1m", 1, "1m", 4, true)]
    [InlineData("3m", "1m", 1, "1m", 4, false)]
    [InlineData("1m", "1m", 1, "1m", 1, false)]
    [InlineData("4m", "1m", 1, "2m", 4, false)]
    public void What_failed_is_found_before_what_depends_on_it_is_believed(string interval, string retry, int attempts, string serviceRetry, int serviceAttempts, bool holds)
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

    [Fact]
    public void A_rhythm_that_cannot_hold_is_refused_with_the_numbers()
    {
        Rhythm services = new(TimeSpan.FromMinutes(3), TimeSpan.FromMinutes(1), 4);
        Assert.Null(FoundationRhythm.Complaint(new Rhythm(TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1), 2), services));
        Assert.Equal(
            "a failed agent or daemon is found after up to 3m (its check_interval), but what depends on it is believed after 3m (3 "
                + "times retry_interval 1m): each service of a "
            + "rebooted host would page; accepted: the first shorter than the second",
            FoundationRhythm.Complaint(new Rhythm(TimeSpan.FromMinutes(3), TimeSpan.FromMinutes(1), 2), services));
        Assert.Equal(
            "a failed agent or daemon pages after up to 7m (check_interval 1m and 6 times retry_interval 1m) and keeps quiet what "
                + "depends on it, which would page after up to 6m "
            + "(check_interval 3m and 3 times retry_interval 1m); accepted: the first no longer than the second",
            FoundationRhythm.Complaint(new Rhythm(TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1), 7), services));
    }

    [Theory]
    [InlineData("latch = \"7m\"", "", 7)]
    [InlineData("latch = \"6m\"", "", null)]
    [InlineData("latch = \"1h\"", "latch = \"20m\"", 20)]
    [InlineData("", "latch = \"20m\"", 20)]
    [InlineData("", "latch = \"6m\"", null)]
    [InlineData("", "", 15)]
    public void A_latch_outlasts_the_soft_states(string ofEstate, string ofRole, int? minutes)
    {
        string text = SoundEstate.Text
            .Replace("[timing]\n", $"[timing]\n{ofEstate}\n", StringComparison.Ordinal)
            .Replace("check = \"check_car\"", $"check = \"check_car\"\n{ofRole}", StringComparison.Ordinal);
        var problems = new Problems();
        EstateModel? estate = EstateModel.Parse(text, "f", TestChecks.All, problems);
        Assert.Equal(minutes, estate?.Timing.LatchOf(estate.Roles[0].Checks[0]).TotalMinutes);
        Assert.All(problems.All, problem => Assert.Equal(
            "given \"6m\", and a change would never page: it takes up to check_interval 3m and 4 attempts of 1m until it is believed; accepted: at least 7m", problem.Sentence));
        Assert.Equal(minutes is null ? 1 : 0, problems.All.Count);
    }

    [Fact]
    public void A_check_whose_own_latch_is_too_short_for_a_slow_estate_gets_a_longer_one()
    {
        string slow = SoundEstate.Text.Replace("check_interval = \"3m\"\nretry", "check_interval = \"20m\"\nretry", StringComparison.Ordinal);
        EstateModel estate = SoundEstate.Accept(slow.Replace("\"30m\"", "\"1h\"", StringComparison.Ordinal));
        Assert.Equal(24, estate.Timing.LatchOf(estate.Roles[0].Checks[0]).TotalMinutes);
    }

    [Fact]
    public void An_override_of_a_host_has_its_own_latch()
    {
        EstateModel estate = SoundEstate.Accept(SoundEstate.Text.Replace("os = \"redhat\"\n", "os = \"redhat\"\noverrides = { check_car = { latch = \"30m\" } }\n", StringComparison.Ordinal));
        Assert.All(estate.Hosts[0].Services.OfType<ConcernService>(), service => Assert.Equal(30, estate.Timing.LatchOf(service.Check).TotalMinutes));
    }
}
