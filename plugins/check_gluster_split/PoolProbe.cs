using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Plugins.GlusterSplit;

/// <summary>What was read of the pool.</summary>
/// <param name="Cluster">What glusterd tells; or why it does not.</param>
/// <param name="Heals">What waits for a heal, for each volume; empty when no judged concern needs it.</param>
internal sealed record PoolReading(Read<Cluster> Cluster, IReadOnlyList<VolumeHeal> Heals);

/// <summary>
/// Asks glusterd, and for the volumes that it names what waits for a heal; where something does, whether a brick that is down explains it.
/// </summary>
internal static class PoolProbe
{
    /// <param name="run">World and options.</param>
    /// <param name="past">What the last run remembered of heals.</param>
    internal static PoolReading Read(CheckRun run, Past past)
    {
        GlusterCommand gluster = new(run);
        Read<Cluster> read = ClusterProbe.Read(run.World, gluster, run.Options);
        bool wantsHeals = run.Options.Judges(GlusterSplitCheck.SplitBrain) || run.Options.Judges(GlusterSplitCheck.Heal);
        if (!wantsHeals || read.Value is not { } cluster)
        {
            return new PoolReading(read, []);
        }

        IReadOnlyList<VolumeHeal> heals = new HealProbe(run.World, gluster, cluster, run.Options, past).Read();
        bool isToldElsewhere = run.Options.JudgedBy(GlusterSplitCheck.Bricks) is not null;
        return isToldElsewhere && heals.Any(heal => IsBehind(heal, run.Options))
            ? new PoolReading(Read<Cluster>.Of(ClusterProbe.WithStates(cluster, gluster, run.Options)), heals)
            : new PoolReading(read, heals);
    }

    private static bool IsBehind(VolumeHeal heal, Options options) =>
        (options.Judges(GlusterSplitCheck.Heal) && heal.Volume.Bricks.Any(brick => BrickBacklog.Of(heal, brick, options).Entries is not 0))
        || heal.List?.Value?.Bricks.Any(brick => !brick.IsWhole) == true;
}
