namespace Ringfree.Monitoring.Estate;

/// <summary>Finds hosts that are their own ancestors: no scheduler accepts them. Linear, and without recursion.</summary>
internal sealed class ParentLoops(IReadOnlyDictionary<string, EstateHost> hosts, Problems problems)
{
    internal void Report(IEnumerable<(EstateHost Host, IReadOnlyList<Setting<string>> Parents)> declared)
    {
        HashSet<string> looped = InLoopOrBelow();
        foreach ((EstateHost host, IReadOnlyList<Setting<string>> parents) in declared)
        {
            if (looped.Contains(host.Name))
            {
                Setting<string> next = parents.First(parent => looped.Contains(parent.Value));
                problems.Report(next.Place, Names.Complaint(next.Value, $"parents between {host.Name} and the scheduler; these lead round in a circle"));
            }
        }
    }

    // Removes hosts whose parents are all removed, the roots first; what remains leads round or hangs below what does.
    private HashSet<string> InLoopOrBelow()
    {
        Dictionary<string, int> waitingFor = hosts.ToDictionary(pair => pair.Key, pair => pair.Value.Parents.Count, StringComparer.Ordinal);
        ILookup<string, string> children = hosts.Values
            .SelectMany(host => host.Parents.Select(parent => (parent, host.Name)))
            .ToLookup(pair => pair.parent, pair => pair.Name, StringComparer.Ordinal);
        Queue<string> free = new(waitingFor.Where(pair => pair.Value == 0).Select(pair => pair.Key));
        while (free.TryDequeue(out string? name))
        {
            waitingFor.Remove(name);
            foreach (string child in children[name])
            {
                if (--waitingFor[child] == 0)
                {
                    free.Enqueue(child);
                }
            }
        }

        return [.. waitingFor.Keys];
    }
}
