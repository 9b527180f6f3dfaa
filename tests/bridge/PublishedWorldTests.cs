using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using Ringfree.Monitoring.Tests.PagerDuty;

namespace Ringfree.Monitoring.Bridge.Tests;

/// <summary>The published program with the world around it: a watch on another host, people's verbs, the service manager.</summary>
[Trait("Kind", "published binary")]
public sealed class PublishedWorldTests
{
    [Fact]
    public async Task Watch_pages_when_the_bridge_falls_silent_and_resolves_when_it_is_back()
    {
        int port = Ports.Free();
        await using PagerDutySandbox sandbox = await PagerDutySandbox.StartAsync();
        using var other = new PublishedBridge(
            sandbox.Endpoint,
            toml:
            $"""
            [watch]
            listen = "127.0.0.1:{port}"
            token_file = "FOLDER/token"
            silent_after = "9s"
            state_file = "FOLDER/watch.state"
            """);
        other.Folder.Write("token", "a-shared-token\n");
        using var bridge = new PublishedBridge(
            sandbox.Endpoint,
            toml:
            $"""
            [heartbeat]
            missing_after = "1h"
            send_to = "http://127.0.0.1:{port}/heartbeat"
            send_token_file = "FOLDER/token"
            send_every = "1s"
            """);
        bridge.Folder.Write("token", "a-shared-token\n");
        using Process watch = ProcessRun.Start(PublishedBridge.Program, ["--config", other.ConfigFile, "watch"]);
        try
        {
            Process serve = await bridge.ServeAsync();
            await Task.Delay(TimeSpan.FromSeconds(11));
            Assert.Empty(sandbox.Incidents);
            serve.Kill();
            await PublishedBridge.Until(() => sandbox.Incidents is [{ State: "triggered" }], "a page about the silence", TimeSpan.FromSeconds(60));
            Assert.Equal("bridge-host / PagerDuty bridge: silent is CRITICAL: the PagerDuty bridge has sent no heartbeat for 9s: what breaks now may page nobody", sandbox.Incidents[0].Summary);
            await PublishedBridge.Until(() => File.ReadAllText(other.Folder.PathOf("watch.state")).Contains("\"presence\":\"Open\"", StringComparison.Ordinal), "an open page on disk");
            _ = await bridge.ServeAsync();
            await PublishedBridge.Until(() => sandbox.Incidents is [{ State: "resolved" }], "its end");
        }
        finally
        {
            watch.Kill();
            await watch.WaitForExitAsync();
        }
    }

