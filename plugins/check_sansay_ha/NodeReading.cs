using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Plugins.SansayHa;

/// <summary>What one node said, or why it did not.</summary>
/// <param name="Node">Who was asked.</param>
/// <param name="Statistics">Its row; null when there is an error.</param>
/// <param name="Error">Why there are none; null when there are.</param>
internal sealed record NodeReading(SansayNode Node, SystemStatistics? Statistics, ProbeError? Error)
{
    /// <summary>Seconds since its hardware started; null when it does not tell.</summary>
    internal long? UptimeSeconds { get; init; }

    /// <summary>The interface that was asked last.</summary>
    internal Api Api { get; init; }

    /// <summary>The HTTP status of an answer without statistics. Default: 0, it brought some or there was none.</summary>
    internal int Code { get; init; }

    /// <summary>How often that interface was asked.</summary>
    internal int Tries { get; init; }

    /// <summary>Why it answered and spoke no TLS; null when it did.</summary>
    internal TlsTrouble? Tls { get; init; }

    /// <summary>Whether both interfaces were to be tried.</summary>
    internal bool MayFallBack { get; init; }

    /// <summary>The file of the user and the password.</summary>
    internal string CredentialsFile { get; init; } = "";

    /// <summary>True when the node did not answer at all, false when it answered and did not tell.</summary>
    internal bool IsUnreachable => Error?.Kind
        is ProbeErrorKind.Refused or ProbeErrorKind.Unresponsive or ProbeErrorKind.Missing or ProbeErrorKind.Failed;

    internal string Name => Node.Name;

    /// <summary>"sbc-a active", "sbc-b unreachable".</summary>
    internal string Words => $"{Name} {Statistics?.StateText ?? (IsUnreachable ? "unreachable" : "not readable")}";
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

    /// <summary>Both nodes carry calls, and still did when they were read again.</summary>
    internal bool IsSplit => !IsOneBox && Nodes.All(node => node.Statistics?.State == HaState.Active);

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
