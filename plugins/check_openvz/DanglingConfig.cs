using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Plugins.Openvz;

/// <summary>
/// A config that is a link to nothing: on OpenVZ 7 each leads into the container's private area, so that the storage of private areas is
/// gone. Source: libvzctl, lib/vz.c (register) and lib/env.c (restore_config_link).
/// </summary>
internal static class DanglingConfig
{
    private const string ConfigOfVersion7 = "/ve.conf";

    /// <summary>The folder whose storage holds what a config leads to: that of all private areas, else the config's own.</summary>
    internal static string StorageOf(string target)
    {
        string folder = target.EndsWith(ConfigOfVersion7, StringComparison.Ordinal) ? target[..^ConfigOfVersion7.Length] : target;
        int slash = folder.LastIndexOf('/');
        return slash > 0 ? folder[..slash] : folder;
    }

    /// <summary>Why such a container should run, as half a sentence; null for any other.</summary>
    internal static string? Reason(NodeReading reading, string id) => reading.DanglingConfigs.TryGetValue(id, out string? target)
        ? $"its config leads to {target}, which does not exist: is {StorageOf(target)} mounted?"
        : null;

    /// <summary>What a sentence about several containers says of those among them; empty when none is.</summary>
    internal static string OfMany(NodeReading reading, IReadOnlyList<string> ids)
    {
        string[] targets = [.. ids.Where(reading.DanglingConfigs.ContainsKey).Select(id => reading.DanglingConfigs[id])];
        string whose = targets.Length == ids.Count ? "the configs of all" : $"the configs of {targets.Length}";
        string storage = Sentences.Some([.. targets.Select(StorageOf).Distinct()]);
        return targets.Length == 0 ? "" : $"; {whose} lead to what does not exist: is {storage} mounted?";
    }

    /// <summary>Tells of those that run all the same: they work on storage that was unmounted below them.</summary>
    internal static void Evaluate(NodeReading reading, ConcernReport concern)
    {
        string[] running = [.. reading.DanglingConfigs.Keys.Where(id => reading.Scan!.Containers.GetValueOrDefault(id) is { Init: > 0 })
            .Order(ContainerId.InOrder)];
        if (running.Length > 0)
        {
            string storage = StorageOf(reading.DanglingConfigs[running[0]]);
            string whose = running.Length == 1
                ? "the config of a running container leads"
                : $"the configs of {running.Length} running containers lead";
            concern.Problem(
                Status.Warning,
                ContainersHeadlines.RunsWithoutStorage.With("STORAGE", storage),
                $"{whose} to what does not exist, {Sentences.Some([.. running.Select(reading.Label)])}: is {storage} mounted?");
        }
    }
}
