namespace Ringfree.Monitoring.Probes;

/// <summary>One question to a socket whose server answers and closes.</summary>
/// <param name="Address">Where to ask.</param>
/// <param name="Text">The bytes to send; ASCII.</param>
public sealed record SocketQuestion(SocketAddress Address, string Text)
{
    /// <summary>How long a listener that is missing or refuses is asked again before that is believed. Default: zero, once.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.Zero;

    /// <summary>The longest answer that is read, in bytes. Default and upper limit of what a check's heap is sized for: 16 MiB.</summary>
    public int LongestAnswer { get; init; } = 16 * 1024 * 1024;
}

/// <summary>How an exchange ended.</summary>
public enum SocketOutcome
{
    /// <summary>The other side answered (perhaps in part, perhaps nothing) and closed.</summary>
    Answered,

    /// <summary>Nothing stands at the socket's path.</summary>
    Missing,

    /// <summary>Nothing listens there.</summary>
    Refused,

    /// <summary>This user may not connect.</summary>
    Denied,

    /// <summary>Connected, or queued to connect, and no complete answer before the deadline.</summary>
    Silent,

    /// <summary>The answer outgrew <see cref="SocketQuestion.LongestAnswer"/>.</summary>
    TooLong,

    /// <summary>The host has no address.</summary>
    Unresolved,

    /// <summary>Anything else; <see cref="SocketAnswer.Reason"/> has the system's words.</summary>
    Failed,
}

/// <summary>What came back.</summary>
/// <param name="Outcome">How the exchange ended.</param>
/// <param name="Bytes">What was read, whole or in part.</param>
/// <param name="Reason">The system's words for an outcome other than <see cref="SocketOutcome.Answered"/>; empty otherwise.</param>
public readonly record struct SocketAnswer(SocketOutcome Outcome, ReadOnlyMemory<byte> Bytes, string Reason = "");
