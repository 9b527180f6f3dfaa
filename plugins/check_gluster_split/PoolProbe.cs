using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Plugins.GlusterSplit;

/// <summary>What was read of the pool.</summary>
/// <param name="Cluster">What glusterd tells; or why it does not.</param>
/// <param name="Heals">What waits for a heal, for each volume; empty when no judged concern needs it.</param>
internal sealed record PoolReading(Read<Cluster> Cluster, IReadOnlyList<VolumeHeal> Heals);

/// <summary>Asks glusterd, and for the volumes that it names what waits for a heal.</summary>
internal static class PoolProbe
{
    internal static PoolReading Read(CheckRun run)
    {
        GlusterCommand gluster = new(run);
        Read<Cluster> read = ClusterProbe.Read(run.World, gluster, run.Options);
        bool wantsHeals = run.Options.Judges(GlusterSplitCheck.SplitBrain) || run.Options.Judges(GlusterSplitCheck.Heal);
        return new PoolReading(
            read,
            wantsHeals && read.Value is { } cluster ? new HealProbe(run.World, gluster, cluster, run.Options).Read() : []);
    }
}
