using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Plugins.Openvz;

/// <summary>What can be wrong with containers and with what should run here, and what on-call does first about it.</summary>
internal static class ContainersHeadlines
{
    private const string WhereElse = "vzlist -a CTID on every node, and ping its address: does it run elsewhere by now? Nowhere: ";

    private const string TwoCopies = "start it here while it runs on another node: two copies would share one root and one address";

    internal static readonly HeadlineKind Stopped = new(
        OpenvzCheck.Containers,
        "container … is stopped, but should run (…)…",
        $"{WhereElse}tail -n 50 /var/log/vzctl.log for who stopped it; vzctl start CTID")
    {
        DoNot = TwoCopies,
    };

    internal static readonly HeadlineKind StaleLock = new(
        OpenvzCheck.Containers,
        "container …, but should run (…)…; a stale lock stays in its way: …",
        $"{WhereElse}vzctl start CTID, which removes a lock whose process is gone itself")
    {
        DoNot = TwoCopies,
        Explanation = "Refused all the same: remove the file that the headline names.",
    };

    internal static readonly HeadlineKind LockOfAnother = new(
        OpenvzCheck.Containers,
        "container …, but should run (…)…; a stale lock stays in its way: … by pid …, which is … now",
        $"{WhereElse}vzctl believes that the other process still works on it: rm LOCK; vzctl start CTID")
    {
        DoNot = TwoCopies,
        Explanation = "The process that took the lock is gone, and its pid was given to another one, mostly by a reboot.",
    };

    internal static readonly HeadlineKind NotStarted = new(
        OpenvzCheck.Containers,
        "container … is mounted at … and not started, but should run (…)…",
        "ps axf for vzdump or vzctl: a backup that holds it ends by itself; else vzctl umount CTID, then vzctl start CTID")
    {
        Explanation = "A start failed, or a backup holds it.",
    };

    internal static readonly HeadlineKind Suspended = new(
        OpenvzCheck.Containers,
        "container … is suspended to a checkpoint, but should run (…)…",
        "vzctl restore CTID; if it fails, copy its Dump file aside, then vzctl start CTID")
    {
        DoNot = "vzctl start it first: a start throws its checkpoint away",
        Explanation = "`vzctl restore CTID`; OpenVZ 7: `vzctl resume CTID`.",
    };

    internal static readonly HeadlineKind Paused = new(
        OpenvzCheck.Containers,
        "container … is paused or frozen: …, but should run (…)…",
        "dmesg: where it names a mount, the storage comes first, see mounts; else a snapshot that did not end: vzctl resume CTID")
    {
        DoNot = "kill its processes: in state D nothing dies before the storage answers",
    };

    internal static readonly HeadlineKind HangsStopping = new(
        OpenvzCheck.Containers,
        "container … hangs while it stops: …, but should run (…)…",
        "dmesg: processes that wait for storage come first, see mounts; else vzctl stop CTID --fast, then vzctl start CTID");

    internal static readonly HeadlineKind NotHere = new(
        OpenvzCheck.Containers,
        "container … does not exist on this node (…), but should run (…)…",
        "vzlist -a CTID on every node, and ping its address: where does it run now? Moved: correct the manifest; nowhere: look for "
            + "/etc/vz/conf/CTID.conf.migrated and .destroyed here, and for its private area")
    {
        DoNot = "start or create it here before that is known: another node may run it from the same storage",
    };

    internal static readonly HeadlineKind StorageGone = new(
        OpenvzCheck.Containers,
        "container … is stopped, but should run (its config leads to …, which does not exist: …)",
        "grep STORAGE /etc/fstab /proc/mounts; dmesg: is it mounted? Mount it; then vzlist -a, and vzctl start what does not run anywhere")
    {
        DoNot = "register or create it anew: its config and its files come back with the storage",
        Explanation = "On OpenVZ 7 a config is a link into the container's private area.",
    };

    internal static readonly HeadlineKind RunsWithoutStorage = new(
        OpenvzCheck.Containers,
        "the config of a running container leads to what does not exist, …: is … mounted?",
        "grep STORAGE /etc/fstab /proc/mounts; dmesg: was it unmounted below its containers?")
    {
        DoNot = "stop or restart them before the storage is back: they would not start",
    };

    internal static readonly HeadlineKind Restarted = new(
        OpenvzCheck.Containers,
        "… restarted after …",
        "vzctl exec CTID last -x shows a reboot from inside; grep 'CT CTID' /var/log/vzctl.log; dmesg: was its process 1 killed for "
            + "memory?")
    {
        Explanation = "It was rebooted from inside, or its process 1 ended. A stop by `vzctl` is a note only. Raised for the latch time.",
    };

    internal static readonly HeadlineKind Ended = new(
        OpenvzCheck.Containers,
        "… ran at … and … stopped…; ONBOOT, which is not set, does not say whether …",
        $"{WhereElse}it should run: vzctl start CTID; then say so: vzctl set CTID --onboot yes --save (or no)")
    {
        DoNot = TwoCopies,
        Explanation = "vz starts a container without ONBOOT at boot if it ran before a clean shutdown. Raised for the latch time.",
    };

    internal static readonly HeadlineKind OutsideTheManifest = new(
        OpenvzCheck.Containers,
        "container … starts at boot (ONBOOT) and is not in the manifest …, so nothing watches it",
        "it belongs here: write it into the manifest; it does not: vzctl set CTID --onboot no --save")
    {
        Explanation = "`--ignore CTID` where it is meant, `--allow-others` for all. Not told where nodes share their configs.",
    };

