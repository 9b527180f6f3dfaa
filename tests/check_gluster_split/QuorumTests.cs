using Ringfree.Monitoring.Plugins.GlusterSplit;

namespace Ringfree.Monitoring.CheckGlusterSplit.Tests;

/// <summary>The table of the judge, in both directions.</summary>
public class QuorumTests
{
    [Theory]
    [InlineData(null, null, "11", true)]
    [InlineData(null, null, "10", true)]
    [InlineData(null, null, "01", true)]
    [InlineData(null, null, "00", false)]
    [InlineData("none", null, "001", true)]
    [InlineData("auto", null, "10", true)]
    [InlineData("auto", null, "01", false)]
    [InlineData("auto", null, "1100", true)]
    [InlineData("auto", null, "0011", false)]
    [InlineData(null, null, "110", true)]
    [InlineData(null, null, "011", true)]
    [InlineData(null, null, "001", false)]
    [InlineData("fixed", "1", "01", true)]
    [InlineData("fixed", "2", "01", false)]
    [InlineData("fixed", "2", "110", true)]
    [InlineData("fixed", null, "01", true)]
    public void A_replica_set_takes_writes(string? type, string? count, string alive, bool takes)
    {
        Dictionary<string, string> options = [];
        if (type is not null)
        {
            options["cluster.quorum-type"] = type;
        }

        if (count is not null)
        {
            options["cluster.quorum-count"] = count;
        }

        Assert.Equal(takes, TakesWrites(Volume(alive.Length, options), alive));
    }

    [Theory]
    [InlineData("110", true)]
    [InlineData("101", true)]
    [InlineData("011", true)]
    [InlineData("001", false)]
    [InlineData("100", false)]
    public void An_arbiter_counts_and_holds_no_data(string alive, bool takes)
    {
        Volume volume = Volume(3, []);
        volume = volume with { Bricks = [.. volume.Bricks.Take(2), volume.Bricks[2] with { IsArbiter = true }] };
        Assert.Equal(takes, TakesWrites(volume, alive));
    }

    [Theory]
    [InlineData("111111", true)]
    [InlineData("111100", true)]
    [InlineData("111000", false)]
    public void A_disperse_set_may_lose_its_redundancy(string alive, bool takes) =>
        Assert.Equal(takes, TakesWrites(Volume(6, []) with { ReplicaCount = 1, DisperseCount = 6, RedundancyCount = 2 }, alive));

    private static bool TakesWrites(Volume volume, string alive) =>
        new BrickSetState(volume, volume.Sets[0], []).TakesWrites([.. alive.Select(brick => brick == '1')]);

    private static Volume Volume(int bricks, Dictionary<string, string> options) => new()
    {
        Name = "v",
        Status = VolumeStatus.Started,
        ReplicaCount = bricks,
        Bricks = [.. Enumerable.Range(1, bricks).Select(number => new Brick($"s{number}", "/b", null, false))],
        Options = options,
    };
}
