using Ringfree.Monitoring.Plugin;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Plugins.GlusterSplit;

/// <summary>
/// Bricks and daemons. <c>volume status</c> leaves out what is on a server out of reach, so it is compared with <c>volume info</c>.
/// </summary>
internal sealed class BricksEvaluation
{
    private const string VolumesKey = "volumes";

    private readonly Cluster cluster;
    private readonly ConcernReport concern;
    private readonly Options options;
    private readonly List<Brick> outOfReach = [];
    private int total;
    private int online;
    private bool isOnlineKnown = true;

    private BricksEvaluation(Cluster cluster, ReportBuilder report)
    {
        this.cluster = cluster;
        concern = report.For(GlusterSplitCheck.Bricks);
        options = report.Options;
    }

    internal static void Evaluate(Cluster cluster, ReportBuilder report) => new BricksEvaluation(cluster, report).Evaluate();

    private void Evaluate()
    {
        foreach (Volume volume in cluster.Volumes)
        {
            EvaluateVolume(volume);
        }

        if (cluster.States.Error is { } error)
        {
            SayUnread(GlusterHeadlines.BricksUnread, "the state of the bricks is not known", error);
        }
        else if (cluster.Details.Error is { } silent)
        {
            SayUnread(GlusterHeadlines.SpaceUnread, "the space of the bricks is not known", silent);
        }

        EvaluateVanished();
        EvaluateRoom();
        EvaluateReach();
        if (cluster.States.Value is not null)
        {
            string summary = $"{(isOnlineKnown ? "" : "at least ")}{online} of {Words.Count(total, "brick")} online";
            concern.Ok(summary);
            concern.Summary(summary);
        }
    }

    /// <summary>A volume that the last run saw and this one does not was deleted, or this server lost its configuration.</summary>
    private void EvaluateVanished()
    {
        string[] names = [.. cluster.Volumes.Select(volume => volume.Name)];
        concern.Remember(VolumesKey, string.Join(' ', names));
        foreach (string gone in (concern.Past.Text(VolumesKey) ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries).Except(names))
        {
            concern.Raise(
                gone,
                Status.Critical,
                GlusterHeadlines.VolumeVanished.With("VOLUME", gone),
                $"volume {gone} is gone from the pool; it was there at {Words.Moment(concern.Past.At)}");
        }
    }

    /// <summary>Bricks that nothing is known of, because their server is out of reach.</summary>
    private void EvaluateReach()
    {
        string sentence = $"{string.Join(" and ", outOfReach.Select(brick => brick.Name))} cannot be seen: out of reach";
        if (outOfReach.Count > 0 && !options.Judges(GlusterSplitCheck.Peers))
        {
            HeadlineKind kind = GlusterHeadlines.BricksOutOfReach.With("PEER", cluster.PeerOf(outOfReach[0])!.Name);
            concern.Consequence(GlusterSplitCheck.Peers, Status.Unknown, kind, sentence);
        }
    }

