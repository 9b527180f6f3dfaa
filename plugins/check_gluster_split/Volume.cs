namespace Ringfree.Monitoring.Plugins.GlusterSplit;

/// <summary>What <c>volume info</c> calls the state of a volume.</summary>
internal enum VolumeStatus
{
    /// <summary>Made and never started.</summary>
    Created = 0,

    Started = 1,

    Stopped = 2,
}

/// <summary>A brick of a volume.</summary>
/// <param name="Host">The server, as it was named when the volume was made.</param>
/// <param name="Path">The folder on that server.</param>
/// <param name="HostId">The server's UUID; null where this version does not tell it.</param>
/// <param name="IsArbiter">Whether it holds names and attributes only, no data.</param>
internal sealed record Brick(string Host, string Path, string? HostId, bool IsArbiter)
{
    /// <summary><c>HOST:PATH</c>, as gluster writes it everywhere.</summary>
    internal string Name => $"{Host}:{Path}";
}

/// <summary>The bricks that hold the same files: a replica set, a disperse set, or one brick alone.</summary>
/// <param name="Number">From 1, in the order of <c>volume info</c>.</param>
/// <param name="FirstBrick">The index in <see cref="Volume.Bricks"/> of its first brick.</param>
/// <param name="Bricks">In the order of <c>volume info</c>.</param>
internal sealed record BrickSet(int Number, int FirstBrick, IReadOnlyList<Brick> Bricks);

/// <summary>A volume, as every server of the pool knows it without asking the others.</summary>
internal sealed record Volume
{
    internal required string Name { get; init; }

    internal required VolumeStatus Status { get; init; }

    internal required IReadOnlyList<Brick> Bricks { get; init; }

    /// <summary>How many bricks hold a file; 1 where nothing is replicated.</summary>
    internal required int ReplicaCount { get; init; }

    /// <summary>How many bricks a disperse set has; 0 for other volumes.</summary>
    internal int DisperseCount { get; init; }

    /// <summary>How many of them may be lost.</summary>
    internal int RedundancyCount { get; init; }

    /// <summary>
    /// Whether it has a hot and a cold tier (GlusterFS 3.7 to 5), whose bricks <c>volume info</c> lists as one group.
    /// </summary>
    internal bool IsTiered { get; init; }

    /// <summary>The options that somebody set; a default is not listed.</summary>
    internal required IReadOnlyDictionary<string, string> Options { get; init; }

    /// <summary>Whether gluster keeps copies that it heals.</summary>
    internal bool Heals => ReplicaCount > 1 || DisperseCount > 0;

    /// <summary>Consecutive groups of bricks. Source: GlusterFS administrator guide, "Setting up volumes".</summary>
    internal IReadOnlyList<BrickSet> Sets => sets ??= MakeSets();

    private IReadOnlyList<BrickSet>? sets;

    /// <summary>An option that is a switch; gluster accepts several words for both positions.</summary>
    internal bool? Switch(string option) => Options.GetValueOrDefault(option)?.ToUpperInvariant() switch
    {
        "ON" or "YES" or "TRUE" or "ENABLE" or "1" => true,
        "OFF" or "NO" or "FALSE" or "DISABLE" or "0" => false,
        _ => null,
    };

    /// <summary>How a sentence calls a set: the volume alone when it has no other.</summary>
    internal string NameOf(BrickSet set) => Sets.Count == 1 ? Name : $"{Name}, replica set {set.Number}";

    private List<BrickSet> MakeSets()
    {
        int size = Math.Max(1, DisperseCount > 0 ? DisperseCount : ReplicaCount);
        List<BrickSet> made = [];
        for (int first = 0; first < Bricks.Count; first += size)
        {
            made.Add(new BrickSet(made.Count + 1, first, [.. Bricks.Skip(first).Take(size)]));
        }

        return made;
    }
}
