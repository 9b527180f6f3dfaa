using System.Globalization;
using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Plugins.GlusterSplit;

/// <summary>
/// Watches a GlusterFS pool from one of its servers: split-brain, heal backlog, bricks, writability and the mounts of the volumes.
/// </summary>
public sealed class GlusterSplitCheck : ICheck
{
    internal static readonly Concern Glusterd = new(
        "glusterd",
        "glusterd runs on this server and answers",
        "service glusterd status; tail -n 50 /var/log/glusterfs/glusterd.log; service glusterd restart: bricks and clients go on meanwhile")
    {
        IsFoundation = true,
    };

    internal static readonly Concern SplitBrain = new(
        "split-brain",
        "no file has copies that blame each other",
        "gluster volume heal VOLUME info split-brain; choose the good copy of each file and resolve it as the runbook says; never delete on a brick by hand first")
    {
        IsShared = true,
    };

    internal static readonly Concern Heal = new(
        "heal",
        "what the bricks lack is healed in time",
        "gluster volume heal VOLUME info summary; see that every brick is connected and every self-heal daemon runs, then gluster volume heal VOLUME")
    {
        IsShared = true,
    };

    internal static readonly Concern Peers = new(
        "peers",
        "the other servers of the pool are connected, and nobody holds up its commands",
        "ping the named server from here; on it: service glusterd status; both sides alive: the line between them (port 24007)")
    {
        IsShared = true,
        IsAboutOthers = true,
    };

    internal static readonly Concern Bricks = new(
        "bricks",
        "bricks and daemons are up, and the bricks have room",
        "on the named server: is it up, does its file system answer (df, dmesg), what says /var/log/glusterfs/bricks/; then gluster volume start VOLUME force")
    {
        IsShared = true,
    };

    internal static readonly Concern Quorum = new(
        "quorum",
        "every volume is writable, and stays so when one brick is lost",
        "bring the named bricks back before anything else is restarted: what still serves must not be touched")
    {
        IsShared = true,
    };

    internal static readonly Concern Mounts = new(
        "mounts",
        "the volumes that this server mounts are mounted and answer",
        "never wait on the mount itself: see whether its client process runs (pgrep -af PATH), read its log in /var/log/glusterfs/, then umount -l and mount again");

    internal static readonly MetricFacts SplitFilesMetric = new("split_files", Unit.Count, "distinct files in split-brain, of all volumes", SplitBrain)
    {
        Critical = Plugin.Range.Parse("0"),
    };

    internal static readonly MetricFacts PendingEntries = new("pending_entries", Unit.Count, "entries that wait for a heal, of all bricks", Heal);

    internal static readonly MetricFacts BacklogAge = new("backlog_age", Unit.Seconds, "time since the oldest backlog of a volume was first seen", Heal)
    {
        Warning = Plugin.Range.Parse("1200"),
    };

    internal static readonly MetricFacts InFlightEntries = new("inflight_entries", Unit.Count, "writes that have begun and not ended, on this server's bricks", Heal);
    internal static readonly MetricFacts PeersConnected = new(
        "peers_connected", Unit.Count, "other servers of the pool that are connected", Peers);

    internal static readonly MetricFacts BricksOnline = new("bricks_online", Unit.Count, "bricks of started volumes that run", Bricks);

    internal static readonly MetricFacts BrickSpace = new("brick_space", Unit.Percent, "space in use on the fullest brick", Bricks)
    {
        Warning = Plugin.Range.Parse("80"),
        Critical = Plugin.Range.Parse("90"),
    };

    internal static readonly MetricFacts BrickInodes = new("brick_inodes", Unit.Percent, "inodes in use on the brick with the fewest left", Bricks)
    {
        Warning = Plugin.Range.Parse("80"),
        Critical = Plugin.Range.Parse("90"),
    };

    internal static readonly MetricFacts SetsUnwritable = new("sets_unwritable", Unit.Count, "replica sets that take no writes", Quorum);
    internal static readonly MetricFacts MountsUnresponsive = new("mounts_unresponsive", Unit.Count, "mounts that do not answer", Mounts);

    internal static readonly CheckOption GlusterOption = new("--gluster", "PATH", "the gluster command (default /usr/sbin/gluster)");

    internal static readonly CheckOption VolumeOption = new(
        "--volume", "NAME", "judge this volume, repeatable (default: every volume of the pool)", Repeatable: true);

    internal static readonly CheckOption MountOption = new(
        "--mount",
        RequiredMount.Form,
        $"expect a mount, repeatable (default: what /etc/fstab mounts from gluster, and what is mounted): {RequiredMount.Meaning}",
        Repeatable: true);

