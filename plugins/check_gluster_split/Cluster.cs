namespace Ringfree.Monitoring.Plugins.GlusterSplit;

/// <summary>The pool as this server sees it.</summary>
/// <param name="Volumes">Those to judge.</param>
/// <param name="Peers">The other servers.</param>
/// <param name="States">Bricks and daemons.</param>
/// <param name="Details">Bricks with the room on their file systems.</param>
/// <param name="OwnId">This server's UUID; null where it could not be read.</param>
internal sealed record Cluster(
    IReadOnlyList<Volume> Volumes,
    Read<IReadOnlyList<Peer>> Peers,
    Read<IReadOnlyList<VolumeState>> States,
    Read<IReadOnlyList<VolumeState>> Details,
    string? OwnId)
{
    /// <summary>The server of a brick; null when it is this one, or the peers are not known.</summary>
    internal Peer? PeerOf(Brick brick) => Peers.Value?.FirstOrDefault(peer => peer.Id == brick.HostId || peer.HostNames.Contains(brick.Host));

    /// <summary>
    /// Whether a brick is this server's: by UUID, and where this version tells none, because no peer has its host's name.
    /// </summary>
    internal bool IsLocal(Brick brick) =>
        brick.HostId is not null && OwnId is not null ? brick.HostId == OwnId : Peers.Value is not null && PeerOf(brick) is null;
}
