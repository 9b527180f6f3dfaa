using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.CheckSansayHa.Tests;

/// <summary>What changed between runs alerts and stays, across outages, until the hold is over or a person acknowledges it.</summary>
public sealed class SansayChangesTests : IDisposable
{
    private readonly TestFolder folder = new();
    private LaidOutPair pair = new();
    private DateTimeOffset now = new(2026, 3, 1, 3, 12, 0, TimeSpan.Zero);

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_first_run_records_a_baseline_and_says_so_once()
    {
        Healthy();
        Assert.Equal("0 sbc-a active, sbc-b standby, 0 sessions (0 % of the licence); no earlier state of sbc-a and sbc-b, baseline recorded", Headline());
        Assert.Equal("0 sbc-a active, sbc-b standby, 0 sessions (0 % of the licence)", Headline());
    }

    [Fact]
    public void Looking_without_memory_records_nothing()
    {
        Healthy();
        Assert.EndsWith("baseline not recorded", Headline("--no-memory"), StringComparison.Ordinal);
        Assert.EndsWith("baseline recorded", Headline(), StringComparison.Ordinal);
    }

    [Fact]
    public void One_second_of_load_is_no_problem_and_two_runs_of_it_are()
    {
        pair.Rest("sbc-a", "active", "standby", "current_cps=9100", "cpu_idle_percent=15").Rest("sbc-b", "standby", "active");
        Assert.StartsWith("0 ", Headline(), StringComparison.Ordinal);
        Later(minutes: 5);
        Assert.Equal("2 sbc-a: 9100 of 10000 calls per second of the licence in use: 91 % (limit: at most 90 %)", Headline());
        pair.Rest("sbc-a", "active", "standby").Rest("sbc-b", "standby", "active");
        Later(minutes: 5);
        Assert.StartsWith("0 ", Headline(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_switch_over_alerts_for_an_hour()
    {
        Healthy();
        Headline();
        Later(minutes: 5);
        Swapped();
        const string Sentence = "2 switch-over: sbc-b is active now and sbc-a standby; before, sbc-a was active (last seen 2026-03-01 03:12 UTC) (since 2026-03-01 03:17 UTC)";
        Assert.Equal(Sentence, Headline());
        Later(minutes: 59);
        Assert.Equal(Sentence, Headline());
        Later(minutes: 1);
        Assert.Equal("0 sbc-a standby, sbc-b active, 0 sessions (0 % of the licence)", Headline());
    }

    [Fact]
    public void An_operator_sets_the_hold_and_the_gravity()
    {
        Healthy();
        Headline();
        Swapped();
        Assert.StartsWith("1 switch-over: sbc-b is active now", Headline("--latch", "10m", "--severity", "change=warning"), StringComparison.Ordinal);
        Later(minutes: 10);
        Assert.StartsWith("0 ", Headline(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_acknowledgement_drops_what_is_held_and_what_its_run_sees_first_and_not_what_comes_after()
    {
        Healthy();
        Headline();
        Swapped();
        Assert.StartsWith("2 switch-over", Headline(), StringComparison.Ordinal);
        Assert.StartsWith("0 ", Headline("--acknowledge"), StringComparison.Ordinal);
        Assert.StartsWith("0 ", Headline(), StringComparison.Ordinal);
        Lay(("active", "standby"), ("standby", "active"));
        string planned = Output("--acknowledge");
        Assert.StartsWith("SANSAY_HA OK - sbc-a active, sbc-b standby", planned, StringComparison.Ordinal);
        Assert.Contains(
            "note: acknowledged: switch-over: sbc-a is active now and sbc-b standby; before, sbc-b was active (last seen 2026-03-01 03:12",
            planned,
            StringComparison.Ordinal);
        Assert.StartsWith("0 ", Headline(), StringComparison.Ordinal);
        Swapped();
        Assert.StartsWith("2 switch-over: sbc-b is active now", Headline(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_split_ends_with_its_repair()
    {
        Healthy();
        Headline();
        Later(minutes: 5);
        Split();
        string output = Output();
        Assert.StartsWith("SANSAY_HA CRITICAL - split: sbc-a and sbc-b are both active", output, StringComparison.Ordinal);
        Assert.DoesNotContain(" changed from ", output, StringComparison.Ordinal);
        Later(minutes: 20);
        Assert.StartsWith("2 split", Headline(), StringComparison.Ordinal);
        Later(minutes: 1);
        Lay(("active", "standby"), ("standby", "active"));
        Assert.Equal("0 sbc-a active, sbc-b standby, 0 sessions (0 % of the licence)", Headline());
        Later(minutes: 5);
        Swapped();
        Assert.StartsWith("2 switch-over: sbc-b is active now and sbc-a standby", Headline(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_split_that_leaves_the_other_node_active_is_a_switch_over()
    {
        Healthy();
        Headline();
        Later(minutes: 5);
        Split();
        Headline();
        Later(minutes: 1);
        Fresh().Rest("sbc-a", Answer.Without(Outcome.Refused, "")).Rest("sbc-b", "active", "standby", "sum_attempt_session=5");
        Assert.StartsWith("2 sbc-b changed from standby (last seen 2026-03-01 03:12 UTC) to active", Headline(), StringComparison.Ordinal);
        Headline("--acknowledge");
        Split();
        Assert.StartsWith("2 split", Headline(), StringComparison.Ordinal);
        Later(minutes: 1);
        Swapped();
        Assert.StartsWith("2 sbc-a changed from active (last seen 2026-03-01 03:12 UTC) to standby", Headline(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_split_in_the_first_run_is_no_baseline()
    {
        Split();
        Assert.StartsWith("2 split", Headline(), StringComparison.Ordinal);
        Healthy();
        Assert.EndsWith("no earlier state of sbc-a and sbc-b, baseline recorded", Headline(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_node_that_restarts_within_a_split_is_a_change()
    {
        Healthy();
        Headline();
        Split();
        Headline();
        Fresh().Rest("sbc-a", "active", "standby", "sum_attempt_session=3").Rest("sbc-b", "active", "standby", "sum_attempt_session=5");
        Assert.Contains(
            "[CRITICAL] sbc-a is active as before, but was not all the time: its counter sum_attempt_session fell from 27412 to 3",
            Output(),
            StringComparison.Ordinal);
    }

    [Fact]
    public void An_outage_erases_nothing()
    {
        Healthy();
        Headline();
        Later(minutes: 5);
        Fresh().Rest("sbc-a", Answer.Without(Outcome.Refused, "")).Rest("sbc-b", "", 401);
        Assert.StartsWith("3 ", Headline(), StringComparison.Ordinal);
        Later(minutes: 5);
        Fresh().Rest("sbc-a", Answer.Without(Outcome.Refused, "")).Rest("sbc-b", "active", "standby", "sum_attempt_session=5");
        Assert.Equal("2 sbc-b changed from standby (last seen 2026-03-01 03:12 UTC) to active (since 2026-03-01 03:22 UTC)", Headline());
        Later(minutes: 5);
        Swapped();
        Assert.Equal("2 sbc-b changed from standby (last seen 2026-03-01 03:12 UTC) to active (since 2026-03-01 03:22 UTC)", Headline());
        Assert.Contains("[CRITICAL] sbc-a changed from active (last seen 2026-03-01 03:12 UTC) to standby (since 2026-03-01 03:27 UTC)", Output(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_standby_that_restarts_is_a_warning_and_its_return_another()
    {
        Healthy();
        Headline();
        Lay(("active", "standby"), ("boot", "standby"));
        Assert.Equal("1 sbc-b is booting and cannot take over; sbc-a active", Headline());
        Later(minutes: 5);
        Healthy();
        Assert.Equal("1 sbc-b changed from boot (last seen 2026-03-01 03:12 UTC) to standby (since 2026-03-01 03:12 UTC)", Headline());
    }

    [Fact]
    public void A_switch_over_and_back_between_two_runs_is_seen_by_the_earlier_state()
    {
        Lay(("active", "boot"), ("standby", "boot"));
        Headline();
        Lay(("active", "standby"), ("standby", "active"));
        Assert.Equal("2 sbc-a is active as before, but was not all the time: it came from 'standby', not from 'boot' (last seen 2026-03-01 03:12 UTC) (since 2026-03-01 03:12 UTC)", Headline());
    }

    [Theory]
    [InlineData("sbc-a", 2)]
    [InlineData("sbc-b", 1)]
    public void A_restart_between_two_runs_is_seen_by_the_uptime(string node, int code)
    {
        Healthy().Uptime("sbc-a", "12 days").Uptime("sbc-b", "12 days");
        Headline();
        Healthy().Uptime("sbc-a", "12 days").Uptime("sbc-b", "12 days").Uptime(node, "2 minutes");
        string role = node == "sbc-a" ? "active" : "standby";
        Assert.Equal($"{code} {node} is {role} as before, but was not all the time: it restarted 2m ago (last seen 2026-03-01 03:12 UTC) (since 2026-03-01 03:12 UTC)", Headline());
    }

    [Fact]
    public void A_restart_between_two_runs_is_seen_by_the_counter_when_there_is_no_uptime()
    {
        Healthy();
        Headline();
        Fresh().Rest("sbc-a", "active", "standby", "sum_attempt_session=3").Rest("sbc-b", "standby", "boot");
        Assert.Equal("2 sbc-a is active as before, but was not all the time: its counter sum_attempt_session fell from 27412 to 3, as a restart makes it (last seen 2026-03-01 03:12 UTC) (since 2026-03-01 03:12 UTC)", Headline());
    }

    [Fact]
    public void A_numeric_field_that_changes_is_a_warning()
    {
        Healthy();
        Headline();
        Fresh().Rest("sbc-a", "active", "standby", "switch_over_flag=1").Rest("sbc-b", "standby", "boot");
        Assert.Equal("1 switch_over_flag of sbc-a changed from 3 to 1 (its meaning is not documented; healthy pairs show 3) (since 2026-03-01 03:12 UTC)", Headline());
    }

    [Fact]
    public void A_licence_limit_that_falls_is_a_warning_of_the_load()
    {
        Healthy();
        Headline();
        Fresh().Rest("sbc-a", "active", "standby", "max_session_allowed=100").Rest("sbc-b", "standby", "boot");
        Assert.Equal("1 max_session_allowed of sbc-a fell from 19750 to 100: has the licence changed or run out? (since 2026-03-01 03:12 UTC)", Headline());
        Assert.StartsWith("1 ", Headline("--only", "load"), StringComparison.Ordinal);
        Assert.StartsWith("0 ", Headline("--only", "ha"), StringComparison.Ordinal);
        Assert.StartsWith("0 ", Headline("--acknowledge"), StringComparison.Ordinal);
        Assert.StartsWith("0 ", Headline(), StringComparison.Ordinal);
    }

    [Fact]
    public void Calls_that_the_licence_refuses_are_raised_when_their_count_grows()
    {
        Refused("0", "0");
        Headline();
        Later(minutes: 5);
        Refused("500", "900");
        string output = Output();
        Assert.StartsWith(
            "SANSAY_HA WARNING - sbc-a refuses calls beyond the 19750 sessions of its licence: max_session_exceed grew from 0 to 500",
            output,
            StringComparison.Ordinal);
        Assert.Contains(
            "[WARNING] sbc-a refuses calls beyond the 10000 calls per second of its licence: max_cps_exceed grew from 0 to 900",
            output,
            StringComparison.Ordinal);
        Later(minutes: 30);
        Assert.StartsWith("1 sbc-a refuses calls", Headline("--only", "load"), StringComparison.Ordinal);
        Later(minutes: 31);
        Assert.StartsWith("0 ", Headline(), StringComparison.Ordinal);
        Refused("501", "900");
        Assert.StartsWith("2 sbc-a refuses calls", Headline("--severity", "refusals=critical"), StringComparison.Ordinal);
        Headline("--acknowledge");
        Refused("0", "0");
        Assert.StartsWith("0 ", Headline(), StringComparison.Ordinal);
    }

    /// <summary>A Tuesday at 14:17 in New York; 212 sessions may hang while nobody can begin another.</summary>
    [Fact]
    public void No_call_attempt_outside_the_quiet_hours_is_an_outage()
    {
        now = new DateTimeOffset(2026, 3, 3, 19, 17, 0, TimeSpan.Zero);
        Attempts("27412");
        Assert.StartsWith("0 ", InNewYork(), StringComparison.Ordinal);
        Later(minutes: 15);
        Assert.StartsWith("0 ", InNewYork(), StringComparison.Ordinal);
        Later(minutes: 1);
        Assert.Equal("1 sbc-a: no call attempt for 16m (limit: at most 15m) in hours that are not quiet; 212 sessions active", InNewYork());
        Later(minutes: 15);
        Assert.Equal(
            "2 sbc-a: no call attempt for 31m (limit: at most 30m) in hours that are not quiet; 212 sessions active", InNewYork());
        Attempts("27413");
        Assert.StartsWith("0 ", InNewYork(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_night_is_not_held_against_the_morning_and_another_node_counts_anew()
    {
        now = new DateTimeOffset(2026, 3, 3, 23, 0, 0, TimeSpan.Zero);
        Attempts("27412");
        InNewYork();
        now = new DateTimeOffset(2026, 3, 4, 12, 59, 0, TimeSpan.Zero);
        Assert.StartsWith("0 ", InNewYork(), StringComparison.Ordinal);
        Later(minutes: 15);
        Assert.StartsWith("0 ", InNewYork(), StringComparison.Ordinal);
        Later(minutes: 2);
        Assert.StartsWith("1 sbc-a: no call attempt for 17m", InNewYork(), StringComparison.Ordinal);
        Swapped();
        Assert.StartsWith("0 ", InNewYork("--acknowledge"), StringComparison.Ordinal);
        Later(minutes: 14);
        Assert.StartsWith("0 ", InNewYork(), StringComparison.Ordinal);
        Later(minutes: 20);
        Assert.StartsWith("2 sbc-b: no call attempt for 34m", InNewYork(), StringComparison.Ordinal);
        Assert.StartsWith("0 ", InNewYork("--quiet-hours", "07:00-09:00"), StringComparison.Ordinal);
        Assert.StartsWith("0 ", InNewYork("-w", "attempt_silence=3600", "-c", "attempt_silence=7200"), StringComparison.Ordinal);
    }

    [Fact]
    public void Another_address_is_another_box()
    {
        Healthy();
        Headline();
        File.WriteAllText(folder.PathOf("state", "check_sansay_ha.json"), File.ReadAllText(folder.PathOf("state", "check_sansay_ha.json")).Replace("10.0.0.12", "10.0.0.99", StringComparison.Ordinal));
        Swapped();
        Assert.Equal("2 sbc-a changed from active (last seen 2026-03-01 03:12 UTC) to standby (since 2026-03-01 03:12 UTC)", Headline());
    }

    [Fact]
    public void A_corrupt_memory_is_unknown_for_the_hold()
    {
        Healthy();
        Headline();
        File.WriteAllText(folder.PathOf("state", "check_sansay_ha.json"), "{");
        Assert.StartsWith("3 the memory '", Headline(), StringComparison.Ordinal);
        Later(minutes: 59);
        Assert.StartsWith("3 ", Headline(), StringComparison.Ordinal);
        Later(minutes: 1);
        Assert.StartsWith("0 ", Headline(), StringComparison.Ordinal);
    }

    private LaidOutPair Fresh() => pair = new LaidOutPair();

    private LaidOutPair Lay((string State, string Earlier) a, (string State, string Earlier) b) =>
        Fresh().Rest("sbc-a", a.State, a.Earlier).Rest("sbc-b", b.State, b.Earlier);

    private LaidOutPair Healthy() => Lay(("active", "standby"), ("standby", "boot"));

    private LaidOutPair Swapped() => Lay(("standby", "active"), ("active", "standby"));

    private LaidOutPair Split() =>
        Fresh().Rest("sbc-a", "active", "standby").Rest("sbc-b", "active", "standby", "sum_attempt_session=5");

    private LaidOutPair Refused(string sessions, string calls) => Fresh()
        .Rest("sbc-a", "active", "standby", $"max_session_exceed={sessions}", $"max_cps_exceed={calls}").Rest("sbc-b", "standby", "boot");

    private LaidOutPair Attempts(string count) => Fresh()
        .Rest("sbc-a", "active", "standby", $"sum_attempt_session={count}", "sum_active_session=212").Rest("sbc-b", "standby", "boot");

    private string InNewYork(params string[] arguments) => Headline(["--zone", "America/New_York", .. arguments]);

    private void Later(int minutes) => now += TimeSpan.FromMinutes(minutes);

    private string Output(params string[] arguments) => Run(arguments).Output;

    private string Headline(params string[] arguments)
    {
        (string output, int code) = Run(arguments);
        return $"{code} {output.Split('\n')[0].Split(" - ", 2)[1].Split(" | ")[0].Split("; also ")[0]}";
    }

    private (string Output, int ExitCode) Run(string[] arguments)
    {
        pair.World.Now = now;
        return pair.Run(["--state-dir", folder.PathOf("state"), .. arguments]);
    }
}
