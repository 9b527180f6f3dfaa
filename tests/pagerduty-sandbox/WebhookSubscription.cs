using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Ringfree.Monitoring.Tests.PagerDuty;

/// <summary>
/// A webhook v3 subscription with PagerDuty's manners: signed over the raw body with every secret, sent again under the same id after 429,
/// 5xx or no answer within 5 s, dropped after any other 4xx, and switched off after three drops in a row.
/// </summary>
public sealed class WebhookSubscription(Uri address, params string[] secrets) : IDisposable
{
    private const int MaxDrops = 3;
    private const int MaxTries = 3;

    private readonly HttpClient http = new() { Timeout = TimeSpan.FromSeconds(5) };
    private int drops;
    private int sent;

    /// <summary>How many webhooks the receiver has taken.</summary>
    public int Sent => Volatile.Read(ref sent);

    /// <summary>True after three drops in a row.</summary>
    public bool IsSwitchedOff => drops >= MaxDrops;

    /// <summary>The body of a webhook about an alert. The incident key is null, as it is for an alert with a dedup key.</summary>
    public static byte[] Body(Alert alert, string deed, string who, bool isPerson, DateTimeOffset? at = null) => Encoding.UTF8.GetBytes(new JsonObject
    {
        ["event"] = new JsonObject
        {
            ["id"] = Guid.NewGuid().ToString("N"),
            ["event_type"] = $"incident.{deed}{(deed.EndsWith('e') ? "d" : "ed")}",
            ["resource_type"] = "incident",
            ["occurred_at"] = RestRules.Moment(at ?? alert.ChangedAt),
            ["agent"] = new JsonObject { ["type"] = isPerson ? "user_reference" : "inbound_integration_reference", ["summary"] = who },
            ["client"] = null,
            ["data"] = new JsonObject
            {
                ["id"] = alert.IncidentId,
                ["type"] = "incident",
                ["html_url"] = $"https://example.pagerduty.com/incidents/{alert.IncidentId}",
                ["incident_key"] = null,
                ["status"] = alert.State,
            },
        },
    }.ToJsonString());

    /// <summary>The value of X-PagerDuty-Signature.</summary>
    public static string Sign(byte[] body, params string[] secrets) => string.Join(
        ',', secrets.Select(secret => "v1=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body))));

    /// <summary>Sends a body with PagerDuty's signature and manners.</summary>
    /// <returns>The last status; 0 when no answer came.</returns>
    public async Task<int> SendAsync(byte[] body, string id)
    {
        var status = 0;
        for (var attempt = 0; attempt < MaxTries && !IsSwitchedOff; attempt++)
        {
            status = await PostAsync(body, id, Sign(body, secrets));
            if (status is >= 200 and < 300)
            {
                drops = 0;
                Interlocked.Increment(ref sent);
                return status;
            }

            if (status is >= 400 and < 500 and not 429)
            {
                drops++;
                return status;
            }
        }

        return status;
    }

    /// <summary>Sends a body with any signature, as somebody else could.</summary>
    /// <returns>The status; 0 when no answer came.</returns>
    public async Task<int> PostAsync(byte[] body, string id, string signature)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ByteArrayContent(body) };
        request.Headers.TryAddWithoutValidation("X-PagerDuty-Signature", signature);
        request.Headers.TryAddWithoutValidation("X-Webhook-Id", id);
        try
        {
            using HttpResponseMessage answer = await http.SendAsync(request);
            return (int)answer.StatusCode;
        }
        catch (Exception failure) when (failure is HttpRequestException or TaskCanceledException)
        {
            return 0;
        }
    }

    public void Dispose() => http.Dispose();
}
