namespace Ringfree.Monitoring.CheckHaproxy.Tests;

/// <summary>A real HAProxy that is alone on its machine: what is said of one that does not answer where it is asked, and what it loads.</summary>
public sealed class RealAbsenceTests
{
    [Fact]
    public void What_runs_elsewhere_is_not_called_dead_and_what_is_dead_is()
    {
        Needs.File("/usr/sbin/haproxy", "haproxy");
        ProcessResult result = PrivateMachine.Run(Path.Combine("check_haproxy", "absence.sh"), TimeSpan.FromMinutes(4), Repository.Program("check_haproxy"));
        Snapshot.Match(result.Output, "absence");
    }
}
