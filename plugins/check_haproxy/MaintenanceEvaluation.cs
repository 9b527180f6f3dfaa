using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Plugins.Haproxy;

/// <summary>
/// Evaluates for how long servers are drained or in maintenance: that is tolerated until it is likely to be forgotten. What haproxy.cfg
/// disables is meant to stay, and a server that follows another is evaluated there.
/// </summary>
internal sealed class MaintenanceEvaluation(ConcernReport concern)
{
    private double longest;

    internal void Evaluate(Proxy proxy, ProcessChanges change, string at)
    {
        foreach (ProxyRow server in proxy.Servers)
        {
            if (server.IsOutOfRotation && !proxy.IsSpareSlot(server))
            {
                DateTimeOffset since = Since(server, change);
                MaintenanceCause cause = proxy.CauseOf(server);
                if (cause is not (MaintenanceCause.Configuration or MaintenanceCause.Tracked))
                {
                    Evaluate(server, cause, since, at);
                }
            }
        }
    }

    internal void Record() => concern.Record(HaproxyCheck.MaintenanceAge, longest);

    private void Evaluate(ProxyRow server, MaintenanceCause by, DateTimeOffset since, string at)
    {
        double age = Math.Max(0, (concern.Now - since).TotalSeconds);
        longest = Math.Max(longest, age);
        HeadlineKind kind = HaproxyHeadlines.InMaintenance;
        concern.Compare(HaproxyCheck.MaintenanceAge, Math.Floor(age), (Server: server, By: by, At: at), kind, static (metric, of) =>
        {
            string state = of.Server.HasLostItsWeight ? "has weight 0" : $"is in {of.Server.StatusText}";
            string cause = of.By switch
            {
                MaintenanceCause.Operator => ", set by an operator and perhaps forgotten",
                MaintenanceCause.Resolution => " because its name does not resolve",
                _ => " and perhaps forgotten (HAProxy does not tell who set it)",
            };
            string lasts = Words.Duration((long)metric.Value!.Value);
            return $"server {of.Server.Proxy}/{of.Server.Name} {state} for {lasts}{cause} (limit: {metric.BrokenLimit}){of.At}";
        });
    }

    /// <summary>
    /// Since when: as the memory knows it, which outlives a reload; else what HAProxy says, which a change of weight does not touch.
    /// </summary>
    private DateTimeOffset Since(ProxyRow server, ProcessChanges change)
    {
        string name = $"{server.Proxy}/{server.Name}";
        DateTimeOffset told = server is { HasLostItsWeight: false, SecondsSinceChange: >= 0 and { } seconds }
            ? concern.Now - TimeSpan.FromSeconds(Math.Min(seconds, TimeSpan.FromDays(10_000).TotalSeconds))
            : concern.Now;
        DateTimeOffset since = MemoryTime.Parse(change.Past("aside", name)) is { } remembered && remembered < told ? remembered : told;
        change.Keep("aside", name, MemoryTime.Print(since));
        return since;
    }
}
