namespace Ringfree.Monitoring.Plugins.GlusterSplit;

/// <summary>
/// Which bricks of a set run, and whether the set takes writes with them.
/// <code>
/// cluster.quorum-type   writable with            default
/// none                  any brick                 for two bricks
/// auto                  more than half; with exactly half, only when the first brick is among them      for three and more
/// fixed                 cluster.quorum-count bricks
/// disperse volume       all bricks but the redundancy count
/// </code>
/// Source: GlusterFS administrator guide, "Managing volumes"; xlators/cluster/afr/src/afr.c, fix_quorum_options.
/// </summary>
/// <param name="Volume">The volume.</param>
/// <param name="Set">The set.</param>
/// <param name="Online">For each brick of the set whether it runs; null when its server did not answer.</param>
internal sealed record BrickSetState(Volume Volume, BrickSet Set, IReadOnlyList<bool?> Online)
{
    internal static BrickSetState Of(Volume volume, BrickSet set, VolumeState state) =>
        new(volume, set, [.. set.Bricks.Select(brick => state.Of(brick)?.IsOnline)]);

    internal List<Brick> Lost => [.. Set.Bricks.Where((_, index) => Online[index] == false)];

    internal List<Brick> Untold => [.. Set.Bricks.Where((_, index) => Online[index] is null)];

    /// <summary>The bricks that run when all that nothing is known of do.</summary>
    internal bool[] AtBest => [.. Online.Select(online => online ?? true)];

    /// <summary>The bricks that run when none does that nothing is known of.</summary>
    internal bool[] AtWorst => [.. Online.Select(online => online ?? false)];

    internal bool TakesWritesAtBest => TakesWrites(AtBest);

    internal bool TakesWritesAtWorst => TakesWrites(AtWorst);

    internal static string QuorumType(Volume volume, int size) =>
        volume.Options.GetValueOrDefault("cluster.quorum-type") ?? (size > 2 ? "auto" : "none");

    /// <summary>The bricks that must not be lost of those that run for sure.</summary>
    internal List<Brick> Essential()
    {
        bool[] alive = AtWorst;
        List<Brick> essential = [];
        for (int index = 0; index < alive.Length; index++)
        {
            if (alive[index])
            {
                bool[] without = [.. alive];
                without[index] = false;
                if (!TakesWrites(without))
                {
                    essential.Add(Set.Bricks[index]);
                }
            }
        }

        return essential;
    }

    /// <summary>Whether the set takes writes with these of its bricks alive.</summary>
    internal bool TakesWrites(IReadOnlyList<bool> alive)
    {
        int size = Set.Bricks.Count;
        int living = alive.Count(lives => lives);
        if (Volume.DisperseCount > 0)
        {
            return living >= size - Volume.RedundancyCount;
        }

        bool hasData = Set.Bricks.Where((brick, index) => !brick.IsArbiter && alive[index]).Any();
        return hasData && QuorumType(Volume, size) switch
        {
            "fixed" => living >= (GlusterXml.Number(Volume.Options.GetValueOrDefault("cluster.quorum-count", "")) ?? 1),
            "auto" => living * 2 > size || (living * 2 == size && alive[0]),
            _ => true,
        };
    }
}
