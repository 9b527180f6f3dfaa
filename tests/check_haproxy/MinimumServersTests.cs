using Ringfree.Monitoring.Plugin;
using Ringfree.Monitoring.Plugins.Haproxy;

namespace Ringfree.Monitoring.CheckHaproxy.Tests;

/// <summary>The limits of <c>--min-servers</c>, on both sides of each.</summary>
public class MinimumServersTests
{
    [Theory]
    [InlineData("2,1", 2, 3, Status.Ok)]
    [InlineData("2,1", 1, 3, Status.Warning)]
    [InlineData("2,1", 0, 3, Status.Critical)]
    [InlineData("1,0", 1, 1, Status.Ok)]
    [InlineData("1,0", 0, 1, Status.Warning)]
    [InlineData("0,0", 0, 0, Status.Ok)]
    [InlineData("50%,25%", 2, 4, Status.Ok)]
    [InlineData("50%,25%", 1, 4, Status.Warning)]
    [InlineData("50%,25%", 0, 4, Status.Critical)]
    [InlineData("50%,25%", 2, 3, Status.Ok)]
    [InlineData("50%,25%", 1, 3, Status.Warning)]
    [InlineData("100%,1", 3, 3, Status.Ok)]
    [InlineData("100%,1", 2, 3, Status.Warning)]
    [InlineData("100%,1", 0, 3, Status.Critical)]
    [InlineData("1%,1%", 0, 0, Status.Critical)]
    [InlineData("0%,0%", 0, 0, Status.Ok)]
    public void Fewer_usable_servers_than_the_limit_alert(string limits, int usable, int configured, Status expected) =>
        Assert.Equal(expected, MinimumServers.Parse(limits).StatusOf(usable, configured));

    [Theory]
    [InlineData("pbx", "pbx", true)]
    [InlineData("pbx", "pbx1", false)]
    [InlineData("pbx?", "pbx1", true)]
    [InlineData("pbx?", "pbx", false)]
    [InlineData("*", "anything", true)]
    [InlineData("c*-web", "c1001-web", true)]
    [InlineData("c*-web", "C1001-web", false)]
    public void A_pattern_matches_whole_names(string pattern, string proxy, bool matches) =>
        Assert.Equal(matches, MinimumServers.Parse($"{pattern}=1,1").Matches(proxy));
}
