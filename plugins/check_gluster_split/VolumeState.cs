namespace Ringfree.Monitoring.Plugins.GlusterSplit;

/// <summary>A process that <c>volume status</c> lists: a brick, or a daemon that serves the volume.</summary>
/// <param name="Kind">"Self-heal Daemon", "NFS Server" and so on; empty for a brick.</param>
/// <param name="Host">The brick's or the daemon's server; "localhost" for a daemon of this one.</param>
/// <param name="Path">The brick's folder; empty for a daemon.</param>
/// <param name="IsOnline">Whether it runs.</param>
internal sealed record VolumeProcess(string Kind, string Host, string Path, bool IsOnline)
{
    internal const string SelfHealDaemon = "Self-heal Daemon";
    internal const string NfsServer = "NFS Server";

    /// <summary>Its server, for a sentence.</summary>
    internal string Place => Host == "localhost" ? "this server" : Host;

    internal string BrickName => $"{Host}:{Path}";

    /// <summary>Bytes of the brick's file system; null when not told (a brick that is down, an answer without detail).</summary>
    internal long? SizeTotal { get; init; }

    internal long? SizeFree { get; init; }

    internal long? InodesTotal { get; init; }

    internal long? InodesFree { get; init; }
}

/// <summary>
/// What <c>volume status</c> says of one volume. The bricks and daemons of a server that is out of reach are left out without a word.
/// </summary>
/// <param name="Volume">Its name.</param>
/// <param name="Processes">In gluster's order.</param>
internal sealed record VolumeState(string Volume, IReadOnlyList<VolumeProcess> Processes)
{
    /// <summary>How a sentence says that gluster named no state of a volume at all.</summary>
    internal const string LeftOut = "'gluster volume status all' leaves the volume out";

    internal static string LeftOutOf(string[] volumes) => $"'gluster volume status all' leaves {string.Join(" and ", volumes)} out";

    /// <summary>The process of a brick; null when its server did not answer.</summary>
    internal VolumeProcess? Of(Brick brick) =>
        Processes.FirstOrDefault(process => process.Kind.Length == 0 && process.Path == brick.Path && process.Host == brick.Host);
}
