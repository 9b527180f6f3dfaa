using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Estate.Tests;

/// <summary>A catalogue with one check that has every kind of option and metric.</summary>
internal static class TestChecks
{
    public static readonly Concern Engine = new("engine", "the engine runs", "start it") { IsFoundation = true };
    public static readonly Concern Brakes = new("brakes", "the brakes hold", "stop");

    public static readonly IReadOnlyList<Facts> All = [Create(TimeSpan.FromSeconds(10))];

    public static Facts Create(TimeSpan deadline)
    {
        MetricFacts heat = new("heat", Unit.Percent, "heat", Engine);
        return new Facts
        {
            Name = "check_car",
            Purpose = "watches a car.",
            Concerns = [Engine, Brakes],
            Metrics = [heat, new MetricFacts("wear", Unit.Percent, "wear", Brakes)],
            MainMetric = heat,
            Options =
            [
                new CheckOption("--wheel", "NAME", "a wheel", Repeatable: true),
                new CheckOption("--plate", "TEXT", "the plate"),
                new CheckOption("--strict", null, "no mercy"),
                new CheckOption("--boot-grace", "DURATION", "how long it may warm up"),
            ],
            RootIsNeededFor = "",
            Deadline = deadline,
            Remembers = true,
        };
    }
}
