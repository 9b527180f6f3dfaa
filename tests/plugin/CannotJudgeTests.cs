namespace Ringfree.Monitoring.Plugin.Tests;

/// <summary>What is said of a concern that another one prevents, by the table of <see cref="ReportBuilder.CannotJudge"/>.</summary>
public class CannotJudgeTests
{
    private static readonly string[] NoOptions = ["--no-memory", "--state-dir", "/nonexistent"];

    [Theory]
    [InlineData("", "2 CRITICAL - the power is out|note: draft, light not judged: the power is out|first: see to the fuse|")]
    [InlineData("--only draft", "3 UNKNOWN - draft not judged: the power is out|first: see to the fuse|")]
    [InlineData("--only draft --judged-by power=Power", "0 OK - draft not judged: the power is out: see Power|")]
    [InlineData("--only draft --judged-by light=Light", "3 UNKNOWN - draft not judged: the power is out|first: see to the fuse|")]
    [InlineData("--only draft --only light --judged-by power=Power", "0 OK - draft, light not judged: the power is out: see Power|")]
    [InlineData("--only power --judged-by draft=Draft", "2 CRITICAL - the power is out|first: see to the fuse|")]
    public void One_failure_is_one_page(string arguments, string expected)
    {
        (string output, int code) = Host.RunInside<PowerCheck>([.. NoOptions, .. arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries)], new FakeWorld());
        Assert.Equal(expected, $"{code} {output["POWER ".Length..].Replace('\n', '|')}");
    }

    private sealed class PowerCheck : ICheck
    {
        private static readonly Concern Power = new("power", "there is power", "see to the fuse");
        private static readonly Concern Draft = new("draft", "there is no draft", "shut the door");
        private static readonly Concern Light = new("light", "there is light", "switch it on");

        public static Facts Facts { get; } = new()
        {
            Name = "check_power",
            Purpose = "is a check whose power is out, for the test of what hangs on it.",
            Concerns = [Power, Draft, Light],
            Metrics = [Watts],
            MainMetric = Watts,
            Options = [],
            RootIsNeededFor = "",
        };

        private static MetricFacts Watts => new("watts", Unit.Count, "power", Power);

        public static Report Run(CheckRun run)
        {
            ReportBuilder report = run.BeginReport();
            if (run.Options.Judges(Power))
            {
                HeadlineKind isOut = new(Power, "the power is out", Power.FirstStep);
                report.For(Power).Problem(Status.Critical, isOut, "the power is out");
            }

            report.CannotJudge([.. run.Options.Concerns.Where(concern => concern != Power)], Power, "the power is out");
            return report.Build();
        }
    }
}
