namespace Ringfree.Monitoring.Plugins.Haproxy;

/// <summary>What one HAProxy process said of itself and of its proxies.</summary>
/// <param name="Source">Where it was asked.</param>
/// <param name="Info">The <c>show info</c> keys that the check reads; none of them from a stats page.</param>
/// <param name="Rows">The <c>show stat</c> rows, in HAProxy's order.</param>
internal sealed record HaproxyStats(string Source, ProcessInfo Info, IReadOnlyList<ProxyRow> Rows)
{
    /// <summary>
    /// Who drained servers or put them in maintenance, from <c>show servers state</c>. It is asked only when a server is; null where this
    /// source does not tell.
    /// </summary>
    internal ServersState? ServersState { get; init; }

    /// <summary>
    /// Whether a process that started within the last hour was started by a reload. Default: null, it runs for longer, or that cannot be
    /// seen.
    /// </summary>
    internal bool? WasReloaded { get; init; }
}

/// <summary>From <c>show info</c>; the key set varies with the version, so each value may be missing (null).</summary>
internal sealed record ProcessInfo
{
    internal string? Version { get; init; }

    internal string? Node { get; init; }

    internal long? Pid { get; init; }

    /// <summary>How many processes share the configuration (<c>nbproc</c>, up to HAProxy 2.4).</summary>
    internal long? Processes { get; init; }

    internal long? UptimeSeconds { get; init; }

    internal long? Connections { get; init; }

    internal long? MaxConnections { get; init; }

    internal long? TlsConnections { get; init; }

    /// <summary>0 is no limit.</summary>
    internal long? MaxTlsConnections { get; init; }

    /// <summary>Share of the last second that the process slept, 0 to 100.</summary>
    internal long? IdlePercent { get; init; }

    /// <summary>Memory allocations that failed since the process started.</summary>
    internal long? PoolFailed { get; init; }

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
/// <param name="numbers">The number of each <see cref="StatColumn"/>; <see cref="Absent"/> for none.</param>
internal sealed class ProxyRow(long[] numbers)
{
    /// <summary>What no column holds.</summary>
    internal const long Absent = long.MinValue;

    internal required string Proxy { get; init; }

    internal required string Name { get; init; }

    internal required RowType Type { get; init; }

    internal required ServerStatus Status { get; init; }

    /// <summary>The status as HAProxy wrote it: "UP 2/3", "MAINT (via pbx/pbx1)".</summary>
    internal required string StatusText { get; init; }

    /// <summary>L4CON, L7STS; without the star of a check in progress. Empty when the server is not checked.</summary>
    internal required string CheckStatus { get; init; }

    /// <summary>What the last check said, in the words of the server or of the system: foreign text.</summary>
    internal required string LastCheck { get; init; }

    internal long? Weight => this[StatColumn.Weight];

    /// <summary>For a server: 1 when its role is backup. For a backend: the number of usable backup servers.</summary>
    internal long? Backup => this[StatColumn.Backup];

    internal long? Sessions => this[StatColumn.Sessions];

    internal long? SessionLimit => this[StatColumn.SessionLimit];

    internal long? Queue => this[StatColumn.Queue];

    internal long? SecondsSinceChange => this[StatColumn.SecondsSinceChange];

    /// <summary>How often the server's check took it down since the process started.</summary>
    internal long? CheckDowns => this[StatColumn.CheckDowns];

    /// <summary>HTTP answers since the process started; null where HAProxy does not count them, as in TCP mode.</summary>
    internal long? Answers => this[StatColumn.Responses2xx] is null ? null
        : (this[StatColumn.Responses1xx] ?? 0) + this[StatColumn.Responses2xx] + (this[StatColumn.Responses3xx] ?? 0)
            + (this[StatColumn.Responses4xx] ?? 0) + (this[StatColumn.Responses5xx] ?? 0) + (this[StatColumn.ResponsesOther] ?? 0);

    /// <summary>Takes new sessions: UP or unchecked, with a weight.</summary>
    internal bool IsUsable => Status is ServerStatus.Up or ServerStatus.Unchecked && Weight is not 0;

    internal bool IsBackup => Backup > 0;

    /// <summary>Fails its check, or is in a state that no known version writes.</summary>
    internal bool IsDown => Status is ServerStatus.Down or ServerStatus.Unrecognized;

    /// <summary>In maintenance, drained or without weight: by an operator, by haproxy.cfg, or as its name does not resolve.</summary>
    internal bool IsOutOfRotation => Status is ServerStatus.Maintenance or ServerStatus.Drain || HasLostItsWeight;

    /// <summary>Healthy, but weight 0 keeps new sessions away.</summary>
    internal bool HasLostItsWeight => Status is ServerStatus.Up or ServerStatus.Unchecked && Weight is 0;

    /// <summary>Any number of the row.</summary>
    internal long? this[StatColumn column] => numbers[(int)column] is var number and not Absent ? number : null;
}

/// <summary>The states of HAProxy's status column that matter to an evaluation.</summary>
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
