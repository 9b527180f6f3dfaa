using Ringfree.Monitoring.Tests.PagerDuty;

namespace Ringfree.Monitoring.Bridge.Tests;

/// <summary>What people do at PagerDuty, by webhooks and by polling, on the program that is shipped.</summary>
[Trait("Kind", "published binary")]
public sealed class PublishedAcknowledgementTests
{
    [Fact]
    public async Task Webhooks_duplicated_reordered_forged_and_oversized_end_in_the_right_state_and_no_forged_one_counts()
    {
        const int Hosts = 10;
        int rounds = Soak.Times(1_000) / Hosts / 5;
        int port = Ports.Free();
        await using PagerDutySandbox sandbox = await PagerDutySandbox.StartAsync();
        using var bridge = new PublishedBridge(sandbox.Endpoint, toml: Tables(sandbox, port, interval: "1h"));
        bridge.Folder.Write("token", "read-only");
        bridge.Folder.Write("webhook", "new-secret\nold-secret\n");
        using var scheduler = new SchedulerPipe(bridge.Folder.PathOf("nagios.cmd"));
        using var pagerDuty = new WebhookSubscription(new Uri($"http://127.0.0.1:{port}/webhooks/pagerduty"), "unknown-secret", "old-secret");
        _ = await bridge.ServeAsync();
        await PageEach(Hosts, bridge, sandbox);
        await bridge.UntilDelivered();
        var random = new Random(20261123);
        var sent = 0;
        DateTimeOffset start = TimeProvider.System.GetUtcNow().AddMinutes(1);
        var isAcknowledged = new bool[Hosts];
        for (var round = 0; round < rounds; round++)
        {
            for (var host = 0; host < Hosts; host++)
            {
                // An acknowledgement and its end or the other way round, delivered in any order and some twice: the newest counts.
                DateTimeOffset clock = start.AddSeconds(2 * round);
                Alert alert = sandbox.Incidents.Single(one => one.DedupKey == $"host=node{host}");
                isAcknowledged[host] = random.Next(2) == 0;
                (string First, string Second) = isAcknowledged[host] ? ("unacknowledge", "acknowledge") : ("acknowledge", "unacknowledge");
                (byte[] Body, string Id)[] pair =
                [
                    (WebhookSubscription.Body(alert, First, "Ann", isPerson: true, clock), Guid.NewGuid().ToString("N")),
                    (WebhookSubscription.Body(alert, Second, "Ann\n[0] SHUTDOWN_PROGRAM", isPerson: true, clock.AddSeconds(1)), Guid.NewGuid().ToString("N")),
                ];
                random.Shuffle(pair);
                foreach ((byte[] body, string id) in pair.Append(pair[random.Next(2)]))
                {
                    Assert.Equal(202, await pagerDuty.SendAsync(body, id));
                    sent++;
                }

                byte[] forged = WebhookSubscription.Body(alert, "resolve", "Mallory", isPerson: true, clock.AddDays(1));
                Assert.Equal(403, await pagerDuty.PostAsync(forged, "forged", WebhookSubscription.Sign(forged, "guessed")));
                Assert.Equal(202, await pagerDuty.SendAsync("{\"event\":{\"event_type\":\"pagey.ping\"}}"u8.ToArray(), Guid.NewGuid().ToString("N")));
                sent += 2;
            }
        }

        var huge = new byte[600 * 1024];

        // 0: the connection was closed while the body was still sent, so that the answer did not arrive.
        Assert.Contains(await pagerDuty.PostAsync(huge, "huge", WebhookSubscription.Sign(huge, "old-secret")), (int[])[503, 0]);
        Assert.False(pagerDuty.IsSwitchedOff);
        Assert.True(sent >= rounds * Hosts * 5);

        await PublishedBridge.Until(() => Has(scheduler, isAcknowledged), "the newest state of each host at the scheduler");
        HasOnlyAcknowledgements(scheduler);
        Assert.All(bridge.List(), incident => Assert.Equal("triggered", (string?)incident!["desired"]));
        for (var host = 0; host < Hosts; host++)
        {
            Assert.Equal(isAcknowledged[host], bridge.List().Single(incident => (string?)incident!["host"] == $"node{host}")!["acknowledged_by"] is not null);
        }
    }

    [Fact]
    public async Task Acknowledgements_and_their_ends_end_in_the_right_state_by_polling_too()
    {
        const int Hosts = 10;
        int rounds = Soak.Times(50) / Hosts;
        await using PagerDutySandbox sandbox = await PagerDutySandbox.StartAsync();
        using var bridge = new PublishedBridge(
            sandbox.Endpoint,
            toml:
            $"""
            [acknowledgements]
            rest_endpoint = "{sandbox.Endpoint.GetLeftPart(UriPartial.Authority)}"
            token_file = "FOLDER/token"
            interval = "1s"
            command_pipe = "FOLDER/nagios.cmd"
            """);
        bridge.Folder.Write("token", "read-only");
        using var scheduler = new SchedulerPipe(bridge.Folder.PathOf("nagios.cmd"));
        _ = await bridge.ServeAsync();
        await PageEach(Hosts, bridge, sandbox);
        var random = new Random(20261125);
        var isAcknowledged = new bool[Hosts];
        for (var round = 0; round < rounds; round++)
        {
            foreach (Alert alert in sandbox.Incidents)
            {
                int host = int.Parse(alert.DedupKey.AsSpan("host=node".Length));
                isAcknowledged[host] = random.Next(2) == 0;
                foreach (string deed in isAcknowledged[host] ? ["unacknowledge", "acknowledge"] : (string[])["acknowledge", "unacknowledge"])
                {
                    await sandbox.PersonAsync(alert.IncidentId, deed, "Ann\n[0] SHUTDOWN_PROGRAM");
                }
            }

            await PublishedBridge.Until(() => Has(scheduler, isAcknowledged), $"the newest state of each host at the scheduler in round {round}");
        }

        HasOnlyAcknowledgements(scheduler);
        Assert.All(sandbox.Incidents, alert => Assert.NotEqual("resolved", alert.State));
    }

