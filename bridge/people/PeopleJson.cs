using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ringfree.Monitoring.Bridge;

// What --json prints is a contract: lower snake case, words of a closed set in lower case, moments as RFC 3339, durations in seconds, null
// for none.

/// <summary>An incident.</summary>
internal sealed record IncidentJson(
    string DedupKey, string Kind, string Host, string? Service, string? State, string Severity, string? Desired, string? Delivered, string Delivery, bool IsPending,
    bool IsDeadLetter, string? Suppressed, DateTimeOffset? SuppressedUntil, string? SuppressedBy, string? Channel, string? AcknowledgedBy, string Cause,
    DateTimeOffset? ProblemSince, DateTimeOffset? WaitingSince, DateTimeOffset? OpenedAt, DateTimeOffset? DeliveredAt, long Attempts, string? LastAnswer)
{
    public static IncidentJson Of(Incident incident) => new(
        incident.Key,
        Lower(incident.Kind),
        incident.Host,
        PeopleJson.OrNull(incident.Service),
        PeopleJson.OrNull(incident.State.ToLowerInvariant()),
        incident.Severity.Word(),
        Word(incident.Desired),
        Word(incident.Delivered),
        Describe.Delivery(incident),
        incident.IsDue,
        incident.IsDeadLetter,
        incident.Suppression is { } suppression ? Lower(suppression.Reason) : null,
        incident.Suppression?.Until,
        incident.Suppression?.By,
        PeopleJson.OrNull(Describe.Via(incident)),
        incident.Acknowledgement?.Responder,
        Lower(incident.Cause),
        incident.Problem?.Since,
        Describe.WaitingSince(incident),
        Describe.OpenedAt(incident),
        incident.DeliveredAt,
        incident.Retry.Attempts,
        incident.Retry.LastAnswer);

    private static string? Word(IncidentState state) => state == IncidentState.None ? null : Lower(state);

    private static string Lower<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
}

/// <summary>
/// What happened to an incident, oldest first; the incident is null when only its history is left, and the key of what is about none.
/// </summary>
internal sealed record TraceJson(string? DedupKey, IncidentJson? Incident, IReadOnlyList<HistoryLine> History);

/// <summary>A maintenance window; without hosts it covers everything, without services all of its hosts.</summary>
internal sealed record MaintenanceJson(
    long Id, string State, IReadOnlyList<string> Hosts, IReadOnlyList<string> Services, DateTimeOffset Since, DateTimeOffset Until,
    string? Reason, string StartedBy, string? EndedBy)
{
    public static MaintenanceJson Of(MaintenanceWindow window, DateTimeOffset now) => new(
        window.Id,
        window.State(now),
        NamePatterns.Parts(window.Host),
        NamePatterns.Parts(window.Service),
        window.Since,
        window.Until,
        PeopleJson.OrNull(window.Reason),
        window.StartedBy,
        window.EndedBy);
}

/// <summary>Why a verb cannot answer.</summary>
internal sealed record ErrorJson(string Error);

/// <summary>The bridge's health.</summary>
/// <param name="Status">ok, warning, critical or unknown.</param>
/// <param name="Headline">The sentence of the line for Nagios.</param>
/// <param name="Problems">What is wrong, the worst first.</param>
/// <param name="Health">The figures; null when this user may not read them.</param>
internal sealed record StatusJson(string Status, string Headline, IReadOnlyList<string> Problems, HealthJson? Health)
{
    /// <summary>When all that is known is a line.</summary>
    public static StatusJson Of(HealthStatus status, string headline) =>
        new(status.ToString().ToLowerInvariant(), headline, status == HealthStatus.Ok ? [] : [headline], null);

    public static StatusJson Of(Health health)
    {
        FigureSet figures = health.Figures;
        return new StatusJson(
            health.Status.ToString().ToLowerInvariant(),
            health.Headline(),
            [.. health.Complaints().Select(complaint => complaint.Sentence)],
            new HealthJson(
                health.IsServing,
                new FiguresJson(
                    figures.Pending,
                    figures.Pending > 0 ? figures.OldestPending : null,
                    figures.DeadLetters,
                    figures.Open,
                    figures.Suppressed,
                    figures.Commands),
                health.Spool,
                health.HasApi,
                health.LastSuccess,
                health.ApiFailing,
                health.Alive,
                health.Heartbeat,
                health.HeartbeatLimit,
                health.IsHeartbeatPaged,
                health.Maintenance,
                health.IsAllInMaintenance,
                health.Ending,
                health.Steps));
    }
}

/// <summary>The figures of the health; ages are null when it never happened.</summary>
internal sealed record HealthJson(
    bool IsServing, FiguresJson Figures, int Spool, bool HasApi, TimeSpan? LastSuccess, TimeSpan? ApiFailing, TimeSpan? Alive,
    TimeSpan? Heartbeat, TimeSpan HeartbeatLimit, bool IsHeartbeatPaged, int Maintenance, bool IsAllInMaintenance,
    string? MaintenanceEnding, string? Steps);

/// <summary>The store's counts.</summary>
internal sealed record FiguresJson(long Pending, TimeSpan? OldestPending, long DeadLetters, long Open, long Suppressed, long Commands);

/// <summary>The JSON of the verbs, generated at build time.</summary>
[JsonSerializable(typeof(IReadOnlyList<IncidentJson>))]
[JsonSerializable(typeof(IReadOnlyList<TraceJson>))]
[JsonSerializable(typeof(IReadOnlyList<MaintenanceJson>))]
[JsonSerializable(typeof(ErrorJson))]
[JsonSerializable(typeof(StatusJson))]
internal sealed partial class PeopleJson : JsonSerializerContext
{
    /// <summary>Leaves quotes and letters of other languages as people write them.</summary>
    public static PeopleJson Readable { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new SecondsConverter(), new UtcConverter() },
    });

    public static string? OrNull(string text) => text.Length > 0 ? text : null;
}

/// <summary>A duration as a number of seconds, to the millisecond.</summary>
internal sealed class SecondsConverter : JsonConverter<TimeSpan>
{
    public override TimeSpan Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        TimeSpan.FromSeconds(reader.GetDouble());

    public override void Write(Utf8JsonWriter writer, TimeSpan value, JsonSerializerOptions options) =>
        writer.WriteNumberValue(Math.Round(value.TotalSeconds, 3));
}

/// <summary>A moment as RFC 3339 in UTC.</summary>
internal sealed class UtcConverter : JsonConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.GetDateTimeOffset();

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.UtcDateTime);
}
