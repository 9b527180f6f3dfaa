using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Plugins.GlusterSplit;

/// <summary>
/// Whether each set of bricks takes writes, and what that hangs on.
/// <code>
/// cluster.quorum-type   writable with            default
/// none                  any brick                 for two bricks
/// auto                  more than half; with exactly half, only when the first brick is among them      for three and more
/// fixed                 cluster.quorum-count bricks
/// disperse volume       all bricks but the redundancy count
/// </code>
/// Source: GlusterFS administrator guide, "Managing volumes"; xlators/cluster/afr/src/afr.c, fix_quorum_options.
/// </summary>
internal sealed class QuorumEvaluation
{
    private const string OutOfReach = "out of reach";

    private readonly Cluster cluster;
    private readonly ReportBuilder report;
    private readonly ConcernReport concern;
    private int sets;
    private int unwritable;

    /// <summary>What is known of bricks and peers is the concern bricks' to say: the first sentence about what that hides here.</summary>
    private string? hidden;

    private QuorumEvaluation(Cluster cluster, ReportBuilder report)
    {
        this.cluster = cluster;
        this.report = report;
        concern = report.For(GlusterSplitCheck.Quorum);
    }

    internal static void Evaluate(Cluster cluster, ReportBuilder report) => new QuorumEvaluation(cluster, report).Evaluate();

    private void Evaluate()
    {
        List<Volume> started = [.. cluster.Volumes.Where(volume => volume.Status == VolumeStatus.Started)];
        EvaluateServers(started);
        if (cluster.States.Value is { } states)
        {
            foreach (Volume volume in started)
            {
                EvaluateVolume(volume, states.FirstOrDefault(state => state.Volume == volume.Name));
            }
        }
        else
        {
            PoolErrorEvaluation why = PoolErrorEvaluation.Of(cluster.States.Error!, report.Options);
            SayUnseen(
                Status.Unknown, why.Or(GlusterHeadlines.WritesUnknown), $"whether the volumes take writes is not known: {why.Sentence}");
        }

        concern.Record(GlusterSplitCheck.SetsUnwritable, cluster.States.Value is null ? null : unwritable, maximum: sets);
        if (hidden is { } sentence)
        {
            report.CannotJudge([GlusterSplitCheck.Quorum], GlusterSplitCheck.Bricks, sentence);
        }

        if (cluster.States.Value is not null && (hidden is null || report.Options.Judges(GlusterSplitCheck.Bricks)))
        {
            string summary = $"{Words.Count(sets - unwritable, "replica set")} writable";
            concern.Ok(summary);
            concern.Summary(summary);
        }
    }

    /// <summary>Whether a set takes writes with these of its bricks alive.</summary>
    internal static bool TakesWrites(Volume volume, BrickSet set, IReadOnlyList<bool> alive)
    {
        int size = set.Bricks.Count;
        int living = alive.Count(lives => lives);
        if (volume.DisperseCount > 0)
        {
            return living >= size - volume.RedundancyCount;
        }

        bool hasData = set.Bricks.Where((brick, index) => !brick.IsArbiter && alive[index]).Any();
        return hasData && QuorumType(volume, size) switch
        {
            "fixed" => living >= (GlusterXml.Number(volume.Options.GetValueOrDefault("cluster.quorum-count", "")) ?? 1),
            "auto" => living * 2 > size || (living * 2 == size && alive[0]),
            _ => true,
        };
    }

    private static string QuorumType(Volume volume, int size) =>
        volume.Options.GetValueOrDefault("cluster.quorum-type") ?? (size > 2 ? "auto" : "none");

    private void EvaluateVolume(Volume volume, VolumeState? state)
    {
        if (state is null)
        {
            SayUnseen(
                Status.Unknown,
                GlusterHeadlines.WritesUnknown,
                $"whether {volume.Name} takes writes is not known: {VolumeState.LeftOut}: another command holds its lock");
            return;
        }

        foreach (BrickSet set in volume.Sets)
        {
            sets++;
            EvaluateSet(volume, set, [.. set.Bricks.Select(brick => state.Of(brick)?.IsOnline)]);
        }
    }

    private void EvaluateSet(Volume volume, BrickSet set, bool?[] states)
    {
        string name = volume.NameOf(set);
        bool[] atBest = [.. states.Select(online => online ?? true)];
        bool[] atWorst = [.. states.Select(online => online ?? false)];
        List<Brick> lost = [.. set.Bricks.Where((_, index) => states[index] == false)];
        List<Brick> untold = [.. set.Bricks.Where((_, index) => states[index] is null)];
        string quorum = volume.DisperseCount > 0 ? $"needs {set.Bricks.Count - volume.RedundancyCount} bricks" : $"quorum-type {QuorumType(volume, set.Bricks.Count)}";
        if (!TakesWrites(volume, set, atBest))
        {
            unwritable++;
            bool isDown = !atBest.Any(lives => lives);
            concern.Problem(
                Status.Critical,
                (set.Bricks.Count == 1 ? GlusterHeadlines.FilesLost
                    : isDown ? GlusterHeadlines.SetDown
                    : GlusterHeadlines.NoWrites).About(name),
                set.Bricks.Count == 1 ? $"{volume.Name} has lost a part of its files: {Names(lost)} is offline, and nothing else holds them"
                : isDown ? $"{name} is down: none of its {set.Bricks.Count} bricks runs ({Names(lost)})"
                : $"{name} takes no writes: {Names(lost)} {Is(lost)} offline, and with {atBest.Count(lives => lives)} of {set.Bricks.Count} bricks it has no quorum ({quorum})");
        }
        else if (!TakesWrites(volume, set, atWorst))
        {
            SayUnseen(
                Status.Unknown,
                GlusterHeadlines.WritesUnknown,
                $"whether {name} takes writes is not known: {Names(untold)} {Is(untold)} on a server out of reach"
                    + $"{(lost.Count > 0 ? $", {Names(lost)} {Is(lost)} offline" : "")} ({quorum})");
        }
        else
        {
            string how = untold.Count == 0 ? "offline" : lost.Count == 0 ? OutOfReach : "offline or out of reach";
            EvaluateReserve(name, volume, set, atWorst, [.. lost, .. untold], how, quorum);
        }
    }

