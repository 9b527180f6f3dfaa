using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Plugins.GlusterSplit;

/// <summary>What can be wrong with a GlusterFS pool, and what on-call does first about it.</summary>
internal static class GlusterHeadlines
{
    private const string Restart =
        "service glusterd status; tail -n 50 /var/log/glusterfs/glusterd.log; service glusterd restart: bricks and clients go on meanwhile";

    private const string FindTheLock = "pgrep -af 'gluster ' on every storage server: let the command that holds the lock end";

    private const string OnItsServer = "on its server: is its file system mounted and sound (grep BRICK /proc/mounts; dmesg)? Then "
        + "/var/log/glusterfs/bricks/ says why it ended; gluster volume start VOLUME force starts only what does not run";

    private const string RestartForLock = "restart a glusterd for it while its command still runs";

    // glusterd.
    internal static readonly HeadlineKind GlusterdDown = new(
        GlusterSplitCheck.Glusterd, "glusterd … on this server…", Restart);

    internal static readonly HeadlineKind GlusterdHangs = new(
        GlusterSplitCheck.Glusterd, "glusterd does not answer 'gluster …' (…), which needs no lock: it hangs", Restart);

    internal static readonly HeadlineKind NotRoot = new(GlusterSplitCheck.Glusterd, "glusterd answers root alone, and this is user …", "")
    {
        Explanation = "The sudoers rule is missing: generate and install the node's files.",
    };

    internal static readonly HeadlineKind NotInstalled = new(GlusterSplitCheck.Glusterd, "gluster is not installed here: …", "")
    {
        Explanation = "The headline names both cures.",
    };

    internal static readonly HeadlineKind NotAllowed = new(GlusterSplitCheck.Glusterd, "gluster may not be run: …", "")
    {
        Explanation = "The headline names the file whose owner or mode is wrong.",
    };

    internal static readonly HeadlineKind CommandFailed = new(
        GlusterSplitCheck.Glusterd,
        "'gluster …' …",
        "run that command by hand: it says the same; tail -n 50 /var/log/glusterfs/glusterd.log");

    internal static readonly HeadlineKind Locked = new(GlusterSplitCheck.Glusterd, "the pool is locked: …", FindTheLock)
    {
        DoNot = RestartForLock,
        Explanation = "Somebody runs a command, or one hangs: `/var/log/glusterfs/cmd_history.log`. A lock whose owner died goes with a "
            + "restart "
            + "of that server's glusterd.",
    };

    internal static readonly HeadlineKind LockSilent = new(
        GlusterSplitCheck.Glusterd,
        "no answer to 'gluster …' (…): another command holds the lock of the pool, or a peer's glusterd hangs",
        FindTheLock)
    {
        DoNot = RestartForLock,
        Explanation = Locked.Explanation,
    };

    internal static readonly HeadlineKind NoVolume = new(GlusterSplitCheck.Glusterd, "the pool has no volume…", "")
    {
        Explanation = "`--volume` names one that is not there, or the server is not in the pool that it should be in (`gluster peer "
            + "status`).",
    };

    // Split-brain.
    internal static readonly HeadlineKind SplitFiles = new(
        GlusterSplitCheck.SplitBrain,
        "… has …file… in split-brain…: …",
        "gluster volume heal VOLUME info split-brain; choose the good copy of each file and resolve it as \"Resolving a split-brain\" "
            + "in this "
            + "check's README says")
    {
        DoNot = "delete on a brick by hand: the copy that is left may be the wrong one",
        Explanation = "Until then, readers get an input/output error for exactly these files.",
    };

    internal static readonly HeadlineKind SplitStays = new(
        GlusterSplitCheck.SplitBrain, "… had … in split-brain…, and whether it still has is not determined…: …", SplitFiles.FirstStep)
    {
        DoNot = SplitFiles.DoNot,
    };

    internal static readonly HeadlineKind SplitNotDetermined = new(
        GlusterSplitCheck.SplitBrain,
        "…: split-brain not determined…",
        "gluster volume heal VOLUME info summary, without a time limit, tells it; see heal for what waits")
    {
        Explanation = "The list is long, glusterd is slow, or another command holds the pool's lock.",
    };

