namespace Ringfree.Monitoring.Bridge.Tests;

/// <summary>Durations, moments and patterns as people type them, and when a window reminds of its end.</summary>
public sealed class MaintenanceWordsTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 30, 22, 15, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("90m", 90)]
    [InlineData("1h30m", 90)]
    [InlineData("2d", 2880)]
    [InlineData("1d2h3m", 1563)]
    [InlineData("", null)]
    [InlineData("0m", null)]
    [InlineData("1h1h", null)]
    [InlineData("30m1h", null)]
    [InlineData("5", null)]
    [InlineData("5s", null)]
    [InlineData("-5m", null)]
    [InlineData("1.5h", null)]
    [InlineData("h", null)]
    [InlineData("9999999d", null)]
    public void A_duration_is_numbers_with_units(string text, int? minutes) =>
        Assert.Equal(minutes, (int?)DurationText.Parse(text)?.TotalMinutes);

    [Theory]
    [InlineData("23:00", "2026-11-30 23:00")]
    [InlineData("22:15", "2026-12-01 22:15")]
    [InlineData("03:12", "2026-12-01 03:12")]
    [InlineData("+1h30m", "2026-11-30 23:45")]
    [InlineData("2026-12-24T02:00", "2026-12-24 02:00")]
    [InlineData("2026-12-24T02:00Z", "2026-12-24 02:00")]
    [InlineData("2026-12-24 02:00 UTC", "2026-12-24 02:00")]
    [InlineData("2026-12-24T02:00-05:00", "2026-12-24 07:00")]
    [InlineData("2026-12-24T02:00:00+01:00", "2026-12-24 01:00")]
    [InlineData("tomorrow", null)]
    [InlineData("+", null)]
    [InlineData("25:00", null)]
    [InlineData("2026-12-24", null)]
    public void A_moment_is_to_come(string text, string? moment) => Assert.Equal(
        moment is null ? null : $"{moment} UTC", MomentText.Parse(text, Now) is { } parsed ? Words.Minute(parsed) : null);

    [Theory]
    [InlineData("node001", "node001", true)]
    [InlineData("node001", "NODE001", false)]
    [InlineData("node001", "node0010", false)]
    [InlineData("node0*", "node001", true)]
    [InlineData("node0*,web1", "web1", true)]
    [InlineData("node00?", "node001", true)]
    [InlineData("node00?", "node00", false)]
    [InlineData("a\\b", "a\\b", true)]
    [InlineData("", "web1", false)]
    public void A_list_holds_names_and_patterns(string list, string name, bool matches) =>
        Assert.Equal(matches, NamePatterns.Match(list, name));

    [Theory]
    [InlineData("node*", "", "node1", "Disk", true)]
    [InlineData("node*", "", "node1", "", true)]
    [InlineData("node*", "Di*", "node1", "Disk", true)]
    [InlineData("node*", "*", "node1", "", false)]
    [InlineData("node*", "Di*", "web1", "Disk", false)]
    [InlineData("", "", "web1", "Disk", true)]
    public void A_window_covers_its_hosts_and_of_these_its_services(
        string hosts, string services, string host, string service, bool covers) =>
        Assert.Equal(covers, Window(hosts, services, TimeSpan.FromHours(1)).Covers(host, service));

    [Theory]
    [InlineData(120, 109, false)]
    [InlineData(120, 110, true)]
    [InlineData(120, 120, false)]
    [InlineData(20, 14, false)]
    [InlineData(20, 15, true)]
    public void A_window_reminds_ten_minutes_before_its_end_or_in_its_last_quarter(int minutes, int passed, bool isEnding) =>
        Assert.Equal(isEnding, Window("web1", "", TimeSpan.FromMinutes(minutes)).IsEnding(Now + TimeSpan.FromMinutes(passed)));

    [Fact]
    public void A_planned_window_begins_at_its_moment_and_one_that_began_at_once_survives_a_clock_set_back()
    {
        var time = new ManualTime();
        using var bridge = new BridgeInProcess(new Uri("http://127.0.0.1:1"), time);
        DateTimeOffset now = time.GetUtcNow();
        MaintenanceWindow later = bridge.Store.Maintenance.Start(
            "web1", "", TimeSpan.FromHours(1), "why", "ann", now + TimeSpan.FromHours(2));
        MaintenanceWindow soon = bridge.Store.Maintenance.Start("web2", "", TimeSpan.FromHours(1), "why", "ann");
        long[] Open() => [.. bridge.Store.Maintenance.Open().Select(window => window.Id)];
        Assert.Equal([soon.Id], Open());
        Assert.Equal(("planned", "open"), (later.State(now), soon.State(now)));
        time.StepTheWallClock(TimeSpan.FromMinutes(-30));
        Assert.Equal([soon.Id], Open());
        time.StepTheWallClock(TimeSpan.FromMinutes(30));
        time.Advance(TimeSpan.FromMinutes(121));
        Assert.Equal([later.Id], Open());
        Assert.Equal(1, bridge.Store.Maintenance.Stop(later.Id, "bob"));
        Assert.Equal(
            [("ended", "bob"), ("ended", null)],
            bridge.Store.Maintenance.Recent(TimeSpan.FromDays(1)).Select(window => (window.State(time.GetUtcNow()), window.EndedBy)));
        time.Advance(TimeSpan.FromHours(25));
        Assert.Empty(bridge.Store.Maintenance.Recent(TimeSpan.FromDays(1)));
    }

    [Fact]
    public void A_window_warns_before_its_end_only_while_a_problem_waits_in_it()
    {
        var time = new ManualTime();
        using var bridge = new BridgeInProcess(new Uri("http://127.0.0.1:1"), time);
        bridge.Store.Maintenance.Start("web*", "", TimeSpan.FromHours(1), "new disks", "ann");
        string? Ending() => Health.Read(bridge.Config, bridge.Store, new StepsFile(bridge.Config.StepsPath), time).Ending;
        time.Advance(TimeSpan.FromMinutes(51));
        Assert.Null(Ending());
        bridge.Notify("PROBLEM", "CRITICAL", "web1", "Disk");
        bridge.Ingest.Once();
        Assert.Equal("maintenance 1 of web* ends in 9m, and 1 problem that it holds back pages then", Ending());
        time.Advance(TimeSpan.FromMinutes(10));
        Assert.Null(Ending());
    }

    private static MaintenanceWindow Window(string hosts, string services, TimeSpan span) =>
        new(1, hosts, services, Now, Now + span, "", "ann");
}
