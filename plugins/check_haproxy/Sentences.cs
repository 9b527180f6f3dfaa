using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Plugins.Haproxy;

/// <summary>Phrases that the judges share.</summary>
internal static class Sentences
{
    /// <summary>Value and limit of a metric without a unit of its own, with words for one: "12.4 a second (limit: at most 1)".</summary>
    internal static string Spoken(Metric metric, string unit) =>
        metric.Spoken.IndexOf(" (", StringComparison.Ordinal) is > 0 and var limit ? metric.Spoken.Insert(limit, " " + unit) : $"{metric.Spoken} {unit}";

    /// <summary>A day, UTC: "2026-03-01".</summary>
    internal static string Day(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd");
}
