using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Plugins.SansayHa;

/// <summary>Which node is to have which role, as <c>--expect</c> pins it.</summary>
internal static class ExpectedRoles
{
    private static readonly string[] States = ["active", "standby", "standalone"];

    /// <exception cref="UsageException">A node or a state is unknown.</exception>
    internal static IReadOnlyDictionary<string, string> Parse(IReadOnlyList<string> given, IReadOnlyList<SansayNode> nodes)
    {
        Dictionary<string, string> expected = [];
        foreach (string text in given)
        {
            string[] parts = text.Split('=', 2);
            expected[parts[0]] = parts.Length == 2 && nodes.Any(node => node.Name == parts[0]) && States.Contains(parts[1])
                ? parts[1]
                : throw new UsageException($"--expect '{text}' is no NODE=STATE; the nodes are {string.Join(", ", nodes.Select(node => node.Name))}, the states {string.Join(", ", States)}");
        }

        return expected;
    }

    internal static void Evaluate(PairReading pair, IReadOnlyDictionary<string, string> expected, Severities severities, ConcernReport ha)
    {
        foreach (NodeReading node in pair.Nodes)
        {
            if (node.Statistics is { } told && expected.TryGetValue(node.Name, out string? state) && told.StateText != state)
            {
                ha.Problem(
                    severities[Severities.Unexpected],
                    SansayHeadlines.Unexpected.About(node.Name),
                    $"{node.Name} is {told.StateText}, expected is {state}");
            }
        }
    }
}