    private void EvaluateVolume(Volume volume)
    {
        if (volume.Status != VolumeStatus.Started)
        {
            concern.Problem(
                volume.Status == VolumeStatus.Stopped ? Status.Critical : Status.Warning,
                (volume.Status == VolumeStatus.Stopped ? GlusterHeadlines.VolumeStopped : GlusterHeadlines.VolumeNeverStarted)
                    .With("VOLUME", volume.Name),
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
            string sentence = $"the state of the bricks of {volume.Name} is not known: {VolumeState.LeftOut}";
            if (!concern.TryLeaveTo(GlusterSplitCheck.Peers, sentence))
            {
                concern.Problem(
                    Status.Unknown,
                    GlusterHeadlines.BricksUnread.About(volume.Name),
                    $"{sentence} (asked {GlusterCommand.Tries} times): another command holds its lock");
            }

            return;
        }

        foreach (BrickSet set in volume.Sets)
        {
            BrickSetState all = BrickSetState.Of(volume, set, state);
            foreach (Brick brick in set.Bricks)
            {
                EvaluateBrick(volume, brick, state.Of(brick), isQuorumLost: !all.TakesWritesAtBest);
            }
        }

        EvaluateDaemons(volume, state);
    }

    /// <summary>A brick that is offline is told by the concern quorum when its set takes no writes for that.</summary>
    private void EvaluateBrick(Volume volume, Brick brick, VolumeProcess? process, bool isQuorumLost)
    {
        if (process is { IsOnline: true })
        {
            online++;
        }
        else if (process is not null)
        {
            string offline = $"brick {brick.Name} of {volume.Name} is offline";
            if (!isQuorumLost || !concern.TryLeaveTo(GlusterSplitCheck.Quorum, offline))
            {
                concern.Problem(
                    Status.Critical,
                    GlusterHeadlines.BrickOffline.With("BRICK", brick.Path).With("VOLUME", volume.Name).About(brick.Name),
                    $"{offline}: its process does not run; look at its disk first, then gluster volume start {volume.Name} force");
            }
        }
        else if (cluster.PeerOf(brick) is { IsGood: false })
        {
            outOfReach.Add(brick);
        }
        else
        {
            isOnlineKnown = false;
            concern.Problem(
                Status.Unknown,
                GlusterHeadlines.BrickUnknown.About(brick.Name),
                $"whether brick {brick.Name} of {volume.Name} runs is not known: 'gluster volume status' leaves it out, although its server is connected");
        }
    }

    private void EvaluateDaemons(Volume volume, VolumeState state)
    {
        foreach (VolumeProcess daemon in state.Processes.Where(process => process.Kind.Length > 0 && !process.IsOnline))
        {
            string where = daemon.Place;
            concern.Problem(
                daemon.Kind == VolumeProcess.NfsServer ? Status.Critical : Status.Warning,
                (daemon.Kind switch
                {
                    VolumeProcess.NfsServer => GlusterHeadlines.NfsOffline,
                    VolumeProcess.SelfHealDaemon => GlusterHeadlines.SelfHealOffline,
                    _ => GlusterHeadlines.DaemonOffline,
                }).With("VOLUME", volume.Name).About(where),
                daemon.Kind switch
                {
                    VolumeProcess.NfsServer => $"the Gluster NFS server on {where} is offline, says gluster: what mounts {volume.Name} through it hangs",
                    VolumeProcess.SelfHealDaemon => $"the self-heal daemon on {where} is offline: {volume.Name} is not healed from there; gluster volume start {volume.Name} force, and if it stays so, restart glusterd there",
                    _ => $"the {daemon.Kind} on {where} is offline for {volume.Name}",
                });
        }

        if (volume.Switch("nfs.disable") == false && !state.Processes.Any(process => process.Kind == VolumeProcess.NfsServer))
        {
            concern.Problem(
                Status.Critical,
                GlusterHeadlines.NfsMissing.With("VOLUME", volume.Name),
                $"{volume.Name} is to be served by the Gluster NFS server (nfs.disable off), and none is listed");
        }

        if (volume.Heals && volume.Switch("cluster.self-heal-daemon") != false && !state.Processes.Any(process => process.Kind == VolumeProcess.SelfHealDaemon))
        {
            concern.Problem(
                Status.Warning,
                GlusterHeadlines.SelfHealMissing.With("VOLUME", volume.Name),
                $"{volume.Name} has no self-heal daemon on any server");
        }
    }

    private void EvaluateRoom()
    {
        concern.Measure(
            GlusterSplitCheck.BricksOnline, cluster.States.Value is not null && isOnlineKnown ? online : null, maximum: total);
        Metric? space = null;
        Metric? inodes = null;
        foreach (Volume volume in cluster.Volumes)
        {
            VolumeState? detail = cluster.Details.Value?.FirstOrDefault(known => known.Volume == volume.Name);
            foreach (Brick brick in volume.Bricks)
            {
                if (detail?.Of(brick) is { } process)
                {
                    space = Worse(space, EvaluateUse(GlusterSplitCheck.BrickSpace, volume, brick, process.SizeTotal, process.SizeFree, "full"));
                    inodes = Worse(inodes, EvaluateUse(GlusterSplitCheck.BrickInodes, volume, brick, process.InodesTotal, process.InodesFree, "out of inodes"));
                }
            }
        }

        concern.Record(GlusterSplitCheck.BrickSpace, space?.Value, maximum: 100);
        concern.Record(GlusterSplitCheck.BrickInodes, inodes?.Value, maximum: 100);
    }

    /// <summary>A file system that makes inodes as it goes, such as btrfs, says that it has none in total.</summary>
    private Metric? EvaluateUse(MetricFacts facts, Volume volume, Brick brick, long? size, long? free, string end)
    {
        if (size is not > 0 || free is null)
        {
            return null;
        }

        Metric use = options.Measure(facts, Math.Round(100.0 * (size.Value - free.Value) / size.Value, 2), 0, 100);
        if (use.Status != Status.Ok)
        {
            concern.Problem(
                use.Status,
                GlusterHeadlines.BrickFull.With("BRICK", brick.Path).About(brick.Name),
                $"brick {brick.Name} of {volume.Name} is nearly {end}: {use.Spoken} in use; when it is, every copy of the set stops taking writes");
        }

        return use;
    }

    private static Metric? Worse(Metric? one, Metric? other) => other is not null && (one is null || other.Value > one.Value) ? other : one;

    private void SayUnread(HeadlineKind kind, string what, ProbeError error)
    {
        PoolErrorEvaluation why = PoolErrorEvaluation.Of(error, options);
        concern.Consequence(why.IsOfLock ? GlusterSplitCheck.Peers : null, why.Status, why.Or(kind), $"{what}: {why.Sentence}");
    }
}
