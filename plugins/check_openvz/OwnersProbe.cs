using System.Text;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Plugins.Openvz;

/// <summary>On OpenVZ 7 a container on shared storage belongs to the node whose id its .owner file holds.</summary>
internal static class OwnersProbe
{
    private const string OwnerFile = ".owner";

    /// <summary>Reads the owners, where they tell which containers should run here.</summary>
    /// <returns>By the container's id; those without an owner are left out.</returns>
    internal static IReadOnlyDictionary<string, string> Read(IWorld world, OpenvzSettings settings, NodeReading reading)
    {
        Dictionary<string, string> owners = [];
        if (!ExpectedContainers.DependOnOwners(settings, reading))
        {
            return owners;
        }

        Dictionary<string, string> idByPath = [];
        foreach (ContainerConfig config in reading.Configs.Values.Where(config => config.IsOfVersion7))
        {
            idByPath[$"{settings.Root}{config.Private}/{OwnerFile}"] = config.Id;
        }

        world.Read(new FilesQuestion([.. idByPath.Keys]) { MayHang = true, LargestFile = 4096 }, (path, content, failure) =>
        {
            if (failure is null && idByPath.TryGetValue(Encoding.UTF8.GetString(path), out string? id))
            {
                owners[id] = Encoding.UTF8.GetString(content).Split('\n')[0].Trim();
            }
        });
        return owners;
    }
}
