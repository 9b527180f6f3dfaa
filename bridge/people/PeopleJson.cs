using System.Text.Json.Serialization;

namespace Ringfree.Monitoring.Bridge;

/// <summary>What trace prints as JSON.</summary>
/// <param name="Incident">The incident; null when only its history is left.</param>
/// <param name="DedupKey">Its name at PagerDuty.</param>
/// <param name="History">What happened, oldest first.</param>
internal sealed record TraceOfIncident(string DedupKey, Incident? Incident, IReadOnlyList<HistoryLine> History);

/// <summary>What status prints as JSON.</summary>
/// <param name="Status">OK, WARNING or CRITICAL.</param>
/// <param name="Complaints">What is wrong, the worst first.</param>
/// <param name="Health">The figures; durations as <c>d.hh:mm:ss</c>.</param>
internal sealed record StatusReport(string Status, IReadOnlyList<string> Complaints, Health Health);

/// <summary>The JSON of the verbs, generated at build time.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true, UseStringEnumConverter = true)]
[JsonSerializable(typeof(IReadOnlyList<Incident>))]
[JsonSerializable(typeof(IReadOnlyList<TraceOfIncident>))]
[JsonSerializable(typeof(IReadOnlyList<MaintenanceWindow>))]
[JsonSerializable(typeof(StatusReport))]
internal sealed partial class PeopleJson : JsonSerializerContext;
