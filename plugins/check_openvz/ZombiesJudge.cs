using System.Globalization;
using System.Text;
using Ringfree.Monitoring.Plugin;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Plugins.Openvz;

/// <summary>Judges the zombies of each container and of the node itself: whose they are, and which process does not collect them.</summary>
internal static class ZombiesJudge
{
    private const string Node = "0";

    internal static void Judge(Judgement judgement)
    {
        ProcessScan scan = judgement.Reading.Scan!;
        List<(string Id, Zombies Zombies)> all = [(Node, scan.ZombiesOfNode)];
        all.AddRange(scan.Containers.Values.Where(one => !judgement.Ignored.Contains(one.Id)).Select(one => (one.Id, one.Zombies)));
        judgement.Measure(OpenvzCheck.ZombiesInOne, all.Max(one => one.Zombies.Count));
        (string Id, Zombies Zombies, Metric Metric)[] over =
        [
            .. all.Select(one => (one.Id, one.Zombies, judgement.Run.Options.Measure(OpenvzCheck.ZombiesInOne, one.Zombies.Count, 0)))
                .Where(one => one.Item3.Status != Status.Ok).OrderByDescending(one => one.Zombies.Count),
        ];
        if (over.Length == 0)
        {
            return;
        }

        Dictionary<int, string> parents = ReadParents(judgement, over.Select(one => one.Zombies.Parent.Pid));
        foreach ((string id, Zombies zombies, Metric metric) in over)
        {
            (int pid, int children) = zombies.Parent;
            string whose = id == Node ? "the node itself" : $"container {judgement.Reading.Label(id)}";
            string parent = parents.TryGetValue(pid, out string? name) ? $"'{name}' (pid {pid})" : $"pid {pid}";
            judgement.Add(new Finding(
                metric.Status,
                $"{whose} has zombie processes: {metric.Spoken}; {(children == zombies.Count ? "all" : children)} of them wait for "
                    + $"{parent}, which does not collect them",
                OpenvzCheck.Services)
            {
                FirstStep = (id == Node ? "ps axf" : $"vzctl exec {id} ps axf") + "; restart the service of the parent process: a zombie "
                    + "itself cannot be killed",
            });
        }
    }

    /// <summary>The names of a few processes, as the kernel keeps them.</summary>
    private static Dictionary<int, string> ReadParents(Judgement judgement, IEnumerable<int> pids)
    {
        const string Label = "Name:\t";
        string folder = judgement.Options.Root + "/proc/";
        string[] paths = [.. pids.Distinct().Select(pid => $"{folder}{pid.ToString(CultureInfo.InvariantCulture)}/status")];
        Dictionary<int, string> names = [];
        judgement.Run.World.Read(new FilesQuestion(paths) { AreKernelRecords = true, LargestFile = 4096 }, (path, content, failure) =>
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
