namespace Ringfree.Monitoring.Plugins.OverSsh;

/// <summary>How far the connection came.</summary>
internal enum SshOutcome
{
    /// <summary>The command ran and ended.</summary>
    Answered,

    /// <summary>Nothing listens there.</summary>
    Refused,

    /// <summary>The network has no way there.</summary>
    Unreachable,

    /// <summary>The host has no address.</summary>
    Unresolved,

    /// <summary>Connected, or trying to, and no end before the deadline.</summary>
    Silent,

    /// <summary>The other side ended the connection, or what it speaks is not the protocol.</summary>
    Broken,

    /// <summary>The host key is not the known one; <see cref="SshAnswer.PresentedKey"/> is what was shown.</summary>
    HostKeyRefused,

    /// <summary>The user with this identity is not let in.</summary>
    IdentityRefused,

    /// <summary>The connection ended in the midst of the command.</summary>
    CutOff,

    /// <summary>The output outgrew every sensible answer.</summary>
    TooLong,
}

/// <summary>What came of one command.</summary>
/// <param name="Outcome">How far it came; everything else is for <see cref="SshOutcome.Answered"/>, unless it says otherwise.</param>
/// <param name="Elapsed">From the start to the end.</param>
/// <param name="Detail">For other outcomes: in what it ended, or what was waited for.</param>
internal sealed record SshAnswer(SshOutcome Outcome, TimeSpan Elapsed, string Detail = "")
{
    /// <summary>Standard output; the first <see cref="SshConnection.Kept"/> bytes.</summary>
    internal byte[] Output { get; init; } = [];

    /// <summary>The length of the whole standard output.</summary>
    internal long Length { get; init; }

    /// <summary>The beginning of standard error.</summary>
    internal string Error { get; init; } = "";

    /// <summary>Null when a signal ended the command.</summary>
    internal int? ExitCode { get; init; }

    /// <summary>The signal that ended the command; null when it exited.</summary>
    internal string? Signal { get; init; }

    /// <summary>What the host showed; null when it did not come so far.</summary>
    internal HostKey? PresentedKey { get; init; }
}
