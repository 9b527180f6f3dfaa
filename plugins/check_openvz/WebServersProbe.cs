using System.Globalization;
using System.Text;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Plugins.Openvz;

/// <summary>
/// Since when the web server of a container has its settings: its oldest worker's start. A reload replaces the workers, and the process
/// that begot them stays.
/// </summary>
internal static class WebServersProbe
{
    private const double TicksPerSecond = 100;

    private static readonly string[] Names = ["httpd", "apache2"];

    /// <summary>Reads field 22 of the stat files of web servers: their starts in clock ticks after the boot.</summary>
    /// <returns>By the container's id; without those of which nothing could be read.</returns>
    internal static IReadOnlyDictionary<string, DateTimeOffset> Read(IWorld world, OpenvzSettings settings, NodeReading reading)
    {
        IReadOnlyList<ServiceProcess> watched = settings.Services.Processes;
        int[] kinds = [.. Enumerable.Range(0, watched.Count).Where(kind => Names.Contains(watched[kind].Name))];
        Dictionary<string, string> idByPath = [];
        foreach (ContainerProcesses container in reading.Running(settings))
        {
            foreach (int pid in container.PidsOf(kinds))
            {
                idByPath[string.Create(CultureInfo.InvariantCulture, $"{settings.Root}/proc/{pid}/stat")] = container.Id;
            }
        }

        Dictionary<string, List<DateTimeOffset>> starts = [];
        if (idByPath.Count == 0 || reading.Uptime is not { } uptime)
        {
            return new Dictionary<string, DateTimeOffset>();
        }

        FilesQuestion question = new([.. idByPath.Keys]) { AreKernelRecords = true, LargestFile = 4096 };
        world.Read(question, (path, content, failure) =>
        {
            if (failure is null && idByPath.GetValueOrDefault(Encoding.UTF8.GetString(path)) is { } id
                && long.TryParse(ProcessStart.Ticks(content), NumberStyles.None, CultureInfo.InvariantCulture, out long ticks)
                && TimeSpan.FromSeconds(Math.Min(ticks / TicksPerSecond, uptime.TotalSeconds)) is var afterBoot)
            {
                (starts.TryGetValue(id, out List<DateTimeOffset>? known) ? known : starts[id] = []).Add(world.Now - uptime + afterBoot);
            }
        });
        return starts.ToDictionary(entry => entry.Key, entry => entry.Value.Order().Skip(entry.Value.Count > 1 ? 1 : 0).First());
    }
}
