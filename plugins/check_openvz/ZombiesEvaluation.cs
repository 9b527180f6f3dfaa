using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Plugins.Openvz;

/// <summary>
/// Evaluates the zombies of each container and of the node itself: whose they are, and which process does not collect them.
/// </summary>
internal static class ZombiesEvaluation
{
    private const string Node = "0";

    private static HeadlineKind OnTheNode => ServicesHeadlines.Zombies with
    {
        FirstStep = ServicesHeadlines.Zombies.FirstStep.Replace("vzctl exec CTID ", "", StringComparison.Ordinal),
    };

    /// <summary>The processes that a problem names: the parents of most zombies of whatever has too many.</summary>
    internal static IReadOnlyList<int> ParentsToName(OpenvzSettings settings, NodeReading reading, Options options) =>
        [.. TooMany(settings, reading, options).Select(one => one.Zombies.Parent.Pid).Distinct()];

    internal static void Evaluate(OpenvzSettings settings, NodeReading reading, ReportBuilder report)
    {
        ConcernReport concern = report.For(OpenvzCheck.Services);
        concern.Record(OpenvzCheck.ZombiesInOne, All(settings, reading).Max(one => one.Zombies.Count));
        foreach ((string id, Zombies zombies, Metric metric) in TooMany(settings, reading, report.Options))
        {
            (int pid, int children) = zombies.Parent;
            string whose = id == Node ? "the node itself" : $"container {reading.Label(id)}";
            string parent = reading.ProcessNames.TryGetValue(pid, out string? name) ? $"'{name}' (pid {pid})" : $"pid {pid}";
            concern.Problem(
                metric.Status,
                id == Node ? OnTheNode : ServicesHeadlines.Zombies.With("CTID", id),
                $"{whose} has zombie processes: {metric.Spoken}; {(children == zombies.Count ? "all" : children)} of them wait for "
                    + $"{parent}, which does not collect them");
        }
    }

    private static IEnumerable<(string Id, Zombies Zombies, Metric Metric)> TooMany(
        OpenvzSettings settings, NodeReading reading, Options options) =>
        All(settings, reading)
            .Select(one => (one.Id, one.Zombies, Metric: options.Measure(OpenvzCheck.ZombiesInOne, one.Zombies.Count, 0)))
            .Where(one => one.Metric.Status != Status.Ok)
            .OrderByDescending(one => one.Zombies.Count);

    private static IEnumerable<(string Id, Zombies Zombies)> All(OpenvzSettings settings, NodeReading reading)
    {
        ProcessScan scan = reading.Scan!;
        IReadOnlySet<string> ignored = reading.IdsOf(settings.Ignored);
        return scan.Containers.Values.Where(one => !ignored.Contains(one.Id)).Select(one => (one.Id, one.Zombies))
            .Prepend((Node, scan.ZombiesOfNode));
    }
}
