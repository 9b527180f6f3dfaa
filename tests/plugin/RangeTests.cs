using CsCheck;

namespace Ringfree.Monitoring.Plugin.Tests;

public class RangeTests
{
    /// <summary>The vectors of the plugin guidelines' implementations: C library, Perl library, go-check, nagiosplugin.</summary>
    public static TheoryData<string, double, bool> Vectors
    {
        get
        {
            (string Range, string Values)[] table =
            [
                ("6", "-1 Y | 0 n | 4 n | 6 n | 6.1 Y | 79.999999 Y"),
                ("-7:23", "-23 Y | -7 n | -1 n | 0 n | 4 n | 23 n | 23.1 Y | 79.999999 Y"),
                (":5.75", "-1 Y | 0 n | 4 n | 5.75 n | 5.7501 Y | 6 Y | 6.1 Y"),
                ("~:-95.99", "-1001341 n | -96 n | -95.999 n | -95.99 n | -95.989 Y | -95 Y | 0 Y | 5.7501 Y"),
                ("10:", "-95.999 Y | -1 Y | 0 Y | 9.91 Y | 10 n | 11.1 n | 123456789012346 n | 3000 n | 9 Y"),
                ("123456789012345:", "0 Y | 123456789012344.91 Y | 123456789012345 n | 123456789012345.61 n"),
                ("12345678901234567890:", "11223344455667788990 Y | 12345678901234567890 n | 24691357802469135780 n"),
                ("~:0", "0.5 Y | -10 n | 0 n | .001 Y | -1 n"),
                ("@0:657.8210567", "-134151 n | -2 n | -1 n | 0 Y | .001 Y | 32.88 Y | 657.8210567 Y | 657.9 n"),
                ("@1:1", "0.5 n | 1 Y | 5.2 n"),
                ("1:1", "-1 Y | 0 Y | 0.5 Y | 1 n | 1.001 Y | 5.2 Y"),
                ("10", "11 Y | 10 n | 0 n | -1 Y"),
                ("10:20", "10 n | 15 n | 20 n | 9 Y | -1 Y | 20.1 Y | 3000 Y"),
                ("@10:20", "10 Y | 15 Y | 20 Y | 9 n | -1 n | 20.1 n | 3000 n"),
                ("~:10", "-3000 n | 0 n | 10 n | 11 Y | 3000 Y"),
                ("1.7:2.5", "1.6 Y | 1.7 n | 2.5 n | 2.6 Y"),
                ("-10:-2", "-11 Y | -10 n | -2 n | -1 Y"),
                ("~:", "-1 n | 0 n | 1 n"),
                ("0", "0 n | 0.001 Y | -0.001 Y"),
            ];
            TheoryData<string, double, bool> vectors = [];
            foreach ((string range, string values) in table)
            {
                foreach (string vector in values.Split(" | "))
                {
                    string[] parts = vector.Split(' ');
                    vectors.Add(range, double.Parse(parts[0]), parts[1] == "Y");
                }
            }

            return vectors;
        }
    }

    [Theory]
    [MemberData(nameof(Vectors))]
    public void A_value_alerts_as_every_implementation_says(string range, double value, bool alerts) =>
        Assert.Equal(alerts, Range.Parse(range).Alerts(value));

    [Theory]
    [InlineData("2:1")]
    [InlineData(":")]
    [InlineData("")]
    [InlineData("@")]
    [InlineData("@:")]
    [InlineData("1:~")]
    [InlineData("10:~")]
    [InlineData("foo")]
    [InlineData("1-10")]
    [InlineData("1-10:2.4")]
    [InlineData("1,10")]
    [InlineData("1e3")]
    [InlineData("1:12%%")]
    [InlineData("+5")]
    [InlineData(" 5")]
    [InlineData("5 ")]
    [InlineData("5.")]
    [InlineData("-")]
    [InlineData("--5")]
    [InlineData("NaN")]
    [InlineData("Infinity:")]
    [InlineData("~")]
    [InlineData("1:2:3")]
    public void Junk_is_refused_with_the_text_quoted(string text)
    {
        UsageException refusal = Assert.Throws<UsageException>(() => Range.Parse(text));
        Assert.StartsWith($"'{text}' is not a range", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("10", "at most 10 %")]
    [InlineData("10:", "at least 10 %")]
    [InlineData("~:10", "at most 10 %")]
    [InlineData("10:20", "from 10 % to 20 %")]
    [InlineData("@10:20", "outside 10 % to 20 %")]
    [InlineData("~:", "any value")]
    public void The_demand_is_said_in_words(string range, string words) =>
        Assert.Equal(words, Range.Parse(range).Demand(number => $"{Metric.Number(number)} %"));

    [Theory]
    [InlineData("21d:", "1814400:")]
    [InlineData("5m", "300")]
    [InlineData("1.5h:90m", "5400:5400")]
    [InlineData("@1h:2d", "@3600:172800")]
    [InlineData("~:30s", "~:30")]
    [InlineData("-90s:10", "-90:10")]
    [InlineData("10", "10")]
    public void A_range_of_seconds_may_carry_units(string given, string printed) =>
        Assert.Equal(printed, Range.ParseSeconds(given).ToString());

    [Theory]
    [InlineData("21x:")]
    [InlineData("d")]
    [InlineData("1d2h")]
    [InlineData("5 m")]
    public void Junk_among_seconds_is_refused_with_the_text_quoted(string text)
    {
        UsageException refusal = Assert.Throws<UsageException>(() => Range.ParseSeconds(text));
        Assert.StartsWith($"'{text}' is not a range", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Any_text_is_refused_or_printed_back_exactly() => Gen.String[Gen.Char["0123456789.:-~@e,% "], 0, 12].Sample(text =>
    {
        try
        {
            Assert.Equal(text, Range.Parse(text).ToString());
        }
        catch (UsageException refusal)
        {
            Assert.Contains($"'{text}'", refusal.Message, StringComparison.Ordinal);
        }
    });

    [Fact]
    public void No_number_is_always_an_alert() => Assert.True(Range.Parse("~:").Alerts(double.NaN));

    [Fact]
    public void A_text_of_more_than_64_characters_is_refused()
    {
        Assert.False(Range.Parse(new string('9', 64)).Alerts(1e63));
        Assert.Throws<UsageException>(() => Range.Parse(new string('9', 65)));
    }
}
