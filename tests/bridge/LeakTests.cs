using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Ringfree.Monitoring.Tests.PagerDuty;

namespace Ringfree.Monitoring.Bridge.Tests;

/// <summary>No secret shows anywhere, although every server quotes in its refusals whatever it was told.</summary>
[Trait("Kind", "published binary")]
public sealed class LeakTests : IDisposable
{
    private const string RestToken = "rest-token-7f3a91";
    private const string WebhookSecret = "webhook-secret-9c1d42";
    private const string OldWebhookSecret = "webhook-secret-0a0b17";
    private const string HeartbeatToken = "heartbeat-token-2b8e63";

    private static readonly string[] All = [Sample.Key, RestToken, WebhookSecret, OldWebhookSecret, HeartbeatToken, MailServer.Password];
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TestFolder folder = new();
    private readonly ConcurrentQueue<string> pages = new();
    private readonly int port = Ports.Free();
    private readonly int quoting = Ports.Free();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task What_servers_quote_stands_in_no_log_no_page_no_output_no_file_and_no_command_line()
    {
        using var watching = new CancellationTokenSource();
        Task<string?> commandLine = Task.Run(() => CommandLineThatHoldsAny(watching.Token));
        using var mail = new MailServer();
        mail.Accept("another");
        await using WebApplication world = await HttpServer.StartAsync(new IPEndPoint(IPAddress.Loopback, quoting), TakeWebhooks.MaxBytes, Quote);
        using PublishedBridge bridge = Bridge(mail);
        Process serve = await bridge.ServeAsync(mail.Environment);
        string[] hosts = ["well", "refused", "broken"];
        Array.ForEach(hosts, host => bridge.Notify("PROBLEM", "CRITICAL", host, "Disk"));
        using var forged = new WebhookSubscription(new Uri($"http://127.0.0.1:{port}/webhooks/pagerduty"), "guessed");
        byte[] body = Encoding.UTF8.GetBytes($$"""{"event": {"event_type": "incident.resolved", "secret": "{{WebhookSecret}}"} }""");
        Assert.Equal(403, await forged.PostAsync(body, WebhookSecret, $"v1={WebhookSecret}"));
        string[] said =
        [
            "trigger of host=refused;service=Disk is a dead letter", // refused by the API, with the routing key
            "trigger of host=broken;service=Disk not delivered, trying again: HTTP 500", // the same from a server that is ill
            "535: 5.7.8 wrong password: ********", // by mail
            "the mail of last resort was not sent",
            "HTTP 401 from PagerDuty's REST API",
            "the bridge's heartbeat was not sent: HTTP 401",
            "a webhook is refused",
        ];
        foreach (string line in said)
        {
            await PublishedBridge.Until(() => bridge.Logged.Contains(line, StringComparison.Ordinal), $"a log that says \"{line}\"", Patience);
        }

        await PublishedBridge.Until(() => pages.Any(page => page.Contains("PagerDuty refuses 1 event for good", StringComparison.Ordinal)), "the page about the dead letter", Patience);
        using var http = new HttpClient();
        List<string> shown =
        [
            await http.GetStringAsync(new Uri($"http://127.0.0.1:{port}/metrics")),
            .. await Task.WhenAll(((string[])["/health", "/"]).Select(async path =>
            {
                using HttpResponseMessage answer = await http.GetAsync(new Uri($"http://127.0.0.1:{port}{path}"));
                return await answer.Content.ReadAsStringAsync();
            })),
        ];
        void Run(params string[] arguments)
        {
            ProcessResult result = bridge.Run(arguments);
            Assert.NotEmpty(result.Output + result.Error);
            shown.Add(result.Output + result.Error);
        }

        Run("list");
        Run("list", "--all", "--json");
        Run("status");
        Run("status", "--json");
        foreach (string host in hosts)
        {
            Run("trace", host);
            Run("trace", host, "--json");
        }

        Run("send-test");
        Run("check-config");
        Run("doctor");
        Run("doctor", "--send");
        Run("maintenance", "list", "--json");
        Run("retry");
        Assert.Contains(shown, text => text.Contains("HTTP 400: Invalid routing key ********", StringComparison.Ordinal));
        Assert.Equal(0, ProcessRun.Run("/bin/kill", ["-15", $"{serve.Id}"]).ExitCode);
        await serve.WaitForExitAsync();
        shown.Add(await serve.StandardError.ReadToEndAsync());
        ProcessResult alone = bridge.Notify("PROBLEM", "CRITICAL", "refused", "Disk");
        Assert.Contains("HTTP 400: Invalid routing key ********", alone.Output, StringComparison.Ordinal);
        shown.AddRange([alone.Output, alone.Error, bridge.Logged, .. pages]);
        shown.AddRange(Directory.GetFiles(bridge.Folder.Root, "*", SearchOption.AllDirectories)
            .Where(file => Path.GetFileName(file) != "key").Select(file => Encoding.Latin1.GetString(File.ReadAllBytes(file))));
        Assert.All(shown, HasNone);
        await watching.CancelAsync();
        Assert.Null(await commandLine);
    }