    internal static readonly HeadlineKind SplitUnseen = new(
        GlusterSplitCheck.SplitBrain,
        "…: brick… cannot be asked, so files in split-brain there are not seen…",
        "bring the named brick back: see bricks");

    // Heal.
    internal static readonly HeadlineKind HealBacklog = new(
        GlusterSplitCheck.Heal,
        "… has … to heal for …: …, which the other copies lack",
        "gluster volume status VOLUME: is every brick and every self-heal daemon there? Then gluster volume heal VOLUME, and see "
            + "whether it "
            + "shrinks")
    {
        Explanation = "Not moving: `/var/log/glusterfs/glustershd.log` on the server that lists the entries.",
    };

    internal static readonly HeadlineKind HealSwitchedOff = new(
        GlusterSplitCheck.Heal,
        "… is not healed: its self-heal daemon is switched off (…)",
        "ask who switched it off, and why; then gluster volume set VOLUME cluster.self-heal-daemon on");

    internal static readonly HeadlineKind HealUnknown = new(
        GlusterSplitCheck.Heal,
        "…: what brick … has to heal is not known: …",
        "see bricks: the brick or its server is down; where its file system does not answer: dmesg")
    {
        DoNot = "list the brick's folder (ls, df) while its file system does not answer: it hangs whoever touches it",
    };

    // Peers.
    internal static readonly HeadlineKind PeerGone = new(
        GlusterSplitCheck.Peers,
        "peer … is disconnected…: its server is down, its glusterd does not run, or the network between is cut",
        "from here: ping -c 3 PEER; on it: service glusterd status; both sides alive: the line between them (port 24007)")
    {
        DoNot = "restart anything that serves",
    };

    internal static readonly HeadlineKind PeerRejected = new(
        GlusterSplitCheck.Peers,
        "peer … is in state '…'…; a good peer is 'Peer in Cluster'",
        "gluster peer status on every server; compare /var/lib/glusterd/vols/VOLUME/cksum between them")
    {
        DoNot = "detach the peer: its bricks would be lost to the pool",
        Explanation = "The configurations differ: resync as the GlusterFS guide says.",
    };

    internal static readonly HeadlineKind VolumeLocked = new(
        GlusterSplitCheck.Peers, "'gluster volume status all' leaves … out (asked … times): another command holds its lock", FindTheLock)
    {
        DoNot = RestartForLock,
    };

    internal static readonly HeadlineKind BricksOutOfReach = new(
        GlusterSplitCheck.Peers, "… cannot be seen: out of reach", PeerGone.FirstStep)
    {
        DoNot = PeerGone.DoNot,
    };

    internal static readonly HeadlineKind PeersUnread = new(
        GlusterSplitCheck.Peers, "the peers are not known: …", "gluster peer status by hand: it says the same");

    // Bricks and daemons.
    internal static readonly HeadlineKind BrickOffline = new(
        GlusterSplitCheck.Bricks, "brick … of … is offline: its process does not run; …", OnItsServer)
    {
        DoNot = "start a brick on an empty mount point: its copies would look deleted",
    };

    internal static readonly HeadlineKind BrickUnknown = new(
        GlusterSplitCheck.Bricks,
        "whether brick … of … runs is not known: 'gluster volume status' leaves it out, although its server is connected",
        "on its server: pgrep -af glusterfsd; service glusterd status");

    internal static readonly HeadlineKind BricksUnread = new(
        GlusterSplitCheck.Bricks, "the state of the bricks… is not known: …", FindTheLock)
    {
        DoNot = RestartForLock,
    };

    internal static readonly HeadlineKind SpaceUnread = new(
        GlusterSplitCheck.Bricks, "the space of the bricks is not known: …", FindTheLock)
    {
        DoNot = RestartForLock,
    };

    internal static readonly HeadlineKind VolumeStopped = new(
        GlusterSplitCheck.Bricks,
        "volume … is stopped: nobody can read or write it; …",
        "tail -n 20 /var/log/glusterfs/cmd_history.log says who stopped it; then gluster volume start VOLUME")
    {
        Explanation = "Stopped for good: leave it out with `--volume`.",
    };