    /// <summary>A set that takes writes: what would end that?</summary>
    private void EvaluateReserve(string name, Volume volume, BrickSet set, bool[] alive, List<Brick> gone, string how, string quorum)
    {
        List<Brick> essential = [];
        for (int index = 0; index < alive.Length; index++)
        {
            if (alive[index])
            {
                bool[] without = [.. alive];
                without[index] = false;
                if (!TakesWrites(volume, set, without))
                {
                    essential.Add(set.Bricks[index]);
                }
            }
        }

        if (gone.Count == 0)
        {
            string risk = volume.DisperseCount == 0 && volume.ReplicaCount == 2 && QuorumType(volume, 2) == "none"
                ? "; either brick alone takes writes, so a cut between them can split files"
                : "";
            concern.Ok($"{name} takes writes with all {set.Bricks.Count} bricks{(essential.Count > 0 && set.Bricks.Count > 1 ? $", and only while {Names(essential)} {Lives(essential)}" : "")} ({quorum}){risk}");
        }
        else if (how == OutOfReach)
        {
            SayUnseen(
                Status.Warning,
                essential.Count > 0 ? GlusterHeadlines.LastReserve : GlusterHeadlines.FewerBricks.About(name),
                essential.Count > 0
                    ? $"{name} is writable for sure only while {Names(essential)} {Lives(essential)}: {Names(gone)} {Is(gone)} out "
                        + $"of reach ({quorum})"
                    : $"{name} is writable with {set.Bricks.Count - gone.Count} of {set.Bricks.Count} bricks, and more cannot be "
                        + $"seen: {Names(gone)} {Is(gone)} out of reach ({quorum})");
        }
        else if (essential.Count > 0)
        {
            concern.Problem(
                Status.Warning,
                GlusterHeadlines.LastReserve.About(name),
                $"{name} is writable only while {Names(essential)} {Lives(essential)}: {Names(gone)} {Is(gone)} {how} ({quorum})");
        }
        else
        {
            concern.Problem(
                Status.Warning,
                GlusterHeadlines.FewerBricks.About(name),
                $"{name} is writable with {set.Bricks.Count - gone.Count} of {set.Bricks.Count} bricks: {Names(gone)} {Is(gone)} {how} ({quorum})");
        }
    }

    /// <summary>Server quorum: below it, glusterd stops the bricks of this server itself.</summary>
    private void EvaluateServers(List<Volume> started)
    {
        if (started.Find(volume => volume.Options.GetValueOrDefault("cluster.server-quorum-type") == "server") is not { } volume)
        {
            return;
        }

        if (cluster.Peers.Value is not { } peers)
        {
            PoolErrorEvaluation why = PoolErrorEvaluation.Of(cluster.Peers.Error!, report.Options);
            SayUnseen(
                Status.Unknown,
                why.Or(GlusterHeadlines.WritesUnknown),
                $"whether the servers of {volume.Name} have quorum is not known: {why.Sentence}");
            return;
        }

        int all = peers.Count + 1;
        int connected = peers.Count(peer => peer.IsGood) + 1;
        string ratio = volume.Options.GetValueOrDefault("cluster.server-quorum-ratio", "").TrimEnd('%');
        int needed = GlusterXml.Number(ratio) is { } percent and > 0 ? (int)Math.Ceiling(all * percent / 100.0) : (all / 2) + 1;
        string count = $"{connected} of {all} servers connected, {needed} needed (server-quorum-type server of {volume.Name})";
        if (connected < needed)
        {
            concern.Problem(
                Status.Critical,
                GlusterHeadlines.NoServerQuorum,
                $"the servers have no quorum, so glusterd stops the bricks of this one: {count}");
        }
        else if (connected == needed && connected < all)
        {
            concern.Problem(Status.Warning, GlusterHeadlines.LastServer, $"one more lost server stops the bricks: {count}");
        }
    }

    private static string Names(List<Brick> bricks) => string.Join(" and ", bricks.Select(brick => brick.Name));

    private static string Is(List<Brick> bricks) => bricks.Count == 1 ? "is" : "are";

    private static string Lives(List<Brick> bricks) => bricks.Count == 1 ? "lives" : "live";

    private void SayUnseen(Status status, HeadlineKind kind, string sentence)
    {
        if (report.Options.Judges(GlusterSplitCheck.Bricks) || report.Options.JudgedBy(GlusterSplitCheck.Bricks) is not null)
        {
            hidden ??= sentence;
        }
        else
        {
            concern.Problem(status, kind, sentence);
        }
    }
}