    /// <summary>
    /// PagerDuty tells of every change, also of those that the bridge asked for, and late: the resolve before a page again is heard of when that page
    /// is out.
    /// </summary>
    [Fact]
    public async Task Webhooks_of_the_bridges_own_calls_that_come_late_change_nothing()
    {
        const int Hosts = 6;
        int port = Ports.Free();
        await using PagerDutySandbox sandbox = await PagerDutySandbox.StartAsync();
        sandbox.WebhookDelay = TimeSpan.FromSeconds(2);
        using var bridge = new PublishedBridge(sandbox.Endpoint, toml: Tables(sandbox, port, interval: "1s"));
        bridge.Folder.Write("token", "read-only");
        bridge.Folder.Write("webhook", "a-secret\n");
        using var scheduler = new SchedulerPipe(bridge.Folder.PathOf("nagios.cmd"));
        using var pagerDuty = new WebhookSubscription(new Uri($"http://127.0.0.1:{port}/webhooks/pagerduty"), "a-secret");
        _ = await bridge.ServeAsync();
        sandbox.Subscription = pagerDuty;
        Task Until(int host, string state, int pages) => PublishedBridge.Until(
            () => PublishedBridge.Newest(sandbox, $"host=node{host};service=Disk")?.State == state
                && sandbox.Incidents.Count(alert => alert.DedupKey == $"host=node{host};service=Disk") == pages,
            $"node{host} {state} after {pages} pages");
        await Task.WhenAll(Enumerable.Range(0, Hosts).Select(host => Task.Run(async () =>
        {
            // It worsens, worsens after an acknowledgement of the scheduler, and flaps.
            (string Type, string State, string Then, int Pages)[] life =
            [
                ("PROBLEM", "WARNING", "triggered", 1), ("PROBLEM", "CRITICAL", "triggered", 2), ("RECOVERY", "OK", "resolved", 2), ("PROBLEM", "UNKNOWN", "triggered", 3),
                ("ACKNOWLEDGEMENT", "UNKNOWN", "acknowledged", 3), ("PROBLEM", "CRITICAL", "triggered", 4), ("RECOVERY", "OK", "resolved", 4), ("PROBLEM", "CRITICAL", "triggered", 5),
            ];
            foreach ((string type, string state, string then, int pages) in life)
            {
                Assert.Equal(0, bridge.Notify(type, state, $"node{host}", "Disk").ExitCode);
                await Until(host, then, pages);
            }
        })));

        // The last of them comes 2 s after its call, and a round of polling after that.
        await PublishedBridge.Until(() => pagerDuty.Sent >= Hosts * 9, "every webhook");
        await Task.Delay(TimeSpan.FromSeconds(3));
        Assert.Empty(scheduler.Commands);
        Assert.All(bridge.List(), incident => Assert.Equal(("triggered", "triggered", null), ((string?)incident!["desired"], (string?)incident["delivered"], (string?)incident["held"])));
        for (var host = 0; host < Hosts; host++)
        {
            Assert.Equal(0, bridge.Notify("RECOVERY", "OK", $"node{host}", "Disk").ExitCode);
        }

        await PublishedBridge.Until(() => sandbox.Incidents.All(alert => alert.State == "resolved"), "the end of each");
        await bridge.UntilDelivered();
        Assert.Empty(bridge.List());
        Assert.Equal(Hosts * 5, sandbox.Incidents.Count);
    }

    private static string Tables(PagerDutySandbox sandbox, int port, string interval) =>
        $"""
        [listen]
        address = "127.0.0.1:{port}"
        [acknowledgements]
        rest_endpoint = "{sandbox.Endpoint.GetLeftPart(UriPartial.Authority)}"
        token_file = "FOLDER/token"
        interval = "{interval}"
        webhook_secrets_file = "FOLDER/webhook"
        command_pipe = "FOLDER/nagios.cmd"
        """;

    private static async Task PageEach(int hosts, PublishedBridge bridge, PagerDutySandbox sandbox)
    {
        for (var host = 0; host < hosts; host++)
        {
            bridge.Notify("PROBLEM", "CRITICAL", $"node{host}", "");
        }

        await PublishedBridge.Until(() => sandbox.Incidents.Count == hosts, "the pages");
    }

    /// <summary>The scheduler's newest word of each host is the right one.</summary>
    private static bool Has(SchedulerPipe scheduler, bool[] isAcknowledged) => Enumerable.Range(0, isAcknowledged.Length).All(host =>
        scheduler.Commands.LastOrDefault(command => command.Split(';')[1] == $"node{host}") is var last
        && (last?.StartsWith("ACKNOWLEDGE_HOST_PROBLEM", StringComparison.Ordinal) ?? false) == isAcknowledged[host]);

    private static void HasOnlyAcknowledgements(SchedulerPipe scheduler) => Assert.All(
        scheduler.Commands,
        command => Assert.Matches("^(ACKNOWLEDGE_HOST_PROBLEM;node[0-9];1;0;1;PagerDuty Ann|REMOVE_HOST_ACKNOWLEDGEMENT;node[0-9]$)", command));
}
