using System.Globalization;
using System.Text;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Plugins.Openvz;

/// <summary>Reads the names of a few processes, as the kernel keeps them.</summary>
internal static class ProcessNamesProbe
{
    /// <summary>Reads names.</summary>
    /// <param name="world">The world of the run.</param>
    /// <param name="root">The prefix of every path.</param>
    /// <param name="pids">Whose; nothing is asked for none.</param>
    /// <returns>By pid; those that could not be read are left out.</returns>
    internal static IReadOnlyDictionary<int, string> Read(IWorld world, string root, IReadOnlyList<int> pids)
    {
        const string Label = "Name:\t";
        Dictionary<int, string> names = [];
        if (pids.Count == 0)
        {
            return names;
        }

        string[] paths = [.. pids.Select(pid => $"{root}/proc/{pid.ToString(CultureInfo.InvariantCulture)}/status")];
        world.Read(new FilesQuestion(paths) { AreKernelRecords = true, LargestFile = 4096 }, (path, content, failure) =>
        {
            string line = Encoding.UTF8.GetString(content).Split('\n')[0];
            string[] parts = Encoding.UTF8.GetString(path).Split('/');
            bool isOne = parts.Length > 1 && line.StartsWith(Label, StringComparison.Ordinal);
            if (failure is null && isOne && int.TryParse(parts[^2], out int pid))
            {
                names[pid] = line[Label.Length..];
            }
        });
        return names;
    }
}
