using System.Text.RegularExpressions;

namespace Ringfree.Monitoring.Nrpe.Tests;

public sealed class NodeTests(Node node) : IClassFixture<Node>
{
    private const string Rules = "/etc/sudoers.d/ringfree-monitoring";

    [Fact]
    public void The_status_of_the_servers_arrives_as_exit_code_and_headline()
    {
        node.Need();
        Assert.StartsWith("HAPROXY OK - ", node.WaitFor("rf_haproxy_proxies", 0).Output, StringComparison.Ordinal);
        node.SetServer(1, up: false);
        Assert.StartsWith("HAPROXY WARNING - ", node.WaitFor("rf_haproxy_proxies", 1).Output, StringComparison.Ordinal);
        node.SetServer(2, up: false);
        Assert.StartsWith("HAPROXY CRITICAL - ", node.WaitFor("rf_haproxy_proxies", 2).Output, StringComparison.Ordinal);
        Assert.Equal(0, node.Ask("-u", "-c", "rf_haproxy_process").ExitCode);
        node.SetServer(1, up: true);
        node.SetServer(2, up: true);
        node.WaitFor("rf_haproxy_proxies", 0);
    }

    [Fact]
    public void Several_lines_arrive_byte_for_byte()
    {
        node.Need();
        node.Shell($"cp {Node.ProxiesOptions} /run/web/good && printf -- '-vv\n--no-memory\n' >> {Node.ProxiesOptions}");
        try
        {
            ProcessResult local = node.Run(Node.Check, "--instance", "proxies");
            ProcessResult wire = node.Ask("-u", "-c", "rf_haproxy_proxies");
            Assert.True(local.Output.Split('\n').Length > 3, local.Output);
            Assert.Equal(local.OutputBytes, wire.OutputBytes);
            Assert.Equal(local.ExitCode, wire.ExitCode);
        }
        finally
        {
            node.Shell($"cp /run/web/good {Node.ProxiesOptions}");
        }
    }

    [Fact]
    public void The_check_needs_the_root_that_sudo_gives()
    {
        node.Need();
        ProcessResult alone = node.Run("runuser", "-u", "nrpe", "--", Node.Check, "--instance", "proxies");
        Assert.Equal(3, alone.ExitCode);
        Assert.Contains("user nrpe may not", alone.Output, StringComparison.Ordinal);
        Assert.Equal(0, node.Run("runuser", "-u", "nrpe", "--", "sudo", "-n", Node.Check, "--instance", "proxies").ExitCode);
    }

    /// <summary>All or nothing: one rule that is missing leaves the other checks their pages.</summary>
    [Fact]
    public void Sudo_is_asked_for_each_command_of_the_node()
    {
        node.Need();
        Assert.Equal((0, "SUDO OK - sudo lets nrpe run all 10 commands\n"), Verdict(node.Ask("-u", "-c", "rf_sudo")));
        node.Shell($"cp -p {Rules} /run/web/rules");
        try
        {
            node.Shell($"sed -i '/--instance proxies$/d' {Rules}");
            Assert.Equal(
                (1, "SUDO WARNING - sudo refuses nrpe 1 of 10 commands, first /usr/lib64/nagios/plugins/check_haproxy --instance proxies: it says nothing, as for a command without a rule\n"),
                Verdict(node.Ask("-u", "-c", "rf_sudo")));
            node.Shell($"rm {Rules}");
            Assert.Equal(
                (2, "SUDO CRITICAL - sudo lets nrpe run none of 10 commands: sudo: a password is required\n"),
                Verdict(node.Ask("-u", "-c", "rf_sudo")));
        }
        finally
        {
            node.Shell($"cp -p /run/web/rules {Rules}");
        }
    }

    [Theory]
    [InlineData("no arguments")]
    [InlineData("another instance", "--instance", "other")]
    [InlineData("an argument more", "--instance", "proxies", "--socket", "/tmp/other")]
    [InlineData("an argument before", "-v", "--instance", "proxies")]
    [InlineData("an equals sign", "--instance=proxies")]
    [InlineData("an options file of another", "--options-file", "/tmp/other")]
    public void Sudo_refuses_whatever_is_not_a_literal_line(string what, params string[] arguments)
    {
        node.Need();
        ProcessResult run = node.Run(["runuser", "-u", "nrpe", "--", "sudo", "-n", Node.Check, .. arguments]);
        Assert.True(run.ExitCode == 1 && run.Output.Length == 0 && run.Error.Contains("sudo:", StringComparison.Ordinal), $"{what}: {run.ExitCode} {run.Output}{run.Error}");
    }

