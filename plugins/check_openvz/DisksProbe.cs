using System.Text;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Plugins.Openvz;

/// <summary>What was read of the disks of running containers.</summary>
/// <param name="Uses">How full each is.</param>
/// <param name="QuotaError">Why the quotas could not be read; null when they were, or the kernel keeps none.</param>
/// <param name="Unread">By container: why its ploop could not be asked.</param>
internal sealed record DisksReading(
    IReadOnlyList<DiskUse> Uses, ProbeError? QuotaError, IReadOnlyList<(string Container, ProbeError Error)> Unread);

/// <summary>
/// Reads how full the disks of running containers are: the quota of those that lie in a folder of the node (simfs), and the file system of
/// those that lie in an image (ploop), which is mounted at their root.
/// </summary>
internal static class DisksProbe
{
    private const int LargestTable = 4 * 1024 * 1024;
    private const string Ploop = "/dev/ploop";

    internal static DisksReading Read(IWorld world, OpenvzSettings settings, NodeReading reading)
    {
        HashSet<string> running = [.. reading.Running(settings).Select(container => container.Id)];
        List<DiskUse> uses = [.. ReadQuotas(world, settings, out ProbeError? error).Where(use => running.Contains(use.Container))];
        List<(string Container, ProbeError Error)> unread = [];
        Dictionary<string, string> images = [];
        foreach (string id in running)
        {
            if (reading.Mounts?.GetValueOrDefault(reading.RootOf(id, settings)) is { } mount
                && mount.Source.StartsWith(Ploop, StringComparison.Ordinal))
            {
                images[mount.Path] = id;
            }
        }

        if (images.Count > 0)
        {
            AskImages(world, images, uses, unread);
        }

        return new DisksReading(uses, error, unread);
    }

    private static IReadOnlyList<DiskUse> ReadQuotas(IWorld world, OpenvzSettings settings, out ProbeError? error)
    {
        string path = settings.Root + "/proc/vz/vzquota";
        IReadOnlyList<DiskUse>? quotas = null;
        string? failure = null;
        Answer answer = world.Read(new FilesQuestion(path) { LargestFile = LargestTable }, (_, content, trouble) =>
        {
            failure = trouble;
            quotas = trouble is null ? DiskUse.ParseQuotas(content) : null;
        });
        error = quotas is not null || answer.Outcome == Outcome.Missing ? null
            : failure is not null ? ProbeError.OfFile(path, failure)
            : answer.Outcome != Outcome.Answered ? ProbeError.Of(path, answer)
            : new ProbeError(path, ProbeErrorKind.Malformed, "is no table of disk quotas");
        error = error?.Kind == ProbeErrorKind.Denied ? error with { Caller = Caller.Of(world) } : error;
        return quotas ?? [];
    }

    private static void AskImages(
        IWorld world, Dictionary<string, string> images, List<DiskUse> uses, List<(string Container, ProbeError Error)> unread)
    {
        Answer answer = world.Ask(new FileSystemsQuestion([.. images.Keys]));
        HashSet<string> answered = [];
        FileSystemsQuestion.Visit(answer, (path, content, failure) =>
        {
            string place = Encoding.UTF8.GetString(path);
            if (images.GetValueOrDefault(place) is not { } id)
            {
                return;
            }

            answered.Add(place);
            if (failure is null && MountStatus.Parse(content) is { } status)
            {
                uses.AddRange(DiskUse.OfFileSystem(id, status));
            }
            else
            {
                unread.Add((id, ProbeError.OfFile(place, failure ?? "did not say how much room it has")));
            }
        });
        unread.AddRange(images.Where(image => !answered.Contains(image.Key))
            .Select(image => (image.Value, ProbeError.Of(image.Key, answer))));
    }
}
