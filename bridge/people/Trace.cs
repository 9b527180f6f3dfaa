using System.Text;
using System.Text.Json;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Bridge;

/// <summary>The verb trace: was the 03:12 page sent, and if not why? Everything that happened to a host's or service's incident.</summary>
internal static class Trace
{
    private static readonly string[] Columns = ["AT", "WHAT", "DETAIL"];

    public static int Run(string configFile, string host, string? service, bool asJson) => CommandContext.WithStore("trace", configFile, (_, store) =>
    {
        List<IncidentTrace> traces = [.. store.Table.Query(host, service)
            .Select(incident => new IncidentTrace(incident.Key, incident, store.Table.HistoryOf(incident.Key)))];
        string key = CommandContext.Key(host, service);
        if (traces.TrueForAll(trace => trace.Key != key) && store.Table.HistoryOf(key) is { Count: > 0 } lines)
        {
            traces.Add(new IncidentTrace(key, null, lines));
        }

        if (traces.Count == 0)
        {
            StandardStreams.Error($"pagerduty-bridge trace: no notification of {Describe.Name(host, service ?? "")} in the last {History.Memory.Days} days\n");
            return ExitCode.Failed;
        }

        StandardStreams.Output(asJson
            ? JsonSerializer.Serialize([.. traces.Select(Json)], PeopleJson.Readable.IReadOnlyListTraceJson) + "\n"
            : string.Join('\n', traces.Select(Text)));
        return ExitCode.Done;
    });

    private static TraceJson Json(IncidentTrace trace) =>
        new(trace.Key, trace.Incident is { } incident ? IncidentJson.Of(incident) : null, trace.History);

    private static string Text(IncidentTrace trace)
    {
        var text = new StringBuilder();
        if (trace.Incident is { } incident)
        {
            text.AppendLine(Describe.Sentence(incident));
        }

        text.AppendLine($"dedup key {trace.Key}");
        return text.Append(Table.Text(Columns, trace.History.Select(line => new[] { Words.Moment(line.At), line.What, line.Detail }))).ToString();
    }

    /// <summary>What happened to an incident; null when only its history is left.</summary>
    private sealed record IncidentTrace(string Key, Incident? Incident, IReadOnlyList<HistoryLine> History);
}
