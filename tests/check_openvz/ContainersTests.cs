namespace Ringfree.Monitoring.CheckOpenvz.Tests;

/// <summary>What should run and what does, once per state, on the published program.</summary>
public sealed class ContainersTests : IDisposable
{
    private readonly NodeTree node = new();

    public void Dispose() => node.Dispose();

    [Fact]
    public void Healthy() => node.Pbx("101", "acme").Pbx("102", "bolt").Config("103", "parked", "ONBOOT=\"no\"").Match("healthy");

    [Fact]
    public void Healthy_with_all_that_was_judged() => node.Pbx("101", "acme").Match("healthy-verbose", "-vv", "--only", "containers");

    [Fact]
    public void Stopped() => node.Pbx("101", "acme").Config("102", "bolt").Match("stopped");

    [Fact]
    public void Stopped_for_a_while_says_since_when()
    {
        node.Pbx("101", "acme").Pbx("102", "bolt").Check("--only", "containers");
        ProcessRun.Shell("grep -l 'envID:.102$' \"$1\"/proc/*/status | xargs -n1 dirname | xargs rm -r", node.Root);
        (string first, _) = node.Check("--only", "containers");
        Assert.StartsWith("OPENVZ CRITICAL - container 102 (bolt) is stopped, but should run (ONBOOT); it ran at TIME UTC | ", first, StringComparison.Ordinal);
        (string second, _) = node.Check("--only", "containers");
        Assert.StartsWith("OPENVZ CRITICAL - container 102 (bolt) is stopped, but should run (ONBOOT); so since TIME UTC | ", second, StringComparison.Ordinal);
    }

    [Fact]
    public void Many_stopped()
    {
        for (int id = 101; id < 109; id++)
        {
            node.Config($"{id}", $"pbx{id}");
        }

        node.Running("104", "asterisk").Match("many-stopped", "--only", "containers");
    }

    [Fact]
    public void A_limit_of_the_operator_decides() => node.Pbx("101", "acme").Config("102", "bolt").Match("one-down-is-tolerated", "--only", "containers", "-w", "0", "-c", "containers_down=2");

    [Fact]
    public void Mounted() => node.Pbx("101", "acme").Config("102", "bolt").Mount("/dev/simfs", "/vz/root/102", "simfs").Match("mounted", "--only", "containers");

    [Fact]
    public void Suspended() => node.Pbx("101", "acme").Config("102", "bolt").Write("/vz/dump/Dump.102", "x").Match("suspended", "--only", "containers");

    [Fact]
    public void Hung_stop() => node.Pbx("101", "acme").Config("102", "bolt").Process("httpd", "102").Process("init", "102", 'Z', vpid: 1).Match("hung-stop", "--only", "containers");

