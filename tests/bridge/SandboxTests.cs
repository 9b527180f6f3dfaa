using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Ringfree.Monitoring.Tests.PagerDuty;

namespace Ringfree.Monitoring.Bridge.Tests;

/// <summary>The stand-in keeps PagerDuty's rules: a double that is too kind would hide mistakes.</summary>
public sealed class SandboxTests : IAsyncLifetime
{
    private readonly ManualTime time = new();
    private readonly HttpClient http = new();
    private PagerDutySandbox sandbox = null!;

    public async ValueTask InitializeAsync()
    {
        sandbox = await PagerDutySandbox.StartAsync(time: time);
        http.BaseAddress = sandbox.Endpoint;
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await sandbox.DisposeAsync();
    }

    [Fact]
    public async Task A_good_event_is_answered_as_documented()
    {
        (HttpStatusCode status, JsonObject answer) = await Send(Trigger("a"));
        Assert.Equal(HttpStatusCode.Accepted, status);
        Assert.Equal("""{"status":"success","message":"Event processed","dedup_key":"a"}""", answer.ToJsonString());
    }

    [Theory]
    [InlineData("routing_key", null, "'routing_key' is missing or blank")]
    [InlineData("routing_key", "short", "Length of 'routing_key' is incorrect (should be 32 characters)")]
    [InlineData("routing_key", "R0utingKey-123456789abcdefABCDEF", "'routing_key' cannot contain non-alphanumeric characters")]
    [InlineData("event_action", "page", "'event_action' is invalid (must be one of the following: 'trigger', 'acknowledge' or 'resolve')")]
    [InlineData("dedup_key", "*256", "'dedup_key' is too long (maximum is 255 characters)")]
    [InlineData("payload.summary", null, "'payload.summary' is missing or blank")]
    [InlineData("payload.summary", "*1025", "'payload.summary' is too long (maximum is 1024 characters)")]
    [InlineData("payload.source", null, "'payload.source' is missing or blank")]
    [InlineData("payload.severity", "CRITICAL", "'payload.severity' is invalid (must be one of the following: 'critical', 'warning', 'error' or 'info')")]
    [InlineData("payload.timestamp", "yesterday", "'payload.timestamp' is invalid (must be ISO 8601)")]
    [InlineData("payload.custom_details", "text", "'payload.custom_details' must be an object, not String")]
    public async Task A_bad_event_is_refused_with_the_reason(string field, string? value, string error)
    {
        JsonObject @event = Trigger("a");
        var parent = field.StartsWith("payload.", StringComparison.Ordinal) ? (JsonObject)@event["payload"]! : @event;
        parent[field.Split('.')[^1]] = value?[0] == '*' ? new string('x', int.Parse(value[1..])) : value;
        (HttpStatusCode status, JsonObject answer) = await Send(@event);
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal("invalid event", (string?)answer["status"]);
        Assert.Equal(error, (string?)Assert.Single((JsonArray)answer["errors"]!));
    }

