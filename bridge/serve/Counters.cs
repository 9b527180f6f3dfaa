using System.Collections.Concurrent;

namespace Ringfree.Monitoring.Bridge;

/// <summary>Counts events by name since the start of the program.</summary>
internal sealed class Counters
{
    private readonly ConcurrentDictionary<string, long> counts = new(StringComparer.Ordinal);

    public void Add(string name) => counts.AddOrUpdate(name, 1, (_, count) => count + 1);

    /// <summary>The counts by name.</summary>
    public IEnumerable<KeyValuePair<string, long>> All => counts.OrderBy(count => count.Key, StringComparer.Ordinal);
}
