namespace Ringfree.Monitoring.Probes;

/// <summary>How a question ended.</summary>
public enum Outcome
{
    /// <summary>The other side answered (perhaps in part, perhaps nothing) and closed.</summary>
    Answered,

    /// <summary>Nothing stands where it was asked.</summary>
    Missing,

    /// <summary>Nothing listens there.</summary>
    Refused,

    /// <summary>This user may not ask.</summary>
    Denied,

    /// <summary>No complete answer in time.</summary>
    Silent,

    /// <summary>The answer outgrew <see cref="Question.LongestAnswer"/>.</summary>
    TooLong,

    /// <summary>The host has no address.</summary>
    Unresolved,

    /// <summary>Anything else; <see cref="Answer.Reason"/> has the system's words.</summary>
    Failed,

    /// <summary>
    /// The same question of an earlier run still hangs in the kernel, so it was not put again; <see cref="Answer.Reason"/> says since when,
    /// ISO 8601, UTC.
    /// </summary>
    Busy,
}

/// <summary>What came back.</summary>
/// <param name="Outcome">How the question ended.</param>
/// <param name="Bytes">What was read, whole or in part.</param>
/// <param name="Reason">The system's words for an outcome other than <see cref="Outcome.Answered"/>; empty otherwise.</param>
public readonly record struct Answer(Outcome Outcome, ReadOnlyMemory<byte> Bytes, string Reason = "")
{
    /// <summary>What a command wrote on its standard error, at most 64 KiB. Default: nothing.</summary>
    public ReadOnlyMemory<byte> Errors { get; init; }

    /// <summary>A command's exit code (128 and the signal's number when one ended it), or the HTTP status of a page. Default: 0.</summary>
    public int Code { get; init; }

    /// <summary>The answer of an <see cref="Outcome"/> that brought nothing.</summary>
    /// <param name="outcome">How the question ended.</param>
    /// <param name="reason">The system's words.</param>
    /// <returns>The answer, without bytes.</returns>
    public static Answer Without(Outcome outcome, string reason) => new(outcome, default, reason);

    /// <summary>With <see cref="Outcome.Busy"/>: since when the earlier run's question hangs; null otherwise.</summary>
    public DateTimeOffset? HangsSince => Outcome == Outcome.Busy ? RecordingFormat.ParseTime(Reason) : null;
}
