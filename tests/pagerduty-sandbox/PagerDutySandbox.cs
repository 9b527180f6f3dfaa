using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.Features;

namespace Ringfree.Monitoring.Tests.PagerDuty;

/// <summary>One call as the sandbox saw it.</summary>
public sealed record Call(DateTimeOffset At, int Status, string? Action, string? DedupKey);

/// <summary>
/// A stateful stand-in for PagerDuty on loopback: the Events API v2 (POST /v2/enqueue), the REST API's incidents (GET /incidents) and
/// webhooks v3. GET /sandbox/incidents, POST /sandbox/incidents/ID/DEED?who=NAME (a person acts), GET /sandbox/calls and GET or PUT
/// /sandbox/behaviour are its own.
/// </summary>
public sealed class PagerDutySandbox : IAsyncDisposable
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow,
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly WebApplication application;
    private readonly TimeProvider time;
    private readonly Alerts alerts;
    private readonly CallLimit limit;
    private readonly ConcurrentQueue<Call> calls = new();
    private readonly Lock gate = new();
    private Behaviour behaviour = new();
    private int misbehaved;
    private double owed;

    private PagerDutySandbox(WebApplication application, TimeProvider time)
    {
        this.application = application;
        this.time = time;
        alerts = new Alerts(time);
        limit = new CallLimit(time);
    }

    /// <summary>The base address, for the bridge's <c>endpoint</c>.</summary>
    public Uri Endpoint { get; private set; } = null!;

    public IReadOnlyList<Alert> Incidents => alerts.All;

    public IReadOnlyList<Call> Calls => [.. calls];

    public Behaviour Behaviour
    {
        get => behaviour;
        set
        {
            lock (gate)
            {
                behaviour = value;
                misbehaved = 0;
                owed = 0;
            }
        }
    }

    /// <summary>Starts on a loopback port; 0 takes a free one.</summary>
    public static async Task<PagerDutySandbox> StartAsync(int port = 0, TimeProvider? time = null, X509Certificate2? certificate = null)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(server =>
        {
            server.Limits.MaxRequestBodySize = 4L * EventRules.MaxBytes;
            server.Listen(IPAddress.Loopback, port, listen =>
            {
                if (certificate is not null)
                {
                    listen.UseHttps(certificate);
                }
            });
        });
        builder.WebHost.UseKestrelHttpsConfiguration();
        WebApplication web = builder.Build();
        var sandbox = new PagerDutySandbox(web, time ?? TimeProvider.System);
        web.MapPost("/v2/enqueue", sandbox.EnqueueAsync);
        new RestRules(() => sandbox.alerts.All, () => sandbox.Behaviour.AllUrgent).Map(web);
        web.MapPost("/sandbox/incidents/{id}/{deed}", async (string id, string deed, string who) =>
            await sandbox.PersonAsync(id, deed, who) is { } alert ? Results.Json(alert, Json) : Results.NotFound());
        web.MapGet("/sandbox/incidents", () => Results.Json(sandbox.Incidents, Json));
        web.MapGet("/sandbox/calls", () => Results.Json(sandbox.Calls, Json));
        web.MapGet("/sandbox/behaviour", () => Results.Json(sandbox.Behaviour, Json));
        web.MapPut("/sandbox/behaviour", sandbox.ChangeBehaviourAsync);
        await web.StartAsync();
        sandbox.Endpoint = new Uri(web.Urls.First());
        return sandbox;
    }

    /// <summary>Where webhooks go; null for nowhere. Those about changes by the Events API come <see cref="WebhookDelay"/> late.</summary>
    public WebhookSubscription? Subscription { get; set; }

    /// <summary>How long after an event its webhook is sent; of a person's deed it is sent at once.</summary>
    public TimeSpan WebhookDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>A person acts on an incident; the subscription hears of it.</summary>
    public async Task<Alert?> PersonAsync(string incidentId, string deed, string who)
    {
        Alert? alert = alerts.Person(incidentId, deed, who);
        if (alert is not null && Subscription is { } subscription)
        {
            await subscription.SendAsync(WebhookSubscription.Body(alert, deed, who, isPerson: true), Guid.NewGuid().ToString("N"));
        }

        return alert;
    }

    public Task WaitForShutdownAsync() => application.WaitForShutdownAsync();

    public async ValueTask DisposeAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(1), TimeProvider.System);
        try
        {
            await application.StopAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            // A slow answer is cut off.
        }

        await application.DisposeAsync();
    }

    private async Task ChangeBehaviourAsync(HttpContext http)
    {
        try
        {
            Behaviour = await http.Request.ReadFromJsonAsync<Behaviour>(Json, http.RequestAborted)
                ?? throw new JsonException("null is no behaviour");
            await http.Response.WriteAsJsonAsync(Behaviour, Json, http.RequestAborted);
        }
        catch (JsonException refused)
        {
            await AnswerAsync(http, 400, new JsonObject { ["message"] = refused.Message });
        }
    }

    private async Task EnqueueAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body, http.RequestAborted);
        JsonObject? @event = Parse(body);
        string? action = @event is null ? null : EventRules.Text(@event, "event_action");
        string? dedupKey = @event is null ? null : EventRules.Text(@event, "dedup_key");
        Behaviour now = Misbehaviour(dedupKey);
        void Note(int status) => calls.Enqueue(new Call(time.GetUtcNow(), status, action, dedupKey));

        switch (now.Mode)
        {
            case "down":
                Note(0);
                http.Abort();
                return;
            case "status":
                Note(now.Status);
                await AnswerAsync(http, now.Status, new JsonObject { ["status"] = "error", ["message"] = "the sandbox was told to say so" });
                return;
            case "slow":
                await Task.Delay(TimeSpan.FromMilliseconds(now.DelayMilliseconds), time, http.RequestAborted);
                break;
            default:
                break;
        }

        (int status, JsonObject answer) = Handle(@event, body.Length, ref dedupKey, isLost: now.Mode == "lose");
        Note(status);
        if (now.Mode == "late")
        {
            await Task.Delay(TimeSpan.FromMilliseconds(now.DelayMilliseconds), time, http.RequestAborted);
        }

        if (now.Mode == "half")
        {
            http.Response.StatusCode = status;
            http.Response.ContentType = "application/json";
            string text = answer.ToJsonString();
            http.Response.ContentLength = text.Length;
            http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
            await http.Response.WriteAsync(text[..(text.Length / 2)], http.RequestAborted);
            await http.Response.Body.FlushAsync(http.RequestAborted);
            http.Abort();
            return;
        }

        await AnswerAsync(http, status, answer);
    }

    private (int Status, JsonObject Answer) Handle(JsonObject? @event, long bytes, ref string? dedupKey, bool isLost)
    {
        if (bytes > EventRules.MaxBytes)
        {
            return (413, Invalid("Event is too large", [$"the request has {bytes} bytes (maximum is {EventRules.MaxBytes})"]));
        }

        if (@event is null)
        {
            return (400, Invalid("Event object is invalid", ["the body is not a JSON object"]));
        }

        IReadOnlyList<string> errors = EventRules.Errors(@event);
        if (errors.Count > 0)
        {
            return (400, Invalid("Event object is invalid", errors));
        }

        if (!limit.Allows(EventRules.Text(@event, "routing_key")!, behaviour.CallsPerMinute))
        {
            return (429, new JsonObject
            {
                ["status"] = "throttle exceeded",
                ["message"] = "Requests for this service are arriving too quickly. Please retry later.",
            });
        }

        dedupKey = string.IsNullOrEmpty(dedupKey) ? Guid.NewGuid().ToString("N") : dedupKey;
        if (!isLost && alerts.Apply(@event, dedupKey) is { } changed && Subscription is { } subscription)
        {
            string deed = EventRules.Text(@event, "event_action")!;
            _ = AnnounceLaterAsync(subscription, WebhookSubscription.Body(changed, deed, Alerts.Integration, isPerson: false));
        }

        return (202, new JsonObject { ["status"] = "success", ["message"] = "Event processed", ["dedup_key"] = dedupKey });
    }

    private async Task AnnounceLaterAsync(WebhookSubscription subscription, byte[] body)
    {
        await Task.Delay(WebhookDelay, time);
        await subscription.SendAsync(body, Guid.NewGuid().ToString("N"));
    }

    private Behaviour Misbehaviour(string? dedupKey)
    {
        lock (gate)
        {
            var good = new Behaviour();
            if (behaviour.Mode == "ok" || misbehaved >= behaviour.Count
                || (behaviour.OnlyDedupKey is { } only && dedupKey?.Contains(only, StringComparison.Ordinal) != true))
            {
                return good;
            }

            // Spreads the share evenly and the same in every run.
            owed += behaviour.Rate;
            if (owed < 1)
            {
                return good;
            }

            owed -= 1;
            misbehaved++;
            return behaviour;
        }
    }

    private static JsonObject? Parse(MemoryStream body)
    {
        try
        {
            return JsonNode.Parse(body.ToArray()) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static JsonObject Invalid(string message, IReadOnlyList<string> errors) => new()
    {
        ["status"] = "invalid event",
        ["message"] = message,
        ["errors"] = new JsonArray([.. errors.Select(error => JsonValue.Create(error))]),
    };

    private static async Task AnswerAsync(HttpContext http, int status, JsonObject answer)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json";
        await http.Response.WriteAsync(answer.ToJsonString(), http.RequestAborted);
    }
}
