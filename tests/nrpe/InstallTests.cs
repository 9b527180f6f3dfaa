namespace Ringfree.Monitoring.Nrpe.Tests;

public sealed class InstallTests
{
    /// <summary>All or nothing, whatever is wrong with the tree, the host or the agent; the script is installations.sh.</summary>
    [SkippableFact]
    public void A_tree_is_installed_whole_or_not_at_all()
    {
        Needs.Root();
        Needs.File("/usr/sbin/nrpe", "nagios-nrpe-server");
        Needs.File("/usr/lib/nagios/plugins/check_nrpe", "nagios-nrpe-plugin");
        Needs.File("/usr/sbin/visudo", "sudo");
        Needs.File("/usr/sbin/ip", "iproute2");
        Needs.File("/usr/bin/systemd-analyze", "systemd");
        ProcessResult run = ProcessRun.Run(
            Repository.PathOf("tests", "support", "private-machine"),
            ["unshare", "--net", "bash", Repository.PathOf("tests", "nrpe", "installations.sh"),
                Repository.PathOf("nrpe", "generated"), Path.GetDirectoryName(Repository.Program("check_haproxy"))!],
            deadline: TimeSpan.FromSeconds(180));
        Snapshot.Match(run.Output + run.Error, "installations");
    }

    [SkippableFact]
    public void A_node_that_demands_a_certificate_answers_nobody_without_one()
    {
        Needs.Root();
        Needs.File("/usr/sbin/nrpe", "nagios-nrpe-server");
        Needs.File("/usr/lib/nagios/plugins/check_nrpe", "nagios-nrpe-plugin");
        Needs.File("/usr/bin/openssl", "openssl");
        Needs.File("/usr/sbin/ip", "iproute2");
        ProcessResult run = ProcessRun.Run(
            Repository.PathOf("tests", "support", "private-machine"),
            ["unshare", "--net", "bash", Repository.PathOf("tests", "nrpe", "certificates.sh"), Repository.Root]);
        Snapshot.Match(run.Output + run.Error, "certificates");
    }
}
