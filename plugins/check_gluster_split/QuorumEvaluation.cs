using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Plugins.GlusterSplit;

/// <summary>
/// Whether each set of bricks takes writes, and what that hangs on. That a brick is offline, or its server out of reach, is for the
/// concerns bricks and peers to tell; lost writes are told here alone.
/// </summary>
internal sealed class QuorumEvaluation
{
    private readonly Cluster cluster;
    private readonly ReportBuilder report;
    private readonly ConcernReport concern;
    private int sets;
    private int unwritable;

    /// <summary>What is known of bricks and peers is other concerns' to say: the first sentence about what that hides here.</summary>
    private (Concern Cause, string Sentence)? hidden;

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
                why.IsOfLock ? GlusterSplitCheck.Peers : GlusterSplitCheck.Bricks,
                Status.Unknown,
                why.Or(GlusterHeadlines.WritesUnknown),
                $"whether the volumes take writes is not known: {why.Sentence}");
        }

        concern.Record(GlusterSplitCheck.SetsUnwritable, cluster.States.Value is null ? null : unwritable, maximum: sets);
        if (hidden is var (cause, sentence))
        {
            report.CannotJudge([GlusterSplitCheck.Quorum], cause, sentence);
        }

        if (cluster.States.Value is not null && (hidden is null || report.Options.Judges(hidden.Value.Cause)))
        {
            string summary = $"{Words.Count(sets - unwritable, "replica set")} writable";
            concern.Ok(summary);
            concern.Summary(summary);
        }
    }

    private void EvaluateVolume(Volume volume, VolumeState? state)
    {
        if (state is null)
        {
            SayUnseen(
                GlusterSplitCheck.Peers,
                Status.Unknown,
                GlusterHeadlines.WritesUnknown,
                $"whether {volume.Name} takes writes is not known: {VolumeState.LeftOut}: another command holds its lock");
            return;
        }

        foreach (BrickSet set in volume.Sets)
        {
            sets++;
            EvaluateSet(BrickSetState.Of(volume, set, state));
        }
    }

    private void EvaluateSet(BrickSetState state)
    {
        (Volume volume, BrickSet set, _) = state;
        string name = volume.NameOf(set);
        string quorum = volume.DisperseCount > 0
            ? $"needs {set.Bricks.Count - volume.RedundancyCount} bricks"
            : $"quorum-type {BrickSetState.QuorumType(volume, set.Bricks.Count)}";
        if (!state.TakesWritesAtBest)
        {
            unwritable++;
            SayUnwritable(state, name, quorum);
        }
        else if (!state.TakesWritesAtWorst)
        {
            (List<Brick> lost, List<Brick> untold) = (state.Lost, state.Untold);
            SayUnseen(
                lost.Count > 0 ? GlusterSplitCheck.Bricks : GlusterSplitCheck.Peers,
                Status.Unknown,
                GlusterHeadlines.WritesUnknown,
                $"whether {name} takes writes is not known: {Names(untold)} {Is(untold)} on a server out of reach"
                    + $"{(lost.Count > 0 ? $", {Names(lost)} {Is(lost)} offline" : "")} ({quorum})");
        }
        else if (state.Lost.Count == 0 && state.Untold.Count == 0)
        {
            SayWhole(state, name, quorum);
        }
        else
        {
            EvaluateReserve(state, name, quorum);
        }
    }

    private void SayUnwritable(BrickSetState state, string name, string quorum)
    {
        (Volume volume, BrickSet set, _) = state;
        List<Brick> lost = state.Lost;
        int alive = state.AtBest.Count(lives => lives);
        bool isOnlyCopy = set.Bricks.Count == 1;
        concern.Problem(
            Status.Critical,
            (isOnlyCopy ? GlusterHeadlines.FilesLost : alive == 0 ? GlusterHeadlines.SetDown : GlusterHeadlines.NoWrites).About(name),
            isOnlyCopy ? $"{volume.Name} has lost a part of its files: {Names(lost)} is offline, and nothing else holds them"
            : alive == 0 ? $"{name} is down: none of its {set.Bricks.Count} bricks runs ({Names(lost)})"
            : $"{name} takes no writes: {Names(lost)} {Is(lost)} offline, and with {alive} of {set.Bricks.Count} bricks it has no quorum "
                + $"({quorum})");
    }

    private void SayWhole(BrickSetState state, string name, string quorum)
    {
        (Volume volume, BrickSet set, _) = state;
        List<Brick> essential = state.Essential();
        string risk = volume.DisperseCount == 0 && volume.ReplicaCount == 2 && BrickSetState.QuorumType(volume, 2) == "none"
            ? "; either brick alone takes writes, so a cut between them can split files"
            : "";
        string reserve = essential.Count > 0 && set.Bricks.Count > 1 ? $", and only while {Names(essential)} {Lives(essential)}" : "";
        concern.Ok($"{name} takes writes with all {set.Bricks.Count} bricks{reserve} ({quorum}){risk}");
    }

    /// <summary>A set that takes writes without some of its bricks: what would end that?</summary>
    private void EvaluateReserve(BrickSetState state, string name, string quorum)
    {
        (_, BrickSet set, _) = state;
        (List<Brick> lost, List<Brick> untold) = (state.Lost, state.Untold);
        List<Brick> gone = [.. lost, .. untold];
        List<Brick> essential = state.Essential();
        HeadlineKind kind = (essential.Count > 0 ? GlusterHeadlines.LastReserve : GlusterHeadlines.FewerBricks).About(name);
        if (lost.Count == 0)
        {
            SayUnseen(
                GlusterSplitCheck.Peers,
                Status.Warning,
                kind,
                essential.Count > 0
                    ? $"{name} is writable for sure only while {Names(essential)} {Lives(essential)}: {Names(gone)} {Is(gone)} out "
                        + $"of reach ({quorum})"
                    : $"{name} is writable with {set.Bricks.Count - gone.Count} of {set.Bricks.Count} bricks, and more cannot be "
                        + $"seen: {Names(gone)} {Is(gone)} out of reach ({quorum})");
            return;
        }

        string how = untold.Count == 0 ? "offline" : "offline or out of reach";
        string sentence = essential.Count > 0
            ? $"{name} is writable only while {Names(essential)} {Lives(essential)}: {Names(gone)} {Is(gone)} {how} ({quorum})"
            : $"{name} is writable with {set.Bricks.Count - gone.Count} of {set.Bricks.Count} bricks: {Names(gone)} {Is(gone)} {how} "
                + $"({quorum})";
        concern.Consequence(GlusterSplitCheck.Bricks, Status.Warning, kind, sentence);
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
                GlusterSplitCheck.Peers,
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
            concern.Consequence(
                GlusterSplitCheck.Peers, Status.Warning, GlusterHeadlines.LastServer, $"one more lost server stops the bricks: {count}");
        }
    }

    private static string Names(List<Brick> bricks) => string.Join(" and ", bricks.Select(brick => brick.Name));

    private static string Is(List<Brick> bricks) => bricks.Count == 1 ? "is" : "are";

    private static string Lives(List<Brick> bricks) => bricks.Count == 1 ? "lives" : "live";

    private void SayUnseen(Concern cause, Status status, HeadlineKind kind, string sentence)
    {
        if (report.Options.Judges(cause) || report.Options.JudgedBy(cause) is not null)
        {
            hidden ??= (cause, sentence);
        }
        else
        {
            concern.Problem(status, kind, sentence);
        }
    }
}
