using System.Text;
using CsCheck;

namespace Ringfree.Monitoring.Plugin.Tests;

public class RendererTests
{
    private static readonly Report Mixed = new(
        [
            new Finding(Status.Ok, "fan 1 turns", TemperatureCheck.Fans),
            new Finding(Status.Warning, "fan 2 is slow", TemperatureCheck.Fans),
            new Finding(Status.Critical, "room at 40", TemperatureCheck.Room) { Children = [new Finding(Status.Critical, "sensor A at 41"), new Finding(Status.Ok, "sensor B at 20")] },
            new Finding(Status.Unknown, "fan 3 cannot be read", TemperatureCheck.Fans),
        ],
        [new Metric(TemperatureCheck.Celsius, 40, Range.Parse("15:25"), Range.Parse("5:35")), new Metric(TemperatureCheck.FansTurning, 2, null, null, 0, 3)])
    {
        Notes = ["humidity not watched: needs root"],
        Trace = ["asked the sensors in 3 ms"],
    };

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void A_mixed_report_at_every_verbosity(int verbosity) => Snapshot.Match(Print(Mixed, verbosity), $"mixed-report-{verbosity}");

    [Fact]
    public void Foreign_text_cannot_leave_its_place()
    {
        var report = new Report([new Finding(Status.Warning, "a|b\nc\td\u001b[31m\0e\u202Ef\uFFFDg é 電 \ud800h")], []);
        Assert.Equal("T WARNING - a/b c d?[31m?e?f?g é 電 ?h\n", Print(report, 0));
    }

    [Fact]
    public void A_long_first_line_keeps_status_and_headline_and_moves_perfdata_behind_the_details()
    {
        Metric[] metrics = [.. Enumerable.Range(0, 60).Select(index => new Metric(new MetricFacts($"metric_number_{index}", Unit.Count, "x", TemperatureCheck.Room), index, null, null))];
        string output = Print(new Report([new Finding(Status.Critical, new string('x', 5000))], metrics), 0);
        string[] lines = output.Split('\n');
        Assert.StartsWith("T CRITICAL - xxx", lines[0], StringComparison.Ordinal);
        Assert.InRange(Encoding.UTF8.GetByteCount(lines[0]), 900, Renderer.LongestFirstLine);
        Assert.StartsWith("| metric_number_", lines[^2], StringComparison.Ordinal);
        string perfdata = lines[0].Split('|')[1].Trim() + lines[^2][1..];
        Assert.Equal(string.Join(' ', metrics.Select(metric => metric.Perfdata)), perfdata);
    }

    [Fact]
    public void Details_are_capped_and_say_what_was_left_out()
    {
        Finding[] many = [.. Enumerable.Range(0, 900).Select(index => new Finding(Status.Warning, $"backend number {index} runs on its backup alone"))];
        string brief = Print(new Report(many, []), 0);
        Assert.Matches(
            "^T WARNING - backend number 0 runs [^;]*(; also backend number [0-9]+ runs [^;(]*){3,} \\(and 8[0-9]+ more problems\\)\n",
            brief);
        Assert.InRange(Encoding.UTF8.GetByteCount(brief), 7000, Renderer.LongestOutput);
        Assert.Matches("\\.\\.\\. and [0-9]+ more lines, shown with -v\n$", brief);
        Assert.InRange(Encoding.UTF8.GetByteCount(Print(new Report(many, []), 1)), Renderer.LongestOutput, Renderer.LongestVerboseOutput);
    }

    [Fact]
    public void Any_text_gives_one_legal_line() => Gen.Select(Gen.String, Gen.String, Gen.Int[0, 3]).Sample((headline, detail, verbosity) =>
    {
        var report = new Report([new Finding(Status.Critical, headline), new Finding(Status.Warning, detail)], [new Metric(TemperatureCheck.Celsius, 1, null, null)]);
        string[] lines = Print(report, verbosity).Split('\n');
        Assert.StartsWith("T CRITICAL - ", lines[0], StringComparison.Ordinal);
        Assert.EndsWith("| celsius=1", lines[0], StringComparison.Ordinal);
        Assert.Equal(1, lines[0].Count(character => character == '|'));
        Assert.All(lines, line => Assert.DoesNotContain(line, char.IsControl));
        Assert.All(lines[1..], line => Assert.DoesNotContain('|', line));
    });

    [Fact]
    public void An_empty_report_is_unknown() => Assert.Equal("T UNKNOWN - the check found nothing to judge\n", Print(new Report([], []), 0));

    private static string Print(Report report, int verbosity) => Encoding.UTF8.GetString(Renderer.Print("T", report, verbosity));
}
