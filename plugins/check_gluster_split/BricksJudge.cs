using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Plugins.GlusterSplit;

/// <summary>
/// Judges bricks, peers and daemons. <c>volume status</c> leaves out what is on a server out of reach, so it is compared with <c>volume
/// info</c>.
/// </summary>
internal sealed class BricksJudge
{
    private readonly Cluster cluster;
    private readonly Options options;
    private readonly List<Finding> findings;
    private int total;
    private int online;
    private bool isOnlineKnown = true;

    private BricksJudge(Cluster cluster, Options options, List<Finding> findings)
    {
        this.cluster = cluster;
        this.options = options;
        this.findings = findings;
    }

    internal static string Judge(Cluster cluster, Options options, List<Finding> findings, List<Metric> metrics)
    {
        BricksJudge judge = new(cluster, options, findings);
        string peers = judge.JudgePeers(metrics);
        foreach (Volume volume in cluster.Volumes)
        {
            judge.JudgeVolume(volume);
        }

        if (cluster.States.Trouble is { } trouble)
        {
            judge.Add(trouble.Status, $"the state of the bricks is not known: {trouble.Sentence}", trouble.FirstStep);
        }

        if (cluster.Details.Trouble is { } silent && cluster.States.Trouble is null)
        {
            judge.Add(silent.Status, $"the space of the bricks is not known: {silent.Sentence}", silent.FirstStep);
        }

        judge.JudgeRoom(metrics);
        string summary = cluster.States.Value is null ? peers : $"{(judge.isOnlineKnown ? "" : "at least ")}{judge.online} of {Words.Count(judge.total, "brick")} online, {peers}";
        judge.Add(Status.Ok, summary);
        return summary;
    }

    private string JudgePeers(List<Metric> metrics)
    {
        if (cluster.Peers.Value is not { } peers)
        {
            metrics.Add(options.Measure(GlusterSplitCheck.PeersConnected, null, 0));
            Add(cluster.Peers.Trouble!.Status, $"the peers are not known: "
                + $"{cluster.Peers.Trouble.Sentence}", cluster.Peers.Trouble.FirstStep);
            return "peers not known";
        }

        foreach (Peer peer in peers.Where(peer => !peer.IsGood))
        {
            string bricks = BricksOf(peer);
            Add(
                Status.Critical,
                peer.IsInCluster
                    ? $"peer {peer.Name} is disconnected{bricks}: its server is down, its glusterd does not run, or the network between is cut"
                    : $"peer {peer.Name} is in state '{peer.StateText}'{(peer.IsConnected ? "" : " and disconnected")}{bricks}; a "
                        + "good peer is 'Peer in Cluster'",
                peer.IsInCluster ? StepForPeer(peer) : null);
        }

        int connected = peers.Count(peer => peer.IsConnected);
        Metric metric = options.Measure(GlusterSplitCheck.PeersConnected, connected, 0, peers.Count);
        metrics.Add(metric);
        if (metric.Status != Status.Ok)
        {
            Add(metric.Status, $"{metric.Facts.Meaning}: {metric.Spoken}");
        }

        return peers.Count == 0 ? "no peers" : $"{connected} of {Words.Count(peers.Count, "peer")} connected";
    }

    private string BricksOf(Peer peer)
    {
        List<string> names = [.. cluster.Volumes.SelectMany(volume => volume.Bricks).Where(brick => brick.HostId == peer.Id || peer.HostNames.Contains(brick.Host)).Select(brick => brick.Name)];
        return names.Count == 0 ? "" : $", and with it {string.Join(", ", names.Take(3))}{(names.Count > 3 ? $" and {names.Count - 3} more bricks" : "")}";
    }

    private void JudgeVolume(Volume volume)
    {
        if (volume.Status != VolumeStatus.Started)
        {
            Add(
                volume.Status == VolumeStatus.Stopped ? Status.Critical : Status.Warning,
                volume.Status == VolumeStatus.Stopped
                    ? $"volume {volume.Name} is stopped: nobody can read or write it; gluster volume start {volume.Name}, or leave it out with --volume"
                    : $"volume {volume.Name} was made and never started");
            return;
        }

        total += volume.Bricks.Count;
        if (cluster.States.Value is not { } states)
        {
            return;
        }

        VolumeState? state = states.FirstOrDefault(known => known.Volume == volume.Name);
        if (state is null)
        {
            isOnlineKnown = false;
            Add(Status.Unknown, $"the state of the bricks of {volume.Name} is not known: {VolumeState.LeftOut} (asked {GlusterCommand.Tries} times): another command holds its lock");
            return;
        }

        foreach (Brick brick in volume.Bricks)
        {
            JudgeBrick(volume, brick, state.Of(brick));
        }

        JudgeDaemons(volume, state);
    }

