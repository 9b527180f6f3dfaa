using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Plugins.SansayHa;

/// <summary>The cases whose gravity is the operator's choice, with their defaults.</summary>
internal sealed class Severities
{
    /// <summary>A node changed its role, or restarted while it was active.</summary>
    internal const string Change = "change";

    /// <summary>One node is unreachable while the other carries the calls.</summary>
    internal const string OneUnreachable = "one-unreachable";

    /// <summary>Neither node can be reached.</summary>
    internal const string BothUnreachable = "both-unreachable";

    /// <summary>A node runs without a partner.</summary>
    internal const string Standalone = "standalone";

    /// <summary>A node has not the role that <c>--expect</c> pins.</summary>
    internal const string Unexpected = "unexpected";

    /// <summary>A numeric HA field has not the value that healthy devices show; its meaning is not documented.</summary>
    internal const string Flags = "flags";

    /// <summary>The active node refuses calls beyond its licence.</summary>
    internal const string Refusals = "refusals";

    internal const string Forms =
        "change=critical, unexpected=critical, both-unreachable=critical, one-unreachable=warning, standalone=warning, refusals=warning, "
        + "flags=ok";

    private readonly Dictionary<string, Status> statuses = [];

    /// <exception cref="UsageException">A case or a status is unknown.</exception>
    internal Severities(IReadOnlyList<string> given)
    {
        foreach (string text in (string[])[.. Forms.Split(", "), .. given])
        {
            string[] parts = text.Split('=', 2);
            bool isKnown = statuses.Count < Forms.Count(c => c == '=') || statuses.ContainsKey(parts[0]);
            statuses[parts[0]] = isKnown && parts.Length == 2 && StatusOrder.Parse(parts[1]) is { } status
                ? status
                : throw new UsageException(
                    $"--severity '{text}' is no CASE=STATUS; the cases and their defaults are {Forms}; the statuses ok, warning, critical, "
                        + "unknown");
        }
    }

    internal Status this[string name] => statuses[name];
}
