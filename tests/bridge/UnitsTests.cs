using Ringfree.Monitoring.Tests.PagerDuty;

namespace Ringfree.Monitoring.Bridge.Tests;

public sealed class UnitsTests
{
    /// <summary>Started, killed, frozen and stopped by systemd itself, as users of their own; the script is units.sh.</summary>
    [Fact]
    public async Task The_units_run_under_a_real_systemd()
    {
        Needs.Root();
        Needs.File("/lib/systemd/systemd", "systemd");
        await using PagerDutySandbox sandbox = await PagerDutySandbox.StartAsync();
        using TestFolder folder = new();
        string config = folder.Write(
            "bridge.toml",
            $"""
            scheduler = "shinken"
            [pagerduty]
            endpoint = "{sandbox.Endpoint.GetLeftPart(UriPartial.Authority)}"
            routing_key_file = "/etc/ringfree/pagerduty.key"
            [watch]
            listen = "127.0.0.1:{Ports.Free()}"
            token_file = "/etc/ringfree/heartbeat.token"
            """);
        ProcessResult run = ProcessRun.Run(
            Repository.PathOf("tests", "support", "private-machine"),
            ["bash", Repository.PathOf("tests", "bridge", "units.sh"), PublishedBridge.Program, Repository.PathOf("bridge"), config,
                folder.Write("key", Sample.Key + "\n"), folder.Write("token", "a-shared-token\n")],
            deadline: TimeSpan.FromSeconds(120));
        Assert.Equal(
            """
            started: active, restarts 0, 'delivering to http://127.0.0.1:PORT/'
            DESIRED DELIVERED DELIVERY
            triggered triggered done
            killed: active, restarts 1, 'delivering to http://127.0.0.1:PORT/'
            frozen: active, restarts 2, 'delivering to http://127.0.0.1:PORT/'
            stopped: inactive, success
            watch: active, restarts 0, 'watching'
            stopped: inactive, success

            """,
            run.Output);
        Assert.Equal("triggered", Assert.Single(sandbox.Incidents).State);
    }
}
