namespace Ringfree.Monitoring.Plugins.GlusterSplit;

/// <summary>What <c>volume heal VOLUME info</c> said of one brick: the files that this brick has and another one lacks.</summary>
internal sealed record HealListBrick
{
    /// <summary>HOST:PATH.</summary>
    internal required string Name { get; init; }

    /// <summary>"Connected", or why the brick's list is missing or cut; null where this version says nothing (3.3 to 3.6).</summary>
    internal string? Status { get; init; }

    /// <summary>The number of entries that gluster wrote below the list; null when it wrote "-", or was stopped before.</summary>
    internal long? Entries { get; init; }

    /// <summary>The entries that were listed, which is fewer than <see cref="Entries"/> when the list was cut.</summary>
    internal long Listed { get; init; }

    /// <summary>The listed entries that are in split-brain.</summary>
    internal long Split { get; init; }

    /// <summary>The listed entries that may be healing this moment.</summary>
    internal long Healing { get; init; }

    /// <summary>
    /// The names of the first entries in split-brain: <c>/path</c> from the root of the volume, or <c>&lt;gfid:...&gt;</c>.
    /// </summary>
    internal required IReadOnlyList<string> SplitNames { get; init; }

    /// <summary>Whether the list is this brick's whole list.</summary>
    internal bool IsWhole => Entries is not null && Status is null or "Connected";

    /// <summary>Entries that wait: gluster's number where it gave one, else what was listed.</summary>
    internal long AtLeast => Math.Max(Entries ?? 0, Listed);
}

/// <summary>The whole answer.</summary>
/// <param name="Bricks">In gluster's order.</param>
/// <param name="IsFinished">Whether the command came to its end; else every number is a lower bound.</param>
/// <param name="IsOldForm">Whether it is of GlusterFS 3.3 or 3.4, which mark no entry.</param>
/// <param name="IsLog">
/// Whether it is the log of events that these versions keep in the self-heal daemon's memory: what was healed since may still be in it.
/// </param>
/// <param name="Refusal">What gluster said in place of a list; null when it gave one.</param>
internal sealed record HealList(IReadOnlyList<HealListBrick> Bricks, bool IsFinished, bool IsOldForm, bool IsLog, string? Refusal)
{
    /// <summary>
    /// Names of files in split-brain, at most some, in a list of which no brick is the volume's: whatever it calls them, they are torn.
    /// </summary>
    internal IReadOnlyList<string> Homeless { get; init; } = [];
}
