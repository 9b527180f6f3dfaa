namespace Ringfree.Monitoring.CheckOpenvz.Tests;

/// <summary>The minutes after a boot, in which containers start one after the other; each run is recorded and replayed.</summary>
public sealed class BootGraceTests : IDisposable
{
    private const string NobodyElse = "", Another = "OpenVZ containers";
    private static readonly TimeSpan FourMinutes = TimeSpan.FromSeconds(255);
    private readonly NodeTree node = new();

    public void Dispose() => node.Dispose();

    [Fact]
    public void Containers_that_do_not_run_yet_are_waited_for()
    {
        node.Booted(FourMinutes).Pbx("101", "acme").Config("102", "bolt").Config("103", "corp").Process("vzctl", "0", pid: 4242).Write("/vz/lock/103.lck", "4242\nstarting\n");
        (string output, int code) = node.Check("--only", "containers");
        Assert.Equal(
            (0, "OPENVZ OK - 1 of 3 containers runs; the node booted 4 min ago, the rest is waited for until TIME UTC | containers_expected=3;;;0 containers_running=1;;;0;3 containers_down=1;;0;0;3 processes=6;;;0 scan_time=Ns;;;0\n"),
            (code, output));
        node.Match("boot-grace-verbose", "--only", "containers", "-v");
    }

    [Fact]
    public void None_runs_yet()
    {
        node.Booted(TimeSpan.FromSeconds(40)).Config("101", "acme").Config("102", "bolt").Beancounters("0", "numproc 1 240 240 0").Match("boot-grace-none-runs", "--timezone");
    }

    [Fact]
    public void Services_that_are_not_up_yet_are_waited_for()
    {
        node.Booted(FourMinutes).Container("101", "acme", "httpd").Pbx("102", "bolt");
        (string output, int code) = node.Check("--only", "services");
        Assert.Equal(
            (0, "OPENVZ OK - asterisk and postfix do not run in container 101 (acme); the node booted 4 min ago, they are waited for until TIME UTC | services_missing=2;;0;0 zombies=0;20;100;0\n"),
            (code, output));
        node.Container("103", "corp").Match("boot-grace-services", "--only", "services", "-v");
    }

    [Fact]
    public void After_it_nothing_is_hidden()
    {
        node.Booted(TimeSpan.FromMinutes(20)).Container("101", "acme", "httpd").Config("102", "bolt");
        Assert.StartsWith("OPENVZ CRITICAL - container 102 (bolt) is stopped, but should run (ONBOOT) | ", node.Check("--only", "containers").Output, StringComparison.Ordinal);
        Assert.StartsWith("OPENVZ CRITICAL - asterisk and postfix do not run in container 101 (acme) | ", node.Check("--only", "services").Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2m", 2, "OPENVZ CRITICAL - container 102 (bolt) is stopped, but should run (ONBOOT) | ")]
    [InlineData("1h", 0, "OPENVZ OK - 1 of 2 containers runs; the node booted 4 min ago, the rest is waited for until TIME UTC | ")]
    [InlineData("20m:WARNING", 1, "OPENVZ WARNING - 1 of 2 containers runs; the node booted 4 min ago, the rest is waited for until TIME UTC | ")]
    public void Its_length_and_its_status_are_the_operators(string grace, int expected, string line)
    {
        node.Booted(FourMinutes).Pbx("101", "acme").Config("102", "bolt");
        (string output, int code) = node.Check("--only", "containers", "--boot-grace", grace);
        Assert.Equal(expected, code);
        Assert.StartsWith(line, output, StringComparison.Ordinal);
    }

    /// <summary>Who does not say since when the node is up gets no grace.</summary>
    [Fact]
    public void Without_an_uptime_there_is_none()
    {
        node.Write("/proc/uptime", "soon\n").Pbx("101", "acme").Config("102", "bolt");
        Assert.Equal(2, node.Check("--only", "containers").ExitCode);
    }

    [Theory]
    [InlineData("services", NobodyElse, 3, "OPENVZ UNKNOWN - no container runs here whose services could be judged | services_missing=0;;0;0 zombies=0;20;100;0\nfirst: service vz status; vzlist -a\n")]
    [InlineData("services", Another, 0, "OPENVZ OK - no container runs: see OpenVZ containers | services_missing=0;;0;0 zombies=0;20;100;0\n")]
    [InlineData("beancounters", NobodyElse, 3, "OPENVZ UNKNOWN - no container runs here whose beancounters could be judged | beancounter_use=U;;;0 failcnt_growth=U;;;0\nnote: first run: the fail counters of now are the baseline, refusals are told from the next run on\nfirst: service vz status; vzlist -a\n")]
    [InlineData("beancounters", Another, 0, "OPENVZ OK - no container runs: see OpenVZ containers | beancounter_use=U;;;0 failcnt_growth=U;;;0\nnote: first run: the fail counters of now are the baseline, refusals are told from the next run on\n")]
    [InlineData("timezone", NobodyElse, 3, "OPENVZ UNKNOWN - no container runs here whose time zone could be judged\nfirst: service vz status; vzlist -a\n")]
    [InlineData("timezone", Another, 0, "OPENVZ OK - no container runs: see OpenVZ containers\n")]
    public void Where_another_service_judges_the_containers_nothing_to_judge_is_its_affair(string concern, string service, int expected, string whole)
    {
        node.Config("101", "acme").Beancounters("0", "numproc 1 240 240 0");
        (string output, int code) = node.Check(["--only", concern, .. service.Length == 0 ? Array.Empty<string>() : ["--judged-by", $"containers={service}"]]);
        Assert.Equal((expected, whole), (code, output));
    }

    [Fact]
    public void A_kernel_without_containers_is_the_affair_of_the_service_of_the_containers()
    {
        ProcessRun.Shell("sed -i /envID/d \"$1\"/proc/*/status", node.Root);
        node.Config("101", "acme");
        (string containers, int critical) = node.Check("--only", "containers");
        Assert.Equal(2, critical);
        Assert.EndsWith("\nfirst: uname -r; service vz status: containers need the OpenVZ kernel\n", containers, StringComparison.Ordinal);
        (string services, int ok) = node.Check("--only", "services", "--judged-by", "containers=OpenVZ containers");
        Assert.Equal((0, "OPENVZ OK - no container runs: see OpenVZ containers\n"), (ok, services));
    }

    [Fact]
    public void What_is_no_node_gets_no_advice_to_start_containers()
    {
        ProcessRun.Shell("sed -i /envID/d \"$1\"/proc/*/status", node.Root);
        node.Match("no-openvz-node");
        node.Match("no-openvz-node-with-a-manifest", "--manifest", "/nope");
    }

    [Fact]
    public void A_suspended_container_is_restored_not_started()
    {
        node.Pbx("101", "acme").Config("102", "bolt").Config("103", "corp").Write("/vz/dump/Dump.102", "x");
        (string output, int code) = node.Check("--only", "containers");
        Assert.Equal(2, code);
        Assert.Contains("\nfirst: vzctl restore 102, which a start would cost its checkpoint; if it fails keep the Dump file aside first; of the others: vzlist -a; ", output, StringComparison.Ordinal);
    }
}
