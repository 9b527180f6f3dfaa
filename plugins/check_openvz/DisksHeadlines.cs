using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Plugins.Openvz;

/// <summary>What can be wrong with the disks of containers, and what on-call does first about it.</summary>
internal static class DisksHeadlines
{
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
        DoNot = MountsHeadlines.HungMount,
    };

    internal static readonly HeadlineKind DisksUnread = new(OpenvzCheck.Disks, "disk quotas … …", "")
    {
        Explanation = "The headline has the reason, and the sudoers line where that is the cure.",
    };
}
