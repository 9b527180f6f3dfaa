using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Plugins.SansayHa;

/// <summary>The roles of both nodes as they are now: exactly one carries the calls and the other stands by.</summary>
internal static class RolesEvaluation
{
    private const string NotAsked = "was not asked";

    /// <summary>Says what is so of the pair, and of each node that answered without telling.</summary>
    internal static void Evaluate(PairReading pair, Rating rating, ConcernReport ha)
    {
        NodeReading[] untold = [.. pair.Nodes.Where(node => node is { Error: not null, IsUnreachable: false })];
        if (untold is [var one, var another] && WhyOf(one) is var why && why.Words == WhyOf(another).Words
            && why.Words.StartsWith(NotAsked, StringComparison.Ordinal))
        {
            string were = $"were{why.Words[NotAsked.IndexOf(' ', StringComparison.Ordinal)..]}";
            ha.Problem(Status.Unknown, $"{one.Name} and {another.Name} {were}", why.FirstStep);
            return;
        }

        foreach (NodeReading node in untold)
        {
            NodeReading other = pair.Nodes.First(candidate => candidate != node);
            string also = other.Statistics is null ? "" : $"; {other.Words}";
            ha.Problem(Status.Unknown, Untold(node) + also, WhyOf(node).FirstStep);
        }

        if (untold.Length == 0)
        {
            (Status status, string sentence) = pair.IsOneBox ? OneBox(pair) : Verdict(pair.Nodes[0], pair.Nodes[1], rating);
            ha.Problem(status, sentence, pair.IsOneBox ? "" : StepFor(pair));
        }
        else if (pair.Nodes.FirstOrDefault(node => node.IsUnreachable) is { } away)
        {
            ha.Problem(Status.Unknown, Untold(away), WhyOf(away).FirstStep);
        }
        else if (pair.Nodes.FirstOrDefault(node => node.Statistics is { State: HaState.OutOfService }) is { } broken)
        {
            ha.Problem(Status.Critical, $"{broken.Name} is out of service (oos)", StepFor(pair));
        }
    }

    private static NodeErrorEvaluation WhyOf(NodeReading node) => NodeErrorEvaluation.Of(node);

    /// <summary>"sbc-b is unreachable: nothing listens on 192.0.2.2:8888".</summary>
    private static string Untold(NodeReading node) => $"{node.Name} {WhyOf(node).Words}";

    /// <summary>Nothing of these is acknowledged away: the step depends on what the nodes are, not on what changed.</summary>
    private static string? StepFor(PairReading pair)
    {
        NodeReading[] nodes = [.. pair.Nodes];
        bool Is(HaState state) => Array.Exists(nodes, node => node.Statistics?.State == state);
        return Array.TrueForAll(nodes, node => node.Statistics?.State == HaState.Active)
                ? "place a test call; set one node to standby in its GUI or pull its voice link, then look at the HA link between "
                    + "both; restart neither"
            : Is(HaState.OutOfService) ? "place a test call; the console of the node that is out of service says why (licence, "
                + "hardware, configuration)"
            : !Array.Exists(nodes, node => node.Statistics?.Serves == true) && Array.Exists(nodes, node => node.Statistics is not null)
                ? "calls fail: place a test call, log in to both consoles and bring one node to active"
            : Array.Find(nodes, node => node.Error is not null) is { } away ? WhyOf(away).FirstStep
            : Is(HaState.Boot) ? "wait for it; when it takes more than a few minutes, look at its console"
            : Is(HaState.Standalone) ? "its GUI shows whether HA is switched off there; meant so: --rate standalone=ok"
            : null;
    }

    private static (Status Status, string Sentence) OneBox(PairReading pair) => (
        Status.Unknown,
        $"{pair.Nodes[0].Node.Address} and {pair.Nodes[1].Node.Address} are answered by one and the same box ({pair.Nodes[0].Statistics!.StateText}, its counter goes on from one to the other); cure: give each node's own management address, not the virtual IP");

    private static (Status Status, string Sentence) Verdict(NodeReading a, NodeReading b, Rating rating) => (a, b) switch
    {
        ({ Statistics: null }, { Statistics: null }) =>
            (rating[Rating.BothUnreachable], $"neither node can be reached: {Untold(a)}; {Untold(b)}"),
        ({ Statistics: { } told }, { Statistics: null }) => Alone(a, told, b, rating),
        ({ Statistics: null }, { Statistics: { } told }) => Alone(b, told, a, rating),
        _ => Together(a, b, a.Statistics!.State, b.Statistics!.State, rating),
    };

    private static (Status Status, string Sentence) Alone(NodeReading told, SystemStatistics statistics, NodeReading away, Rating rating) => statistics.State switch
    {
        HaState.OutOfService => (Status.Critical, $"no node is proven active: {told.Name} is out of service (oos), {Untold(away)}"),
        HaState.Unrecognized => (Status.Unknown, $"{Unrecognized(told)}; {Untold(away)}"),
        _ when statistics.Serves => (rating[Rating.OneUnreachable], $"redundancy is lost: {Untold(away)}; {told.Name} is {statistics.StateText} alone"),
        _ => (Status.Critical, $"no node is proven active: {told.Name} is {statistics.StateText}, {Untold(away)}"),
    };

    private static (Status Status, string Sentence) Together(NodeReading a, NodeReading b, HaState stateA, HaState stateB, Rating rating)
    {
        bool Any(HaState state) => stateA == state || stateB == state;
        NodeReading The(HaState state) => stateA == state ? a : b;
        NodeReading Other(HaState state) => stateA == state ? b : a;
        if (Any(HaState.OutOfService))
        {
            NodeReading broken = The(HaState.OutOfService);
            return (Status.Critical, $"{broken.Name} is out of service (oos); {Other(HaState.OutOfService).Words}");
        }

        if (Any(HaState.Unrecognized))
        {
            return (Status.Unknown, $"{Unrecognized(The(HaState.Unrecognized))}; {Other(HaState.Unrecognized).Words}");
        }

        if (stateA == HaState.Active && stateB == HaState.Active)
        {
            return (Status.Critical, $"split: {a.Name} and {b.Name} are both active, so that calls land on either");
        }

        if (!a.Statistics!.Serves && !b.Statistics!.Serves)
        {
            return (Status.Critical, $"no node is active, so that no call goes through: {a.Words}, {b.Words}");
        }

        if (Any(HaState.Standalone))
        {
            return (rating[Rating.Standalone], $"{The(HaState.Standalone).Name} is standalone, without a partner; {Other(HaState.Standalone).Words}");
        }

        return Any(HaState.Boot)
            ? (Status.Warning, $"{The(HaState.Boot).Name} is booting and cannot take over; {Other(HaState.Boot).Words}")
            : (Status.Ok, $"{a.Words}, {b.Words}");
    }

    private static string Unrecognized(NodeReading node) =>
        $"{node.Name} calls its state '{node.Statistics!.StateText}', which is none of active, standby, standalone, oos, boot";
}
