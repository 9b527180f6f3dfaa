using System.Net;
using Ringfree.Monitoring.Estate;
using Ringfree.Monitoring.Tests.PagerDuty;

namespace Ringfree.Monitoring.Bridge.Tests;

/// <summary>A wall clock that is set back by hours, as after a start with a wrong one: what is tried or told again goes on in its rhythm.</summary>
public sealed class WallClockTests
{
    private static readonly TimeSpan SetBack = TimeSpan.FromHours(-2);

    [Fact]
    public async Task The_watch_s_page_is_tried_again()
    {
        var time = new ManualTime();
        using var folder = new TestFolder();
        Weather weather = Weather.Out;
        var api = new ChannelModel(() => weather);
        var silence = new SilenceSwitch(new WatchConfig(null, "", TimeSpan.FromMinutes(10), folder.PathOf("watch.state")), "bridge-host", api, new LogLines().Log, time);
        time.Advance(TimeSpan.FromMinutes(10) + TimeSpan.FromSeconds(1));
        await silence.OnceAsync(CancellationToken.None);
        Assert.Single(api.Calls);
        time.StepTheWallClock(SetBack);
        weather = Weather.Fair;
        time.Advance(CircuitBreaker.LongestWait);
        await silence.OnceAsync(CancellationToken.None);
        Assert.Single(api.Open);
    }

    [Fact]
    public void The_page_about_dead_letters_is_tried_again()
    {
        var refuses = true;
        using var bridge = new VirtualBridge(judge: (_, _) => refuses ? new Answer(Verdict.Refused, HttpStatusCode.Forbidden, "HTTP 403") : null);
        bridge.Notify("PROBLEM", "CRITICAL");
        bridge.Pass(TimeSpan.FromMinutes(1));
        bridge.Time.StepTheWallClock(SetBack);
        refuses = false;
        bridge.Pass(TimeSpan.FromMinutes(6));
        Assert.Equal(["host=bridge-host;service=PagerDuty bridge: dead letters"], bridge.Api.Open);
    }

    [Fact]
    public async Task A_person_gets_the_next_plain_mail()
    {
        var time = new ManualTime();
        using var store = Store.Open(":memory:", time);
        var log = new LogLines();
        var email = new EmailConfig("a@example.com", "b@example.com", "127.0.0.1", 1, false, null, null, TimeSpan.FromMinutes(5), 30, "ann@example.com", TimeSpan.FromMinutes(15));
        store.Facts.Set(StoredFacts.LastResortSent, time.GetUtcNow() - SetBack);
        var fleet = new FleetDriver(store, new OwnIncidents(store, "bridge-host", time));
        fleet.Step(new FleetInput.Started(new FleetSettings(), store.FleetMemory()));
        var page = new Page("shinken");
        var lastResort = new LastResortMail(store, fleet, new MailSender(email, null, page), page, email, log.Log, time);
        store.Incidents.Ingest([Sample.Event("PROBLEM", "CRITICAL")], Sample.Boot);
        time.Advance(TimeSpan.FromMinutes(16));
        await lastResort.OnceAsync(CancellationToken.None);
        Assert.StartsWith("the mail of last resort was not sent: mail by 127.0.0.1:1: ", Assert.Single(log.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task PagerDuty_is_asked_for_acknowledgements()
    {
        var time = new ManualTime();
        await using PagerDutySandbox sandbox = await PagerDutySandbox.StartAsync();
        using var bridge = new BridgeInProcess(sandbox.Endpoint, time, files: [("token", "read-only")]);
        using var rest = new RestApi(sandbox.Endpoint, Secret.OneLine(bridge.Folder.PathOf("token"), "a token", new Problems())!, TimeProvider.System);
        var poll = new PollAcknowledgements(bridge.Store, rest, TimeSpan.FromSeconds(30), new LogLines().Log, time);
        bridge.Notify("PROBLEM", "DOWN", service: "");
        bridge.Ingest.Once();
        bridge.Deliver.Step(CancellationToken.None);
        await bridge.Deliver.IdleAsync();
        time.StepTheWallClock(SetBack);
        await sandbox.PersonAsync(Assert.Single(sandbox.Incidents).IncidentId, "acknowledge", "Ann");
        await poll.OnceAsync(new Liveness("acknowledgements", TimeSpan.FromMinutes(1), time), CancellationToken.None);
        Assert.Equal("Ann", bridge.Store.Incidents.Find("host=web1")!.Acknowledgement?.Responder);
    }
}
