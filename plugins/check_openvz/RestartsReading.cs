using System.Globalization;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Plugins.Openvz;

/// <summary>The containers that changed between the last run and this one, and what vzctl's log tells of it.</summary>
/// <param name="Restarted">
/// The ids of those that ran at both, without any process 1 of the last run, though the node did not boot as far as is known.
/// </param>
/// <param name="Ended">The ids of those that ran, do not now, and of which ONBOOT does not say whether they should.</param>
internal sealed record RestartsReading(IReadOnlyList<string> Restarted, IReadOnlyList<string> Ended)
{
    /// <summary>By id: when vzctl last stopped, suspended or restored it.</summary>
    internal IReadOnlyDictionary<string, DateTimeOffset> StoppedByVzctl { get; init; } = new Dictionary<string, DateTimeOffset>();

    /// <summary>Why vzctl's log could not be read; null when it was.</summary>
    internal ProbeError? LogError { get; init; }

    /// <summary>When the node booted, which stops every container; null when that is not known.</summary>
    internal DateTimeOffset? Booted { get; private init; }

    /// <summary>Which containers changed, without what the log tells.</summary>
    /// <param name="settings">Which are not judged.</param>
    /// <param name="reading">The node.</param>
    /// <param name="now">The moment of the reading.</param>
    /// <returns>Null when none did.</returns>
    internal static RestartsReading? Find(OpenvzSettings settings, NodeReading reading, DateTimeOffset now)
    {
        RememberedNode known = reading.Remembered;
        DateTimeOffset? booted = now - reading.Uptime;
        IReadOnlySet<string> ignored = reading.IdsOf(settings.Ignored);
        string[] restarted = booted > known.At
            ? []
            : Judged(known.Inits.Where(one => InitsOf(one.Key) is { Count: > 0 } inits && !inits.Any(pid => IsAmong(pid, one.Value)))
                .Select(one => one.Key));
        string[] ended = settings.Manifest is not null ? [] : Judged(known.Inits.Keys.Union(known.Awaited.Keys).Where(MayHaveEnded));
        return restarted.Length + ended.Length == 0 ? null : new RestartsReading(restarted, ended) { Booted = booted };

        IReadOnlyList<int> InitsOf(string id) => reading.Scan!.Containers.GetValueOrDefault(id)?.Inits ?? [];
        static bool IsAmong(int pid, string[] pids) => pids.Contains(pid.ToString(CultureInfo.InvariantCulture));
        bool MayHaveEnded(string id) => InitsOf(id).Count == 0 && reading.Configs.GetValueOrDefault(id) is { IsBootUnset: true }
            && !reading.Expected!.Ids.Contains(id);
        string[] Judged(IEnumerable<string> ids) =>
            [.. ids.Where(id => !ignored.Contains(id)).Order(ContainerId.InOrder)];
    }

    /// <summary>Whether vzctl took it away since a moment.</summary>
    internal bool IsByVzctl(string id, DateTimeOffset? since) =>
        StoppedByVzctl.TryGetValue(id, out DateTimeOffset stopped) && stopped >= since;
}
