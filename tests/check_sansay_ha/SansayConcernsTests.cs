using Ringfree.Monitoring.Plugins.SansayHa;

namespace Ringfree.Monitoring.CheckSansayHa.Tests;

/// <summary>Each concern alone, on a healthy pair.</summary>
public sealed class SansayConcernsTests : ConcernsTests<SansayHaCheck>
{
    protected override (string Output, int ExitCode) RunHealthy(string concern)
    {
        using TestFolder folder = new();
        LaidOutPair pair = new LaidOutPair().Rest("sbc-a", "active", "standby", "sum_active_session=12").Rest("sbc-b", "standby", "boot");
        return pair.Run("--state-dir", folder.PathOf("state"), "--only", concern);
    }

    [Fact]
    public void The_load_alone_says_the_sessions() =>
        Assert.StartsWith("SANSAY_HA OK - 12 sessions (0.1 % of the licence) | session_use=", RunHealthy("load").Output, StringComparison.Ordinal);
}
