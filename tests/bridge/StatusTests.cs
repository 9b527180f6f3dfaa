using System.Diagnostics;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Ringfree.Monitoring.Tests.PagerDuty;

namespace Ringfree.Monitoring.Bridge.Tests;

/// <summary>The verb status, run by a user who may not read the store: it asks serve.</summary>
[Trait("Kind", "published binary")]
public sealed class StatusTests : IDisposable
{
    private const string Nobody = "65534";
    private const UnixFileMode ForEverybody = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private readonly TestFolder open = new();
    private readonly int port = Ports.Free();

    public void Dispose() => open.Dispose();

    [Theory]
    [InlineData("folder", "OK", 0)]
    [InlineData("folder", "WARNING", 1)]
    [InlineData("folder", "CRITICAL", 2)]
    [InlineData("file", "OK", 0)]
    [InlineData("file", "CRITICAL", 2)]
    public async Task Line_and_exit_status_are_those_of_serve(string closed, string state, int exitCode)
    {
        Needs.Root();
        await using PagerDutySandbox sandbox = await PagerDutySandbox.StartAsync();
        sandbox.Behaviour = new Behaviour { Mode = "status", Status = 400, OnlyDedupKey = "poison" };
        using var bridge = new PublishedBridge(sandbox.Endpoint, toml: $"[listen]\naddress = \"127.0.0.1:{port}\"\n[heartbeat]\nmissing_after = \"{(state == "CRITICAL" ? "1s" : "1h")}\"");
        _ = await bridge.ServeAsync();
        if (state == "WARNING")
        {
            bridge.Notify("PROBLEM", "CRITICAL", "poison");
        }

        if (closed == "file")
        {
            File.SetUnixFileMode(bridge.Folder.Root, ForEverybody);
        }

        Func<ProcessResult> status = AsNobody(bridge);
        using var http = new HttpClient();
        ProcessResult? asked = null;
        var told = "";

        // Both tell ages in seconds: they are asked until no second passes between them.
        var clock = Stopwatch.StartNew();
        while (asked is null || asked.Output != told || !told.StartsWith($"PAGERDUTY_BRIDGE {state} - ", StringComparison.Ordinal))
        {
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(40), $"status: {asked?.Output}{asked?.Error} serve: {told}");
            using HttpResponseMessage answer = await http.GetAsync(new Uri($"http://127.0.0.1:{port}/health"));
            told = await answer.Content.ReadAsStringAsync();
            Assert.Equal(told.StartsWith("PAGERDUTY_BRIDGE CRITICAL", StringComparison.Ordinal) ? 503 : 200, (int)answer.StatusCode);
            asked = status();
        }

