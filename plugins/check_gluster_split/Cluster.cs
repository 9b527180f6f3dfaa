using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Plugins.GlusterSplit;

/// <summary>The pool as this server sees it.</summary>
/// <param name="Volumes">Those to judge.</param>
/// <param name="Peers">The other servers.</param>
/// <param name="States">Bricks and daemons.</param>
/// <param name="Details">Bricks with the room on their file systems.</param>
/// <param name="OwnId">This server's UUID; null where it could not be read.</param>
/// <param name="StartsAtBoot">Whether this server starts glusterd when it boots; null where that was not asked or cannot be told.</param>
internal sealed record Cluster(
    IReadOnlyList<Volume> Volumes,
    Read<IReadOnlyList<Peer>> Peers,
    Read<IReadOnlyList<VolumeState>> States,
    Read<IReadOnlyList<VolumeState>> Details,
    string? OwnId,
    bool? StartsAtBoot)
{
    /// <summary>The server of a brick; null when it is this one, or the peers are not known.</summary>
    internal Peer? PeerOf(Brick brick) => Peers.Value?.FirstOrDefault(peer => peer.Id == brick.HostId || peer.HostNames.Contains(brick.Host));

    internal VolumeState? StateOf(Volume volume) => States.Value?.FirstOrDefault(state => state.Volume == volume.Name);

    /// <summary>Whether somebody held the lock of a started volume, so that nothing was told of it.</summary>
    internal bool IsLeftOut(Volume volume) => volume.Status == VolumeStatus.Started && States.Value is not null && StateOf(volume) is null;

    /// <summary>The concern that tells that a brick is down or its server out of reach; null when neither is known.</summary>
    internal Concern? TellsThatIsDown(Volume volume, Brick brick) =>
        PeerOf(brick) is { IsGood: false } ? GlusterSplitCheck.Peers
        : StateOf(volume)?.Of(brick) is { IsOnline: false } ? GlusterSplitCheck.Bricks
        : null;

    /// <summary>
    /// Whether a brick is this server's: by UUID, and where this version tells none, because no peer has its host's name.
    /// </summary>
    internal bool IsLocal(Brick brick) =>
        brick.HostId is not null && OwnId is not null ? brick.HostId == OwnId : Peers.Value is not null && PeerOf(brick) is null;
}