    internal static readonly HeadlineKind VolumeVanished = new(
        GlusterSplitCheck.Bricks,
        "volume … is gone from the pool; it was there at …",
        "grep 'VOLUME' /var/log/glusterfs/cmd_history.log on every server: who deleted it? gluster volume info on the others: is it gone "
            + "there, too?")
    {
        DoNot = "touch its bricks: the files are still on them",
        Explanation = "Deleted on purpose: it ends by itself when `--latch` has passed.",
    };

    internal static readonly HeadlineKind VolumeNeverStarted = new(
        GlusterSplitCheck.Bricks, "volume … was made and never started", "ask who made it; then gluster volume start VOLUME");

    internal static readonly HeadlineKind NfsOffline = new(
        GlusterSplitCheck.Bricks,
        "the Gluster NFS server on … is offline, says gluster: what mounts … through it hangs",
        "there: service rpcbind status; rpcinfo -p shows whether the kernel's own NFS server has taken its place (service nfs stop); "
            + "/var/log/glusterfs/nfs.log; then gluster volume start VOLUME force; nodes that mount through it go on when it is back")
    {
        DoNot = "reboot a node whose mount hangs: it goes on when the server is back",
    };

    internal static readonly HeadlineKind NfsMissing = new(
        GlusterSplitCheck.Bricks,
        "… is to be served by the Gluster NFS server (nfs.disable off), and none is listed",
        "gluster volume start VOLUME force; /var/log/glusterfs/nfs.log says why it does not run");

    internal static readonly HeadlineKind SelfHealOffline = new(
        GlusterSplitCheck.Bricks,
        "the self-heal daemon on … is offline: … is not healed from there; …",
        "gluster volume start VOLUME force; if it stays so although pgrep -af glustershd shows one there: service glusterd restart there")
    {
        Explanation = "glusterd can give the daemon a volume \"with pid -1\" at its own start (its log says so; seen with 10.3). Bricks "
            + "and "
            + "clients go on meanwhile.",
    };

    internal static readonly HeadlineKind DaemonOffline = new(
        GlusterSplitCheck.Bricks, "the … on … is offline for …", "gluster volume start VOLUME force starts only what does not run");

    internal static readonly HeadlineKind SelfHealMissing = new(
        GlusterSplitCheck.Bricks, "… has no self-heal daemon on any server", "gluster volume start VOLUME force; pgrep -af glustershd");

    internal static readonly HeadlineKind BrickFull = new(
        GlusterSplitCheck.Bricks,
        "brick … of … is nearly …: … in use; when it is, every copy of the set stops taking writes",
        "df -h BRICK and df -i BRICK on its server; delete or move data through a mount of the volume")
    {
        DoNot = "delete on the brick: the copies would differ",
    };

    // Writability.
    internal static readonly HeadlineKind NoWrites = new(
        GlusterSplitCheck.Quorum, "… takes no writes: …", "bring the named bricks back first: see bricks")
    {
        DoNot = "set cluster.quorum-type none unless the other side is known to be dead: it makes split-brain",
    };

    internal static readonly HeadlineKind SetDown = new(
        GlusterSplitCheck.Quorum, "… is down: none of its … bricks runs (…)", NoWrites.FirstStep)
    {
        DoNot = "start a brick on an empty mount point: its copies would look deleted",
    };

    internal static readonly HeadlineKind FilesLost = new(
        GlusterSplitCheck.Quorum, "… has lost a part of its files: … is offline, and nothing else holds them", NoWrites.FirstStep)
    {
        DoNot = SetDown.DoNot,
    };

    internal static readonly HeadlineKind LastReserve = new(
        GlusterSplitCheck.Quorum, "… is writable …only while …: …", "leave the named bricks that run alone; bring the others back")
    {
        DoNot = "restart what still serves",
        Explanation = "Nothing is lost yet.",
    };

    internal static readonly HeadlineKind FewerBricks = new(
        GlusterSplitCheck.Quorum, "… is writable with … of … bricks…: …", LastReserve.FirstStep)
    {
        DoNot = LastReserve.DoNot,
    };

    internal static readonly HeadlineKind NoServerQuorum = new(
        GlusterSplitCheck.Quorum,
        "the servers have no quorum, so glusterd stops the bricks of this one: …",
        "gluster peer status: bring the servers that are not connected back")
    {
        Explanation = "glusterd stopped the bricks itself; they come back when enough servers are connected.",
    };