    private void JudgeBrick(Volume volume, Brick brick, VolumeProcess? process)
    {
        if (process is { IsOnline: true })
        {
            online++;
        }
        else if (process is not null)
        {
            Add(Status.Critical, $"brick {brick.Name} of {volume.Name} is offline: its process does not run; look at its disk first, then gluster volume start {volume.Name} force");
        }
        else if (cluster.PeerOf(brick) is not { IsGood: false })
        {
            isOnlineKnown = false;
            Add(Status.Unknown, $"whether brick {brick.Name} of {volume.Name} runs is not known: 'gluster volume status' leaves it out, although its server is connected");
        }
    }

    private void JudgeDaemons(Volume volume, VolumeState state)
    {
        foreach (VolumeProcess daemon in state.Processes.Where(process => process.Kind.Length > 0 && !process.IsOnline))
        {
            string where = daemon.Host == "localhost" ? "this server" : daemon.Host;
            Add(
                daemon.Kind == VolumeProcess.NfsServer ? Status.Critical : Status.Warning,
                daemon.Kind switch
                {
                    VolumeProcess.NfsServer => $"the Gluster NFS server on {where} is offline: what mounts {volume.Name} through it hangs; gluster volume start {volume.Name} force",
                    VolumeProcess.SelfHealDaemon => $"the self-heal daemon on {where} is offline: {volume.Name} is not healed from there; gluster volume start {volume.Name} force, and if it stays so, restart glusterd there",
                    _ => $"the {daemon.Kind} on {where} is offline for {volume.Name}",
                });
        }

        if (volume.Switch("nfs.disable") == false && !state.Processes.Any(process => process.Kind == VolumeProcess.NfsServer))
        {
            Add(Status.Critical, $"{volume.Name} is to be served by the Gluster NFS server (nfs.disable off), and none is listed");
        }

        if (volume.Heals && volume.Switch("cluster.self-heal-daemon") != false && !state.Processes.Any(process => process.Kind == VolumeProcess.SelfHealDaemon))
        {
            Add(Status.Warning, $"{volume.Name} has no self-heal daemon on any server");
        }
    }

    private void JudgeRoom(List<Metric> metrics)
    {
        metrics.Add(options.Measure(GlusterSplitCheck.BricksOnline, cluster.States.Value is not null && isOnlineKnown ? online : null, 0, total));
        Metric tally = metrics[^1];
        if (tally.Status != Status.Ok)
        {
            Add(tally.Status, $"{tally.Facts.Meaning}: {tally.Spoken}");
        }

        Metric? space = null;
        Metric? inodes = null;
        foreach (Volume volume in cluster.Volumes)
        {
            VolumeState? detail = cluster.Details.Value?.FirstOrDefault(known => known.Volume == volume.Name);
            foreach (Brick brick in volume.Bricks)
            {
                if (detail?.Of(brick) is { } process)
                {
                    space = Worse(space, JudgeUse(GlusterSplitCheck.BrickSpace, volume, brick, process.SizeTotal, process.SizeFree, "full"));
                    inodes = Worse(inodes, JudgeUse(GlusterSplitCheck.BrickInodes, volume, brick, process.InodesTotal, process.InodesFree, "out of inodes"));
                }
            }
        }

        metrics.Add(space ?? options.Measure(GlusterSplitCheck.BrickSpace, null, 0, 100));
        metrics.Add(inodes ?? options.Measure(GlusterSplitCheck.BrickInodes, null, 0, 100));
    }

    /// <summary>A file system that makes inodes as it goes, such as btrfs, says that it has none in total.</summary>
    private Metric? JudgeUse(MetricFacts facts, Volume volume, Brick brick, long? size, long? free, string end)
    {
        if (size is not > 0 || free is null)
        {
            return null;
        }

        Metric use = options.Measure(facts, Math.Round(100.0 * (size.Value - free.Value) / size.Value, 2), 0, 100);
        if (use.Status != Status.Ok)
        {
            Add(use.Status, $"brick {brick.Name} of {volume.Name} is nearly {end}: {use.Spoken} in use; when it is, every copy of the set stops taking writes");
        }

        return use;
    }

    private static Metric? Worse(Metric? one, Metric? other) => other is not null && (one is null || other.Value > one.Value) ? other : one;

    private static string StepForPeer(Peer peer) =>
        $"from here: ping -c 3 {(RunCheck.IsName(peer.Name) ? peer.Name : "PEER")}; on it: service glusterd status; both sides "
            + "alive: the line between them (port 24007); restart nothing that serves";

    private void Add(Status status, string sentence, string? step = null) =>
        findings.Add(new Finding(status, sentence, GlusterSplitCheck.Bricks) { FirstStep = step });
}
