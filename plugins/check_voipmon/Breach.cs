using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Plugins.Voipmon;

/// <summary>A time and the limit that it broke, for a sentence: "1d 2h (limit: at most 120 s)".</summary>
internal static class Breach
{
    internal static string Spoken(Metric metric)
    {
        Plugin.Range? broken = metric.Status switch
        {
            Status.Critical => metric.Critical,
            Status.Warning => metric.Warning,
            _ => null,
        };
        return Words.Duration((long)(metric.Value ?? 0)) + (broken is null ? "" : $" (limit: {broken.Demand(" s")})");
    }
}
