namespace Ringfree.Monitoring.Plugins.SansayHa;

/// <summary>What kept a node's statistics back.</summary>
internal enum NodeTroubleKind
{
    /// <summary>It did not answer at all.</summary>
    Unreachable,

    /// <summary>Its name has no address here.</summary>
    Unresolved,

    /// <summary>This host may not ask: the credentials cannot be read.</summary>
    NotAsked,

    /// <summary>It does not accept user and password.</summary>
    RefusesUser,

    /// <summary>It accepts them and lets the user read nothing.</summary>
    Forbids,

    /// <summary>Its certificate is not trusted.</summary>
    Untrusted,

    /// <summary>It has neither API where they usually are.</summary>
    NoApi,

    /// <summary>It answered something else than statistics.</summary>
    NotStatistics,
}

/// <summary>Why a node has no statistics.</summary>
/// <param name="Kind">What kept them back.</param>
/// <param name="Words">The rest of a sentence that begins with the node's name: "is unreachable: Connection refused".</param>
internal sealed record NodeTrouble(NodeTroubleKind Kind, string Words)
{
    internal bool IsUnreachable => Kind == NodeTroubleKind.Unreachable;
}

/// <summary>What one node said, or why it did not.</summary>
/// <param name="Node">Who was asked.</param>
/// <param name="Statistics">Its row; null when there is trouble.</param>
/// <param name="Trouble">The trouble; null when there are statistics.</param>
internal sealed record NodeReading(SansayNode Node, SystemStatistics? Statistics, NodeTrouble? Trouble)
{
    /// <summary>Seconds since its hardware started; null when it does not tell.</summary>
    internal long? UptimeSeconds { get; init; }

    /// <summary>How it was asked: rest or soap; empty when neither answered.</summary>
    internal string Api { get; init; } = "";

    internal string Name => Node.Name;

    /// <summary>"sbc-a active", "sbc-b unreachable".</summary>
    internal string Words => Statistics is { } told ? $"{Name} {told.StateText}" : $"{Name} {(Trouble!.IsUnreachable ? "unreachable" : "not readable")}";
}

/// <summary>
/// Both nodes, read together; and once more when the first reading looked split or headless, because a switch-over looks so for a moment.
/// </summary>
/// <param name="First">The first reading, in the order of the options.</param>
/// <param name="Second">The second one; null when the first sufficed.</param>
internal sealed record PairReading(IReadOnlyList<NodeReading> First, IReadOnlyList<NodeReading>? Second)
{
    /// <summary>What counts.</summary>
    internal IReadOnlyList<NodeReading> Nodes => Second ?? First;

    /// <summary>True when these readings look split or headless, as they also do for a moment in the middle of a switch-over.</summary>
    internal static bool LookInTransition(IReadOnlyList<NodeReading> nodes) =>
        nodes.Any(node => node.Statistics is not null)
        && (nodes.All(node => node.Statistics?.State == HaState.Active) || !nodes.Any(node => node.Statistics?.Serves == true));

    /// <summary>
    /// Both addresses were answered by one box: when a counter's two first readings, from either address, are no greater than both later
    /// ones, it can hardly be two boxes' counter.
    /// </summary>
    internal bool IsOneBox
    {
        get
        {
            if (Second is null || First.Concat(Second).Any(reading => reading.Statistics is null) || Second[0].Statistics!.StateText != Second[1].Statistics!.StateText)
            {
                return false;
            }

            long?[] before = [.. First.Select(Attempts)];
            long?[] after = [.. Second.Select(Attempts)];
            return before.Min() > 0 && before.All(one => after.All(later => one <= later)) && SameUptime(Second[0].UptimeSeconds, Second[1].UptimeSeconds);
        }
    }

    private static long? Attempts(NodeReading reading) => reading.Statistics!.Number(SystemStatistics.Attempts);

    private static bool SameUptime(long? one, long? other) => one is null || other is null || Math.Abs(one.Value - other.Value) <= 60;
}
