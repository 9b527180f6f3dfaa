using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Refit;

namespace Ringfree.Monitoring.Bridge;

/// <summary>PagerDuty's Events API v2, as far as the bridge speaks it.</summary>
internal interface IEventsApi
{
    [Post("/v2/enqueue")]
    Task<ApiResponse<EventsApiReply>> EnqueueAsync([Body(BodySerializationMethod.Serialized)] EventsApiRequest request, CancellationToken cancellationToken);
}

/// <summary>One call. For acknowledge and resolve PagerDuty needs only the first three fields.</summary>
internal sealed record EventsApiRequest(
    string RoutingKey, string EventAction, string DedupKey, EventsApiPayload? Payload, IReadOnlyList<EventsApiLink>? Links, string? Client);

/// <summary>What on-call sees.</summary>
internal sealed record EventsApiPayload(
    string Summary,
    string Source,
    string Severity,
    string? Timestamp,
    string? Component,
    string? Group,
    string? Class,
    IReadOnlyDictionary<string, string>? CustomDetails);

/// <summary>A link of an incident.</summary>
internal sealed record EventsApiLink(string Href, string Text);

/// <summary>The API's answer: <c>success</c>, or what is wrong with the event.</summary>
internal sealed record EventsApiReply(string? Status, string? Message, string? DedupKey, IReadOnlyList<string>? Errors);

/// <summary>The JSON of the API, generated at build time.</summary>
[JsonSerializable(typeof(EventsApiRequest))]
[JsonSerializable(typeof(EventsApiReply))]
internal sealed partial class EventsApiJson : JsonSerializerContext
{
    /// <summary>Leaves letters of other languages as they are: escaped, they would take three times the room.</summary>
    public static EventsApiJson Compact { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