    [Fact]
    public async Task Watch_shows_neither_its_token_nor_the_routing_key()
    {
        int watchPort = Ports.Free();
        await using WebApplication world = await HttpServer.StartAsync(new IPEndPoint(IPAddress.Loopback, quoting), TakeWebhooks.MaxBytes, call => Refused(call, 400));
        folder.Write("heartbeat", HeartbeatToken);
        using var other = new PublishedBridge(
            new Uri($"http://127.0.0.1:{quoting}"),
            toml:
            $"""
            [watch]
            listen = "127.0.0.1:{watchPort}"
            token_file = "{folder.PathOf("heartbeat")}"
            silent_after = "1s"
            state_file = "FOLDER/watch.state"
            """);
        using Process watch = ProcessRun.Start(PublishedBridge.Program, ["--config", other.ConfigFile, "watch"]);
        var shown = new ConcurrentQueue<string>();
        watch.OutputDataReceived += (_, line) => shown.Enqueue(line.Data ?? "");
        watch.ErrorDataReceived += (_, line) => shown.Enqueue(line.Data ?? "");
        watch.BeginOutputReadLine();
        watch.BeginErrorReadLine();
        try
        {
            await PublishedBridge.Until(() => shown.Any(line => line.Contains("HTTP 400: Invalid routing key ********", StringComparison.Ordinal)), "a page that is refused", Patience);
            using var http = new HttpClient();
            using var heartbeat = new HttpRequestMessage(HttpMethod.Post, new Uri($"http://127.0.0.1:{watchPort}/heartbeat"));
            heartbeat.Headers.TryAddWithoutValidation("Authorization", $"Bearer {HeartbeatToken}x");
            using HttpResponseMessage answer = await http.SendAsync(heartbeat);
            Assert.Equal(401, (int)answer.StatusCode);
            HasNone(await answer.Content.ReadAsStringAsync());
        }
        finally
        {
            watch.Kill();
            await watch.WaitForExitAsync();
        }

        Assert.All(shown, HasNone);
    }

    /// <summary>Somebody writes the secret where its file's path belongs: the complaint goes to terminal, log and the scheduler's log.</summary>
    [Theory]
    [InlineData("[pagerduty]\nrouting_key_file = \"SECRET\"")]
    [InlineData("[acknowledgements]\ntoken_file = \"SECRET\"")]
    [InlineData("[acknowledgements]\nwebhook_secrets_file = \"SECRET\"")]
    [InlineData("[heartbeat]\nsend_to = \"https://watch.example.com/heartbeat\"\nsend_token_file = \"SECRET\"")]
    [InlineData("[watch]\nlisten = \"127.0.0.1:9466\"\ntoken_file = \"SECRET\"")]
    [InlineData("[email]\nto = \"a@example.com\"\nfrom = \"b@example.com\"\nserver = \"mail.example.com\"\nusername = \"u\"\npassword_file = \"SECRET\"")]
    public void A_secret_that_stands_in_the_place_of_its_file_is_not_quoted(string table)
    {
        const string Secret = "u+SecretInTheConfig";
        string spool = Directory.CreateDirectory(folder.PathOf("spool")).FullName;
        string config = folder.Write("bridge.toml", $"{table.Replace("SECRET", Secret, StringComparison.Ordinal)}\n[spool]\npath = \"{spool}\"");
        foreach (string verb in (string[])["check-config", "doctor", "serve", "watch", "send-test", "list", "status", "notify"])
        {
            ProcessResult result = ProcessRun.Run(PublishedBridge.Program, ["--config", config, verb], PublishedBridge.Environment("PROBLEM", "CRITICAL", "web1", "Disk"));
            Assert.NotEqual(0, result.ExitCode);
            Assert.Contains("credential:NAME", result.Output + result.Error, StringComparison.Ordinal);
            Assert.DoesNotContain(Secret, result.Output + result.Error, StringComparison.Ordinal);
        }
    }

