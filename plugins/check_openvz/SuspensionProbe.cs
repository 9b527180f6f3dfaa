using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Plugins.Openvz;

/// <summary>
/// Looks for the checkpoints of containers without processes: OpenVZ 6 keeps them in one folder, OpenVZ 7 beside the container.
/// </summary>
internal static class SuspensionProbe
{
    private const int MostContainers = 20;

    /// <summary>Looks for the checkpoints of the first containers that may be suspended.</summary>
    /// <returns>The ids of those that are.</returns>
    internal static IReadOnlySet<string> Read(IWorld world, OpenvzSettings settings, NodeReading reading)
    {
        HashSet<string> suspended = [];
        foreach (string id in reading.Expected!.MayBeSuspended(reading).Take(MostContainers))
        {
            ContainerConfig? config = reading.Configs.GetValueOrDefault(id);
            if (Holds(reading.DumpFolder, $"Dump.{id}")
                || (config is { IsOfVersion7: true } && Holds($"{settings.Root}{config.Private}/dump", "Dump")))
            {
                suspended.Add(id);
            }
        }

        return suspended;

        bool Holds(string folder, string name)
        {
            Answer answer = world.Ask(new FolderQuestion(folder) { MayHang = true });
            return answer.Outcome == Outcome.Answered && FolderListing.Parse(answer).Any(entry => entry.Name == name);
        }
    }
}
