namespace Ringfree.Monitoring.Plugins.GlusterSplit;

/// <summary>What the index of a brick of this server holds: one hard link for each file that another brick lacks.</summary>
/// <param name="Brick">The brick.</param>
/// <param name="Pending">Entries that wait for a heal; null when it could not be read.</param>
/// <param name="InFlight">Writes that have begun and not ended; null when it could not be read.</param>
/// <param name="Failure">Why it could not be read; null when it was.</param>
internal sealed record BrickIndex(Brick Brick, long? Pending, long? InFlight, string? Failure)
{
    /// <summary>The gfids that wait for a heal; null when there are more than were listed, or none could be read.</summary>
    internal IReadOnlyList<string>? Gfids { get; init; }
}

/// <summary>What a copy of a file blames the others for, from its <c>trusted.afr</c> attributes.</summary>
[Flags]
internal enum BlamedParts
{
    None = 0,
    Data = 1,
    Metadata = 2,

    /// <summary>The names in a folder.</summary>
    Entry = 4,
}

/// <summary>Everything that was read of a volume's heals.</summary>
internal sealed record VolumeHeal
{
    internal required Volume Volume { get; init; }

    /// <summary>Of this server's bricks.</summary>
    internal required IReadOnlyList<BrickIndex> Indices { get; init; }

    /// <summary>The number of entries of every brick, by its server's self-heal daemon; null when not asked for.</summary>
    internal Read<HealList>? Counts { get; init; }

    /// <summary>The entries themselves; null when not asked for.</summary>
    internal Read<HealList>? List { get; init; }

    /// <summary>The gfids of the listed entries; empty when not asked for or not told.</summary>
    internal IReadOnlyList<HealFile> Files { get; init; } = [];

    /// <summary>What the copies on this server's bricks blame others for, by gfid.</summary>
    internal IReadOnlyDictionary<string, BlamedParts> Blame { get; init; } = new Dictionary<string, BlamedParts>(StringComparer.Ordinal);

    internal BrickIndex? IndexOf(Brick brick) => Indices.FirstOrDefault(index => index.Brick == brick);

    /// <summary>
    /// Whether a split-brain is impossible. It takes two bricks of a set that blame each other, and a brick that blames another one has an
    /// entry in its index; so a set is whole when all of its bricks but one are known to have an empty index. With two bricks that is one
    /// empty index; with three it is two, because two others may blame each other and this one at the same time.
    /// </summary>
    internal bool CannotBeSplit => Volume.Sets.All(set => set.Bricks.Count(HasEmptyIndex) >= set.Bricks.Count - 1);

    /// <summary>The self-heal daemons count the same index, each on its own server.</summary>
    private bool HasEmptyIndex(Brick brick) =>
        IndexOf(brick) is { Pending: 0 } || (IndexOf(brick) is null && Counts?.Value?.Bricks.FirstOrDefault(known => known.Name == brick.Name) is { Entries: 0 });
}
