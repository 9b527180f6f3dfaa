using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Plugins.Haproxy;

/// <summary>
/// Judges sessions against limits. A backend's limit is its fullconn, which steers and does not limit, so backends are left out.
/// </summary>
internal static class TrafficJudge
{
    internal static string Judge(IReadOnlyList<HaproxyStats> processes, Options options, List<Finding> findings, List<Metric> metrics)
    {
        long sessions = 0;
        long queue = 0;
        double? fullest = null;
        foreach (HaproxyStats process in processes)
        {
            foreach (ProxyRow row in process.Rows)
            {
                sessions += row.Type == RowType.Frontend ? row.Sessions ?? 0 : 0;
                queue += row.Type == RowType.Backend ? row.Queue ?? 0 : 0;
                if (row.Type is RowType.Frontend or RowType.Server && row is { Sessions: { } used, SessionLimit: > 0 and { } limit })
                {
                    Metric use = options.Measure(HaproxyCheck.SessionUse, 100.0 * used / limit, 0, 100);
                    fullest = Math.Max(fullest ?? 0, use.Value!.Value);
                    if (use.Status != Status.Ok)
                    {
                        findings.Add(new Finding(use.Status, $"{Name(row)} has {used} of {limit} sessions in use: {use.Spoken}", HaproxyCheck.Traffic));
                    }
                }
            }
        }

        Metric fullestUse = options.Measure(HaproxyCheck.SessionUse, fullest, 0, 100);
        metrics.Add(fullestUse);
        if (fullestUse.Status == Status.Unknown)
        {
            findings.Add(new Finding(Status.Unknown, "session_use has a limit, but no frontend and no server of HAProxy has one", HaproxyCheck.Traffic));
        }

        AddTotal(options.Measure(HaproxyCheck.Sessions, sessions, minimum: 0), "sessions of all frontends", findings, metrics);
        AddTotal(options.Measure(HaproxyCheck.Queue, queue, minimum: 0), "requests that wait for a server", findings, metrics);
        return fullest is { } use100 ? $"sessions at {Metric.Number(Math.Round(use100, 1))} % of the tightest limit, {queue} queued" : $"{Words.Count(sessions, "session")}, {queue} queued";
    }

    private static string Name(ProxyRow row) => row.Type == RowType.Frontend ? $"frontend {row.Proxy}" : $"server {row.Proxy}/{row.Name}";

    private static void AddTotal(Metric metric, string what, List<Finding> findings, List<Metric> metrics)
    {
        metrics.Add(metric);
        findings.Add(new Finding(metric.Status, $"{what}: {metric.Spoken}", HaproxyCheck.Traffic));
    }
}
