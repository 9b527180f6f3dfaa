using System.Globalization;

namespace Ringfree.Monitoring.Plugin.Tests;

/// <summary>Values of which each is compared and the worst is recorded, and the first step of a place.</summary>
public class ConcernReportTests
{
    private static readonly string[] NoOptions = ["--no-memory", "--state-dir", "/nonexistent"];

    [Theory]
    [InlineData("--at 3", "0 OK - 1 door | gap=3;5;9")]
    [InlineData("--at 3 --at 7", "1 WARNING - door 1 is open: 7 (limit: at most 5) | gap=7;5;9|first: shut the door")]
    [InlineData("--at 6 --at 10", "2 CRITICAL - door 1 is open: 10 (limit: at most 9); also door 0 is open: 6 (limit: at most 5) "
        + "| gap=10;5;9|"
        + "[CRITICAL] door 1 is open: 10 (limit: at most 9)|[WARNING] door 0 is open: 6 (limit: at most 5)|first: shut the door")]
    [InlineData("--at 7 --in cellar", "1 WARNING - door 0 is open: 7 (limit: at most 5) | gap=7;5;9|first: go down and shut the door")]
    [InlineData("--at 1 -v", "0 OK - 1 door | gap=1;5;9|[OK] door 0 is shut|[OK] 1 door")]
    public void Each_value_is_compared(string arguments, string expected)
    {
        string[] given = arguments.Split(' ');
        (string output, int code) = Host.RunInside<DoorsCheck>([.. NoOptions, .. given], new FakeWorld());
        Assert.Equal(expected, $"{code} {output["DOORS ".Length..].TrimEnd('\n').Replace('\n', '|')}");
    }

    private sealed class DoorsCheck : ICheck
    {
        private static readonly Concern Doors = new("doors", "doors are shut", "shut the door");
        private static readonly HeadlineKind Open = new(Doors, "door … is open: …", "shut the door");
        private static readonly CheckOption At = new("--at", "GAP", "how far a door is open; repeatable", Repeatable: true);
        private static readonly CheckOption In = new("--in", "ROOM", "where");

        private static readonly MetricFacts Gap = new("gap", Unit.Count, "gap of the door that is open most", Doors)
        {
            Warning = Range.Parse("5"),
            Critical = Range.Parse("9"),
        };

        public static Facts Facts { get; } = new()
        {
            Name = "check_doors",
            Purpose = "is a check of several doors, for the test of values of which the worst is recorded.",
            Concerns = [Doors],
            Metrics = [Gap],
            MainMetric = Gap,
            Options = [At, In],
            RootIsNeededFor = "",
        };

        public static Report Run(CheckRun run)
        {
            ReportBuilder report = run.BeginReport();
            ConcernReport concern = report.For(Doors);
            if (run.Options.Value(In) is not null)
            {
                concern.Fit = kind => kind with { FirstStep = $"go down and {kind.FirstStep}" };
            }

            double[] gaps = [.. run.Options.Values(At).Select(text => double.Parse(text, CultureInfo.InvariantCulture))];
            for (int door = 0; door < gaps.Length; door++)
            {
                concern.Compare(Gap, gaps[door], door, Open, static (gap, number) => $"door {number} is open: {gap.Spoken}");
                if (concern.SaysWhatIsWell)
                {
                    concern.Ok($"door {door} is shut");
                }
            }

            concern.Record(Gap, gaps.Max(), minimum: null);
            concern.Ok(Words.Count(gaps.Length, "door"));
            concern.Summary(Words.Count(gaps.Length, "door"));
            return report.Build();
        }
    }
}
