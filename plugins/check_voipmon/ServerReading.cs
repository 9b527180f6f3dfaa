using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Plugins.Voipmon;

/// <summary>Room and queue of the spool folder.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="Error">Why it was not looked at; null when it was.</param>
internal sealed record SpoolReading(string Path, ProbeError? Error)
{
    internal double FreeBytes { get; init; }

    internal double TotalBytes { get; init; }

    /// <summary>Free inodes in per cent; null on a file system that counts none.</summary>
    internal double? InodesFree { get; init; }

    /// <summary>When the oldest queue file was last written; null when there is none.</summary>
    internal DateTimeOffset? OldestQueueFile { get; init; }

    internal int QueueFiles { get; init; }

    /// <summary>Why the queue files could not be listed; null when they were.</summary>
    internal ProbeError? QueueError { get; init; }
}

/// <summary>All that was read of one server.</summary>
/// <param name="Manager">What the manager told.</param>
/// <param name="Database">What the database told; null when it is not to be asked.</param>
/// <param name="Spool">What the spool folder showed; null when it is not to be looked at.</param>
internal sealed record ServerReading(ManagerReading Manager, DatabaseReading? Database, SpoolReading? Spool);
