using Microsoft.Data.Sqlite;
using Ringfree.Monitoring.Tests.PagerDuty;

namespace Ringfree.Monitoring.Bridge.Tests;

/// <summary>A store that takes nothing for a while: pages go out all the same, once, and end where they opened.</summary>
public sealed class WithoutStoreTests
{
    private const string Web = "host=web1;service=HAProxy proxies";

    [Fact]
    public async Task What_lies_in_the_spool_is_delivered_and_of_each_incident_the_newest()
    {
        await using PagerDutySandbox sandbox = await PagerDutySandbox.StartAsync();
        using var bridge = new BridgeInProcess(sandbox.Endpoint);
        Refuse(bridge, "INSERT", "history");
        bridge.Notify("PROBLEM", "CRITICAL", "over");
        bridge.Notify("RECOVERY", "OK", "over");
        bridge.Notify("DOWNTIMESTART", "CRITICAL", "over");
        bridge.Notify("PROBLEM", "CRITICAL", service: HeartbeatConfig.DefaultService);
        bridge.Start();
        bridge.Notify("PROBLEM", "CRITICAL");
        await PublishedBridge.Until(() => sandbox.Incidents is [{ DedupKey: Web, State: "triggered" }], "the page");
        bridge.Notify("ACKNOWLEDGEMENT", "CRITICAL");
        await PublishedBridge.Until(() => sandbox.Incidents[0].State == "acknowledged", "its acknowledgement");
        bridge.Notify("RECOVERY", "OK");
        await PublishedBridge.Until(() => sandbox.Incidents[0].State == "resolved", "its end");
        Assert.Equal(1, sandbox.Incidents[0].Triggers);
        Assert.Contains(bridge.Logged, line => line == $"trigger of {Web} without the store: HTTP 202: Event processed");

        Accept(bridge);
        await PublishedBridge.Until(() => bridge.Spool.Names().Count == 0 && bridge.Store.Table.Due(10).Count == 0, "everything in the store and told");
        Assert.Equal("resolved", Assert.Single(sandbox.Incidents).State);
        Assert.Equal(2, bridge.Store.Incidents.List(withSettled: true).Count(incident => incident.Delivered == IncidentState.Resolved));
    }

    [Fact]
    public async Task What_the_store_holds_is_delivered_once_although_it_cannot_be_noted()
    {
        await using PagerDutySandbox sandbox = await PagerDutySandbox.StartAsync();
        sandbox.Behaviour = new Behaviour { Mode = "down" };
        using var bridge = new BridgeInProcess(sandbox.Endpoint);
        bridge.Notify("PROBLEM", "CRITICAL");
        bridge.Start();
        await PublishedBridge.Until(() => bridge.Store.Incidents.Find(Web) is { Retry.LastAnswer: not null }, "the answer of a failed call");
        Refuse(bridge, "UPDATE", "incidents");
        sandbox.Behaviour = new Behaviour();
        await PublishedBridge.Until(() => sandbox.Incidents is [{ State: "triggered" }], "the page");
        int failures = Failures(bridge);
        await PublishedBridge.Until(() => Failures(bridge) > failures + 1, "further tries of the store");
        Assert.Equal(1, sandbox.Incidents[0].Triggers);

        Accept(bridge);
        await PublishedBridge.Until(() => bridge.Store.Incidents.Find(Web) is { Delivered: IncidentState.Triggered }, "the page in the store");
        bridge.Notify("RECOVERY", "OK");
        await PublishedBridge.Until(() => sandbox.Incidents is [{ State: "resolved" }], "its end");
    }

    [Fact]
    public async Task What_the_store_saw_begin_is_told_once_although_its_answer_cannot_be_noted()
    {
        await using PagerDutySandbox sandbox = await PagerDutySandbox.StartAsync();
        using var bridge = new BridgeInProcess(sandbox.Endpoint);
        Refuse(bridge, "UPDATE", "incidents", "WHEN NEW.body LIKE '%delivered_at%'");
        bridge.Notify("PROBLEM", "CRITICAL");
        bridge.Start();
        await PublishedBridge.Until(() => Failures(bridge) > 8, "tries of the store for longer than the wait after its failure");
        Assert.Equal(1, Assert.Single(sandbox.Incidents).Triggers);
        Assert.Equal(1, bridge.Store.Incidents.Find(Web)!.Retry.Attempts);

        Accept(bridge);
        await PublishedBridge.Until(() => bridge.Store.Incidents.Find(Web) is { Delivered: IncidentState.Triggered }, "the page in the store");
        Assert.Equal(1, Assert.Single(sandbox.Incidents).Triggers);
    }

    private static int Failures(BridgeInProcess bridge) => bridge.Logged.Count(line => line.StartsWith("the store fails (deliveries)", StringComparison.Ordinal));

    private static void Refuse(BridgeInProcess bridge, string statement, string table, string when = "") =>
        Change(bridge, $"CREATE TRIGGER refuse BEFORE {statement} ON {table} {when} BEGIN SELECT RAISE(FAIL, 'the disk is full'); END");

    private static void Accept(BridgeInProcess bridge) => Change(bridge, "DROP TRIGGER refuse");

    private static void Change(BridgeInProcess bridge, string sql)
    {
        using var store = new SqliteConnection($"Data Source={bridge.Config.StorePath};Pooling=False");
        store.Open();
        using SqliteCommand command = store.CreateCommand();
#pragma warning disable CA2100 // every text is a constant of the test
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}
