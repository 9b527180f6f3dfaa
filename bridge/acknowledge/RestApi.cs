using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Polly;
using Polly.Retry;

namespace Ringfree.Monitoring.Bridge;

/// <summary>An incident as PagerDuty's REST API shows it.</summary>
/// <param name="Id">PagerDuty's id.</param>
/// <param name="Status"><c>triggered</c>, <c>acknowledged</c> or <c>resolved</c>.</param>
/// <param name="Url">Its page for people.</param>
/// <param name="ChangedAt">When its status last changed.</param>
/// <param name="ChangedBy">Who changed it; empty when not said.</param>
/// <param name="IsByResponder">False when the Events API or PagerDuty itself did it, or when not said.</param>
/// <param name="AcknowledgedBy">The responder who last acknowledged it; null when it was the Events API or nobody.</param>
/// <param name="AcknowledgedAt">When.</param>
/// <param name="Urgency"><c>high</c> or <c>low</c>; empty when not said.</param>
internal sealed record RestIncident(
    string Id, string Status, string Url, DateTimeOffset ChangedAt, string ChangedBy, bool IsByResponder, string? AcknowledgedBy,
    DateTimeOffset AcknowledgedAt, string Urgency = "");

/// <summary>Asks PagerDuty's REST API v2 with a token that may only read.</summary>
internal sealed class RestApi : IDisposable
{
    private const int MaxAnswerBytes = 1024 * 1024;

    // An incident holds 1,000 alerts, of which PagerDuty tells 100 at once.
    private const int AlertsAtOnce = 100;
    private const int MaxAlerts = 1_000;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    private readonly HttpClient http;
    private readonly ResiliencePipeline<JsonDocument> retrying;

    public RestApi(Uri endpoint, Secret token, TimeProvider time, IWebProxy? proxy = null)
    {
        http = Network.NewClient(Deadline, MaxAnswerBytes, proxy);
        http.BaseAddress = endpoint;
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Token", $"token={token.Value}");
        http.DefaultRequestHeaders.Accept.ParseAdd("application/vnd.pagerduty+json;version=2");
        retrying = new ResiliencePipelineBuilder<JsonDocument> { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions<JsonDocument>
            {
                ShouldHandle = new PredicateBuilder<JsonDocument>().Handle<HttpRequestException>(failure => failure.StatusCode is null or >= (System.Net.HttpStatusCode)500),
                MaxRetryAttempts = 2,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = TimeSpan.FromSeconds(1),
            })
            .Build();
    }

    /// <summary>The newest incident that has an alert of a dedup key, or null when PagerDuty shows none.</summary>
    /// <exception cref="HttpRequestException">PagerDuty does not answer, or not with success; the message never holds the token.</exception>
    public async Task<RestIncident?> NewestAsync(string dedupKey, CancellationToken stop)
    {
        using JsonDocument answer = await GetAsync(
            $"/incidents?incident_key={Uri.EscapeDataString(dedupKey)}&date_range=all&sort_by=created_at:desc&limit=1", stop);
        return answer.RootElement.TryGetProperty("incidents", out JsonElement all) && all.ValueKind == JsonValueKind.Array
            && all.GetArrayLength() > 0
            ? Incident(all[0])
            : null;
    }

    /// <summary>With which urgency the newest incident of a dedup key was opened; null when none is open.</summary>
    /// <returns><c>high</c> or <c>low</c>.</returns>
    /// <exception cref="HttpRequestException">PagerDuty does not answer, or not with success.</exception>
    public async Task<string?> UrgencyAsync(string dedupKey, CancellationToken stop)
    {
        RestIncident? newest = await NewestAsync(dedupKey, stop);
        return newest is { Status: not "resolved" } ? newest.Urgency : null;
    }

    /// <summary>The dedup keys of an incident's alerts.</summary>
    /// <exception cref="HttpRequestException">PagerDuty does not answer, or not with success.</exception>
    public async Task<IReadOnlyList<string>> KeysAsync(string incidentId, CancellationToken stop)
    {
        var keys = new List<string>();
        for (var offset = 0; offset < MaxAlerts; offset += AlertsAtOnce)
        {
            using JsonDocument answer = await GetAsync(
                $"/incidents/{Uri.EscapeDataString(incidentId)}/alerts?limit={AlertsAtOnce}&offset={offset}", stop);
            if (answer.RootElement.TryGetProperty("alerts", out JsonElement all) && all.ValueKind == JsonValueKind.Array)
            {
                keys.AddRange(all.EnumerateArray().Select(alert => Text(alert, "alert_key")).Where(key => key.Length > 0));
            }

            if (!answer.RootElement.TryGetProperty("more", out JsonElement more) || more.ValueKind != JsonValueKind.True)
            {
                break;
            }
        }

        return keys;
    }

    public void Dispose() => http.Dispose();

    /// <summary>A property's text; empty when it is missing or no text.</summary>
    public static string Text(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : "";

    /// <summary>A property's moment; the epoch when it is missing or no ISO 8601 time.</summary>
    public static DateTimeOffset Moment(JsonElement parent, string name) =>
        DateTimeOffset.TryParse(Text(parent, name), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset moment)
            ? moment
            : DateTimeOffset.UnixEpoch;

    /// <summary>True for a reference to a user; what else acts is an integration or PagerDuty itself.</summary>
    public static bool IsResponder(JsonElement agent) => Text(agent, "type").StartsWith("user", StringComparison.Ordinal);

    private async Task<JsonDocument> GetAsync(string path, CancellationToken stop) => await retrying.ExecuteAsync(
        async cancellation =>
        {
            try
            {
                using HttpResponseMessage response = await http.GetAsync(new Uri(path, UriKind.Relative), cancellation);
                if (!response.IsSuccessStatusCode)
                {
                    throw new HttpRequestException($"HTTP {(int)response.StatusCode} from PagerDuty's REST API", null, response.StatusCode);
                }

                JsonDocument answer = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(cancellation));
                return answer.RootElement.ValueKind == JsonValueKind.Object ? answer : throw new JsonException("no object");
            }
            catch (JsonException unreadable)
            {
                throw new HttpRequestException("PagerDuty's REST API answered with what is no JSON", unreadable);
            }
            catch (Exception unanswered) when (unanswered is HttpRequestException { StatusCode: null } or OperationCanceledException && !stop.IsCancellationRequested)
            {
                throw new HttpRequestException($"PagerDuty's REST API: {Network.Cause(unanswered, Deadline)}", unanswered);
            }
        },
        stop);

    private static RestIncident Incident(JsonElement incident)
    {
        string? person = null;
        DateTimeOffset at = DateTimeOffset.UnixEpoch;
        if (incident.TryGetProperty("acknowledgements", out JsonElement all) && all.ValueKind == JsonValueKind.Array)
        {
            foreach (JsonElement one in all.EnumerateArray())
            {
                if (one.TryGetProperty("acknowledger", out JsonElement who) && IsResponder(who))
                {
                    (person, at) = (Text(who, "summary"), Moment(one, "at"));
                }
            }
        }

        incident.TryGetProperty("last_status_change_by", out JsonElement by);
        return new RestIncident(
            Text(incident, "id"),
            Text(incident, "status"),
            Text(incident, "html_url"),
            Moment(incident, "last_status_change_at"),
            Text(by, "summary"),
            IsResponder(by),
            person,
            at,
            Text(incident, "urgency"));
    }
}