        Assert.Equal((exitCode, ""), (asked.ExitCode, asked.Error));
    }

    [Theory]
    [InlineData("folder")]
    [InlineData("file")]
    public async Task With_serve_dead_it_is_critical(string closed)
    {
        Needs.Root();
        await using PagerDutySandbox sandbox = await PagerDutySandbox.StartAsync();
        using var bridge = new PublishedBridge(sandbox.Endpoint, toml: $"[listen]\naddress = \"127.0.0.1:{port}\"");
        Process serve = await bridge.ServeAsync();
        serve.Kill();
        await serve.WaitForExitAsync();
        if (closed == "file")
        {
            File.SetUnixFileMode(bridge.Folder.Root, ForEverybody);
        }

        ProcessResult status = AsNobody(bridge)();
        Assert.Equal(
            (2, $"PAGERDUTY_BRIDGE CRITICAL - serve does not answer at 127.0.0.1:{port}: systemctl status pagerduty-bridge\n", ""),
            (status.ExitCode, status.Output, status.Error));
        string sentence = $"serve does not answer at 127.0.0.1:{port}: systemctl status pagerduty-bridge";
        ProcessResult json = AsNobody(bridge, "--json")();
        Assert.Equal(
            (2, $"{{\n  \"status\": \"critical\",\n  \"headline\": \"{sentence}\",\n  \"problems\": [\n    \"{sentence}\"\n  ],\n  \"health\": null\n}}\n"),
            (json.ExitCode, json.Output));
    }

    [Fact]
    public async Task A_socket_answers_its_group_and_nobody_else()
    {
        Needs.Root();
        await using PagerDutySandbox sandbox = await PagerDutySandbox.StartAsync();
        string socket = open.PathOf("http.sock");
        using var bridge = new PublishedBridge(sandbox.Endpoint, toml: $"[listen]\naddress = \"unix:{socket}\"");
        _ = await bridge.ServeAsync();
        ProcessResult refused = AsNobody(bridge)();
        Assert.Equal(
            (2, $"PAGERDUTY_BRIDGE CRITICAL - serve does not answer at unix:{socket}: systemctl status pagerduty-bridge\n"),
            (refused.ExitCode, refused.Output));
        Assert.Equal(0, ProcessRun.Run("/bin/chgrp", [$"{Nobody}", socket]).ExitCode);
        ProcessResult answered = AsNobody(bridge)();
        Assert.StartsWith("PAGERDUTY_BRIDGE OK - ", answered.Output, StringComparison.Ordinal);
        Assert.Equal(0, answered.ExitCode);
    }

    [Theory]
    [InlineData("hello")]
    [InlineData("")]
    [InlineData("PAGERDUTY_BRIDGE")]
    [InlineData("PAGERDUTY_BRIDGE FINE - x")]
    [InlineData("PAGERDUTY_BRIDGE OKAY - x")]
    [InlineData("x\nPAGERDUTY_BRIDGE OK - x")]
    [InlineData("<html>PAGERDUTY_BRIDGE OK - x</html>")]
    public async Task What_is_not_serve_s_answer_is_unknown(string garbage)
    {
        Needs.Root();
        await using WebApplication other = await HttpServer.StartAsync(new IPEndPoint(IPAddress.Loopback, port), 1_000, _ => HttpAnswer.Plain(200, garbage));
        using var bridge = new PublishedBridge(new Uri("http://127.0.0.1:1"), toml: $"[listen]\naddress = \"127.0.0.1:{port}\"");
        ProcessResult status = AsNobody(bridge)();
        Assert.Equal((3, $"PAGERDUTY_BRIDGE UNKNOWN - what answers at 127.0.0.1:{port} is not serve\n"), (status.ExitCode, status.Output));
    }

    [Fact]
    public async Task What_answers_without_end_does_not_count_as_an_answer()
    {
        Needs.Root();
        string endless = $"PAGERDUTY_BRIDGE OK - {new string('x', 10_000_000)}";
        await using WebApplication other = await HttpServer.StartAsync(new IPEndPoint(IPAddress.Loopback, port), 1_000, _ => HttpAnswer.Plain(200, endless));
        using var bridge = new PublishedBridge(new Uri("http://127.0.0.1:1"), toml: $"[listen]\naddress = \"127.0.0.1:{port}\"");
        ProcessResult status = AsNobody(bridge)();
        Assert.Equal((2, $"PAGERDUTY_BRIDGE CRITICAL - serve does not answer at 127.0.0.1:{port}: systemctl status pagerduty-bridge\n"), (status.ExitCode, status.Output));
    }

    [Fact]
    public void Without_listen_it_says_whom_to_run_it_as()
    {
        Needs.Root();
        using var bridge = new PublishedBridge(new Uri("http://127.0.0.1:1"));
        ProcessResult status = AsNobody(bridge)();
        Assert.Equal(3, status.ExitCode);
        Assert.Equal(
            $"PAGERDUTY_BRIDGE UNKNOWN - cannot read {bridge.Folder.PathOf("incidents.db")}: this user, nobody, may not read it: "
                + $"run it as root (sudo {open.PathOf("pagerduty-bridge")} --config {open.PathOf("bridge.toml")} status), "
                + $"or give [listen] in {open.PathOf("bridge.toml")}: then serve answers\n",
            status.Output);
    }

    /// <summary>Program and config where everybody may read them, and the verb run as a user who owns nothing.</summary>
    private Func<ProcessResult> AsNobody(PublishedBridge bridge, params string[] options)
    {
        File.SetUnixFileMode(open.Root, ForEverybody);
        string program = open.PathOf("pagerduty-bridge");
        if (!File.Exists(program))
        {
            ProcessRun.CopyProgram(PublishedBridge.Program, program);
        }

        string config = open.Write("bridge.toml", File.ReadAllText(bridge.ConfigFile), ForEverybody);
        return () => ProcessRun.Run(
            "/usr/bin/setpriv",
            [$"--reuid={Nobody}", $"--regid={Nobody}", "--clear-groups", program, "--config", config, "status", .. options]);
    }
}
