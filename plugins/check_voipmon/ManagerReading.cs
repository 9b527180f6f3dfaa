using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Plugins.Voipmon;

/// <summary>How the sniffer's manager met the check.</summary>
internal enum ManagerState
{
    /// <summary>It told its state.</summary>
    Answers,

    /// <summary>Nothing listens: the sniffer does not run.</summary>
    Dead,

    /// <summary>It accepts and does not answer: the sniffer is frozen, or waits for its database.</summary>
    Silent,

    /// <summary>It accepts and closes without a word: the sniffer starts or ends.</summary>
    Closes,

    /// <summary>It may not be asked, or answers something else.</summary>
    Unreadable,
}

/// <summary>What the manager told, or why it did not.</summary>
/// <param name="Address">Where it was asked.</param>
/// <param name="Error">Why it did not answer; null when it did.</param>
internal sealed record ManagerReading(string Address, ProbeError? Error)
{
    /// <summary>How it met the check.</summary>
    internal ManagerState State => Error?.Kind switch
    {
        null => ManagerState.Answers,
        ProbeErrorKind.Refused or ProbeErrorKind.Missing => ManagerState.Dead,
        ProbeErrorKind.Unresponsive => ManagerState.Silent,
        ProbeErrorKind.Closed => ManagerState.Closes,
        _ => ManagerState.Unreadable,
    };

    internal SnifferStat? Stat { get; init; }

    /// <summary>Calls that are active now (<c>totalcalls</c>); null when not told.</summary>
    internal long? ActiveCalls { get; init; }

    /// <summary>Remote sensors that are connected; null when this manager does not tell them.</summary>
    internal IReadOnlySet<long>? ConnectedSensors { get; init; }

    internal bool Answers => State == ManagerState.Answers;

    /// <summary>The best count of calls: the manager's own, else the status line's.</summary>
    internal long? Calls => ActiveCalls ?? Stat?.Line?.Calls;
}
