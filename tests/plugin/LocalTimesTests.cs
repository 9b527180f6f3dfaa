namespace Ringfree.Monitoring.Plugin.Tests;

/// <summary>The site's time beside UTC, wherever a sentence names a moment.</summary>
public class LocalTimesTests
{
    [Theory]
    [InlineData("America/New_York", "down since 2026-03-01 03:12 UTC (2026-02-28 22:12 America/New_York)")]
    [InlineData("Europe/Berlin", "down since 2026-03-01 03:12 UTC (04:12 Europe/Berlin)")]
    [InlineData("UTC", "down since 2026-03-01 03:12 UTC (03:12 UTC)")]
    public void A_moment_has_the_time_of_the_site_beside_it(string zone, string expected) =>
        Assert.Equal(expected, LocalTimes.Beside(Down("down since 2026-03-01 03:12 UTC"), zone).Findings[0].Sentence);

    [Theory]
    [InlineData("no moment: UTC")]
    [InlineData("2026-13-01 03:12 UTC")]
    [InlineData("UTC")]
    [InlineData(" UTC UTC UTC")]
    public void What_is_no_moment_stays(string sentence) =>
        Assert.Equal(sentence, LocalTimes.Beside(Down(sentence), "Europe/Berlin").Findings[0].Sentence);

    [Fact]
    public void Parts_notes_and_the_sentence_of_what_is_well_have_it_too()
    {
        Report report = new([new Finding(Status.Ok, "x") { Children = [new Finding(Status.Ok, "2026-03-01 03:12 UTC")] }], [])
        {
            AllWell = "2026-03-01 03:12 UTC",
            Notes = ["at 2026-03-01 03:12 UTC and 2026-07-01 03:12 UTC"],
        };
        Report local = LocalTimes.Beside(report, "Europe/Berlin");
        Assert.Equal("2026-03-01 03:12 UTC (04:12 Europe/Berlin)", local.Findings[0].Children[0].Sentence);
        Assert.Equal("2026-03-01 03:12 UTC (04:12 Europe/Berlin)", local.AllWell);
        Assert.Equal("at 2026-03-01 03:12 UTC (04:12 Europe/Berlin) and 2026-07-01 03:12 UTC (05:12 Europe/Berlin)", local.Notes[0]);
    }

    [Fact]
    public void A_machine_without_the_zone_says_so_and_keeps_its_verdict()
    {
        Report report = LocalTimes.Beside(Down("down since 2026-03-01 03:12 UTC"), "Mars/Olympus");
        Assert.Equal("down since 2026-03-01 03:12 UTC", report.Findings[0].Sentence);
        Assert.Equal(["times are UTC only: this host has no time zone 'Mars/Olympus' (--zone; package tzdata)"], report.Notes);
    }

    private static Report Down(string sentence) => new([new Finding(Status.Critical, sentence)], []);
}