    /// <summary>
    /// The heap's limit of the environment would keep the check from starting: the site lets every variable through, the check's own line
    /// does not. Without that line it arrives, so that the test can fail.
    /// </summary>
    [Fact]
    public void What_a_site_lets_through_sudo_does_not_reach_a_check()
    {
        node.Need();
        const string Site = "/etc/sudoers.d/aa-site";
        ProcessResult Ask() => node.Run(
            "runuser", "-u", "nrpe", "--", "env", "DOTNET_GCHeapHardLimit=1000", "sudo", "-n", Node.Check, "--instance", "proxies");
        node.Shell($"cp -p {Rules} /run/web/rules; echo 'Defaults:nrpe !env_reset, setenv, umask=0000' >{Site}; chmod 0440 {Site}");
        try
        {
            Assert.Equal(0, Ask().ExitCode);
            ProcessResult given = node.Run("runuser", "-u", "nrpe", "--", "sudo", "-n", "A=b", Node.Check, "--instance", "proxies");
            Assert.Equal(1, given.ExitCode);
            Assert.Contains("you are not allowed to set the following environment variables: A", given.Error, StringComparison.Ordinal);

            node.Shell($"sed -i '/^Defaults!/d' {Rules}");
            ProcessResult reached = Ask();
            Assert.Equal(3, reached.ExitCode);
            Assert.Contains("the program cannot start", reached.Output, StringComparison.Ordinal);
        }
        finally
        {
            node.Shell($"cp -p /run/web/rules {Rules}; rm {Site}");
        }
    }

    [Theory]
    [InlineData("-f 0")]
    [InlineData("-v 100000")]
    [InlineData("-n 4")]
    public void Limits_of_the_agent_go_through_sudo_and_leave_a_line(string limit)
    {
        node.Need();
        string line = $"(ulimit -c 0; ulimit {limit}; exec sudo -n {Node.Check} --instance proxies) | cat";
        ProcessResult run = node.Run("runuser", "-u", "nrpe", "--", "sh", "-c", line);
        Assert.Matches("^(HAPROXY (OK|WARNING|CRITICAL|UNKNOWN) - |sudo: )", run.Output + run.Error);
    }

