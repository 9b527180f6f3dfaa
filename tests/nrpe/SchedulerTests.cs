namespace Ringfree.Monitoring.Nrpe.Tests;

/// <summary>
/// Through a real scheduler: what is told of a dead HAProxy and a dead agent, and what becomes of hostile words; the script is
/// scheduler.sh.
/// </summary>
public sealed class SchedulerTests
{
    private const string HostileCheck = """
        [commands.hostile]
        title = "Hostile"
        plugin = "check_dummy"
        on = "scheduler"
        arguments = ["2", "it's `id` $(id) \"q\" & a | b; $HOME of {address}"]
        meaning = "it's \"broken\" & `id` | $HOME; {host}"
        first = "touch /run/x && service nrpe start; it's \"$HOME\" `id` | cat <{address}>"

        """;

    /// <remarks>Behind the words of the hostile plugin stands what became of a first step in a custom variable: only the key of a step
    /// arrives whole.</remarks>
    [Theory]
    [InlineData("nrpe")]
    [InlineData("ssh")]
    public void A_dead_haproxy_is_one_page_and_a_dead_agent_is_one_page(string transport)
    {
        Needs.File("/usr/sbin/nagios4", "nagios4-core");
        Needs.File("/usr/sbin/nrpe", "nagios-nrpe-server");
        Needs.File("/usr/lib/nagios/plugins/check_nrpe", "nagios-nrpe-plugin");
        Needs.File("/usr/lib/nagios/plugins/check_dummy", "monitoring-plugins-basic");
        Needs.File("/usr/sbin/haproxy", "haproxy");
        Needs.File("/usr/sbin/sshd", "openssh-server");
        using var folder = new TestFolder();

        // Slower retries than the demo's: on a busy machine Nagios starts a check of every second late.
        string estate = File.ReadAllText(Repository.PathOf("tests", "demo", "estate.toml"));
        estate = Changed(estate, "retry_interval = \"2s\"", "retry_interval = \"4s\"");
        estate = Changed(estate, "notification_interval = \"1m\"", "notification_interval = \"30m\"");
        estate = Changed(estate, "[roles.revnat-proxy]\n", "[roles.revnat-proxy]\ncommands = [\"hostile\"]\n") + "\n" + HostileCheck;
        if (transport == "ssh")
        {
            estate = Changed(estate, "transport = \"nrpe\"", "transport = \"ssh\"") + "\n[scheduler.ssh]\npublic_keys = [\"PUBLIC_KEY\"]\n";
        }

        ProcessResult run = PrivateMachine.Run(
            "nrpe/scheduler.sh",
            TimeSpan.FromSeconds(250),
            folder.Write("estate.toml", estate),
            Path.GetDirectoryName(Repository.Program("shinken-objects"))!);
        Assert.True(run.ExitCode == 0, run.Error);
        Snapshot.Match(run.Output, "pages-" + transport);
    }

    private static string Changed(string estate, string from, string to)
    {
        Assert.Contains(from, estate, StringComparison.Ordinal);
        return estate.Replace(from, to, StringComparison.Ordinal);
    }
}
