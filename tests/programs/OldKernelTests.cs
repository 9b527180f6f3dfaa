using System.Diagnostics;

namespace Ringfree.Monitoring.Programs.Tests;

/// <summary>
/// Every program does its work on the kernels of the nodes. RHEL 6 has Linux 2.6.32, whose last system call is 298 (perf_event_open), RHEL
/// 7 has 3.10, whose last is 313 (finit_module): a filter answers ENOSYS to every later one, and uname says 2.6.
/// </summary>
public sealed class OldKernelTests(OldKernel kernel) : IClassFixture<OldKernel>, IDisposable
{
    private readonly TestFolder folder = new();

    public static TheoryData<int, string> StartsOnEachKernel
    {
        get
        {
            TheoryData<int, string> starts = [];
            foreach (string program in Directory.GetFiles(Repository.PathOf("out", "bin")).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal))
            {
                starts.Add(OldKernel.RedHat6, program);
                starts.Add(OldKernel.RedHat7, program);
            }

            return starts;
        }
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_filter_refuses_later_system_calls_and_the_kernel_says_2_6()
    {
        // getrandom is 318: a program that insists on it fails.
        const string Insists = "import os; print(os.uname().release[:3]); os.getrandom(1)";
        ProcessResult result = kernel.Run(OldKernel.RedHat7, "/usr/bin/python3", "-c", Insists);
        Assert.Equal("2.6\n", result.Output);
        Assert.Contains("Function not implemented", result.Error, StringComparison.Ordinal);
        Assert.Equal(0, ProcessRun.Run("/usr/bin/python3", ["-c", Insists]).ExitCode);
    }

    [Theory]
    [MemberData(nameof(StartsOnEachKernel))]
    public void It_starts(int lastCall, string program)
    {
        ProcessResult today = ProcessRun.Run(Repository.Program(program), ["--help"]);
        ProcessResult old = kernel.Run(lastCall, Repository.Program(program), "--help");
        Assert.Equal((today.ExitCode, today.Output, today.Error), (old.ExitCode, old.Output, old.Error));
        Assert.NotEqual("", old.Output);
    }

    [Theory]
    [InlineData(OldKernel.RedHat6)]
    [InlineData(OldKernel.RedHat7)]
    public void Check_openvz_reads_a_node_and_remembers(int lastCall)
    {
        folder.Write("node/proc/vz/version", "4.8\n");
        folder.Write("node/proc/1/status", "Name:\tinit\nState:\tS (sleeping)\nPid:\t1\nPPid:\t0\nenvID:\t0\nVPid:\t1\n");
        folder.Write("node/proc/1/stat", "1 (init) S 0 1 1 0 -1 4202752 0 0 0 0 0 0 0 0 20 0 1 0 1 0 0\n");
        folder.Write("node/proc/2/status", "Name:\tinit\nState:\tS (sleeping)\nPid:\t2\nPPid:\t1\nenvID:\t101\nVPid:\t1\n");
        folder.Write("node/proc/2/stat", "2 (init) S 1 1 1 0 -1 4202752 0 0 0 0 0 0 0 0 20 0 1 0 1 0 0\n");
        folder.Write("node/etc/vz/conf/101.conf", "ONBOOT=\"yes\"\nNAME=\"acme\"\n");
        ProcessResult result = kernel.Run(
            lastCall, Repository.Program("check_openvz"), "--root", folder.PathOf("node"), "--state-dir", folder.PathOf("state"), "--only", "containers");
        Assert.Equal("OPENVZ OK - 1 of 1 container running", result.Output.Split(" | ")[0]);
        Assert.True(File.Exists(folder.PathOf("state", "check_openvz.json")), result.Output);
    }

    [Theory]
    [InlineData(OldKernel.RedHat6)]
    [InlineData(OldKernel.RedHat7)]
    public void Check_haproxy_asks_a_stats_socket(int lastCall)
    {
        Needs.File("/usr/sbin/haproxy", "haproxy");
        using var haproxy = new RealHaproxy("backend pbx\n  server pbx1 127.0.0.1:9");
        ProcessResult result = kernel.Run(
            lastCall, Repository.Program("check_haproxy"), "--socket", haproxy.Socket, "--state-dir", folder.PathOf("state"));
        Assert.StartsWith("HAPROXY OK - 1 backend with 1 usable server", result.Output, StringComparison.Ordinal);
        Assert.Equal(0, result.ExitCode);
    }

