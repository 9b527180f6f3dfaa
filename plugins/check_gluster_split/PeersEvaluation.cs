using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Plugins.GlusterSplit;

/// <summary>The other servers of the pool, as the glusterd of this one sees them.</summary>
internal static class PeersEvaluation
{
    private const int NamedBricks = 3;

    internal static void Evaluate(Cluster cluster, ReportBuilder report)
    {
        ConcernReport concern = report.For(GlusterSplitCheck.Peers);
        EvaluateLock(cluster, report, concern);
        if (cluster.Peers.Value is not { } peers)
        {
            PoolErrorEvaluation why = PoolErrorEvaluation.Of(cluster.Peers.Error!, report.Options);
            concern.Record(GlusterSplitCheck.PeersConnected, null);
            concern.Problem(why.Status, why.Or(GlusterHeadlines.PeersUnread), $"the peers are not known: {why.Sentence}");
            concern.Summary("peers not known");
            return;
        }

        foreach (Peer peer in peers.Where(peer => !peer.IsGood))
        {
            string bricks = BricksOf(cluster, peer);
            concern.Problem(
                Status.Critical,
                peer.IsInCluster ? GlusterHeadlines.PeerGone.With("PEER", peer.Name) : GlusterHeadlines.PeerRejected.About(peer.Name),
                peer.IsInCluster
                    ? $"peer {peer.Name} is disconnected{bricks}: its server is down, its glusterd does not run, or the network between is "
                        + "cut"
                    : $"peer {peer.Name} is in state '{peer.StateText}'{(peer.IsConnected ? "" : " and disconnected")}{bricks}; a "
                        + "good peer is 'Peer in Cluster'");
        }

        int connected = peers.Count(peer => peer.IsConnected);
        concern.Measure(GlusterSplitCheck.PeersConnected, connected, maximum: peers.Count);
        string summary = peers.Count == 0 ? "no peers" : $"{connected} of {Words.Count(peers.Count, "peer")} connected";
        concern.Ok(summary);
        concern.Summary(summary);
    }

    private static void EvaluateLock(Cluster cluster, ReportBuilder report, ConcernReport concern)
    {
        if (cluster.States.Error is { } error)
        {
            PoolErrorEvaluation why = PoolErrorEvaluation.Of(error, report.Options);
            if (why.IsOfLock)
            {
                concern.Problem(why.Status, why.Kind, why.Sentence);
            }

            return;
        }

        string[] leftOut = [.. cluster.Volumes.Where(cluster.IsLeftOut).Select(volume => volume.Name)];
        if (leftOut.Length > 0)
        {
            concern.Problem(
                Status.Unknown,
                GlusterHeadlines.VolumeLocked,
                $"{VolumeState.LeftOutOf(leftOut)} (asked {GlusterCommand.Tries} times): another command holds its lock");
        }
    }

    private static string BricksOf(Cluster cluster, Peer peer)
    {
        IEnumerable<Brick> bricks = cluster.Volumes.SelectMany(volume => volume.Bricks).Where(brick => cluster.PeerOf(brick) == peer);
        List<string> names = [.. bricks.Select(brick => brick.Name)];
        string more = names.Count > NamedBricks ? $" and {names.Count - NamedBricks} more bricks" : "";
        return names.Count == 0 ? "" : $", and with it {string.Join(", ", names.Take(NamedBricks))}{more}";
    }
}
