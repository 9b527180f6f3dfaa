using System.Text;
using System.Text.Json;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Bridge;

/// <summary>
/// The verb trace: was the 03:12 page sent, and if not why? Everything that happened to a host's or service's incident, or to all of them.
/// </summary>
internal static class Trace
{
    private const string Verb = "pagerduty-bridge trace";

    private static readonly TimeSpan OfAll = TimeSpan.FromDays(1);
    private static readonly string[] Columns = ["AT", "WHAT", "DETAIL"];
    private static readonly string[] AllColumns = ["AT", "HOST", "SERVICE", "WHAT", "DETAIL"];

    /// <param name="configFile">The config.</param>
    /// <param name="host">The host; null with --all.</param>
    /// <param name="service">The service; null for the host and all its services.</param>
    /// <param name="since">How far back; null for all that is kept, with --all for a day.</param>
    /// <param name="isAll">Every incident, in the order of time.</param>
    /// <param name="asJson">JSON instead of tables.</param>
    public static int Run(string configFile, string? host, string? service, string? since, bool isAll, bool asJson)
    {
        TimeSpan? span = since is null ? null : DurationText.Parse(since);
        string? complaint = since is not null && span is null ? $"given --since {since}; accepted: {DurationText.Accepted}"
            : isAll && host is not null ? $"given {host} and --all; accepted: one of the two"
            : !isAll && host is null ? "HOST is missing: the host's name, or --all"
            : null;
        if (complaint is not null)
        {
            return CommandContext.Fail($"{Verb}: {complaint}", asJson, ExitCode.Usage);
        }

        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        return CommandContext.WithStore("trace", configFile, asJson, (_, store) => isAll
            ? All(store, now - (span ?? OfAll), asJson)
            : Of(store, host!, service, now - (span ?? History.Memory), asJson));
    }

    private static int Of(Store store, string host, string? service, DateTimeOffset since, bool asJson)
    {
        List<IncidentTrace> traces = [.. store.Table.Query(host, service)
            .Select(incident => new IncidentTrace(incident.Key, incident, After(since, store.Table.HistoryOf(incident.Key))))];
        string key = CommandContext.Key(host, service);
        if (traces.TrueForAll(trace => trace.Key != key) && After(since, store.Table.HistoryOf(key)) is { Count: > 0 } lines)
        {
            traces.Add(new IncidentTrace(key, null, lines));
        }

        if (traces.Count == 0)
        {
            return CommandContext.Fail(
                $"{Verb}: no notification of {Describe.Name(host, service ?? "")} in the last {History.Memory.Days} days"
                + CommandContext.Hint(store, host, service ?? ""),
                asJson,
                ExitCode.Failed);
        }

        StandardStreams.Output(asJson ? Json(traces) : string.Join('\n', traces.Select(Text)));
        return ExitCode.Done;
    }

    private static int All(Store store, DateTimeOffset since, bool asJson)
    {
        List<(string? Key, HistoryLine Line)> lines = store.History.Since(since);
        Dictionary<string, Incident> incidents = store.Table.Query(IncidentFilter.All).ToDictionary(
            incident => incident.Key, StringComparer.Ordinal);
        Incident? Named(string? key) => key is null ? null : incidents.GetValueOrDefault(key);
        StandardStreams.Output(asJson
            ? Json(lines.GroupBy(line => line.Key, line => line.Line)
                .Select(group => new IncidentTrace(group.Key, Named(group.Key), [.. group])))
            : Table.Text(AllColumns, lines.Select(line => new[]
            {
                Words.Moment(line.Line.At), Named(line.Key)?.Host ?? line.Key ?? "", Named(line.Key)?.Service ?? "",
                line.Line.What, line.Line.Detail,
            })));
        return ExitCode.Done;
    }

    private static List<HistoryLine> After(DateTimeOffset since, IReadOnlyList<HistoryLine> lines) =>
        [.. lines.Where(line => line.At >= since)];

    private static string Json(IEnumerable<IncidentTrace> traces) => JsonSerializer.Serialize(
        [.. traces.Select(trace =>
            new TraceJson(trace.Key, trace.Incident is { } incident ? IncidentJson.Of(incident) : null, trace.History))],
        PeopleJson.Readable.IReadOnlyListTraceJson) + "\n";

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

    /// <summary>What happened to an incident; it is null when only its history is left, and the key too of what is about none.</summary>
    private sealed record IncidentTrace(string? Key, Incident? Incident, IReadOnlyList<HistoryLine> History);
}
