using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Plugins.Voipmon;

/// <summary>Looks at the room of the spool folder's file system and at the queue files in it; both may lie on storage that hangs.</summary>
internal static class SpoolProbe
{
    // qoq-CONNECTION-MILLISECONDS-ISO TIME. Source: voipmonitor/sniffer, sql_db.cpp.
    private const string QueueFile = "qoq-";

    internal static SpoolReading Read(IWorld world, string path)
    {
        Answer mount = world.Ask(new MountQuestion(path));
        string subject = $"the spool folder {path}";
        if (mount.Outcome != Outcome.Answered || MountStatus.Parse(mount) is not { } room)
        {
            return new SpoolReading(path, ProbeError.Of(subject, mount));
        }

        Answer folder = world.Ask(new FolderQuestion(path) { MayHang = true });
        FolderEntry[] queue = folder.Outcome == Outcome.Answered
            ? [.. FolderListing.Parse(folder).Where(entry => entry.Kind == PathKind.File && entry.Name.StartsWith(QueueFile, StringComparison.Ordinal))]
            : [];
        return new SpoolReading(path, null)
        {
            FreeBytes = room.AvailableBytes,
            TotalBytes = room.TotalBytes,
            InodesFree = room.TotalFiles > 0 ? 100.0 * room.FreeFiles / room.TotalFiles : null,
            QueueFiles = queue.Length,
            OldestQueueFile = queue.Length == 0 ? null : queue.Min(entry => entry.Modified),
            QueueError = folder.Outcome == Outcome.Answered ? null : ProbeError.Of($"queue files in {path}", folder),
        };
    }
}
