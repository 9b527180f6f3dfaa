using CsCheck;

namespace Ringfree.Monitoring.Plugin.Tests;

public class MetricTests
{
    private static readonly MetricFacts Latency = new("latency", Unit.Seconds, "time to answer", TemperatureCheck.Room);

    [Theory]
    [InlineData(0, "0")]
    [InlineData(1, "1")]
    [InlineData(-12.5, "-12.5")]
    [InlineData(0.1, "0.1")]
    [InlineData(1e-7, "0.0000001")]
    [InlineData(1.5e-7, "0.00000015")]
    [InlineData(-2.25e-10, "-0.000000000225")]
    [InlineData(1e15, "1000000000000000")]
    [InlineData(1e21, "1000000000000000000000")]
    [InlineData(1.2345e22, "12345000000000000000000")]
    [InlineData(123456789012345.61, "123456789012345.61")]
    [InlineData(9007199254740993, "9007199254740992")]
    public void Numbers_are_the_shortest_that_read_back_and_have_no_exponent(double value, string text) =>
        Assert.Equal(text, Metric.Number(value));

    [Fact]
    public void Negative_zero_has_no_sign() => Assert.Equal("0", Metric.Number(-0.0));

    [Fact]
    public void Any_number_reads_back() => Gen.Double.Where(double.IsFinite).Sample(value =>
    {
        string text = Metric.Number(value);
        Assert.Matches("^-?[0-9]+(\\.[0-9]+)?$", text);
        Assert.Equal(value, double.Parse(text));
    });

    [Fact]
    public void Perfdata_prints_limits_as_they_were_written_and_drops_trailing_semicolons()
    {
        Assert.Equal("latency=0.25s;@0:1;~:5;0;10", new Metric(Latency, 0.25, Range.Parse("@0:1"), Range.Parse("~:5"), 0, 10).Perfdata);
        Assert.Equal("latency=0.25s;;5", new Metric(Latency, 0.25, null, Range.Parse("5")).Perfdata);
        Assert.Equal("latency=U;;5", new Metric(Latency, null, null, Range.Parse("5")).Perfdata);
        Assert.Equal("latency=1s", new Metric(Latency, 1, null, null).Perfdata);
    }

    [Theory]
    [InlineData(15.3, Status.Ok)]
    [InlineData(30.0001, Status.Warning)]
    [InlineData(69, Status.Critical)]
    public void Both_limits_judge_the_worse_first(double value, Status status) =>
        Assert.Equal(status, new Metric(Latency, value, Range.Parse("30"), Range.Parse("60")).Status);

    [Theory]
    [InlineData(-31, Status.Critical)]
    [InlineData(-29, Status.Warning)]
    [InlineData(-11, Status.Warning)]
    [InlineData(-10, Status.Ok)]
    [InlineData(-2, Status.Ok)]
    [InlineData(-1, Status.Warning)]
    [InlineData(19, Status.Warning)]
    [InlineData(21, Status.Critical)]
    public void Negative_ranges_judge_too(double value, Status status) =>
        Assert.Equal(status, new Metric(Latency, value, Range.Parse("-10:-2"), Range.Parse("-30:20")).Status);

    [Fact]
    public void An_unreadable_value_is_unknown_when_somebody_set_a_limit()
    {
        Assert.Equal(Status.Unknown, new Metric(Latency, null, Range.Parse("30"), null).Status);
        Assert.Equal(Status.Ok, new Metric(Latency, null, null, null).Status);
    }

    [Fact]
    public void A_breach_is_spoken_with_value_unit_and_limit()
    {
        Assert.Equal("1m 33s (limit: at most 1m 30s)", new Metric(Latency, 93, Range.Parse("80"), Range.Parse("90")).Spoken);
        Assert.Equal("5 s", new Metric(Latency, 5, Range.Parse("80"), Range.Parse("90")).Spoken);
    }
}