    // sudo compares the arguments joined by spaces (sudoers(5)): this one passes, and the check itself must refuse it.
    [Fact]
    public void Both_words_in_one_pass_sudo_and_are_refused_by_the_check()
    {
        node.Need();
        ProcessResult run = node.Run("runuser", "-u", "nrpe", "--", "sudo", "-n", Node.Check, "--instance proxies");
        Assert.Equal(3, run.ExitCode);
        Assert.Contains("'--instance proxies'", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Nrpe_refuses_arguments()
    {
        node.Need();
        ProcessResult run = node.Ask("-u", "-c", "rf_haproxy_proxies", "-a", "--only", "process");
        Assert.Equal(3, run.ExitCode);
        Assert.DoesNotContain("HAPROXY", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Nrpe_knows_no_command_but_the_generated_ones()
    {
        node.Need();
        ProcessResult run = node.Ask("-u", "-c", "check_users");
        Assert.Equal((3, "NRPE: Command 'check_users' not defined\n"), (run.ExitCode, run.Output));
    }

    [Fact]
    public void Nrpe_answers_the_scheduler_alone()
    {
        node.Need();
        Assert.Equal((0, "NRPE v4.1.0\n"), Verdict(node.Ask()));
        Assert.NotEqual(0, node.Run("/usr/lib/nagios/plugins/check_nrpe", "-H", "192.0.2.11", "-p", "5666").ExitCode);
    }

    /// <summary>
    /// As the scheduler asks: through its own command lines, each of which reaches a real plugin behind a real NRPE, sudo included.
    /// </summary>
    [Theory]
    [InlineData("shinken")]
    [InlineData("nagios")]
    public void Every_generated_command_of_the_node_is_answered_by_its_plugin(string dialect)
    {
        node.Need();
        string commands = File.ReadAllText(Repository.PathOf("shinken-objects", "generated", dialect, "commands", "rf-checks.cfg"));
        string[] used = [.. Matches(File.ReadAllText(Repository.PathOf("shinken-objects", "generated", dialect, "services", "node001.cfg")), @"check_command +(rf-nrpe-\S+)")];
        string[] named = [.. Matches(File.ReadAllText(Repository.PathOf("nrpe", "generated", "node001", "nrpe.cfg")), @"^command\[(\S+)\]=")];
        Assert.InRange(named.Length, 8, 50);
        Assert.Equal(named.Length + 1, used.Length);
        Assert.All(used, name =>
        {
            string line = Matches(commands, $@"command_name +{Regex.Escape(name)}\n +command_line +(.*)").Single()
                .Replace("$HOSTADDRESS$", "203.0.113.10", StringComparison.Ordinal).Replace("$_HOSTNRPE_PORT$", "5666", StringComparison.Ordinal);
            ProcessResult run = node.Shell(line);
            Assert.True(
                run.ExitCode is >= 0 and <= 3
                && Regex.IsMatch(run.Output, "^(NRPE v4|[A-Z_]+ (OK|WARNING|CRITICAL|UNKNOWN)|(OK|WARNING|CRITICAL) - |LOAD (OK|WARN|CRIT)|CRITICAL - |check_ntp_time: Invalid hostname)") // the node has no name server
                && !run.Output.Contains("UNKNOWN - --", StringComparison.Ordinal),
                $"{line}: {run.ExitCode} {run.Output}{run.Error}");
        });
    }

    [Fact]
    public void A_dead_daemon_is_critical_for_the_agent_and_unknown_for_what_is_behind_it()
    {
        node.Need();
        string[] dead = ["/usr/lib/nagios/plugins/check_nrpe", "-H", "203.0.113.10", "-p", "5999", "-t", "30"];
        Assert.Equal(2, node.Run(dead).ExitCode);
        Assert.Equal(3, node.Run([.. dead, "-u", "-c", "rf_haproxy_proxies"]).ExitCode);
    }

    [Theory]
    [InlineData("a bad option", "echo --bogus >> FILE", "--bogus")]
    [InlineData("a bad range", "printf '%s\\n' -w 90:80 >> FILE", "90:80")]
    [InlineData("another owner", "chown nrpe FILE", "owned by nrpe")]
    [InlineData("writable by others", "chmod 0666 FILE", "writable by others")]
    [InlineData("a folder of another", "chown nrpe /etc/ringfree", "owned by nrpe")]
    public void An_options_file_that_cannot_be_trusted_or_read_is_unknown(string what, string damage, string said)
    {
        node.Need();
        node.Shell($"cp -p {Node.ProxiesOptions} /run/web/saved");
        try
        {
            Assert.Equal(0, node.Shell(damage.Replace("FILE", Node.ProxiesOptions, StringComparison.Ordinal)).ExitCode);
            ProcessResult run = node.Ask("-u", "-c", "rf_haproxy_proxies");
            Assert.True(run.ExitCode == 3 && run.Output.StartsWith("HAPROXY UNKNOWN - ", StringComparison.Ordinal), $"{what}: {run.Output}");
            Assert.Contains(said, run.Output, StringComparison.Ordinal);
        }
        finally
        {
            node.Shell($"chown root /etc/ringfree && cp -p /run/web/saved {Node.ProxiesOptions}");
        }
    }

    [Fact]
    public void A_real_nrpe_loads_every_committed_nrpe_cfg()
    {
        node.Need();
        string[] files = Directory.GetFiles(Repository.PathOf("nrpe", "generated"), "nrpe.cfg", SearchOption.AllDirectories);
        Assert.NotEmpty(files);
        foreach (string file in files)
        {
            // Another port and pid file than the node's own daemon, and no certificates (certificates.sh has them); everything else as
            // generated.
            ProcessResult run = node.Shell(
                $"""
                sed -e 's|^server_port=5666$|server_port=5667|' -e 's|^pid_file=.*|pid_file=/run/web/nrpe.pid|' -e '/^ssl_/d' '{file}' > /run/web/nrpe.cfg &&
                /usr/sbin/nrpe -c /run/web/nrpe.cfg -f & nrpe=$!
                for attempt in $(seq 400); do
                    /usr/lib/nagios/plugins/check_nrpe -H 203.0.113.10 -p 5667 && break
                    sleep 0.05
                done
                kill $nrpe
                wait $nrpe
                """);
            Assert.True(run.Output.Contains("NRPE v", StringComparison.Ordinal), $"{file}: {run.Output}{run.Error}");
        }
    }

    private static IEnumerable<string> Matches(string text, string pattern) =>
        Regex.Matches(text, pattern, RegexOptions.Multiline).Select(match => match.Groups[1].Value);

    private static (int ExitCode, string Output) Verdict(ProcessResult run) => (run.ExitCode, run.Output);
}
