using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Plugins.Haproxy;

/// <summary>
/// Evaluates how often checks took servers down since the last run: a server that is up at every look may have died in between.
/// </summary>
internal sealed class FlapsEvaluation(ConcernReport concern, IgnoreList ignored, Options options)
{
    private long? most;

    internal void Evaluate(IReadOnlyList<ProxyRow> rows, ProcessChanges change)
    {
        foreach (ProxyRow row in rows)
        {
            // Remembered for ignored servers too: taken off the list, they must not look as if all their downs were new.
            if (row is { Type: RowType.Server, CheckDowns: > 0 }
                && change.Growth("downs", $"{row.Proxy}/{row.Name}", row.CheckDowns) is > 0 and { } downs
                && !ignored.Ignores(row))
            {
                Evaluate(row, downs, change);
            }
        }
    }

    internal void Record(bool anyInterval) => concern.Record(HaproxyCheck.DownTransitions, most ?? (anyInterval ? 0 : null));

    private void Evaluate(ProxyRow server, long downs, ProcessChanges change)
    {
        most = Math.Max(most ?? 0, downs);
        Metric metric = options.Measure(HaproxyCheck.DownTransitions, downs);
        if (metric.Status != Status.Ok)
        {
            concern.Raise(
                $"downs {server.Proxy}/{server.Name}",
                metric.Status,
                HaproxyHeadlines.Flaps,
                $"server {server.Proxy}/{server.Name} flaps: its check took it down {Sentences.Spoken(metric, "times")} within "
                    + $"{Words.Duration((long)change.Seconds!.Value)}; now {server.StatusText}{Proxy.Since(server)}");
        }
    }
}
