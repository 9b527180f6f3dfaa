using System.Runtime.InteropServices;
using System.Text.Json;

namespace Ringfree.Monitoring.Bridge;

/// <summary>What a webhook of PagerDuty (v3) says of an incident.</summary>
/// <param name="IncidentId">PagerDuty's id.</param>
/// <param name="Key">The incident's key; empty when PagerDuty keeps it on the alert alone.</param>
/// <param name="Deed">What changed.</param>
/// <param name="Who">Who did it; the integration's name when it was not a responder.</param>
/// <param name="IsByResponder">False when the Events API or PagerDuty itself did it.</param>
/// <param name="At">When.</param>
/// <param name="Url">The incident's page.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Webhook(string IncidentId, string Key, ResponderDeed Deed, string Who, bool IsByResponder, DateTimeOffset At, string Url)
{
    /// <summary>Reads a body.</summary>
    /// <returns>Null when it is none that says something about an incident's state.</returns>
    public static Webhook? Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(body);
            if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty("event", out JsonElement @event)
                || @event.ValueKind != JsonValueKind.Object || !@event.TryGetProperty("data", out JsonElement data))
            {
                return null;
            }

            ResponderDeed? deed = RestApi.Text(@event, "event_type") switch
            {
                "incident.acknowledged" => ResponderDeed.Acknowledged,
                "incident.unacknowledged" => ResponderDeed.Unacknowledged,
                "incident.resolved" => ResponderDeed.Resolved,
                "incident.reopened" => ResponderDeed.Reopened,
                _ => null,
            };
            string id = RestApi.Text(data, "id");
            @event.TryGetProperty("agent", out JsonElement agent);
            string who = RestApi.Text(agent, "summary");
            return deed is { } done && id.Length > 0
                ? new Webhook(
                    id,
                    RestApi.Text(data, "incident_key"),
                    done,
                    who.Length > 0 ? who : "PagerDuty",
                    RestApi.IsResponder(agent),
                    RestApi.Moment(@event, "occurred_at"),
                    RestApi.Text(data, "html_url"))
                : null;
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