    internal static readonly HeadlineKind OnBootUnread = new(
        OpenvzCheck.Containers,
        "vzctl does not read the ONBOOT of …, which … not start at boot: …",
        "vzctl set CTID --onboot yes --save writes what it reads; or no, when it should not start")
    {
        Explanation = "To vzctl of OpenVZ 6 only double quotes quote, there is no comment behind a value and no blank before `=`.",
    };

    internal static readonly HeadlineKind InTransition = new(
        OpenvzCheck.Containers,
        "container …, but should run (…)…; it is in transition: …",
        "ps -fp PID: who works on it, and since when? Wait for that process to end")
    {
        DoNot = "start or stop it meanwhile",
        Explanation = "WARNING becomes CRITICAL when that process ends without success, or lasts longer than `transition_age` allows.",
    };

    internal static readonly HeadlineKind AnotherHome = new(
        OpenvzCheck.Containers,
        "container … runs here, and its home is …: does it run there, too?",
        "on HOME: vzlist -a CTID. It runs there, too: say so to whoever moved it before you stop either; it does not: it was moved, "
            + "correct the estate")
    {
        DoNot = "start it on HOME while it runs here: two copies on the same storage destroy its files",
    };

    internal static readonly HeadlineKind NotNamed = new(
        OpenvzCheck.Containers,
        "… here beside those that should: … (manifest …)",
        "ask who started it; it stays: write it into the manifest; it was moved here: take it out of the other node's manifest")
    {
        Explanation = "A container that no manifest names is watched by nobody. `--allow-others` where that is meant.",
    };

    internal static readonly HeadlineKind ManyDown = new(
        OpenvzCheck.Containers,
        "… of … containers do not run: …",
        "uptime (did the node reboot?); service vz status; grep vz /proc/mounts and dmesg (storage?); vzlist -a on every node: which of "
            + "them run elsewhere by now? Then vzctl start the others, in the order of the manifest")
    {
        DoNot = TwoCopies,
        Explanation = "After a reboot that is longer ago than the boot grace: what does vz wait for? Else the storage, see `mounts`. "
            + "Whatever is said of a single container holds for each.",
    };

    internal static readonly HeadlineKind ExpectedUnread = new(
        OpenvzCheck.Containers,
        "what should run here is not known: the container configs in … cannot be read: …",
        "grep vz /proc/mounts; dmesg")
    {
        DoNot = "run vzlist: it reads the same folder, and hangs with it",
    };

    internal static readonly HeadlineKind ExpectedUnknown = new(
        OpenvzCheck.Containers, "what should run here is not known: …", "")
    {
        Explanation = "Write the manifest, one CTID a line, and name it in the estate.",
    };

    internal static readonly HeadlineKind ManifestWrong = new(OpenvzCheck.Containers, "the manifest '…' …", "")
    {
        Explanation = "The headline names the line or the reason.",
    };

    internal static readonly HeadlineKind NameUnknown = new(
        OpenvzCheck.Containers,
        "the manifest '…' has '…', which is no container of this node; …",
        "vzlist -a on every node: was a container of this name moved, or renamed? Correct the manifest")
    {
        DoNot = "start or create it here before that is known: another node may run it from the same storage",
    };

    internal static readonly HeadlineKind NameTwice = new(
        OpenvzCheck.Containers, "… has '…', which is the name of … and …: which of them should run is not known; cure: write its CTID", "")
    {
        Explanation = "Two configs have this NAME, most often because one was copied by hand.",
    };

    internal static readonly HeadlineKind NoneExpected = new(OpenvzCheck.Containers, "no container is expected to run here: …", "")
    {
        Explanation = "An empty set is never OK: the headline has both cures.",
    };

    internal static readonly HeadlineKind NotANode = new(
        OpenvzCheck.Containers,
        "this is no OpenVZ node: its kernel tells no container of any process (…)",
        "uname -r; service vz status: was another kernel booted?");

    internal static readonly HeadlineKind OtherKernel = new(
        OpenvzCheck.Containers,
        "OpenVZ does not run on this node: its kernel knows no containers, but … should run (…); cure: boot the OpenVZ kernel",
        "uname -r; grep -n default /boot/grub/grub.conf /boot/grub2/grubenv: which kernel is booted next?")
    {
        DoNot = "start containers before the OpenVZ kernel runs",
    };

    internal static readonly HeadlineKind Inside = new(OpenvzCheck.Containers, "this is the inside of container …, not an OpenVZ node; "
        + "…", "")
    {
        Explanation = "The check belongs on the node.",
    };

    internal static readonly HeadlineKind Hidden = new(OpenvzCheck.Containers, "the processes of other users are hidden from … (…); "
        + "cure: …", "")
    {
        Explanation = "Install the sudoers line that the headline prints.",
    };

    internal static readonly HeadlineKind ProcessesUnread = new(OpenvzCheck.Containers, "processes cannot be seen: …", "")
    {
        Explanation = "`/proc` is not mounted, or `--root` names another tree.",
    };

    internal static readonly HeadlineKind Booting = new(
        OpenvzCheck.Containers, "…; the node booted … ago, … waited for until …", "")
    {
        Explanation = "The boot's grace: what is not up at its end pages by itself. `service vz status` shows how far it is.",
    };

    internal static readonly HeadlineKind NothingRuns = new(
        OpenvzCheck.Containers, "no container runs here …", "service vz status; vzlist -a");
}
