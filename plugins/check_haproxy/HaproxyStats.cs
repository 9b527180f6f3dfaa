namespace Ringfree.Monitoring.Plugins.Haproxy;

/// <summary>What one HAProxy process said of itself and of its proxies.</summary>
/// <param name="Socket">Where it was asked.</param>
/// <param name="Info">The <c>show info</c> keys that the check reads.</param>
/// <param name="Rows">The <c>show stat</c> rows, in HAProxy's order.</param>
internal sealed record HaproxyStats(string Socket, ProcessInfo Info, IReadOnlyList<ProxyRow> Rows);

/// <summary>From <c>show info</c>; the key set varies with the version, so each value may be missing (null).</summary>
internal sealed record ProcessInfo
{
    internal string? Version { get; init; }

    internal long? Pid { get; init; }

    internal long? UptimeSeconds { get; init; }

    internal long? Connections { get; init; }

    internal long? MaxConnections { get; init; }

    internal bool IsStopping { get; init; }
}

/// <summary>The <c>type</c> column.</summary>
internal enum RowType
{
    Frontend = 0,
    Backend = 1,
    Server = 2,
    Listener = 3,
}

/// <summary>One row of <c>show stat</c>; a number that is absent is null.</summary>
internal sealed record ProxyRow
{
    internal required string Proxy { get; init; }

    internal required string Name { get; init; }

    internal required RowType Type { get; init; }

    internal required ServerStatus Status { get; init; }

    /// <summary>The status as HAProxy wrote it: "UP 2/3", "MAINT (via pbx/pbx1)".</summary>
    internal required string StatusText { get; init; }

    internal long? Weight { get; init; }

    /// <summary>For a server: 1 when its role is backup. For a backend: the number of usable backup servers.</summary>
    internal long? Backup { get; init; }

    internal long? Sessions { get; init; }

    internal long? SessionLimit { get; init; }

    internal long? Queue { get; init; }

    internal long? SecondsSinceChange { get; init; }

    /// <summary>L4CON, L7STS; without the star of a check in progress. Empty when the server is not checked.</summary>
    internal required string CheckStatus { get; init; }

    /// <summary>What the last check said, in the words of the server or of the system: foreign text.</summary>
    internal required string LastCheck { get; init; }

    /// <summary>Takes new sessions: UP or unchecked, with a weight.</summary>
    internal bool IsUsable => Status is ServerStatus.Up or ServerStatus.Unchecked && Weight is not 0;

    /// <summary>Out of rotation by somebody's will, or by configuration.</summary>
    internal bool IsSetAside => Status is ServerStatus.Maintenance or ServerStatus.Drain || (Status is ServerStatus.Up or ServerStatus.Unchecked && Weight is 0);
}

/// <summary>The states of HAProxy's status column that matter to a judge.</summary>
internal enum ServerStatus
{
    /// <summary>UP, and UP n/m: on its way down, still serving.</summary>
    Up,

    /// <summary>no check.</summary>
    Unchecked,

    /// <summary>DOWN, DOWN (agent), and DOWN n/m: on its way up, not serving yet.</summary>
    Down,

    /// <summary>NOLB, DRAIN and their variants: no new sessions.</summary>
    Drain,

    /// <summary>MAINT and its variants (via, resolution).</summary>
    Maintenance,

    /// <summary>OPEN: a frontend or listener that accepts.</summary>
    Open,

    /// <summary>FULL or WAITING: at its session limit.</summary>
    Full,

    /// <summary>PAUSED or STOP: a frontend that does not accept.</summary>
    Stopped,

    /// <summary>A word that no known version writes.</summary>
    Unrecognized,
}
