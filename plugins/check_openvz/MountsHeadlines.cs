using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Plugins.Openvz;

/// <summary>What can be wrong with storage layers, and what on-call does first about it.</summary>
internal static class MountsHeadlines
{
    internal const string HungMount = "cd, ls or df into the mount: it hangs whoever touches it";

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
}
