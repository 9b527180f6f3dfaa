using System.Diagnostics;
using System.Text.Json.Nodes;
using Ringfree.Monitoring.Tests.PagerDuty;

namespace Ringfree.Monitoring.Bridge.Tests;

/// <summary>The estate's heartbeat is always bad and always notified: what reconciliation compares leaves it out, whatever it reads.</summary>
public sealed class HeartbeatReconciliationTests : IDisposable
{
    private const string Disk = "host=web1;service=Disk";
    private const string Beat = $"host=shinken;service={HeartbeatConfig.DefaultService}";

    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("status.dat", "", false)]
    [InlineData("livestatus", "", false)]
    [InlineData("status.dat", "shinken", false)]
    [InlineData("livestatus", "shinken", false)]
    [InlineData("status.dat", "another", true)]
    [InlineData("livestatus", "another", true)]
    public async Task It_is_opened_only_when_it_is_another_host_s(string source, string configuredHost, bool isOpened)
    {
        var time = new ManualTime();
        using var store = Store.Open(":memory:", time);
        using var changed = new Signal(time);
        long earlier = time.GetUtcNow().ToUnixTimeSeconds() - 600;
        using LivestatusDouble? live = source != "livestatus" ? null : new LivestatusDouble(
            folder.PathOf("live"),
            LivestatusDouble.Good("[]"),
            LivestatusDouble.Good(
                $"""
                [["shinken","{HeartbeatConfig.DefaultService}",2,1,1,0,0,0,1,40,{earlier},{earlier},"on purpose",
                   ["pagerduty"],0,0,[],[],0,5,1],
                 ["web1","Disk",2,1,1,0,0,0,1,1,{earlier},{earlier},"disk is full",["pagerduty"],0,0,[],[],0,5,1]]
                """));
        folder.Write("status.dat", StatusFileOf(time.GetUtcNow(), earlier, ("shinken", HeartbeatConfig.DefaultService), ("web1", "Disk")));
        folder.Write("objects.cache", ObjectsOf(("shinken", HeartbeatConfig.DefaultService), ("web1", "Disk")));
        ISchedulerSource scheduler = live is null
            ? new StatusFile(folder.PathOf("status.dat"))
            : new Livestatus(folder.PathOf("live"), "pagerduty", time);
        var reconcile = new Reconcile(
            scheduler,
            live is null ? new ContactObjectsFile(folder.PathOf("objects.cache"), "pagerduty") : null,
            VirtualBridge.HeartbeatConfig with { Host = configuredHost },
            store,
            () => true,
            TimeSpan.FromMinutes(5),
            new LogLines().Log,
            time,
            changed);

        Assert.Equal(isOpened ? 2 : 1, await reconcile.OnceAsync(CancellationToken.None));
        Assert.Equal(
            isOpened ? [Beat, Disk] : [Disk],
            store.Incidents.List(withSettled: true).Select(incident => incident.Key).Order(StringComparer.Ordinal));
    }

    [Fact]
    [Trait("Kind", "published binary")]
    public async Task Serve_resolves_what_an_earlier_one_opened_and_opens_it_never_again()
    {
        await using PagerDutySandbox sandbox = await PagerDutySandbox.StartAsync();
        using var bridge = new PublishedBridge(
            sandbox.Endpoint,
            toml:
            """
            [reconcile]
            status_file = "FOLDER/status.dat"
            contact = "pagerduty"
            objects_file = "FOLDER/objects.cache"
            interval = "1s"
            [heartbeat]
            missing_after = "1h"
            service = "another"
            """);
        void Say(params (string Host, string Service)[] services)
        {
            DateTimeOffset now = TimeProvider.System.GetUtcNow();
            bridge.Folder.Write("objects.cache", ObjectsOf(services));
            string whole = bridge.Folder.Write(".status.dat", StatusFileOf(now, now.ToUnixTimeSeconds() - 600, services));
            File.Move(whole, bridge.Folder.PathOf("status.dat"), overwrite: true);
        }

        (string, string) beat = ("shinken", HeartbeatConfig.DefaultService);
        Say(beat, ("web1", "Disk"));
        Process serve = await bridge.ServeAsync();
        await PublishedBridge.Until(() => sandbox.Incidents.Count == 2, "both are opened");
        serve.Kill();
        await serve.WaitForExitAsync();

        string config = File.ReadAllText(bridge.ConfigFile);
        File.WriteAllText(bridge.ConfigFile, config.Replace("service = \"another\"", "", StringComparison.Ordinal));
        Say(beat, ("web1", "Disk"));
        _ = await bridge.ServeAsync();
        await PublishedBridge.Until(() => PublishedBridge.Newest(sandbox, Beat)?.State == "resolved", "the heartbeat's incident ends");

        // Two more comparisons, the second of them longer after the end than what is on its way is waited for.
        List<(string, string)> bad = [beat, ("web1", "Disk")];
        foreach (string service in (string[])["Load", "Memory"])
        {
            bad.Add(("web1", service));
            Say([.. bad]);
            string key = $"host=web1;service={service}";
            await PublishedBridge.Until(() => PublishedBridge.Newest(sandbox, key)?.State == "triggered", service);
        }

        await bridge.UntilDelivered();
        Assert.Equal(("resolved", 4), (PublishedBridge.Newest(sandbox, Beat)!.State, sandbox.Incidents.Count));
        JsonArray listed = bridge.List();
        Assert.Equal(["Disk", "Load", "Memory"], listed.Select(incident => (string?)incident!["service"]).Order(StringComparer.Ordinal));
    }

    private static string StatusFileOf(DateTimeOffset now, long notified, params (string Host, string Service)[] bad) =>
        $"info {{\n\tcreated={now.ToUnixTimeSeconds()}\n\t}}\nprogramstatus {{\n\tenable_notifications=1\n\t}}\n"
        + string.Concat(bad.Select(one =>
            $"servicestatus {{\n\thost_name={one.Host}\n\tservice_description={one.Service}\n\tcurrent_state=2\n\tstate_type=1\n"
            + $"\thas_been_checked=1\n\tnotifications_enabled=1\n\tcurrent_notification_number=3\n\tlast_notification={notified}\n"
            + $"\tlast_state_change={notified}\n\tplugin_output=bad\n\t}}\n"));

    private static string ObjectsOf(params (string Host, string Service)[] services) => string.Concat(services.Select(one =>
        $"define service {{\n\thost_name\t{one.Host}\n\tservice_description\t{one.Service}\n\tcontacts\tpagerduty\n\t}}\n"));
}
