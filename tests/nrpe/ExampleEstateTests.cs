namespace Ringfree.Monitoring.Nrpe.Tests;

/// <summary>Few pages and the right ones, of the example estate as it is generated; the script is estate.sh.</summary>
public sealed class ExampleEstateTests
{
    [Fact]
    public void It_tells_a_dead_agent_and_a_lost_datacenter_once_each()
    {
        Needs.File("/usr/sbin/nagios4", "nagios4-core");
        Needs.File("/usr/sbin/nrpe", "nagios-nrpe-server");
        Needs.File("/usr/lib/nagios/plugins/check_nrpe", "nagios-nrpe-plugin");
        Needs.File("/usr/lib/nagios/plugins/check_dummy", "monitoring-plugins-basic");
        Needs.File("/usr/bin/openssl", "openssl");
        ProcessResult run = PrivateMachine.Run(
            "nrpe/estate.sh",
            TimeSpan.FromSeconds(300),
            Repository.PathOf("shared", "estate.toml"),
            Path.GetDirectoryName(Repository.Program("shinken-objects"))!);
        Assert.True(run.ExitCode == 0, run.Error);
        Snapshot.Match(run.Output, "pages-estate");
    }
}
