namespace Ringfree.Monitoring.Nrpe.Tests;

public sealed class InstallTests
{
    /// <summary>All or nothing, whatever is wrong with the tree, the host or the agent; the script is installations.sh.</summary>
    [Fact]
    public void A_tree_is_installed_whole_or_not_at_all()
    {
        Needs.File("/usr/sbin/nrpe", "nagios-nrpe-server");
        Needs.File("/usr/lib/nagios/plugins/check_nrpe", "nagios-nrpe-plugin");
        Needs.File("/usr/sbin/visudo", "sudo");
        Needs.File("/usr/bin/systemd-analyze", "systemd");
        Needs.File("/usr/sbin/haproxy", "haproxy");
        Needs.File("/usr/bin/perl", "perl-base");
        ProcessResult run = PrivateMachine.Run(
            "nrpe/installations.sh",
            TimeSpan.FromSeconds(400),
            Repository.PathOf("nrpe", "generated"),
            Path.GetDirectoryName(Repository.Program("check_haproxy"))!,
            Repository.PathOf("shared", "estate.toml"));
        Snapshot.Match(run.Output + run.Error, "installations");
    }

    /// <summary>`make install`: units that find their program, and memory folders that checks can use; the script is staging.sh.</summary>
    [Fact]
    public void What_make_installs_works_where_it_was_installed()
    {
        Needs.File("/usr/bin/make", "make");
        Needs.File("/usr/bin/systemd-analyze", "systemd");
        Needs.File("/usr/sbin/haproxy", "haproxy");
        ProcessResult run = PrivateMachine.Run(
            "nrpe/staging.sh", TimeSpan.FromSeconds(180), Repository.Root, Path.GetDirectoryName(Repository.Program("check_haproxy"))!);
        Snapshot.Match(run.Output + run.Error, "staging");
    }

    [Fact]
    public void A_node_that_demands_a_certificate_answers_nobody_without_one()
    {
        Needs.File("/usr/sbin/nrpe", "nagios-nrpe-server");
        Needs.File("/usr/lib/nagios/plugins/check_nrpe", "nagios-nrpe-plugin");
        Needs.File("/usr/bin/openssl", "openssl");
        ProcessResult run = PrivateMachine.Run("nrpe/certificates.sh", ProcessRun.DefaultDeadline, Repository.Root);
        Snapshot.Match(run.Output + run.Error, "certificates");
    }
}
