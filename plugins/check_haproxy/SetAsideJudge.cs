using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Plugins.Haproxy;

/// <summary>
/// Judges for how long servers are set aside: maintenance is tolerated until it is likely to be forgotten. What haproxy.cfg sets aside is
/// meant to stay, and a server that follows another is judged there.
/// </summary>
internal sealed class SetAsideJudge(Judgement judgement)
{
    private double? longest;

    internal void Judge(Proxy proxy, ProcessChanges change, string at)
    {
        foreach (ProxyRow server in proxy.Servers)
        {
            if (server.IsSetAside)
            {
                DateTimeOffset since = Since(server, change);
                SetAsideBy by = proxy.SetAsideBy(server);
                if (by is not (SetAsideBy.Configuration or SetAsideBy.Tracked))
                {
                    Judge(server, by, since, at);
                }
            }
        }
    }

    internal void AddMetric() => judgement.Add(judgement.Options.Measure(HaproxyCheck.MaintenanceAge, longest ?? 0, 0));

    private void Judge(ProxyRow server, SetAsideBy by, DateTimeOffset since, string at)
    {
        double age = Math.Max(0, (judgement.Now - since).TotalSeconds);
        longest = Math.Max(longest ?? 0, age);
        Metric metric = judgement.Options.Measure(HaproxyCheck.MaintenanceAge, Math.Floor(age), 0);
        if (metric.Status == Status.Ok)
        {
            return;
        }

        string state = server.HasLostItsWeight ? "has weight 0" : $"is in {server.StatusText}";
        string cause = by switch
        {
            SetAsideBy.Operator => ", set by an operator and perhaps forgotten",
            SetAsideBy.Resolution => " because its name does not resolve",
            _ => " and perhaps forgotten (HAProxy does not tell who set it)",
        };
        judgement.Add(new Finding(
            metric.Status,
            $"server {server.Proxy}/{server.Name} {state} for {Words.Duration((long)age)}{cause}: {metric.Spoken}{at}",
            HaproxyCheck.Proxies));
    }

    /// <summary>
    /// Since when: as the memory knows it, which outlives a reload; else what HAProxy says, which a change of weight does not touch.
    /// </summary>
    private DateTimeOffset Since(ProxyRow server, ProcessChanges change)
    {
        string name = $"{server.Proxy}/{server.Name}";
        DateTimeOffset told = server is { HasLostItsWeight: false, SecondsSinceChange: >= 0 and { } seconds }
            ? judgement.Now - TimeSpan.FromSeconds(Math.Min(seconds, TimeSpan.FromDays(10_000).TotalSeconds))
            : judgement.Now;
        DateTimeOffset since = MemoryTime.Parse(change.Past("aside", name)) is { } remembered && remembered < told ? remembered : told;
        change.Keep("aside", name, MemoryTime.Print(since));
        return since;
    }
}