    [Fact]
    public async Task People_can_look_and_act_with_the_daemon_dead()
    {
        await using PagerDutySandbox sandbox = await PagerDutySandbox.StartAsync();
        sandbox.Behaviour = new Behaviour { Mode = "status", Status = 400, OnlyDedupKey = "poison" };
        using var bridge = new PublishedBridge(sandbox.Endpoint);
        Process serve = await bridge.ServeAsync();
        bridge.Notify("PROBLEM", "CRITICAL", "poison", "Disk");
        await PublishedBridge.Until(() => sandbox.Incidents.Count == 1, "the page about the dead letter");
        await bridge.UntilDelivered();
        ProcessResult alive = bridge.Run("status");
        Assert.Equal(1, alive.ExitCode);
        Assert.StartsWith("PAGERDUTY_BRIDGE WARNING - 1 dead letter: pagerduty-bridge list | oldest_pending=0s;300;900;0; dead_letters=1;0;;0; last_success=", alive.Output, StringComparison.Ordinal);
        serve.Kill();
        await serve.WaitForExitAsync();

        ProcessResult dead = bridge.Run("status");
        Assert.Equal(2, dead.ExitCode);
        Assert.StartsWith("PAGERDUTY_BRIDGE CRITICAL - serve does not run: systemctl start pagerduty-bridge; 1 dead letter", dead.Output, StringComparison.Ordinal);
        JsonNode report = JsonNode.Parse(bridge.Run("status", "--json").Output)!;
        Assert.Equal(("critical", 1), ((string?)report["status"], (int)report["health"]!["figures"]!["dead_letters"]!));

        string trace = bridge.Run("trace", "poison", "Disk").Output;
        Assert.StartsWith("poison / Disk is CRITICAL; PagerDuty should have it triggered and has accepted nothing (dead letter)\ndedup key host=poison;service=Disk\n", trace, StringComparison.Ordinal);
        Assert.Contains("refused      trigger: HTTP 400: the sandbox was told to say so; trying without details", trace, StringComparison.Ordinal);
        Assert.Equal(4, ((JsonArray)JsonNode.Parse(bridge.Run("trace", "poison", "--json").Output)![0]!["history"]!).Count);
        Assert.Equal(1, bridge.Run("trace", "nobody").ExitCode);

        Assert.Equal((0, "1 incident is due again; serve calls within a second\n"), (bridge.Run("retry") is var retry ? retry.ExitCode : 1, retry.Output));
        Assert.Equal(1, bridge.Run("retry", "nobody").ExitCode);
        Assert.Equal(0, bridge.Run("drop", "poison", "Disk").ExitCode);
        Assert.Equal(1, bridge.Run("drop", "poison", "Disk").ExitCode);

        ProcessResult start = bridge.Run(
            "maintenance", "start", "--for", "2h", "--host", "web1", "--allow-unknown", "--reason", "new disks");
        Assert.StartsWith("maintenance 1 of web1 until ", start.Output, StringComparison.Ordinal);
        Assert.Equal("new disks", (string?)JsonNode.Parse(bridge.Run("maintenance", "list", "--json").Output)![0]!["reason"]);
        _ = await bridge.ServeAsync();
        bridge.Notify("PROBLEM", "CRITICAL", "web1", "Disk");
        await PublishedBridge.Until(() => bridge.List().Any(incident => (string?)incident!["suppressed"] == "maintenance"), "a held problem");
        Assert.Equal(0, bridge.Run("maintenance", "stop", "1").ExitCode);
        await PublishedBridge.Until(() => sandbox.Incidents.Any(alert => alert.DedupKey == "host=web1;service=Disk"), "its page");
        Assert.Equal(2, bridge.Run("maintenance", "start", "--for", "forever", "--everything", "--reason", "x").ExitCode);

        ProcessResult test = bridge.Run("send-test");
        Assert.Equal((0, "api: trigger: HTTP 202: Event processed\napi: resolve: HTTP 202: Event processed\n"), (test.ExitCode, test.Output));
        Assert.Equal("resolved", sandbox.Incidents[^1].State);
    }

    [Fact]
    public async Task Health_and_metrics_are_told_on_loopback()
    {
        int port = Ports.Free();
        await using PagerDutySandbox sandbox = await PagerDutySandbox.StartAsync();
        using var bridge = new PublishedBridge(sandbox.Endpoint, toml: $"[listen]\naddress = \"127.0.0.1:{port}\"");
        _ = await bridge.ServeAsync();
        bridge.Notify("PROBLEM", "CRITICAL");
        await bridge.UntilDelivered();
        using var http = new HttpClient();
        Uri At(string path) => new($"http://127.0.0.1:{port}{path}");
        Assert.StartsWith("PAGERDUTY_BRIDGE OK - nothing waits, 1 incident open, PagerDuty accepted a call ", await http.GetStringAsync(At("/health")), StringComparison.Ordinal);
        using HttpResponseMessage metrics = await http.GetAsync(At("/metrics"));
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", metrics.Content.Headers.ContentType!.ToString());
        string text = await metrics.Content.ReadAsStringAsync();
        Assert.Contains("# HELP pagerduty_bridge_open_incidents Incidents that are bad.\n# TYPE pagerduty_bridge_open_incidents gauge\npagerduty_bridge_open_incidents 1\n", text, StringComparison.Ordinal);
        Assert.Contains("\npagerduty_bridge_refused_events_total 0\n", text, StringComparison.Ordinal); // before the first one, so that it is seen
        Assert.Contains("\npagerduty_bridge_heartbeat_age_seconds NaN\n", text, StringComparison.Ordinal);
        Assert.All(text.TrimEnd('\n').Split('\n'), line => Assert.Matches("^(# (HELP|TYPE) pagerduty_bridge_[a-z_]+ .+|pagerduty_bridge_[a-z_]+({[a-z]+=\"[a-z0-9.]+\"})? ([0-9.E+-]+|NaN))$", line));
        using HttpResponseMessage nothing = await http.GetAsync(At("/"));
        Assert.Equal(404, (int)nothing.StatusCode);
        using HttpResponseMessage webhook = await http.PostAsync(At("/webhooks/pagerduty"), null);
        Assert.Equal(404, (int)webhook.StatusCode);
    }

