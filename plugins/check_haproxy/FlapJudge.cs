using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Plugins.Haproxy;

/// <summary>
/// Judges how often checks took servers down since the last run: a server that is up at every look may have died in between.
/// </summary>
internal sealed class FlapJudge(Judgement judgement, Changes changes, IgnoreList ignored)
{
    private Metric? worst;

    internal void Judge(IReadOnlyList<ProxyRow> rows, ProcessChanges change)
    {
        foreach (ProxyRow row in rows)
        {
            // Remembered for ignored servers too: taken off the list, they must not look as if all their downs were new.
            if (row is { Type: RowType.Server, CheckDowns: > 0 }
                && change.Growth("downs", $"{row.Proxy}/{row.Name}", row.CheckDowns) is > 0 and { } downs
                && !ignored.Ignores(row))
            {
                Judge(row, downs, change);
            }
        }
    }

    internal void AddMetric() => judgement.Add(worst ?? judgement.Options.Measure(HaproxyCheck.CheckDowns, changes.AnyInterval ? 0 : null, 0));

    private void Judge(ProxyRow server, long downs, ProcessChanges change)
    {
        Metric metric = judgement.Options.Measure(HaproxyCheck.CheckDowns, downs, 0);
        worst = worst is null || downs > worst.Value ? metric : worst;
        if (metric.Status != Status.Ok)
        {
            judgement.Memory.Raise(
                HaproxyCheck.Proxies,
                $"downs {server.Proxy}/{server.Name}",
                metric.Status,
                $"server {server.Proxy}/{server.Name} flaps: its check took it down {Sentences.Spoken(metric, "times")} within {Words.Duration((long)change.Seconds!.Value)}; now {server.StatusText}{Proxy.Since(server)}");
        }
    }
}
