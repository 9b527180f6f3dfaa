namespace Ringfree.Monitoring.CheckOpenvz.Tests;

/// <summary>What takes several runs to see, evaluated from readings.</summary>
public sealed class NodeEvaluationTests : IDisposable
{
    private readonly NodeState node = new();

    public void Dispose() => node.Dispose();

    [Fact]
    public void Stopped_for_a_while_says_since_when()
    {
        node.Container("101", "acme").Container("102", "bolt").Evaluate("--only", "containers");
        (string first, _) = node.Stopped("102").Evaluate("--only", "containers");
        Assert.StartsWith(
            "OPENVZ CRITICAL - container 102 (bolt) is stopped, but should run (ONBOOT); it ran at 2026-03-01 03:12 UTC | ",
            first,
            StringComparison.Ordinal);
        node.Evaluate("--only", "containers");
        (string third, _) = node.Evaluate("--only", "containers");
        Assert.StartsWith(
            "OPENVZ CRITICAL - container 102 (bolt) is stopped, but should run (ONBOOT); so since 2026-03-01 03:17 UTC | ",
            third,
            StringComparison.Ordinal);
    }

    [Fact]
    public void State_d_once_is_what_a_disk_costs_and_twice_is_stuck()
    {
        node.Container("101", "acme", "asterisk", "master", "httpd", "httpd:D");
        Assert.Equal(0, node.Evaluate("--only", "services").ExitCode);
        (string output, int code) = node.Evaluate("--only", "services");
        Assert.Equal(1, code);
        Assert.StartsWith(
            "OPENVZ WARNING - 1 of 2 processes of httpd in container 101 (acme) is stuck in the kernel (state D) since 2026-03-01 03:12 "
                + "UTC: storage that does not answer, most often | ",
            output,
            StringComparison.Ordinal);

        node.Container("102", "bolt", "httpd", "master", "asterisk:D").Evaluate("--only", "services");
        Assert.StartsWith(
            "OPENVZ CRITICAL - 1 of 1 process of asterisk in container 102 (bolt) is stuck in the kernel",
            node.Evaluate("--only", "services").Output,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_refusal_is_told_and_stays_raised_for_the_latch_time()
    {
        Table("privvmpages 65536 90000 98304 3", "numproc 10 240 240 7");
        (string output, int code) = Table("privvmpages 65536 90000 98304 3", "numproc 10 240 240 12");
        Assert.Equal(1, code);
        Assert.Equal(
            "OPENVZ WARNING - container 101 (acme) was refused numproc 5 times after 2026-03-01 03:12 UTC; it holds 10 of 240 (since "
                + "2026-03-01 03:17 UTC) | failcnt_growth=5;0;999;0 beancounter_use=72.82%;90;98;0",
            output.Split("\n")[0]);

        (string later, int still) = node.Evaluate("--only", "beancounters");
        Assert.Equal(1, still);
        Assert.Contains("was refused numproc 5 times", later, StringComparison.Ordinal);
        Assert.Contains("failcnt_growth=0;0;999;0", later, StringComparison.Ordinal);

        node.Evaluate("--only", "beancounters");
        Assert.Equal(0, node.Evaluate("--only", "beancounters").ExitCode);
    }

    [Fact]
    public void A_growth_that_the_operator_calls_critical_is()
    {
        Table("numproc 10 240 240 7");
        node.Beancounters("101", "numproc 10 240 240 300");
        Assert.Equal(2, node.Evaluate("--only", "beancounters", "-c", "failcnt_growth=100").ExitCode);
    }

    [Fact]
    public void A_restart_is_no_refusal()
    {
        Table("numproc 10 240 240 7");
        Assert.Equal(0, Table("numproc 10 240 240 2").ExitCode);

        // A new start whose counter is higher already: the start tells them apart.
        node.Container("101", "acme").Started("101", "777").Beancounters("101", "numproc 10 240 240 9");
        Assert.Equal(0, node.Evaluate("--only", "beancounters").ExitCode);
        node.Beancounters("101", "numproc 10 240 240 10");
        Assert.Equal(1, node.Evaluate("--only", "beancounters").ExitCode);
    }

    private (string Output, int ExitCode) Table(params string[] rows) =>
        node.Container("101", "acme").Beancounters("101", rows).Evaluate("--only", "beancounters");
}