    [Fact]
    public async Task A_damaged_store_is_built_again_and_pages()
    {
        await using PagerDutySandbox sandbox = await PagerDutySandbox.StartAsync();
        using var bridge = new PublishedBridge(sandbox.Endpoint);
        Process serve = await bridge.ServeAsync();
        bridge.Notify("PROBLEM", "CRITICAL", "web1", "Disk");
        await bridge.UntilDelivered();
        serve.Kill();
        await serve.WaitForExitAsync();
        foreach (string file in Directory.GetFiles(bridge.Folder.Root, "incidents.db*"))
        {
            await File.WriteAllBytesAsync(file, Enumerable.Repeat((byte)0xA5, 8_192).ToArray());
        }

        bridge.Notify("PROBLEM", "CRITICAL", "web2", "Disk");
        _ = await bridge.ServeAsync();
        await PublishedBridge.Until(() => sandbox.Incidents.Count == 3, "the page about the store, and the one that the spool held");
        Alert about = Assert.Single(sandbox.Incidents, alert => alert.Summary.Contains("the incident store was damaged and rebuilt: 0 incidents saved", StringComparison.Ordinal));
        Assert.Contains(Path.Combine(bridge.Folder.Root, "incidents.db.damaged-"), about.LastEvent!.ToJsonString(), StringComparison.Ordinal);
        Assert.Contains(sandbox.Incidents, alert => alert.DedupKey == "host=web2;service=Disk");
        Assert.Single(Directory.GetFiles(bridge.Folder.Root, "incidents.db.damaged-*Z"));
    }

    [Fact]
    public async Task Serve_tells_the_service_manager_that_it_lives_and_stops_when_it_hangs()
    {
        await using PagerDutySandbox sandbox = await PagerDutySandbox.StartAsync();
        using var bridge = new PublishedBridge(sandbox.Endpoint);
        string socket = bridge.Folder.PathOf("notify");
        using var manager = new System.Net.Sockets.Socket(System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Dgram, System.Net.Sockets.ProtocolType.Unspecified);
        manager.Bind(new System.Net.Sockets.UnixDomainSocketEndPoint(socket));
        manager.ReceiveTimeout = 20_000;
        string Received()
        {
            var bytes = new byte[1_000];
            return Encoding.UTF8.GetString(bytes, 0, manager.Receive(bytes));
        }

        Process serve = await bridge.ServeAsync(new Dictionary<string, string>(StringComparer.Ordinal) { ["NOTIFY_SOCKET"] = socket, ["WATCHDOG_USEC"] = "1000000" });
        string[] said = [Received(), Received(), Received()];
        Assert.Contains(said, message => message.StartsWith("READY=1\nSTATUS=delivering to http://127.0.0.1", StringComparison.Ordinal));
        Assert.True(said.Count(message => message == "WATCHDOG=1") >= 2);
        Assert.Equal(0, ProcessRun.Run("/bin/kill", ["-15", $"{serve.Id}"]).ExitCode);
        string last;
        do
        {
            last = Received();
        }
        while (last == "WATCHDOG=1");

        Assert.Equal("STOPPING=1", last);
    }

    [Fact]
    public void The_units_are_hardened_and_installed_beside_the_program()
    {
        foreach (string unit in (string[])["pagerduty-bridge.service", "pagerduty-watch.service"])
        {
            ProcessResult judged = ProcessRun.Run(
                "/usr/bin/systemd-analyze", ["security", "--offline=true", "--threshold=20", "--no-pager", Repository.PathOf("bridge", unit)], new Dictionary<string, string>(StringComparer.Ordinal) { ["PATH"] = "/usr/bin:/bin" });
            Assert.True(judged.ExitCode == 0, $"{unit} is exposed more than 2.0: {judged.Output[^200..]}");
        }
    }
}