    /// <inheritdoc/>
    public static Facts Facts { get; } = new()
    {
        Name = "check_gluster_split",
        Purpose = "watches a GlusterFS pool from one of its servers: split-brain, heal backlog, bricks, writability and mounts.",
        Concerns = [Glusterd, SplitBrain, Heal, Peers, Bricks, Quorum, Mounts],
        Metrics =
        [
            SplitFilesMetric, PendingEntries, BacklogAge, InFlightEntries, PeersConnected, BricksOnline, BrickSpace, BrickInodes,
            SetsUnwritable, MountsUnresponsive,
        ],
        MainMetric = SplitFilesMetric,
        Options = [GlusterOption, VolumeOption, MountOption],
        Deadline = TimeSpan.FromSeconds(30),
        TimeoutStatus = Status.Unknown,
        Remembers = true,
        RootIsNeededFor = "glusterd answers root alone, and so do the indices of the bricks; mounts can be judged without",
    };

    /// <inheritdoc/>
    public static Report Run(CheckRun run)
    {
        IReadOnlyList<ExpectedMount> expected =
        [
            .. RequiredMount.ParseAll(run.Options.Values(MountOption), [RequiredMount.Gluster, RequiredMount.Nfs]).Select(ExpectedMount.Of),
        ];
        ReportBuilder report = run.BeginReport();
        if (run.Options.Concerns.Any(concern => concern != Mounts))
        {
            EvaluatePool(PoolProbe.Read(run, report.For(Heal).Past), report);
        }

        if (run.Options.Judges(Mounts))
        {
            MountsEvaluation.Evaluate(MountProbe.Read(run.World, expected), report);
        }

        return report.Build();
    }

    private static void EvaluatePool(PoolReading reading, ReportBuilder report)
    {
        if (reading.Cluster.Value is not { } cluster)
        {
            SayUnread(PoolErrorEvaluation.Of(reading.Cluster.Error!, report.Options), report);
            return;
        }

        Options options = report.Options;
        if (options.Judges(Glusterd))
        {
            report.For(Glusterd).Ok($"glusterd answers, with {Words.Count(cluster.Volumes.Count, "volume")}");
        }

        if (cluster.StartsAtBoot == false)
        {
            report.Note("glusterd is not started at boot: its bricks stay down after the next one; cure: chkconfig glusterd on, or "
                + "systemctl enable glusterd");
        }

        foreach (Volume tiered in cluster.Volumes.Where(volume => volume.IsTiered))
        {
            report.Note($"volume {tiered.Name} has tiers: its sets of bricks are not known, so quorum and split-brain may be judged "
                + "wrongly");
        }

        reading.Heals.Select(Trace).ToList().ForEach(report.Trace);
        if (options.Judges(SplitBrain))
        {
            SplitBrainEvaluation.Evaluate(cluster, reading.Heals, report);
        }

        if (options.Judges(Heal))
        {
            HealEvaluation.Evaluate(cluster, reading.Heals, report);
        }

        if (options.Judges(Peers))
        {
            PeersEvaluation.Evaluate(cluster, report);
        }

        if (options.Judges(Bricks))
        {
            BricksEvaluation.Evaluate(cluster, report);
        }

        if (options.Judges(Quorum))
        {
            QuorumEvaluation.Evaluate(cluster, report);
        }

        if (options.Concerns is [var only] && only == Glusterd)
        {
            report.For(Glusterd).Summary("glusterd answers");
        }
    }

    private static string Trace(VolumeHeal heal)
    {
        IEnumerable<string> indices = heal.Indices.Select(index => $"{index.Brick.Path} {index.Pending?.ToString(CultureInfo.InvariantCulture) ?? index.Failure}");
        string list = heal.List is { } read ? $"list of {read.Value?.Bricks.Sum(brick => brick.Listed) ?? 0} entries{(read.Value is { IsFinished: true } ? "" : ", not finished")}" : "list not needed";
        return $"volume {heal.Volume.Name}: indices here: {string.Join(", ", indices.DefaultIfEmpty("none"))}; {list}";
    }

    /// <summary>A glusterd that is broken is one problem, of its own concern; what cannot be judged without it is not known.</summary>
    private static void SayUnread(PoolErrorEvaluation why, ReportBuilder report)
    {
        if (report.Options.Judges(Glusterd))
        {
            report.For(Glusterd).Problem(why.Status, why.Kind, why.Sentence);
        }

        Concern[] others = [.. report.Options.Concerns.Where(concern => concern != Glusterd && concern != Mounts)];
        report.CannotJudge(
            others,
            Glusterd,
            why.Status == Status.Critical ? "glusterd does not answer" : "the pool was not read",
            $"{string.Join(", ", others.Select(concern => concern.Name))} not judged: {why.Sentence}",
            why.Kind);
    }
}
