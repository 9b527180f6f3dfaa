using System.Globalization;
using System.Text.Json.Nodes;

namespace Ringfree.Monitoring.Tests.PagerDuty;

/// <summary>
/// What the Events API v2 accepts, with the limits of its documentation. PagerDuty refuses what is too long, it does not cut.
/// </summary>
public static class EventRules
{
    public const int MaxBytes = 512_000;
    public const int MaxSummary = 1024;
    public const int MaxDedupKey = 255;

    private static readonly string[] Severities = ["critical", "warning", "error", "info"];

    /// <summary>Returns what is wrong with an event; empty when it is good.</summary>
    public static IReadOnlyList<string> Errors(JsonObject @event)
    {
        var errors = new List<string>();
        CheckRoutingKey(errors, Text(@event, "routing_key"));
        string? action = Text(@event, "event_action");
        if (action is not ("trigger" or "acknowledge" or "resolve"))
        {
            errors.Add("'event_action' is invalid (must be one of the following: 'trigger', 'acknowledge' or 'resolve')");
        }

        string? dedupKey = Text(@event, "dedup_key");
        if (dedupKey is { Length: > MaxDedupKey })
        {
            errors.Add($"'dedup_key' is too long (maximum is {MaxDedupKey} characters)");
        }
        else if (action is "acknowledge" or "resolve" && string.IsNullOrEmpty(dedupKey))
        {
            errors.Add("'dedup_key' is missing or blank");
        }

        if (action == "trigger")
        {
            CheckPayload(errors, @event["payload"] as JsonObject);
            CheckList(errors, @event, "links", "href", secureOnly: false);
            CheckList(errors, @event, "images", "src", secureOnly: true);
        }

        return errors;
    }

    private static void CheckRoutingKey(List<string> errors, string? key)
    {
        if (string.IsNullOrEmpty(key))
        {
            errors.Add("'routing_key' is missing or blank");
            return;
        }

        if (key.Length != 32)
        {
            errors.Add("Length of 'routing_key' is incorrect (should be 32 characters)");
        }

        if (!key.All(char.IsAsciiLetterOrDigit))
        {
            errors.Add("'routing_key' cannot contain non-alphanumeric characters");
        }
    }

    private static void CheckPayload(List<string> errors, JsonObject? payload)
    {
        if (payload is null)
        {
            errors.Add("'payload' is missing or blank");
            return;
        }

        string? summary = Text(payload, "summary");
        if (string.IsNullOrWhiteSpace(summary))
        {
            errors.Add("'payload.summary' is missing or blank");
        }
        else if (new StringInfo(summary).LengthInTextElements > MaxSummary || summary.EnumerateRunes().Count() > MaxSummary)
        {
            errors.Add($"'payload.summary' is too long (maximum is {MaxSummary} characters)");
        }

        if (string.IsNullOrWhiteSpace(Text(payload, "source")))
        {
            errors.Add("'payload.source' is missing or blank");
        }

        if (!Severities.Contains(Text(payload, "severity"), StringComparer.Ordinal))
        {
            errors.Add("'payload.severity' is invalid (must be one of the following: 'critical', 'warning', 'error' or 'info')");
        }

        if (payload["timestamp"] is { } timestamp
            && !DateTimeOffset.TryParse((string?)(timestamp as JsonValue), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _))
        {
            errors.Add("'payload.timestamp' is invalid (must be ISO 8601)");
        }

        foreach (string name in (string[])["component", "group", "class"])
        {
            if (payload[name] is not null && Text(payload, name) is null)
            {
                errors.Add($"'payload.{name}' must be a string");
            }
        }

        if (payload["custom_details"] is { } details and not JsonObject)
        {
            errors.Add($"'payload.custom_details' must be an object, not {details.GetValueKind()}");
        }
    }

    private static void CheckList(List<string> errors, JsonObject @event, string list, string required, bool secureOnly)
    {
        if (@event[list] is not { } given)
        {
            return;
        }

        if (given is not JsonArray array)
        {
            errors.Add($"'{list}' must be an array");
            return;
        }

        foreach (JsonNode? item in array)
        {
            string? address = item is JsonObject entry ? Text(entry, required) : null;
            if (string.IsNullOrEmpty(address))
            {
                errors.Add($"'{list}.{required}' is missing or blank");
            }
            else if (secureOnly && !address.StartsWith("https://", StringComparison.Ordinal))
            {
                errors.Add($"'{list}.{required}' must use https");
            }
        }
    }

    internal static string? Text(JsonObject parent, string name) =>
        parent[name] is JsonValue value && value.TryGetValue(out string? text) ? text : null;
}
