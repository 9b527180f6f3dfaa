namespace Ringfree.Monitoring.Plugin.Tests;

/// <summary>A value of one moment is a problem when two runs in a row saw it, and as bad as the better of both.</summary>
public sealed class SampleTests : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("50 3 50", "0 0 0")]
    [InlineData("3 3", "0 2")]
    [InlineData("15 3 3", "0 1 2")]
    [InlineData("3 15 15", "0 1 1")]
    [InlineData("3 50 3", "0 0 0")]
    [InlineData("3 3 50 3", "0 2 0 0")]
    public void Two_runs_decide(string idle, string codes) =>
        Assert.Equal(codes, string.Join(' ', idle.Split(' ').Select(value => Run("--idle", value).ExitCode)));

    [Fact]
    public void The_first_run_says_what_it_saw_as_a_note()
    {
        (string output, int code) = Run("--idle", "3");
        Assert.Equal(0, code);
        Assert.Equal(
            "CPU OK - 1 CPU | idle=3%;20:;5:;0\n"
                + "note: idle time: 3 % (limit: at least 5 %): one sample, and no problem unless the next run sees it too\n",
            output);
    }

    [Fact]
    public void A_look_that_writes_no_memory_takes_it_as_it_is() => Assert.Equal(2, Run("--idle", "3", "--no-memory").ExitCode);

    private (string Output, int ExitCode) Run(params string[] arguments) =>
        Host.RunInside<CpuCheck>(["--state-dir", folder.PathOf("state"), .. arguments], new FakeWorld());

    private sealed class CpuCheck : ICheck
    {
        private static readonly Concern Cpu = new("cpu", "the CPU has time left", "top");
        private static readonly CheckOption IdleOption = new("--idle", "PERCENT", "the idle time");

        private static readonly MetricFacts Idle = new("idle", Unit.Percent, "idle time", Cpu)
        {
            IsSample = true,
            Warning = Range.Parse("20:"),
            Critical = Range.Parse("5:"),
        };

        public static Facts Facts { get; } = new()
        {
            Name = "check_cpu",
            Purpose = "judges an idle time that the command line gives, for the test of samples.",
            Concerns = [Cpu],
            Metrics = [Idle],
            MainMetric = Idle,
            Options = [IdleOption],
            RootIsNeededFor = "",
            Remembers = true,
        };

        public static Report Run(CheckRun run)
        {
            ReportBuilder report = run.BeginReport();
            ConcernReport cpu = report.For(Cpu);
            cpu.RememberThisRun();
            cpu.Measure(Idle, double.Parse(run.Options.Value(IdleOption)!, System.Globalization.CultureInfo.InvariantCulture));
            cpu.Summary("1 CPU");
            return report.Build();
        }
    }
}
