using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Plugins.Openvz;

/// <summary>The containers that changed between the last run and this one, and what vzctl's log tells of it.</summary>
/// <param name="Restarted">The ids of those that ran at both, with another process 1, though the node did not boot.</param>
/// <param name="Ended">The ids of those that ran, do not now, and of which ONBOOT does not say whether they should.</param>
/// <param name="ByVzctl">The ids of those that vzctl stopped, suspended or restored meanwhile.</param>
/// <param name="LogError">Why vzctl's log could not be read; null when it was.</param>
internal sealed record RestartsReading(
    IReadOnlyList<string> Restarted, IReadOnlyList<string> Ended, IReadOnlySet<string> ByVzctl, ProbeError? LogError)
{
    /// <summary>Whether the node booted since the last run: vz stops and starts everything then.</summary>
    internal bool IsAfterBoot { get; private init; }

    /// <summary>Which containers changed, without what the log tells.</summary>
    /// <param name="settings">Which are not judged.</param>
    /// <param name="reading">The node.</param>
    /// <param name="now">The moment of the reading.</param>
    /// <returns>Null when none did.</returns>
    internal static RestartsReading? Find(OpenvzSettings settings, NodeReading reading, DateTimeOffset now)
    {
        RememberedNode known = reading.Remembered;
        IReadOnlySet<string> ignored = reading.IdsOf(settings.Ignored);
        bool tellsRestarts = known.At is { } last && reading.Uptime is { } uptime && now - uptime <= last;
        bool isAfterBoot = known.At is { } before && reading.Uptime is { } up && now - up > before;
        string[] restarted =
        [
            .. known.Inits.Where(one => tellsRestarts && InitOf(one.Key) > 0 && InitOf(one.Key) != one.Value).Select(one => one.Key),
        ];
        string[] ended =
        [
            .. known.Inits.Keys.Union(known.Awaited).Where(id => settings.Manifest is null && InitOf(id) == 0
                && reading.Configs.GetValueOrDefault(id) is { IsBootUnset: true } && !reading.Expected!.Ids.Contains(id)),
        ];
        return restarted.Length + ended.Length == 0
            ? null
            : new RestartsReading(Judged(restarted), Judged(ended), new HashSet<string>(), null) { IsAfterBoot = isAfterBoot };

        int InitOf(string id) => reading.Scan!.Containers.GetValueOrDefault(id)?.Init ?? 0;
        string[] Judged(string[] ids) =>
            [.. ids.Where(id => !ignored.Contains(id)).Order(Comparer<string>.Create(ContainerId.Compare))];
    }
}