    [Fact]
    public async Task Links_need_an_address_images_a_secure_one_and_512000_bytes_are_the_most()
    {
        JsonObject @event = Trigger("a");
        @event["links"] = new JsonArray(new JsonObject { ["text"] = "Runbook" });
        @event["images"] = new JsonArray(new JsonObject { ["src"] = "http://example.com/a.png" });
        Assert.Equal(2, ((JsonArray)(await Send(@event)).Answer["errors"]!).Count);

        @event = Trigger("a");
        @event["payload"]!["custom_details"] = new JsonObject { ["output"] = new string('x', 512_000) };
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await Send(@event)).Status);

        using var junk = new StringContent("{not json", Encoding.UTF8, "application/json");
        using HttpResponseMessage answer = await http.PostAsync(new Uri("/v2/enqueue", UriKind.Relative), junk);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task Alerts_follow_the_rules_of_the_dedup_key()
    {
        await Send(Close("resolve", "a"));
        await Send(Close("acknowledge", "a"));
        Assert.Empty(sandbox.Incidents);

        await Send(Trigger("a", summary: "first"));
        await Send(Trigger("a", summary: "second"));
        await Send(Close("acknowledge", "a"));
        await Send(Trigger("a", summary: "third"));
        Alert first = Assert.Single(sandbox.Incidents);
        Assert.Equal(("acknowledged", "third", 3, 1), (first.State, first.Summary, first.Triggers, first.Acknowledges));

        await Send(Close("resolve", "a"));
        await Send(Trigger("a"));
        await Send(Trigger("b"));
        Assert.Equal(["a resolved", "a triggered", "b triggered"], sandbox.Incidents.Select(alert => $"{alert.DedupKey} {alert.State}"));

        JsonObject other = Close("resolve", "b");
        other["routing_key"] = new string('z', 32);
        await Send(other);
        Assert.Equal("triggered", sandbox.Incidents[^1].State);
        Assert.DoesNotContain(Sample.Key, await http.GetStringAsync(new Uri("/sandbox/incidents", UriKind.Relative)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_has_120_calls_in_the_60_seconds_behind()
    {
        for (var i = 0; i < 120; i++)
        {
            Assert.Equal(HttpStatusCode.Accepted, (await Send(Trigger("a"))).Status);
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, (await Send(Trigger("a"))).Status);
        time.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(HttpStatusCode.TooManyRequests, (await Send(Trigger("a"))).Status);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.Accepted, (await Send(Trigger("a"))).Status);
        Assert.Equal(123, sandbox.Calls.Count);
    }

    [Fact]
    public async Task It_misbehaves_as_told_and_as_long_as_told()
    {
        await Behave(new JsonObject { ["mode"] = "status", ["status"] = 500, ["count"] = 1 });
        Assert.Equal(HttpStatusCode.InternalServerError, (await Send(Trigger("a"))).Status);
        Assert.Equal(HttpStatusCode.Accepted, (await Send(Trigger("a"))).Status);

        await Behave(new JsonObject { ["mode"] = "status", ["status"] = 500, ["rate"] = 0.5 });
        HttpStatusCode[] half = [(await Send(Trigger("a"))).Status, (await Send(Trigger("a"))).Status];
        Assert.Equal([HttpStatusCode.Accepted, HttpStatusCode.InternalServerError], half);

        await Behave(new JsonObject { ["mode"] = "lose" });
        Assert.Equal(HttpStatusCode.Accepted, (await Send(Trigger("lost"))).Status);
        Assert.DoesNotContain(sandbox.Incidents, alert => alert.DedupKey == "lost");

        await Behave(new JsonObject { ["mode"] = "half" });
        await Assert.ThrowsAsync<HttpRequestException>(() => Send(Trigger("half")));
        Assert.Contains(sandbox.Incidents, alert => alert.DedupKey == "half");

        await Behave(new JsonObject { ["mode"] = "down" });
        await Assert.ThrowsAsync<HttpRequestException>(() => Send(Trigger("down")));
        Assert.DoesNotContain(sandbox.Incidents, alert => alert.DedupKey == "down");

        using HttpResponseMessage refused = await http.PutAsJsonAsync(new Uri("/sandbox/behaviour", UriKind.Relative), new JsonObject { ["mod"] = "down" });
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
    }

    private static JsonObject Trigger(string dedupKey, string summary = "web1 is DOWN") => new()
    {
        ["routing_key"] = Sample.Key,
        ["event_action"] = "trigger",
        ["dedup_key"] = dedupKey,
        ["payload"] = new JsonObject { ["summary"] = summary, ["source"] = "web1", ["severity"] = "critical" },
    };

    private static JsonObject Close(string action, string dedupKey) =>
        new() { ["routing_key"] = Sample.Key, ["event_action"] = action, ["dedup_key"] = dedupKey };

    private async Task Behave(JsonObject behaviour)
    {
        using HttpResponseMessage answer = await http.PutAsJsonAsync(new Uri("/sandbox/behaviour", UriKind.Relative), behaviour);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    private async Task<(HttpStatusCode Status, JsonObject Answer)> Send(JsonObject @event)
    {
        using HttpResponseMessage answer = await http.PostAsJsonAsync(new Uri("/v2/enqueue", UriKind.Relative), @event);
        return (answer.StatusCode, (JsonObject)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!);
    }
}
