using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Plugins.Haproxy;

/// <summary>What came of asking one source.</summary>
/// <param name="Source">Where it was asked; the first of the usual sockets when none of them exists.</param>
/// <param name="Stats">What HAProxy answered; null when it did not.</param>
/// <param name="Error">Why it did not; null when it did, and when the source was not asked.</param>
internal sealed record StatsReading(StatsSource Source, HaproxyStats? Stats, ProbeError? Error)
{
    /// <summary>Why the source was not asked: the root of its container does not answer. Default: null, it was.</summary>
    internal ProbeError? RootError { get; init; }

    /// <summary>The usual sockets, none of which exists. Default: empty, one does or a source is named.</summary>
    internal IReadOnlyList<string> Tried { get; init; } = [];

    /// <summary>What runs at the source's place. Default: null, not looked for, as something answers.</summary>
    internal RunningHaproxy? Running { get; init; }

    /// <summary>How long the node is up. Default: null, not asked for, or not known.</summary>
    internal TimeSpan? Uptime { get; init; }

    /// <summary>What denies this user the stats socket. Default: null, not looked at.</summary>
    internal SocketPermissions? Permissions { get; init; }

    /// <summary>
    /// Whether nothing answers at a source of this machine or of its containers, so that its processes tell whether HAProxy runs.
    /// </summary>
    internal bool IsAbsent => Error is { Kind: ProbeErrorKind.Missing or ProbeErrorKind.Refused } && Source.IsHere;
}

/// <summary>A stats socket and its folder, as this user sees them.</summary>
/// <param name="Socket">The socket.</param>
/// <param name="Folder">Its folder.</param>
internal readonly record struct SocketPermissions(PathStatus Socket, PathStatus Folder);
