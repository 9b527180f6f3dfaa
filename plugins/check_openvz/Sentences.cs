using Ringfree.Monitoring.Plugin;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Plugins.Openvz;

/// <summary>Phrases that the evaluations share.</summary>
internal static class Sentences
{
    /// <summary>"101 (a), 102 (b), 103 (c) and 9 more".</summary>
    internal static string Some(IReadOnlyList<string> labels, int named = 3) =>
        labels.Count <= named + 1
            ? labels.Count < 2 ? string.Concat(labels) : $"{string.Join(", ", labels.SkipLast(1))} and {labels[^1]}"
            : $"{string.Join(", ", labels.Take(named))} and {labels.Count - named} more";

    /// <summary>Why files could not be read: "their storage does not answer (no end after 3 s)".</summary>
    internal static string Why(ProbeError error) => error.Kind switch
    {
        ProbeErrorKind.Unresponsive => $"their storage does not answer ({error.Detail})",
        ProbeErrorKind.StillUnresponsive => $"their storage hangs since {Words.Moment(error.Since)}",
        _ => error.Detail,
    };
}