    /// <summary>
    /// What cannot be had in a moment is refused by the network: the program gets as far as the network, and says so as it does today.
    /// </summary>
    [Theory]
    [InlineData(OldKernel.RedHat6)]
    [InlineData(OldKernel.RedHat7)]
    public void The_checks_of_the_network_ask_and_judge(int lastCall)
    {
        int nobody = Ports.Free();
        string credentials = folder.Write("credentials", "monitor:secret\n");
        string identity = folder.PathOf("identity");
        Assert.Equal(0, ProcessRun.Run("/usr/bin/ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", identity]).ExitCode);
        string hosts = folder.Write("known_hosts", $"[127.0.0.1]:{nobody} {File.ReadAllText(identity + ".pub")}");
        string[][] calls =
        [
            ["check_voipmon", "--manager", $"127.0.0.1:{nobody}", "--only", "sniffer"],
            ["check_sansay_ha", "--node", $"a=127.0.0.1:{nobody}", "--node", $"b=127.0.0.2:{nobody}", "--credentials", credentials, "--only", "ha"],
            ["check_over_ssh", "-H", $"127.0.0.1:{nobody}", "--identity", identity, "--known-hosts", hosts],
        ];
        foreach (string[] call in calls)
        {
            // Each has a memory of its own: a second run would say since when.
            string[] With(string state) => call[0] == "check_over_ssh" ? call[1..] : [.. call[1..], "--state-dir", folder.PathOf(state)];
            ProcessResult today = ProcessRun.Run(Repository.Program(call[0]), With("today"));
            ProcessResult old = kernel.Run(lastCall, Repository.Program(call[0]), With("old"));
            Assert.Equal((today.ExitCode, today.Output.Split(" | ")[0]), (old.ExitCode, old.Output.Split(" | ")[0]));
            Assert.Contains("127.0.0.1", old.Output, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(OldKernel.RedHat6, "check_gluster_split")]
    [InlineData(OldKernel.RedHat7, "check_gluster_split")]
    [InlineData(OldKernel.RedHat6, "check_voipmon")]
    [InlineData(OldKernel.RedHat7, "check_voipmon")]
    [InlineData(OldKernel.RedHat6, "check_sansay_ha")]
    [InlineData(OldKernel.RedHat7, "check_sansay_ha")]
    public void A_check_judges_what_was_recorded(int lastCall, string program)
    {
        string recording = RecordingCase.PathOf(program, "healthy");
        ProcessResult today = ProcessRun.Run(Repository.Program(program), ["--replay", recording]);
        ProcessResult old = kernel.Run(lastCall, Repository.Program(program), "--replay", recording);
        Assert.Equal((0, today.Output), (old.ExitCode, old.Output));
    }

    [Theory]
    [InlineData(OldKernel.RedHat6)]
    [InlineData(OldKernel.RedHat7)]
    public void The_generators_write_and_compare(int lastCall)
    {
        string estate = Repository.PathOf("shared", "estate.toml");
        foreach (string program in new[] { "nrpe-config", "shinken-objects" })
        {
            ProcessResult written = kernel.Run(lastCall, Repository.Program(program), "--estate", estate, "--out", folder.PathOf(program));
            Assert.True(written.ExitCode == 0, written.Error);
            Assert.NotEmpty(Directory.GetFiles(folder.PathOf(program), "*", SearchOption.AllDirectories));
        }
    }

    /// <summary>
    /// The Shinken host is newer than the nodes: the bridge is held to RHEL 7's kernel at work, and to RHEL 6's at its start.
    /// </summary>
    [Fact]
    public void The_bridge_takes_a_notification_and_serves()
    {
        Directory.CreateDirectory(folder.PathOf("spool"));
        folder.Write("key", "0123456789abcdef0123456789abcdef\n");
        string config = folder.Write(
            "bridge.toml",
            $"""
            scheduler = "shinken"
            [pagerduty]
            endpoint = "http://127.0.0.1:{Ports.Free()}"
            routing_key_file = "{folder.PathOf("key")}"
            [spool]
            path = "{folder.PathOf("spool")}"
            [store]
            path = "{folder.PathOf("incidents.db")}"
            """);
        string program = Repository.Program("pagerduty-bridge");
        using Process serve = kernel.Start(OldKernel.RedHat7, program, "--config", config, "serve");
        try
        {
            Assert.True(Reads(serve, "\"serving: "), "serve starts");
            ProcessResult notified = ProcessRun.Run(
                kernel.Program,
                [$"{OldKernel.RedHat7}", program, "--config", config, "notify"],
                new Dictionary<string, string>
                {
                    ["NAGIOS_NOTIFICATIONTYPE"] = "PROBLEM",
                    ["NAGIOS_HOSTNAME"] = "web1",
                    ["NAGIOS_HOSTSTATE"] = "UP",
                    ["NAGIOS_SERVICEDESC"] = "Disk",
                    ["NAGIOS_SERVICESTATE"] = "CRITICAL",
                    ["NAGIOS_SERVICEOUTPUT"] = "DISK CRITICAL - / is full",
                });
            Assert.Equal((0, ""), (notified.ExitCode, notified.Error));
            Assert.True(Reads(serve, "web1"), "serve takes the notification");
        }
        finally
        {
            serve.Kill(entireProcessTree: true);
            serve.WaitForExit();
        }
    }

    private static bool Reads(Process serve, string text) =>
        Task.Run(() =>
        {
            for (string? line = serve.StandardOutput.ReadLine(); line is not null; line = serve.StandardOutput.ReadLine())
            {
                if (line.Contains(text, StringComparison.Ordinal))
                {
                    return true;
                }
            }

            return false;
        }).WaitAsync(ProcessRun.DefaultDeadline).GetAwaiter().GetResult();
}
