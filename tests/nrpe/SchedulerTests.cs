namespace Ringfree.Monitoring.Nrpe.Tests;

public sealed class SchedulerTests
{
    [Theory]
    [InlineData("nrpe")]
    [InlineData("ssh")]
    public void A_dead_haproxy_is_one_page_and_a_dead_agent_is_one_page(string transport)
    {
        Needs.File("/usr/sbin/nagios4", "nagios4-core");
        Needs.File("/usr/sbin/nrpe", "nagios-nrpe-server");
        Needs.File("/usr/lib/nagios/plugins/check_nrpe", "nagios-nrpe-plugin");
        Needs.File("/usr/sbin/haproxy", "haproxy");
        Needs.File("/usr/sbin/sshd", "openssh-server");
        using var folder = new TestFolder();

        // Slower retries than the demo's: on a busy machine Nagios starts a check of every second late.
        string estate = File.ReadAllText(Repository.PathOf("tests", "demo", "estate.toml"));
        string slower = estate.Replace("retry_interval = \"2s\"", "retry_interval = \"4s\"", StringComparison.Ordinal);
        Assert.NotEqual(estate, slower);
        if (transport == "ssh")
        {
            slower = slower.Replace("transport = \"nrpe\"", "transport = \"ssh\"", StringComparison.Ordinal)
                + "\n[scheduler.ssh]\npublic_keys = [\"PUBLIC_KEY\"]\n";
        }

        ProcessResult run = PrivateMachine.Run(
            "nrpe/scheduler.sh",
            TimeSpan.FromSeconds(250),
            folder.Write("estate.toml", slower),
            Path.GetDirectoryName(Repository.Program("shinken-objects"))!);
        Assert.True(run.ExitCode == 0, run.Error);
        Snapshot.Match(run.Output, "pages-" + transport);
    }
}
