using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Plugins.SansayHa;

/// <summary>The roles of both nodes as they are now: exactly one carries the calls and the other stands by.</summary>
internal static class RolesEvaluation
{
    private const string NotAsked = "was not asked";

    /// <summary>Says what is so of the pair, and of each node that answered without telling.</summary>
    internal static void Evaluate(PairReading pair, Severities severities, ConcernReport ha)
    {
        NodeReading[] untold = [.. pair.Nodes.Where(node => node is { Error: not null, IsUnreachable: false })];
        if (untold is [var one, var another]
            && NodeErrorEvaluation.Of(one).Words is { } words
            && words == NodeErrorEvaluation.Of(another).Words
            && words.StartsWith(NotAsked, StringComparison.Ordinal))
        {
            string were = $"were{words[NotAsked.IndexOf(' ', StringComparison.Ordinal)..]}";
            ha.Problem(Status.Unknown, SansayHeadlines.NotAsked, $"{one.Name} and {another.Name} {were}");
            return;
        }

        foreach (NodeReading node in untold)
        {
            NodeReading other = pair.Nodes.First(candidate => candidate != node);
            string also = other.Statistics is null ? "" : $"; {other.Words}";
            NodeErrorEvaluation why = NodeErrorEvaluation.Of(node);
            ha.Problem(Status.Unknown, why.Kind.About(node.Name), $"{node.Name} {why.Words}{also}");
        }

        if (untold.Length == 0)
        {
            EvaluatePair(pair, severities, ha);
        }
        else if (pair.Nodes.FirstOrDefault(node => node.IsUnreachable) is { } away)
        {
            NodeErrorEvaluation why = NodeErrorEvaluation.Of(away);
            ha.Problem(Status.Unknown, why.Kind.About(away.Name), $"{away.Name} {why.Words}");
        }
        else if (pair.Nodes.FirstOrDefault(node => node.Statistics is { State: HaState.OutOfService }) is { } broken)
        {
            ha.Problem(Status.Critical, SansayHeadlines.OutOfService.About(broken.Name), $"{broken.Name} is out of service (oos)");
        }
    }

    private static void EvaluatePair(PairReading pair, Severities severities, ConcernReport ha)
    {
        (NodeReading a, NodeReading b) = (pair.Nodes[0], pair.Nodes[1]);
        if (pair.IsOneBox)
        {
            ha.Problem(
                Status.Unknown,
                SansayHeadlines.OneBox,
                $"{a.Node.Address} and {b.Node.Address} are answered by one and the same box ({a.Statistics!.StateText}, its counter goes "
                    + "on from one to the other); cure: give each node's own management address, not the virtual IP");
            return;
        }

        switch (a.Statistics, b.Statistics)
        {
            case (null, null):
                ha.Problem(
                    severities[Severities.BothUnreachable],
                    SansayHeadlines.BothUnreachable,
                    $"neither node can be reached: {Why(a)}; {Why(b)}");
                break;
            case ({ } told, null):
                EvaluateAlone(a, told, b, severities, ha);
                break;
            case (null, { } told):
                EvaluateAlone(b, told, a, severities, ha);
                break;
            case ({ } toldA, { } toldB):
                EvaluateTogether(pair, toldA, toldB, severities, ha);
                break;
        }
    }

    private static void EvaluateAlone(NodeReading node, SystemStatistics told, NodeReading away, Severities severities, ConcernReport ha)
    {
        string trouble = Why(away);
        if (told.State == HaState.Unrecognized)
        {
            ha.Problem(Status.Unknown, SansayHeadlines.UnknownState, $"{Unrecognized(node)}; {trouble}");
        }
        else if (told.Serves)
        {
            ha.Problem(
                severities[Severities.OneUnreachable],
                SansayHeadlines.RedundancyLost.With("HOST", away.Node.Host),
                $"redundancy is lost: {trouble}; {node.Name} is {told.StateText} alone");
        }
        else
        {
            string state = told.State == HaState.OutOfService ? "out of service (oos)" : told.StateText;
            ha.Problem(Status.Critical, SansayHeadlines.NoneActive, $"no node is proven active: {node.Name} is {state}, {trouble}");
        }
    }

    private static void EvaluateTogether(
        PairReading pair, SystemStatistics toldA, SystemStatistics toldB, Severities severities, ConcernReport ha)
    {
        (NodeReading a, NodeReading b) = (pair.Nodes[0], pair.Nodes[1]);
        if (pair.IsSplit)
        {
            ha.Problem(
                Status.Critical,
                SansayHeadlines.Split,
                $"split: {a.Name} and {b.Name} are both active, so that calls land on either");
        }
        else if (Any(HaState.OutOfService))
        {
            ha.Problem(
                Status.Critical,
                SansayHeadlines.OutOfService.About(The(HaState.OutOfService).Name),
                $"{The(HaState.OutOfService).Name} is out of service (oos); {Other(HaState.OutOfService).Words}");
        }
        else if (Any(HaState.Unrecognized))
        {
            ha.Problem(
                Status.Unknown,
                SansayHeadlines.UnknownState,
                $"{Unrecognized(The(HaState.Unrecognized))}; {Other(HaState.Unrecognized).Words}");
        }
        else if (!toldA.Serves && !toldB.Serves)
        {
            ha.Problem(
                Status.Critical, SansayHeadlines.NoneActive, $"no node is active, so that no call goes through: {a.Words}, {b.Words}");
        }
        else if (Any(HaState.Standalone))
        {
            ha.Problem(
                severities[Severities.Standalone],
                SansayHeadlines.Standalone.About(The(HaState.Standalone).Name),
                $"{The(HaState.Standalone).Name} is standalone, without a partner; {Other(HaState.Standalone).Words}");
        }
        else if (Any(HaState.Boot))
        {
            ha.Problem(
                Status.Warning,
                SansayHeadlines.Booting.About(The(HaState.Boot).Name),
                $"{The(HaState.Boot).Name} is booting and cannot take over; {Other(HaState.Boot).Words}");
        }
        else
        {
            ha.Ok($"{a.Words}, {b.Words}");
        }

        bool Any(HaState state) => toldA.State == state || toldB.State == state;
        NodeReading The(HaState state) => toldA.State == state ? a : b;
        NodeReading Other(HaState state) => toldA.State == state ? b : a;
    }

    private static string Why(NodeReading node) => $"{node.Name} {NodeErrorEvaluation.Of(node).Words}";

    private static string Unrecognized(NodeReading node) =>
        $"{node.Name} calls its state '{node.Statistics!.StateText}', which is none of active, standby, standalone, oos, boot";
}
