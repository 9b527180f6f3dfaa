using System.Text.Json.Nodes;

namespace Ringfree.Monitoring.Tests.PagerDuty;

/// <summary>One alert as PagerDuty keeps it. The times are the sandbox's clock.</summary>
public sealed class Alert
{
    public required string DedupKey { get; init; }

    /// <summary>The id of the incident that shows the alert.</summary>
    public required string IncidentId { get; init; }

    /// <summary>Who changed the state last: a person, or the integration.</summary>
    public string ChangedBy { get; set; } = Alerts.Integration;

    public DateTimeOffset ChangedAt { get; set; }

    public required string RoutingKeyEnd { get; init; }

    public required DateTimeOffset OpenedAt { get; init; }

    public string State { get; set; } = "triggered";

    public string Summary { get; set; } = "";

    public DateTimeOffset UpdatedAt { get; set; }

    public DateTimeOffset? AcknowledgedAt { get; set; }

    public DateTimeOffset? ResolvedAt { get; set; }

    public int Triggers { get; set; }

    public int Acknowledges { get; set; }

    public int Resolves { get; set; }

    /// <summary>The last trigger as it came, without the routing key.</summary>
    public JsonObject? LastEvent { get; internal set; }
}

/// <summary>The alerts of every integration, with PagerDuty's rules of what an event does to them.</summary>
public sealed class Alerts(TimeProvider time)
{
    /// <summary>Who acts when the Events API is called.</summary>
    public const string Integration = "Events API v2";

    private readonly Lock gate = new();
    private readonly List<Alert> all = [];
    private readonly Dictionary<(string RoutingKey, string DedupKey), Alert> open = [];

    /// <summary>Every alert in the order of opening.</summary>
    public IReadOnlyList<Alert> All
    {
        get
        {
            lock (gate)
            {
                return [.. all];
            }
        }
    }

    /// <summary>
    /// Applies a valid event. A trigger opens an alert or is appended to the open one and overwrites its summary; an acknowledged alert
    /// stays acknowledged. Acknowledge and resolve never open one; after a resolve the key is free for a new alert.
    /// </summary>
    /// <returns>The alert whose state changed, or null when none did.</returns>
    public Alert? Apply(JsonObject @event, string dedupKey)
    {
        lock (gate)
        {
            string routingKey = EventRules.Text(@event, "routing_key")!;
            open.TryGetValue((routingKey, dedupKey), out Alert? alert);
            DateTimeOffset now = time.GetUtcNow();
            string action = EventRules.Text(@event, "event_action")!;
            if (alert is null)
            {
                if (action != "trigger")
                {
                    return null;
                }

                alert = new Alert { DedupKey = dedupKey, RoutingKeyEnd = routingKey[^4..], OpenedAt = now, ChangedAt = now, IncidentId = $"Q{all.Count + 1:D6}" };
                open.Add((routingKey, dedupKey), alert);
                all.Add(alert);
            }

            alert.UpdatedAt = now;
            string before = alert.State;
            switch (action)
            {
                case "trigger":
                    alert.Triggers++;
                    alert.Summary = (string)@event["payload"]!["summary"]!;
                    alert.LastEvent = (JsonObject)@event.DeepClone();
                    alert.LastEvent.Remove("routing_key");
                    break;
                case "acknowledge":
                    alert.Acknowledges++;
                    (alert.ChangedBy, alert.ChangedAt) = (Integration, now);
                    alert.State = "acknowledged";
                    alert.AcknowledgedAt = now;
                    break;
                default:
                    alert.Resolves++;
                    (alert.ChangedBy, alert.ChangedAt) = (Integration, now);
                    alert.State = "resolved";
                    alert.ResolvedAt = now;
                    open.Remove((routingKey, dedupKey));
                    break;
            }

            return alert.State != before || alert is { State: "triggered", Triggers: 1 } ? alert : null;
        }
    }

    /// <summary>A person acts on an incident in PagerDuty's own pages.</summary>
    /// <param name="incidentId">The incident.</param>
    /// <param name="deed"><c>acknowledge</c>, <c>unacknowledge</c>, <c>resolve</c> or <c>reopen</c>.</param>
    /// <param name="who">The person.</param>
    /// <returns>The alert, or null when there is none or the deed does not fit its state.</returns>
    public Alert? Person(string incidentId, string deed, string who)
    {
        lock (gate)
        {
            Alert? alert = all.Find(one => one.IncidentId == incidentId);
            string? state = (deed, alert?.State) switch
            {
                ("acknowledge", "triggered") => "acknowledged",
                ("unacknowledge", "acknowledged") => "triggered",
                ("resolve", "triggered" or "acknowledged") => "resolved",
                ("reopen", "resolved") => "triggered",
                _ => null,
            };
            if (alert is null || state is null)
            {
                return null;
            }

            DateTimeOffset now = time.GetUtcNow();
            (alert.State, alert.ChangedBy, alert.ChangedAt, alert.UpdatedAt) = (state, who, now, now);
            (string, string) key = open.FirstOrDefault(pair => pair.Value == alert).Key;
            if (state == "resolved")
            {
                alert.ResolvedAt = now;
                open.Remove(key);
            }
            else if (state == "acknowledged")
            {
                alert.AcknowledgedAt = now;
            }

            return alert;
        }
    }
}
