using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Win32.SafeHandles;
using Ringfree.Monitoring.Estate;

namespace Ringfree.Monitoring.Bridge.Tests;

/// <summary>The bridge's own heartbeat, on a clock that the test turns and to a real server.</summary>
public sealed class OutwardHeartbeatTests : IDisposable
{
    private const string Token = "a-shared-token";

    private readonly ManualTime time = new();
    private readonly LogLines log = new();
    private readonly ConcurrentQueue<string> beats = new();
    private readonly int port = Ports.Free();
    private readonly BridgeInProcess bridge;
    private readonly Liveness ingest;
    private readonly Liveness deliver;
    private SafeFileHandle? serving;
    private int answer = 200;

    public OutwardHeartbeatTests()
    {
        bridge = new BridgeInProcess(
            new Uri("http://127.0.0.1:1"),
            time,
            toml:
            $"""
            [heartbeat]
            send_to = "http://127.0.0.1:{port}/heartbeat"
            send_token_file = "FOLDER/token"
            """,
            files: [("token", Token)]);
        ingest = new Liveness("ingest", TimeSpan.FromHours(1), time);
        deliver = new Liveness("deliver", TimeSpan.FromHours(1), time);
        serving = bridge.Spool.Lock.TryTake();
    }

    public void Dispose()
    {
        serving?.Dispose();
        bridge.Dispose();
    }

    [Theory]
    [InlineData("serve is dead", "serve does not run: systemctl start pagerduty-bridge")]
    [InlineData("heartbeat is missing", "the scheduler's heartbeat is missing for 15m (limit 15m)")]
    [InlineData("problem waits", "1 incident waits for PagerDuty, the oldest for ")]
    [InlineData("API is away", "PagerDuty accepted nothing for ")]
    [InlineData("loop is silent", "deliver is silent")]
    public async Task It_is_withheld_while_the_way_is_not_proven_the_log_says_why_and_it_goes_out_again(string trouble, string reason)
    {
        await using WebApplication watch = await Listen();
        using var stop = new CancellationTokenSource();
        Task sending = Start(stop.Token);
        await Goes("a heartbeat", () => beats.Count);
        Assert.Equal("POST /heartbeat Bearer a-shared-token bridge-host", beats.First());

        Begin(trouble);
        await Goes("a heartbeat that is withheld", () => log.Lines.Count, isSilent: trouble == "loop is silent");
        int sent = beats.Count;
        await Goes("another one", () => log.Lines.Count, isSilent: trouble == "loop is silent");
        Assert.Equal(sent, beats.Count);
        Assert.All(log.Lines, line => Assert.StartsWith($"the bridge's heartbeat is withheld: {reason}", line, StringComparison.Ordinal));

        End(trouble);
        await Goes("a heartbeat again", () => beats.Count);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
    }

    [Fact]
    public async Task A_warning_withholds_nothing()
    {
        await using WebApplication watch = await Listen();
        using var stop = new CancellationTokenSource();
        bridge.Store.Facts.Set(StoredFacts.ApiFailingSince, time.GetUtcNow() - TimeSpan.FromMinutes(16));
        Assert.Equal(HealthStatus.Warning, Health.Read(bridge.Config, bridge.Store, new StepsFile(bridge.Config.StepsPath), time).Status);
        Task sending = Start(stop.Token);
        await Goes("a heartbeat", () => beats.Count);
        Assert.Empty(log.Lines);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
    }

    [Fact]
    public async Task One_that_is_refused_or_finds_nobody_is_told_and_the_next_one_goes_out()
    {
        using var stop = new CancellationTokenSource();
        Task sending = Start(stop.Token);
        await Goes("a word about nobody", () => log.Lines.Count);
        Assert.StartsWith("the bridge's heartbeat was not sent: ", log.Lines.Last(), StringComparison.Ordinal);
        Assert.DoesNotContain(Token, log.Lines.Last(), StringComparison.Ordinal);
        answer = 401;
        await using WebApplication watch = await Listen();
        await PublishedBridge.Until(() => Turn() && log.Lines.Contains("the bridge's heartbeat was not sent: HTTP 401"), "a word about the refusal");
        answer = 200;
        int said = log.Lines.Count;
        await Goes("a heartbeat", () => beats.Count);
        await Goes("another one", () => beats.Count);
        Assert.InRange(log.Lines.Count - said, 0, 1);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
    }

    private Task<WebApplication> Listen() => HttpServer.StartAsync(new IPEndPoint(IPAddress.Loopback, port), 1_000, call =>
    {
        beats.Enqueue($"{call.Method} {call.Path} {call.Header("Authorization")} {System.Text.Encoding.UTF8.GetString(call.Body.Span)}");
        return HttpAnswer.Plain(answer, "");
    });

    private Task Start(CancellationToken stop)
    {
        var problems = new Problems();
        Secret? token = Secrets.Load(bridge.Config, problems).HeartbeatToken;
        return Task.Run(
            async () =>
            {
                using var heartbeat = new OutwardHeartbeat(bridge.Config, token, bridge.Store, new StepsFile(bridge.Config.StepsPath), [ingest, deliver], log.Log, time);
                await heartbeat.RunAsync(stop);
            },
            CancellationToken.None);
    }

    private void Begin(string trouble)
    {
        switch (trouble)
        {
            case "serve is dead":
                serving!.Dispose();
                break;
            case "heartbeat is missing":
                bridge.Own.Raise(new FleetEffect.AlertRaised(OwnConcern.Heartbeat, "no notification came", ""));
                break;
            case "problem waits":
                bridge.Store.Incidents.Ingest([Sample.Event("PROBLEM", "CRITICAL", "web1")], Sample.Boot);
                time.Advance(TimeSpan.FromMinutes(16));
                break;
            case "API is away":
                bridge.Store.Facts.Set(StoredFacts.ApiFailingSince, time.GetUtcNow() - TimeSpan.FromMinutes(31));
                break;
            default:
                for (var minutes = 0; minutes <= 60; minutes += 5)
                {
                    time.Advance(TimeSpan.FromMinutes(5));
                    ingest.Beat();
                }

                break;
        }
    }

    private void End(string trouble)
    {
        switch (trouble)
        {
            case "serve is dead":
                serving = bridge.Spool.Lock.TryTake();
                Assert.NotNull(serving);
                break;
            case "heartbeat is missing":
                bridge.Own.Clear(OwnConcern.Heartbeat);
                break;
            case "problem waits":
                Assert.True(bridge.Store.Drop("host=web1;service=HAProxy proxies", "Ann"));
                break;
            case "API is away":
                bridge.Store.Facts.Set(StoredFacts.ApiFailingSince, null);
                break;
            default:
                break;
        }
    }

    private Task Goes(string what, Func<int> count, bool isSilent = false)
    {
        int before = count();
        return PublishedBridge.Until(() => Turn(isSilent) && count() > before, what);
    }

    /// <summary>Lets a moment pass in which the loops show life, but for the silent one.</summary>
    private bool Turn(bool isSilent = false)
    {
        time.Advance(TimeSpan.FromSeconds(5));
        ingest.Beat();
        if (!isSilent)
        {
            deliver.Beat();
        }

        return true;
    }
}
