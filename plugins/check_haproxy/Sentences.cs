using Ringfree.Monitoring.Plugin;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Plugins.Haproxy;

/// <summary>Phrases that the evaluations share.</summary>
internal static class Sentences
{
    /// <summary>Value and limit of a metric without a unit of its own, with words for one: "12.4 a second (limit: at most 1)".</summary>
    internal static string Spoken(Metric metric, string unit) =>
        metric.Spoken.IndexOf(" (", StringComparison.Ordinal) is > 0 and var limit
            ? metric.Spoken.Insert(limit, " " + unit)
            : $"{metric.Spoken} {unit}";

    /// <summary>"the root of container 101 does not answer: no end after 3 s".</summary>
    internal static string DoesNotAnswer(ProbeError error) =>
        $"{error.Subject} does not answer{(error.Since is { } since ? $" since {Words.Moment(since)}" : $": {error.Detail}")}";

    /// <summary>A day, UTC: "2026-03-01".</summary>
    internal static string Day(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd");
}
