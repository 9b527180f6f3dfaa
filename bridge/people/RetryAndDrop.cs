using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Bridge;

/// <summary>The verbs retry and drop: what to do with an incident that waits or that PagerDuty refused.</summary>
internal static class RetryAndDrop
{
    public static int Retry(string configFile, string? host, string? service) => CommandContext.WithStore(
        "retry", configFile, (_, store) => host is null ? RetryAll(store) : Retry(store, host, service ?? ""));

    public static int Drop(string configFile, string host, string? service) => CommandContext.WithStore("drop", configFile, (_, store) =>
    {
        Outcome outcome = store.Incidents.Apply(CommandContext.Key(store, host, service), new IncidentInput.Dropped(CommandContext.Who()));
        string name = Describe.Name(host, service ?? "");
        return outcome.IsNothing
            ? Fail($"drop: nothing waits for {name}{Otherwise(store, host, service ?? "")}")
            : Done($"dropped: nothing more is sent for {name} until its next change");
    });

    private static int RetryAll(Store store)
    {
        int count = store.Incidents.Apply(
            store.Table.Query(IncidentFilter.DeadLetters).Select(incident => incident.Key), new IncidentInput.Retried());
        return count == 0
            ? Fail("retry: there are no dead letters")
            : Done($"{count} {(count == 1 ? "incident is" : "incidents are")} due again; serve calls within a second");
    }

    private static int Retry(Store store, string host, string service)
    {
        Outcome outcome = store.Incidents.Apply(CommandContext.Key(store, host, service), new IncidentInput.Retried());
        string name = Describe.Name(host, service);
        return outcome switch
        {
            { IsNothing: false } => Done("1 incident is due again; serve calls within a second"),
            { Incident.Suppression: { } suppression } => Fail($"retry: nothing is sent for {name}: suppressed, {Describe.Suppressed(suppression)}"),
            _ => Fail($"retry: nothing waits for {name}{Otherwise(store, host, service)}"),
        };
    }

    private static string Otherwise(Store store, string host, string service) =>
        CommandContext.Hint(store, host, service) is { Length: > 0 } hint ? hint : "; pagerduty-bridge list shows what does";

    private static int Done(string sentence)
    {
        StandardStreams.Output($"{sentence}\n");
        return ExitCode.Done;
    }

    private static int Fail(string sentence)
    {
        StandardStreams.Error($"pagerduty-bridge {sentence}\n");
        return ExitCode.Failed;
    }
}
