using System.Text;
using Ringfree.Monitoring.Plugin;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Plugins.Openvz;

/// <summary>Which containers should run on this node.</summary>
/// <param name="Ids">In the order of their ids.</param>
/// <param name="Reason">Who says so, as half a sentence: "ONBOOT", "manifest /etc/vz/here".</param>
/// <param name="Trouble">Why that cannot be known; null when it is.</param>
/// <param name="Notes">What a reader should know of how they were found.</param>
internal sealed record ExpectedContainers(IReadOnlyList<string> Ids, string Reason, string? Trouble, IReadOnlyList<string> Notes)
{
    private const string OwnerFile = ".owner";

    internal static ExpectedContainers Find(CheckRun run, NodeOptions options, NodeReading reading)
    {
        HashSet<string> ids = [];
        List<string> notes = [];
        string? trouble = options.Manifest is null ? AddFromConfigs(ids, notes, run.World, options, reading) : AddFromManifest(ids, notes, options, reading);
        foreach (string expected in options.Expected)
        {
            ids.Add(reading.IdOf(expected));
        }

        if (options.Expected.Count > 0 && options.Manifest is null && trouble is not null)
        {
            notes.Add($"only what --expect names is judged: {trouble}");
            trouble = null;
        }

        foreach (string ignored in options.Ignored)
        {
            if (!ids.Remove(reading.IdOf(ignored)) && !reading.Configs.ContainsKey(reading.IdOf(ignored)))
            {
                notes.Add($"--ignore '{ignored}' names no container of this node");
            }
        }

        if (trouble is null && ids.Count == 0)
        {
            trouble = options.Manifest is { } manifest
                ? $"no container is expected to run here: the manifest '{manifest}' names none; cure: write one CTID a line into it"
                : $"no container is expected to run here: no config in {options.Root}{ContainerConfig.Folder} has ONBOOT=\"yes\"; cure: name this node's containers with --manifest FILE (one CTID a line) or --expect CTID";
        }

        return new ExpectedContainers([.. ids.Order(Comparer<string>.Create(ContainerId.Compare))], options.Manifest is { } path ? $"manifest {path}" : "ONBOOT", trouble, notes);
    }

    private static string? AddFromManifest(HashSet<string> ids, List<string> notes, NodeOptions options, NodeReading reading)
    {
        foreach (string line in reading.Manifest ?? [])
        {
            string id = reading.IdOf(line);
            if (!ContainerId.IsOne(id))
            {
                return $"the manifest '{options.Manifest}' has a line that is no container: '{line}'; accepted is one CTID or known name a line, # begins a comment";
            }

            ids.Add(id);
        }

        if (reading.ConfigTrouble is { } trouble)
        {
            notes.Add($"names of containers are not known: {trouble}");
        }

        return reading.ManifestTrouble;
    }

    private static string? AddFromConfigs(HashSet<string> ids, List<string> notes, IWorld world, NodeOptions options, NodeReading reading)
    {
        if (reading.ConfigTrouble is { } trouble)
        {
            return $"what should run here is not known: the container configs in {options.Root}{ContainerConfig.Folder} cannot be read: {trouble}";
        }

        if (reading.ConfigsAreShared)
        {
            return $"what should run here is not known: the container configs in {options.Root}{ContainerConfig.Folder} lie on storage that other nodes share, so their ONBOOT says nothing of this node; cure: name this node's containers with --manifest FILE (one CTID a line)";
        }

        ContainerConfig[] starting = [.. reading.Configs.Values.Where(config => config.StartsOnBoot)];
        HashSet<string> elsewhere = starting.Any(IsOfVersion7) ? OwnedElsewhere(notes, world, options, reading, starting) : [];
        foreach (ContainerConfig config in starting.Where(config => !elsewhere.Contains(config.Id)))
        {
            ids.Add(config.Id);
        }

        return null;
    }

    private static bool IsOfVersion7(ContainerConfig config) => config.Id.Length == 36;

    /// <summary>
    /// On OpenVZ 7 a container on shared storage belongs to the node whose id its .owner holds. Where a node keeps its own id is not
    /// documented: it is the one of the containers that run here, unless an option tells it.
    /// </summary>
    private static HashSet<string> OwnedElsewhere(List<string> notes, IWorld world, NodeOptions options, NodeReading reading, ContainerConfig[] starting)
    {
        Dictionary<string, string> ownerByPath = [];
        string[] paths = [.. reading.Configs.Values.Where(IsOfVersion7).Select(config => $"{options.Root}{config.Private}/{OwnerFile}")];
        world.Read(new FilesQuestion(paths) { MayHang = true, LargestFile = 4096 }, (path, content, failure) =>
        {
            if (failure is null)
            {
                ownerByPath[Encoding.UTF8.GetString(path)] = Encoding.UTF8.GetString(content).Split('\n')[0].Trim();
            }
        });
        string? OwnerOf(ContainerConfig config) => ownerByPath.GetValueOrDefault($"{options.Root}{config.Private}/{OwnerFile}");

        string? own = options.Owner;
        foreach (ContainerConfig config in reading.Configs.Values)
        {
            if (own is null && reading.Scan!.Containers.GetValueOrDefault(config.Id) is { Init: > 0 })
            {
                own = OwnerOf(config);
            }
        }

        if (own is null && ownerByPath.Count > 0)
        {
            notes.Add("whose containers these are is not known: none with an .owner runs here; tell this node's id with --owner");
        }

        return own is null ? [] : [.. starting.Where(config => OwnerOf(config) is { } owner && owner != own).Select(config => config.Id)];
    }
}
