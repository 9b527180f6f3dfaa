using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Plugins.Openvz;

/// <summary>What can be wrong with a node and its containers, and what on-call does first about it.</summary>
internal static class OpenvzHeadlines
{
    private const string WhereElse = "vzlist -a CTID on every node, and ping its address: does it run elsewhere by now? Nowhere: ";

    private const string TwoCopies = "start it here while it runs on another node: two copies would share one root and one address";

    private const string HungMount = "cd, ls or df into the mount: it hangs whoever touches it";

    // Containers.
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

    // Waiting after a boot, of any concern.
    internal static readonly HeadlineKind Booting = new(
        OpenvzCheck.Containers, "…; the node booted … ago, … waited for until …", "")
    {
        Explanation = "The boot's grace: what is not up at its end pages by itself. `service vz status` shows how far it is.",
    };

    internal static readonly HeadlineKind NothingRuns = new(
        OpenvzCheck.Containers, "no container runs here …", "service vz status; vzlist -a");

    // Services.
    internal static readonly HeadlineKind ServiceMissing = new(
        OpenvzCheck.Services,
        "… not run in container …",
        "vzctl exec CTID ps axf; vzctl exec CTID tail -n 50 /var/log/messages says why it ended; then vzctl exec CTID service NAME start");

    internal static readonly HeadlineKind NamesHidden = new(
        OpenvzCheck.Services,
        "the services of … are not judged, …: which of them --container … names is not known: …",
        ExpectedUnread.FirstStep)
    {
        DoNot = ExpectedUnread.DoNot,
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

    // Beancounters.
    internal static readonly HeadlineKind Refused = new(
        OpenvzCheck.Beancounters,
        "container … was refused … after …; it holds …",
        "grep -A 23 CTID: /proc/user_beancounters; vzctl exec CTID ps aux --sort -rss: what grows?")
    {
        DoNot = "raise the limit before it is known what grows",
        Explanation = "The growth is right: `vzctl set CTID --RESOURCE BARRIER:LIMIT --save`.",
    };

    internal static readonly HeadlineKind NearlyRefused = new(
        OpenvzCheck.Beancounters, "container … holds … of … …: …", Refused.FirstStep)
    {
        DoNot = Refused.DoNot,
        Explanation = "As for a refusal, before it.",
    };

    internal static readonly HeadlineKind BeancountersMissing = new(
        OpenvzCheck.Beancounters,
        "beancounters are not known: … has no row of a container, although …",
        "head -n 30 /proc/user_beancounters as root: does this kernel keep them elsewhere?");

    internal static readonly HeadlineKind BeancountersCut = new(
        OpenvzCheck.Beancounters,
        "beancounters of … are not known: … does not hold all their rows",
        "grep -c . /proc/user_beancounters as root: a kernel's table has two dozen rows for each container");

    internal static readonly HeadlineKind BeancountersUnread = new(OpenvzCheck.Beancounters, "beancounters … …", "")
    {
        Explanation = "The headline has the reason, and the sudoers line where that is the cure.",
    };

    // Disks of containers.
    internal static readonly HeadlineKind DiskFull = new(
        OpenvzCheck.Disks,
        "container … uses … MiB of its disk: …",
        "vzctl exec CTID du -xm --max-depth=2 /var: what grows? Logs first; then vzctl set CTID --diskspace SOFT:HARD --save")
    {
        DoNot = "delete voicemail or recordings: they are the customer's",
        Explanation = "A PBX whose disk is full takes no voicemail and writes no call record.",
    };

    internal static readonly HeadlineKind InodesUsedUp = new(
        OpenvzCheck.Disks,
        "container … uses … inodes: …",
        "vzctl exec CTID df -i; many small files: sessions of PHP, a mail queue, /tmp; then vzctl set CTID --diskinodes SOFT:HARD --save")
    {
        DoNot = DiskFull.DoNot,
        Explanation = "As for a full disk, although df shows room. A ploop image has its inodes by its size.",
    };

    internal static readonly HeadlineKind PloopUnread = new(
        OpenvzCheck.Disks, "how full the disk is of … is not known: …", "dmesg: does the storage answer that holds its image? See mounts")
    {
        DoNot = HungMount,
    };

    internal static readonly HeadlineKind DisksUnread = new(OpenvzCheck.Disks, "disk quotas … …", "")
    {
        Explanation = "The headline has the reason, and the sudoers line where that is the cure.",
    };

    // Storage layers.
    internal static readonly HeadlineKind NotMounted = new(
        OpenvzCheck.Mounts,
        "… is not mounted; it should be …",
        "on the storage server: gluster volume status; here: ls PATH for what was written below meanwhile, then mount PATH")
    {
        DoNot = "start containers on it before: they would run on the local disk",
    };

    internal static readonly HeadlineKind WrongType = new(
        OpenvzCheck.Mounts,
        "… is … of …, but should be …",
        "compare grep PATH /etc/fstab with grep PATH /proc/mounts; grep VE_PRIVATE /etc/vz/conf/*.conf: which containers run from it?")
    {
        DoNot = "unmount it before its containers are moved or stopped",
    };

    internal static readonly HeadlineKind WrongLayer = new(
        OpenvzCheck.Mounts,
        "… holds …, another layer than …: containers would run on the wrong site's files",
        "grep VE_PRIVATE /etc/vz/conf/*.conf: which containers run from it? Move them before the mount")
    {
        DoNot = "stop or unmount anything before that is known",
    };

    internal static readonly HeadlineKind OtherSite = new(
        OpenvzCheck.Mounts, "… is mounted here beside …: another site's layer on this node", WrongLayer.FirstStep)
    {
        DoNot = WrongLayer.DoNot,
    };

    internal static readonly HeadlineKind MountReadOnly = new(
        OpenvzCheck.Mounts,
        "… is mounted read-only: containers on it cannot write",
        "grep PATH /proc/mounts; dmesg; on the storage server: gluster volume status (a volume without quorum turns read-only)");

    internal static readonly HeadlineKind MountOptions = new(
        OpenvzCheck.Mounts,
        "… is mounted …, and --mount asks for …",
        "grep PATH /etc/fstab /proc/mounts: correct fstab; then, in a quiet hour and with its containers moved or stopped, umount PATH and "
            + "mount PATH")
    {
        DoNot = "remount it below running containers: mount -o remount changes neither hard nor soft",
        Explanation = "`--mount` demands the option. A soft NFS mount gives programs an error where a hard one waits, and what they "
            + "wrote is lost.",
    };

    internal static readonly HeadlineKind MountSilent = new(
        OpenvzCheck.Mounts,
        "… does not answer…; whoever touches it hangs",
        "grep PATH /proc/mounts; dmesg; on the storage server: is it up, is the volume started (gluster volume status)?")
    {
        DoNot = HungMount,
        Explanation = "When it is back, hung processes go on by themselves; else `umount -l PATH` and mount again.",
    };

    internal static readonly HeadlineKind MountBroken = new(
        OpenvzCheck.Mounts, "… is broken: …", "dmesg; its client's log in /var/log/glusterfs/; then umount -l PATH and mount PATH")
    {
        DoNot = "restart containers on it before it is mounted again",
    };

    internal static readonly HeadlineKind MountNotAsked = new(OpenvzCheck.Mounts, "… was not asked whether it answers: …", "")
    {
        Explanation = "The headline names the folder and the cure.",
    };

    internal static readonly HeadlineKind AlternateServer = new(
        OpenvzCheck.Mounts,
        "… is served by the alternate server …, not by …",
        "the preferred server failed once: is it back (gluster volume status there)? Mount again in a quiet hour");

    internal static readonly HeadlineKind UnknownServer = new(
        OpenvzCheck.Mounts,
        "… is served by a server that nobody named, …, not by …",
        "grep PATH /etc/fstab; getent hosts for its name: a new server, or the wrong one? New: name it in the estate")
    {
        DoNot = WrongLayer.DoNot,
    };

    internal static readonly HeadlineKind ServerUnknown = new(OpenvzCheck.Mounts, "whether … is served by … is not known: …", "")
    {
        Explanation = "Nothing is broken: write the address behind the server's name, as the headline shows.",
    };

    internal static readonly HeadlineKind NoLayer = new(OpenvzCheck.Mounts, "storage layers not watched: …", "")
    {
        Explanation = "Name each layer with `--mount`.",
    };

    internal static readonly HeadlineKind MountsUnread = new(OpenvzCheck.Mounts, "mounts cannot be seen: … cannot be read", "")
    {
        Explanation = "`/proc` is not mounted, or `--root` names another tree.",
    };

    // Time zones.
    internal static readonly HeadlineKind ZoneDrift = new(
        OpenvzCheck.Timezone,
        "container …: PHP… means …, but …",
        "vzctl exec CTID ls -l /etc/localtime; vzctl exec CTID grep -r ^date.timezone /etc/php.ini /etc/php.d; set one to the other, then "
            + "vzctl exec CTID service httpd reload")
    {
        Explanation = "Voicemail and call records are stamped with both.",
    };

    internal static readonly HeadlineKind ZoneUnknown = new(
        OpenvzCheck.Timezone,
        "container …: … names a time zone that this node does not know",
        "vzctl exec CTID grep -r ^date.timezone /etc/php.ini /etc/php.d: is the name spelled as in /usr/share/zoneinfo?");

    internal static readonly HeadlineKind ZoneStale = new(
        OpenvzCheck.Timezone,
        "container … may still mean its old time zone: … was changed …, its web server has the settings of …",
        "vzctl exec CTID service httpd reload (Debian: service apache2 reload)")
    {
        Explanation = "PHP reads its settings when the web server starts or reloads. A file that was written without another zone in it "
            + "counts only until the check has seen both.",
    };

    internal static readonly HeadlineKind ManyZonesStale = new(
        OpenvzCheck.Timezone,
        "… containers may still mean their old time zones, because their web servers were not reloaded: …",
        "for i in CTID ...; do vzctl exec $i service httpd reload; done")
    {
        Explanation = ZoneStale.Explanation,
    };

    internal static readonly HeadlineKind NoZoneSet = new(
        OpenvzCheck.Timezone, "no container sets a time zone for PHP (date.timezone), so that there is none to compare with its "
            + "system's", "")
    {
        Explanation = "Set `date.timezone` in the php.ini of each container; where that is not meant, leave the concern out of the estate.",
    };

    internal static readonly HeadlineKind ZoneUnread = new(
        OpenvzCheck.Timezone,
        "the time zone of container … is not known: …",
        "vzctl exec CTID du -a --max-depth=1 /etc: what fills it with files?")
    {
        Explanation = "Only this container is not judged: what one holds never uses up the time of the others.",
    };

    internal static readonly HeadlineKind ManyZones = new(
        OpenvzCheck.Timezone, "… containers have a PHP in another time zone than their system: …", ZoneDrift.FirstStep)
    {
        Explanation = ZoneDrift.Explanation,
    };

    internal static readonly HeadlineKind ZonesUnknown = new(OpenvzCheck.Timezone, "time zones are not known: …", "")
    {
        Explanation = "The headline has the cure.",
    };
}
