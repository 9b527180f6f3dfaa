using System.Globalization;
using System.Text.Json.Nodes;

namespace Ringfree.Monitoring.Tests.PagerDuty;

/// <summary>
/// The part of PagerDuty's REST API v2 that reads incidents. Each alert is an incident of its own; its key stands on the alert.
/// </summary>
internal sealed class RestRules(Func<IReadOnlyList<Alert>> alerts, Func<bool> areAllUrgent)
{
    private const int MaxLimit = 100;

    public void Map(WebApplication web)
    {
        web.MapGet("/incidents", (HttpContext http) => Answer(http, List));
        web.MapGet("/incidents/{id}/alerts", (HttpContext http, string id) => Answer(http, _ => AlertsOf(id)));
    }

    private static IResult Answer(HttpContext http, Func<IQueryCollection, JsonObject> answer)
    {
        string authorization = http.Request.Headers.Authorization.ToString();
        return authorization.StartsWith("Token token=", StringComparison.Ordinal) && authorization.Length > "Token token=".Length
            ? Results.Text(answer(http.Request.Query).ToJsonString(), "application/json")
            : Results.Json(new { error = new { message = "unauthorized" } }, statusCode: 401);
    }

    private JsonObject List(IQueryCollection query)
    {
        string key = query["incident_key"].ToString();
        string[] statuses = [.. query["statuses[]"].OfType<string>()];
        int limit = int.TryParse(query["limit"], out int given) ? Math.Clamp(given, 1, MaxLimit) : 25;
        IEnumerable<Alert> found = alerts().Where(alert => (key.Length == 0 || alert.DedupKey == key) && (statuses.Length == 0 || statuses.Contains(alert.State)));
        if (query["sort_by"] == "created_at:desc")
        {
            found = found.Reverse();
        }

        return new JsonObject { ["incidents"] = new JsonArray([.. found.Take(limit).Select(alert => (JsonNode)Incident(alert))]), ["limit"] = limit, ["offset"] = 0, ["more"] = false };
    }

    private JsonObject AlertsOf(string id) => new()
    {
        ["alerts"] = new JsonArray([.. alerts().Where(alert => alert.IncidentId == id)
            .Select(alert => (JsonNode)new JsonObject { ["id"] = "A" + alert.IncidentId, ["alert_key"] = alert.DedupKey, ["status"] = alert.State })]),
    };

    private JsonObject Incident(Alert alert)
    {
        bool isPerson = alert.ChangedBy != Alerts.Integration;
        JsonObject Who() => new() { ["type"] = isPerson ? "user_reference" : "service_reference", ["summary"] = alert.ChangedBy };
        return new JsonObject
        {
            ["id"] = alert.IncidentId,
            ["incident_key"] = null,
            ["status"] = alert.State,
            ["urgency"] = areAllUrgent() || (string?)alert.LastEvent?["payload"]?["severity"] != "warning" ? "high" : "low",
            ["html_url"] = $"https://example.pagerduty.com/incidents/{alert.IncidentId}",
            ["created_at"] = Moment(alert.OpenedAt),
            ["last_status_change_at"] = Moment(alert.ChangedAt),
            ["last_status_change_by"] = Who(),
            ["acknowledgements"] = alert.State == "acknowledged" ? new JsonArray(new JsonObject { ["at"] = Moment(alert.ChangedAt), ["acknowledger"] = Who() }) : [],
        };
    }

    /// <summary>As PagerDuty writes times; the milliseconds are ours, so that a test need not wait for the next second.</summary>
    public static string Moment(DateTimeOffset moment) => moment.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
