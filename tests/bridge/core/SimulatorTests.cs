using System.Globalization;

namespace Ringfree.Monitoring.Bridge.Tests;

/// <summary>
/// Whole estates under random seeds. A failing seed is printed with the shortest story that still fails; RINGFREE_SEED=N lives that one
/// only.
/// </summary>
public sealed class SimulatorTests
{
    private const int Lives = 250;
    private const int LivesInSoak = 10_000;

    [Fact]
    public void PagerDuty_ends_with_what_the_scheduler_says()
    {
        string? given = Environment.GetEnvironmentVariable("RINGFREE_SEED");
        IEnumerable<int> seeds = given is null
            ? Enumerable.Range(0, Soak.IsOn ? LivesInSoak : Lives)
            : [int.Parse(given, CultureInfo.InvariantCulture)];
        foreach (int seed in seeds)
        {
            (int hosts, bool hasMail, List<Act> acts) = EstateLife.Of(seed);
            if (EstateLife.Live(hosts, hasMail, acts) is not null)
            {
                Assert.Fail($"seed {seed}: {EstateLife.Shrink(hosts, hasMail, acts)}");
            }
        }
    }
}
