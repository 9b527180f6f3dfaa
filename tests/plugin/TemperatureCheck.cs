namespace Ringfree.Monitoring.Plugin.Tests;

/// <summary>A check of nothing real, through which the tests exercise everything that every check shares.</summary>
public sealed class TemperatureCheck : ICheck
{
    public static readonly Concern Room = new("room", "the room is neither hot nor cold", "open a window") { IsFoundation = true };
    public static readonly Concern Fans = new("fans", "every fan turns", "listen to the rack");

    public static readonly MetricFacts Celsius = new("celsius", Unit.Count, "temperature of the room", Room)
    {
        Warning = Range.Parse("15:25"),
        Critical = Range.Parse("5:35"),
    };

    public static readonly MetricFacts FansTurning = new("fans_turning", Unit.Count, "fans that turn", Fans);

    private static readonly MetricFacts Use = new("use", Unit.Percent, "air that is used", Room);
    private static readonly MetricFacts Hours = new("hours", Unit.Seconds, "time of the fans", Fans);
    private static readonly CheckOption Reading = new("--reading", "NUMBER", "the temperature (default 20)");
    private static readonly CheckOption Fan = new("--fan", "NAME", "a fan that stands still, repeatable", Repeatable: true);
    private static readonly CheckOption Changed = new("--changed", null, "raise a change and hold it");
    private static readonly CheckOption Forget = new("--forget", null, "drop what is latched") { IsSaidByHand = true };

    /// <summary>What happens while the check runs; once.</summary>
    public static readonly AsyncLocal<Action?> Meanwhile = new();

    public static Facts Facts { get; } = new()
    {
        Name = "check_temperature",
        Purpose = "judges a temperature that the command line gives, for the tests of what every check shares.",
        Concerns = [Room, Fans],
        Metrics = [Celsius, FansTurning, Use, Hours],
        MainMetric = Celsius,
        Options = [Reading, Fan, Changed, Forget],
        RootIsNeededFor = "",
        Remembers = true,
        Latch = TimeSpan.FromMinutes(20),
    };

    public static Report Run(CheckRun run)
    {
        double value = double.Parse(run.Options.Value(Reading) ?? "20");
        List<Finding> findings = [];
        List<Metric> metrics = [];
        (Action? meanwhile, Meanwhile.Value) = (Meanwhile.Value, null);
        meanwhile?.Invoke();
        if (run.Options.Judges(Room))
        {
            Metric metric = run.Options.Measure(Celsius, value);
            metrics.Add(metric);
            findings.Add(new Finding(metric.Status, $"room at {metric.Spoken}", Room));
            string? before = run.Memory.Past(Room).GetValueOrDefault("reading");
            findings.Add(new Finding(Status.Ok, $"last reading: {before ?? "none, this is the baseline"}", Room));
            run.Memory.Remember(Room, [KeyValuePair.Create("reading", run.Options.Value(Reading) ?? "20")]);
            if (run.Options.Value(Changed) is not null)
            {
                run.Memory.Raise(Room, "window", Status.Critical, "the window was opened");
            }
        }

        if (run.Options.Value(Forget) is not null)
        {
            run.Memory.DropLatched(Room);
        }

        if (run.Options.Judges(Fans))
        {
            findings.Add(new Finding(Status.Ok, "three fans are known", Fans));
            metrics.Add(run.Options.Measure(FansTurning, 3 - run.Options.Values(Fan).Count, 0, 3));
            findings.AddRange(run.Options.Values(Fan)
                .Select(fan => new Finding(Status.Critical, $"fan {fan} stands still", Fans) { Key = $"fan {fan}" }));
        }

        return new Report(findings, metrics) { AllWell = $"room at {value}, all fans turn", Trace = ["asked nobody"] };
    }
}
