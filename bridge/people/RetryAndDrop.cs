using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Bridge;

/// <summary>The verbs retry and drop: what to do with an incident that waits or that PagerDuty refused.</summary>
internal static class RetryAndDrop
{
    public static int Retry(string configFile, string? host, string? service) => Desk.WithStore("retry", configFile, (_, store) =>
    {
        int count = store.Deliveries.Retry(host is null ? null : Desk.Key(host, service));
        if (count == 0)
        {
            StandardStreams.Error(host is null
                ? "pagerduty-bridge retry: there are no dead letters\n"
                : $"pagerduty-bridge retry: nothing waits for {Desk.Name(host, service ?? "")}; pagerduty-bridge list shows what does\n");
            return ExitCode.Failed;
        }

        StandardStreams.Output($"{count} {(count == 1 ? "incident is" : "incidents are")} due again; serve tries within a second\n");
        return ExitCode.Done;
    });

    public static int Drop(string configFile, string host, string? service) => Desk.WithStore("drop", configFile, (_, store) =>
    {
        if (!store.Deliveries.Drop(Desk.Key(host, service), Desk.Who()))
        {
            StandardStreams.Error($"pagerduty-bridge drop: nothing waits for {Desk.Name(host, service ?? "")}; pagerduty-bridge list shows what does\n");
            return ExitCode.Failed;
        }

        StandardStreams.Output($"nothing more is delivered for {Desk.Name(host, service ?? "")} until its next change\n");
        return ExitCode.Done;
    });
}