    internal static readonly HeadlineKind LastServer = new(
        GlusterSplitCheck.Quorum, "one more lost server stops the bricks: …", NoServerQuorum.FirstStep)
    {
        DoNot = LastReserve.DoNot,
    };

    internal static readonly HeadlineKind WritesUnknown = new(
        GlusterSplitCheck.Quorum, "whether … is not known: …", "gluster volume status and gluster peer status by hand: they say the same");

    // Mounts.
    internal static readonly HeadlineKind MountSilent = new(
        GlusterSplitCheck.Mounts,
        "… does not answer (…): whoever touches it hangs…",
        "pgrep -af PATH for its client process; its log in /var/log/glusterfs/; an NFS mount: its server first; then umount -l PATH and "
            + "mount "
            + "it again")
    {
        DoNot = "touch the mount (ls, df): it hangs whoever does",
        Explanation = "A client that hangs: `kill -9` it before `umount -l`.",
    };

    internal static readonly HeadlineKind ClientLost = new(
        GlusterSplitCheck.Mounts,
        "… has lost its client process (…): …",
        "umount -l PATH; mount PATH; the end of its log in /var/log/glusterfs/ says why it died");

    internal static readonly HeadlineKind NotMounted = new(
        GlusterSplitCheck.Mounts,
        "… is not mounted…: what is written there now lands on the local disk…",
        "ls -l PATH: move away what was written below meanwhile; then mount PATH")
    {
        DoNot = "mount over what was written meanwhile: nobody would find it again",
    };

    internal static readonly HeadlineKind WrongMount = new(
        GlusterSplitCheck.Mounts,
        "… is mounted …from …, and … asks for …",
        "compare grep PATH /etc/fstab with grep PATH /proc/mounts; move away what uses it before umount PATH and mount PATH");

    internal static readonly HeadlineKind MountReadOnly = new(
        GlusterSplitCheck.Mounts,
        "… is mounted read-only: nothing on it can be written…",
        "grep PATH /proc/mounts /etc/fstab; its log in /var/log/glusterfs/: a client that lost its quorum turns read-only, see quorum");

    internal static readonly HeadlineKind AlternateServer = new(
        GlusterSplitCheck.Mounts,
        "… is served by the alternate server …, not by …",
        "the preferred server failed once: is it back (gluster volume status there)? Mount again in a quiet hour");

    internal static readonly HeadlineKind ServerUnknown = new(
        GlusterSplitCheck.Mounts, "whether … is served by … is not known; cure: …", "")
    {
        Explanation = "Nothing is broken: write the address behind the server's name, as the headline shows.",
    };

    internal static readonly HeadlineKind MountOptions = new(
        GlusterSplitCheck.Mounts,
        "… is mounted …, and --mount asks for …",
        "grep PATH /etc/fstab /proc/mounts: correct fstab; then, in a quiet hour and when nothing uses it, umount PATH and mount PATH")
    {
        Explanation = "`--mount` demands the option.",
    };

    internal static readonly HeadlineKind MountError = new(
        GlusterSplitCheck.Mounts,
        "… answers with an error: …",
        "the end of its log in /var/log/glusterfs/; then umount -l PATH and mount PATH");

    internal static readonly HeadlineKind MountUnknown = new(
        GlusterSplitCheck.Mounts, "… gave an answer that cannot be read", "stat -f PATH says what the mount answers");

    internal static readonly HeadlineKind MountDenied = new(GlusterSplitCheck.Mounts, "… may not be asked: …", "")
    {
        Explanation = "The check's user may not look into the folder above the mount.",
    };

    internal static readonly HeadlineKind MountNotTried = new(GlusterSplitCheck.Mounts, "whether … answers cannot be tried: …", "")
    {
        Explanation = "The headline names the folder and the cure.",
    };

    internal static readonly HeadlineKind MountsUnread = new(
        GlusterSplitCheck.Mounts, "the mounts of this machine cannot be read from …", "")
    {
        Explanation = "The kernel's own table: the headline has its reason.",
    };
}
