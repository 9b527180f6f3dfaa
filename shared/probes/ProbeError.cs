namespace Ringfree.Monitoring.Probes;

/// <summary>What happened to a question whose answer brought no reading.</summary>
public enum ProbeErrorKind
{
    /// <summary>Nothing stands where it was asked.</summary>
    Missing,

    /// <summary>The program that would ask does not exist on this machine; the subject is its path.</summary>
    NotInstalled,

    /// <summary>Nothing listens there.</summary>
    Refused,

    /// <summary>This user may not ask.</summary>
    Denied,

    /// <summary>A user name and a password are required, or others than those that were given.</summary>
    Unauthorized,

    /// <summary>The other side closed the connection without an answer.</summary>
    Closed,

    /// <summary>The certificate of the other side is not trusted.</summary>
    Untrusted,

    /// <summary>No complete answer in time.</summary>
    Unresponsive,

    /// <summary>Another request holds the lock that the answer needs; the detail is how that was said.</summary>
    Locked,

    /// <summary>The same question of an earlier run still hangs, so it was not put again.</summary>
    StillUnresponsive,

    /// <summary>The host has no address.</summary>
    Unresolved,

    /// <summary>The answer is longer than what is read of one.</summary>
    TooLarge,

    /// <summary>The answer is an error of what was asked; the detail is its text.</summary>
    Rejected,

    /// <summary>The answer is not of the form that was expected.</summary>
    Malformed,

    /// <summary>This machine is not set up so that it can be asked; the detail is a sentence that contains the cure.</summary>
    NotAsked,

    /// <summary>Anything else; the detail is the system's error message.</summary>
    Failed,
}

/// <summary>Why a reading could not be taken: what happened, without a status.</summary>
/// <param name="Subject">What was asked, as a sentence names it: "the stats socket /run/haproxy.sock".</param>
/// <param name="Kind">What happened.</param>
/// <param name="Detail">The system's error message, or what came instead of a reading; may hold foreign text.</param>
public sealed record ProbeError(string Subject, ProbeErrorKind Kind, string Detail)
{
    /// <summary>With <see cref="ProbeErrorKind.StillUnresponsive"/>: since when; null otherwise.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Who asked, where the cure depends on it. Default: null.</summary>
    public Caller? Caller { get; init; }

    /// <summary>Whether what was asked does not answer, in this run or since an earlier one.</summary>
    public bool IsUnresponsive => Kind is ProbeErrorKind.Unresponsive or ProbeErrorKind.StillUnresponsive;

    /// <summary>The error of an answer that brought no reading.</summary>
    /// <param name="subject">What was asked.</param>
    /// <param name="answer">How the question ended. One that was answered is malformed.</param>
    /// <returns>The error, without a caller.</returns>
    public static ProbeError Of(string subject, Answer answer) => new(subject, KindOf(answer), answer.Reason) { Since = answer.HangsSince };

    /// <summary>The error of a file that could not be read.</summary>
    /// <param name="subject">What was to be read.</param>
    /// <param name="failure">Why not, in the system's words.</param>
    /// <returns>The error, without a caller.</returns>
    public static ProbeError OfFile(string subject, string failure) =>
        new(subject, failure == "Permission denied" ? ProbeErrorKind.Denied : ProbeErrorKind.Failed, failure);

    private static ProbeErrorKind KindOf(Answer answer) => answer.Outcome switch
    {
        Outcome.Answered => ProbeErrorKind.Malformed,
        Outcome.Missing => ProbeErrorKind.Missing,
        Outcome.Refused => ProbeErrorKind.Refused,
        Outcome.Denied => ProbeErrorKind.Denied,
        Outcome.Silent => ProbeErrorKind.Unresponsive,
        Outcome.Busy => ProbeErrorKind.StillUnresponsive,
        Outcome.TooLong => ProbeErrorKind.TooLarge,
        Outcome.Unresolved => ProbeErrorKind.Unresolved,
        _ when IsOwnTrouble(answer.Reason) => ProbeErrorKind.NotAsked,
        _ => ProbeErrorKind.Failed,
    };

    /// <summary>A question that is put in a child needs the memory folder, whose sentences have the cure.</summary>
    private static bool IsOwnTrouble(string reason) =>
        reason.StartsWith("the memory folder", StringComparison.Ordinal) || reason.Contains("cure:", StringComparison.Ordinal);
}

/// <summary>Who asks.</summary>
/// <param name="User">The name of the user that the check runs as; the number when it has none.</param>
/// <param name="Program">The path of the program that runs; empty where no cure names it.</param>
public sealed record Caller(string User, string Program = "")
{
    /// <summary>User and program of a run.</summary>
    /// <param name="world">The world of the run.</param>
    /// <returns>Both.</returns>
    public static Caller Of(IWorld world) => new(world.UserName, world.ProgramPath);
}