    private static void HasNone(string text) => Assert.All(All, secret => Assert.DoesNotContain(secret, text, StringComparison.OrdinalIgnoreCase));

    /// <summary>Every server of the world: it quotes what it was told, and takes only what is about the well and the bridge itself.</summary>
    private HttpAnswer Quote(HttpCall call)
    {
        if (call.Path != "/v2/enqueue")
        {
            return HttpAnswer.Plain(401, $"wrong token: {call.Header("Authorization")}");
        }

        var @event = (JsonObject)JsonNode.Parse(call.Body.Span)!;
        var dedupKey = (string)@event["dedup_key"]!;
        if (dedupKey is "host=refused;service=Disk" or "host=broken;service=Disk")
        {
            return Refused(call, dedupKey.StartsWith("host=refused", StringComparison.Ordinal) ? 400 : 500);
        }

        var key = (string)@event["routing_key"]!;
        @event.Remove("routing_key");
        pages.Enqueue(@event.ToJsonString());
        return new HttpAnswer(202, "application/json", new JsonObject { ["status"] = "success", ["message"] = $"taken by {key}", ["dedup_key"] = dedupKey }.ToJsonString());
    }

    private static HttpAnswer Refused(HttpCall call, int status)
    {
        var key = (string)JsonNode.Parse(call.Body.Span)!["routing_key"]!;
        var answer = new JsonObject { ["status"] = "invalid", ["message"] = $"Invalid routing key {key}", ["errors"] = new JsonArray(key, key.ToLowerInvariant()) };
        return new HttpAnswer(status, "application/json", answer.ToJsonString());
    }

    private static string? CommandLineThatHoldsAny(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            foreach (string process in Directory.GetDirectories("/proc").Where(folder => char.IsAsciiDigit(folder[^1])))
            {
                try
                {
                    string line = File.ReadAllText(Path.Combine(process, "cmdline"));
                    if (All.Any(secret => line.Contains(secret, StringComparison.Ordinal)))
                    {
                        return line;
                    }
                }
                catch (IOException)
                {
                    // It ended meanwhile.
                }
            }
        }

        return null;
    }

    private PublishedBridge Bridge(MailServer mail)
    {
        string secrets = folder.Root;
        folder.Write("rest", RestToken);
        folder.Write("webhooks", $"{WebhookSecret}\n{OldWebhookSecret}\n");
        folder.Write("heartbeat", HeartbeatToken);
        var bridge = new PublishedBridge(
            new Uri($"http://127.0.0.1:{quoting}"),
            toml:
            $"""
            {mail.Toml("fallback_after = \"1s\"\nlast_resort_to = \"ann@ringfree.example\"\nlast_resort_after = \"1s\"")}
            [listen]
            address = "127.0.0.1:{port}"
            [heartbeat]
            send_to = "http://127.0.0.1:{quoting}/heartbeat"
            send_token_file = "{secrets}/heartbeat"
            send_every = "1s"
            [acknowledgements]
            rest_endpoint = "http://127.0.0.1:{quoting}"
            token_file = "{secrets}/rest"
            interval = "1s"
            webhook_secrets_file = "{secrets}/webhooks"
            """);
        return bridge;
    }
}