    [Fact]
    public void Held_by_the_kernel_alone()
    {
        node.Pbx("101", "acme").Config("102", "bolt").Write("/proc/vz/veinfo", "       101     0    12       10.0.0.1\n       102     0     0       10.0.0.2\n         0     0   120\n");
        Assert.StartsWith("OPENVZ CRITICAL - container 102 (bolt) hangs while it stops: the kernel still holds it, without any process, but should run (ONBOOT) | ", node.Check("--only", "containers").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Frozen() => node.Pbx("101", "acme").Config("102", "bolt").Process("init", "102", 'D', vpid: 1).Process("asterisk", "102", 'D').Match("frozen", "--only", "containers");

    [Fact]
    public void In_transition() => node.Pbx("101", "acme").Config("102", "bolt").Process("vzctl", "0", pid: 4242).Write("/vz/lock/102.lck", "4242\nstarting\n").Match("in-transition");

    [Fact]
    public void Behind_a_stale_lock() => node.Pbx("101", "acme").Config("102", "bolt").Write("/vz/lock/102.lck", "4242\nmigrating\n").Match("stale-lock", "--only", "containers");

    [Fact]
    public void The_manifest_decides()
    {
        node.Pbx("101", "acme").Pbx("102", "bolt").Config("103", "corp", "ONBOOT=\"no\"").Write("/etc/here", "# this node's\n101\ncorp   # by name\n\n104\n");
        node.Match("manifest", "--only", "containers", "--manifest", node.At("/etc/here"));
    }

    [Theory]
    [InlineData("", "no container is expected to run here: the manifest '/etc/here' names none; cure: write one CTID a line into it")]
    [InlineData("101\nmany things\n", "the manifest '/etc/here' has a line that is no container: 'many things'; accepted is one CTID or known name a line, # begins a comment")]
    [InlineData(null, "the manifest '/etc/here' cannot be read: No such file or directory")]
    public void A_manifest_that_is_none_is_unknown(string? text, string sentence)
    {
        node.Pbx("101", "acme");
        if (text is not null)
        {
            node.Write("/etc/here", text);
        }

        (string output, int code) = node.Check("--only", "containers", "--manifest", node.At("/etc/here"));
        Assert.Equal(3, code);
        Assert.StartsWith($"OPENVZ UNKNOWN - {sentence}", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_expected_is_unknown() => node.Running("101", "asterisk").Config("101", "acme", "ONBOOT=\"no\"").Match("nothing-expected", "--only", "containers");

    [Fact]
    public void Onboot_is_believed_as_vzctl_believes_it()
    {
        node.Config("101", "on", "ONBOOT=yes").Config("102", "auto", "ONBOOT='auto'").Config("103", "disabled", "ONBOOT=\"yes\"\nDISABLED=\"yes\"")
            .Config("104", "unset", "").Config("105", "commented", "#ONBOOT=\"yes\"").Config("106", "later", "ONBOOT=\"no\"\nONBOOT=\"yes\" # now")
            .Write("/etc/vz/conf/107.conf.destroyed", "ONBOOT=\"yes\"").Write("/etc/vz/conf/108.mount", "ONBOOT=\"yes\"").Write("/etc/vz/conf/ve-x.conf", "ONBOOT=\"yes\"")
            .Write("/etc/vz/conf/000.conf", "ONBOOT=\"yes\"");
        (string output, int code) = node.Check("--only", "containers");
        Assert.Equal(2, code);
        Assert.StartsWith("OPENVZ CRITICAL - 3 of 3 containers do not run: 101 (on), 102 (auto) and 106 (later) | ", output, StringComparison.Ordinal);
    }

    [Fact]
    public void More_or_fewer_by_option()
    {
        node.Pbx("101", "acme").Config("102", "bolt").Config("103", "corp", "ONBOOT=\"no\"");
        (string output, int code) = node.Check("--only", "containers", "--ignore", "bolt", "--expect", "corp", "--ignore", "999");
        Assert.Equal(2, code);
        Assert.StartsWith("OPENVZ CRITICAL - container 103 (corp) is stopped, but should run (ONBOOT) | containers_expected=2", output, StringComparison.Ordinal);
        Assert.Contains("note: --ignore '999' names no container of this node", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Configs_that_nodes_share_say_nothing_of_this_node()
    {
        node.Pbx("101", "acme").Check("--only", "containers");
        string answer = Path.Combine(node.LastRecording, "mounts", "1", "answer");
        File.WriteAllText(answer, File.ReadAllText(answer).Replace("shared 0", "shared 1", StringComparison.Ordinal));
        ProcessResult replay = ProcessRun.Run(Repository.Program("check_openvz"), ["--replay", node.LastRecording]);
        Assert.Equal(3, replay.ExitCode);
        Snapshot.Match($"exit {replay.ExitCode}\n{node.Plain(replay.Output)}", "shared-configs");

        ProcessResult named = ProcessRun.Run(Repository.Program("check_openvz"), ["--replay", node.LastRecording, "--expect", "101"]);
        Assert.Equal(0, named.ExitCode);
    }

    [Fact]
    public void On_version_7_what_another_node_owns_is_not_expected()
    {
        const string Here = "0cc5e1a0-f986-43f8-a194-a19c077dee91", There = "1dd5e1a0-f986-43f8-a194-a19c077dee92", Down = "2ee5e1a0-f986-43f8-a194-a19c077dee93";
        node.Pbx(Here, "acme").Config(There, "elsewhere").Config(Down, "bolt");
        node.Write($"/vz/private/{Here}/.owner", "f00.1").Write($"/vz/private/{There}/.owner", "f00.2").Write($"/vz/private/{Down}/.owner", "f00.1\n");
        node.Match("version-7", "--only", "containers");
        Assert.Contains("containers_expected=1;", node.Check("--only", "containers", "--owner", "f00.2").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void What_runs_beside_is_noted() => node.Pbx("101", "acme").Running("140", "asterisk").Match("one-runs-beside", "--only", "containers");

    [Fact]
    public void A_kernel_without_containers_where_some_should_run_is_critical()
    {
        node.Config("101", "acme");
        ProcessRun.Shell("sed -i '/^envID/d;/^VPid/d' \"$1\"/proc/*/status", node.Root);
        node.Match("no-openvz-kernel", "--only", "containers");
    }

    [Fact]
    public void Where_the_check_cannot_see_it_is_unknown()
    {
        using NodeTree inside = new();
        inside.Process("init", "101", pid: 1, vpid: 1);
        Assert.StartsWith("OPENVZ UNKNOWN - this is the inside of container 101, not an OpenVZ node; cure: run the check on the node", inside.Check("--only", "containers").Output, StringComparison.Ordinal);

        node.Pbx("101", "acme");
        Directory.Delete(node.At("/proc/1"), recursive: true);
        (string output, int code) = node.Check("--only", "services");
        Assert.Equal(3, code);
        Assert.Matches("^OPENVZ UNKNOWN - the processes of other users are hidden from root \\(/proc is mounted with hidepid\\); cure: root ALL=\\(root\\) NOPASSWD: .*/check_openvz \"\"", output);

        using NodeTree elsewhere = new();
        ProcessRun.Shell("sed -i '/^envID/d' \"$1\"/proc/*/status", elsewhere.Root);
        Assert.StartsWith("OPENVZ UNKNOWN - this is no OpenVZ node: its kernel tells no container of any process (envID in /proc/PID/status) | ", elsewhere.Check().Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Configs_that_may_not_be_read_are_unknown_with_the_file()
    {
        Needs.Root();
        node.Pbx("101", "acme");
        File.SetUnixFileMode(node.At("/etc/vz/conf/101.conf"), UnixFileMode.UserRead);
        (string output, int code) = node.Check(asNobody: true, "--only", "containers");
        Assert.Equal((3, true), (code, output.StartsWith("OPENVZ UNKNOWN - what should run here is not known: the container configs in /etc/vz/conf cannot be read: /etc/vz/conf/101.conf: Permission denied", StringComparison.Ordinal)));
    }
}
