using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Plugins.Openvz;

/// <summary>What can be wrong with the services in containers, and what on-call does first about it.</summary>
internal static class ServicesHeadlines
{
    internal static readonly HeadlineKind ServiceMissing = new(
        OpenvzCheck.Services,
        "… not run in container …",
        "vzctl exec CTID ps axf; vzctl exec CTID tail -n 50 /var/log/messages says why it ended; then vzctl exec CTID service NAME start");

    internal static readonly HeadlineKind NamesHidden = new(
        OpenvzCheck.Services,
        "the services of … are not judged, …: which of them --container … names is not known: …",
        ContainersHeadlines.ExpectedUnread.FirstStep)
    {
        DoNot = ContainersHeadlines.ExpectedUnread.DoNot,
        Explanation = "Name the container by its CTID: a CTID needs no config.",
    };

    internal static readonly HeadlineKind ManyServices = new(
        OpenvzCheck.Services,
        "… of … running containers … a service: …",
        "start what most of them miss first: for i in CTID ...; do vzctl exec $i service NAME start; done")
    {
        Explanation = "All at once and after no boot: what do they share? Storage (`mounts`), a full disk, an update.",
    };

    internal static readonly HeadlineKind Stuck = new(
        OpenvzCheck.Services,
        "… of … of … in container … stuck in the kernel (state D) since …: storage that does not answer, most often",
        "see mounts; dmesg names the wait")
    {
        DoNot = "kill or restart it: nothing happens before the storage answers",
    };

    internal static readonly HeadlineKind AsteriskSilent = new(
        OpenvzCheck.Services,
        "Asterisk is alive but does not answer on its control socket in …: …",
        "vzctl exec CTID timeout 5 asterisk -rx 'core show locks'; gcore its pid; then vzctl exec CTID service asterisk restart")
    {
        Explanation = "A deadlock: calls fail meanwhile. Without the core nobody will know why.",
    };

    internal static readonly HeadlineKind AsteriskFails = new(
        OpenvzCheck.Services,
        "Asterisk is alive but answers with an error on its control socket in …: …",
        "vzctl exec CTID timeout 5 asterisk -rx 'core show uptime'; vzctl exec CTID tail -n 50 /var/log/asterisk/messages; then vzctl "
            + "exec CTID service asterisk restart")
    {
        Explanation = "Its modules were not loaded, or something else holds its socket.",
    };

    internal static readonly HeadlineKind AsteriskForbids = new(
        OpenvzCheck.Services, "whether Asterisk serves calls is not known in …: its cli_permissions.conf forbids root to ask", "")
    {
        Explanation = "Permit root `core show channels count`, `sip show registry` and `pjsip show registrations` there, or "
            + "`--asterisk-socket none`.",
    };

    internal static readonly HeadlineKind AsteriskRestarted = new(
        OpenvzCheck.Services,
        "Asterisk in … restarted after …; its calls were cut off…",
        "nobody restarted it: vzctl exec CTID 'ls -l /tmp/core* /core*'; vzctl exec CTID tail -n 50 /var/log/asterisk/messages")
    {
        Explanation = "Its pid is another one, and its container is the same. Told once, for the latch time.",
    };

    internal static readonly HeadlineKind AsteriskLoops = new(
        OpenvzCheck.Services,
        "Asterisk in container … restarts again and again: …",
        "vzctl exec CTID 'ls -l /tmp/core* /core*'; vzctl exec CTID tail -n 50 /var/log/asterisk/messages: the last lines before each "
            + "start; undo what was changed last")
    {
        DoNot = "delete the core files: without them nobody will know why",
        Explanation = "safe_asterisk starts it again four seconds after each crash, so that its process never seems to be missing. At "
            + "two runs in a row, or three times in an hour.",
    };

    internal static readonly HeadlineKind Unregistered = new(
        OpenvzCheck.Services,
        "outbound registration … is not registered (…) since …: …",
        "vzctl exec CTID timeout 5 asterisk -rx 'sip show registry' (or 'pjsip show registrations'); many at once: the session "
            + "border controller or the way to it; one: Rejected or No Authentication is a wrong password, Request Sent no answer")
    {
        DoNot = "restart Asterisk: that cuts off the calls that it has",
        Explanation = "The provider sends an Asterisk that it does not know no call. No registration at all is well: a PBX may be known "
            + "by its address.",
    };

    internal static readonly HeadlineKind ManyUnregistered = new(
        OpenvzCheck.Services,
        "… outbound registrations of … are not registered, the longest since …: …",
        Unregistered.FirstStep)
    {
        DoNot = Unregistered.DoNot,
        Explanation = "All of one provider: look at it, or at the way to it, before any PBX.",
    };

    internal static readonly HeadlineKind RegistrationsUnread = new(
        OpenvzCheck.Services,
        "outbound registrations are not known in …: …",
        "vzctl exec CTID timeout 5 asterisk -rx 'sip show registry'; vzctl exec CTID timeout 5 asterisk -rx 'pjsip show registrations': "
            + "what is said in place of the table?");

    internal static readonly HeadlineKind AsteriskUnknown = new(
        OpenvzCheck.Services, "whether Asterisk answers is not known: …", "see mounts: its control socket lies on the container's storage");

    internal static readonly HeadlineKind AsteriskDenied = new(
        OpenvzCheck.Services, "user … may not ask Asterisk on its control socket in …; cure: …", "")
    {
        Explanation = "Install the sudoers line that the headline prints.",
    };

    internal static readonly HeadlineKind Zombies = new(
        OpenvzCheck.Services,
        "… has zombie processes: …; … of them wait for …, which does not collect them",
        "vzctl exec CTID ps axf; restart the service of the parent process that the headline names")
    {
        DoNot = "kill the zombies: they are dead already, and hold only a pid",
    };
}
