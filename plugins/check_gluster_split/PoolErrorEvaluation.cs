using Ringfree.Monitoring.Plugin;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Plugins.GlusterSplit;

/// <summary>
/// Why the pool could not be read: CRITICAL when glusterd is itself broken, UNKNOWN when only the answer is missing. A command that needs
/// the lock of the pool waits for the one that holds it, so that its silence says nothing of glusterd.
/// </summary>
/// <param name="Status">How badly.</param>
/// <param name="Sentence">What was asked, what came, and the cure; the end of a sentence.</param>
/// <param name="Kind">What on-call does first.</param>
internal sealed record PoolErrorEvaluation(Status Status, string Sentence, HeadlineKind Kind)
{
    internal static PoolErrorEvaluation Of(ProbeError error, Options options) => error.Kind switch
    {
        ProbeErrorKind.Refused => new(Status.Critical, $"{error.Subject} {error.Detail}", GlusterHeadlines.GlusterdDown),
        ProbeErrorKind.Unresponsive when GlusterCommand.NeedsNoLock(error.Subject) => new(
            Status.Critical,
            $"glusterd does not answer {error.Subject} ({error.Detail}), which needs no lock: it hangs",
            GlusterHeadlines.GlusterdHangs),
        ProbeErrorKind.Unresponsive => new(
            Status.Unknown,
            $"no answer to {error.Subject} ({error.Detail}): another command holds the lock of the pool, or a peer's glusterd hangs",
            GlusterHeadlines.LockSilent),
        ProbeErrorKind.Locked => new(
            Status.Unknown,
            $"the pool is locked: '{error.Detail}' (asked {GlusterCommand.Tries} times); {error.Subject} works when the other command has "
                + "ended",
            GlusterHeadlines.Locked),
        ProbeErrorKind.Denied when error.Caller is { } caller => new(
            Status.Unknown,
            $"glusterd answers root alone, and this is user {caller.User}; cure: run the check with sudo; where {caller.User} runs the "
                + $"service, its line in sudoers is '{Sudo.LineFor(caller, options)}'",
            GlusterHeadlines.NotRoot),
        ProbeErrorKind.Denied => new(Status.Unknown, $"gluster may not be run: {error.Detail}", GlusterHeadlines.NotAllowed),
        ProbeErrorKind.NotInstalled => new(
            Status.Unknown,
            $"gluster is not installed here: {error.Subject} does not exist; name it with --gluster, or judge only the mounts with --only "
                + "mounts",
            GlusterHeadlines.NotInstalled),
        ProbeErrorKind.Missing => new(Status.Unknown, $"the pool has no {error.Subject}{error.Detail}", GlusterHeadlines.NoVolume),
        ProbeErrorKind.Rejected => new(Status.Unknown, $"{error.Subject} failed: '{error.Detail}'", GlusterHeadlines.CommandFailed),
        ProbeErrorKind.Malformed => new(Status.Unknown, error.Detail, GlusterHeadlines.CommandFailed),
        _ => new(Status.Unknown, $"{error.Subject} cannot be run: {error.Detail}", GlusterHeadlines.CommandFailed),
    };

    /// <summary>
    /// Whether somebody holds the lock of the pool, which holds up all that needs it: told once, by the concern peers. A server that
    /// vanished does so for minutes, until its TCP connections are given up.
    /// </summary>
    internal bool IsOfLock => Kind == GlusterHeadlines.Locked || Kind == GlusterHeadlines.LockSilent;

    /// <summary>The kind of what is not known because of it: what is known of glusterd itself has a step of its own.</summary>
    internal HeadlineKind Or(HeadlineKind unread) =>
        IsOfLock || Kind == GlusterHeadlines.CommandFailed ? unread : Kind;
}
