using System.Text;
using System.Text.RegularExpressions;

namespace Ringfree.Monitoring.CheckOverSsh.Tests;

/// <summary>What the node says arrives unchanged, or it is said why not.</summary>
[Collection(OnTheNode.Name)]
public sealed class RelayTests(SshNode node)
{
    private static readonly string Answers =
        $"OVER_SSH OK - ringfree@198\\.51\\.100\\.11 answers: run-check of node003 has {SshNode.Commands} commands";

    [Fact]
    public void Every_status_of_a_real_haproxy_arrives_byte_for_byte()
    {
        node.Need();
        DemandTheLocalAnswer(0, "HAPROXY OK - ");
        node.SetServer(1, up: false);
        node.WaitFor("rf_haproxy_proxies", 1);
        DemandTheLocalAnswer(1, "HAPROXY WARNING - ");
        node.SetServer(2, up: false);
        node.WaitFor("rf_haproxy_proxies", 2);
        DemandTheLocalAnswer(2, "HAPROXY CRITICAL - ");
        node.SetServer(1, up: true);
        node.SetServer(2, up: true);
        node.WaitFor("rf_haproxy_proxies", 0);
        node.Do($"cp -p {SshNode.ProxiesOptions} /run/web/saved && echo --bogus >> {SshNode.ProxiesOptions}");
        try
        {
            DemandTheLocalAnswer(3, "HAPROXY UNKNOWN - ");
        }
        finally
        {
            node.Do($"cp -p /run/web/saved {SshNode.ProxiesOptions}");
        }
    }

    [Theory]
    [InlineData("shinken")]
    [InlineData("nagios")]
    public void Each_generated_command_of_the_scheduler_is_answered(string dialect)
    {
        node.Need();
        string host = node.Do($"cat /run/web/objects/{dialect}/hosts/node003.cfg");
        string Macro(string name) => Regex.Match(host, $"{name} +(.*)\n").Groups[1].Value;
        List<string> lines = [.. node.Do($"cat /run/web/objects/{dialect}/commands/rf-checks.cfg").Split('\n')
            .Where(line => line.Contains("/check_over_ssh ", StringComparison.Ordinal))
            .Select(line => line[line.IndexOf("/var", StringComparison.Ordinal)..]
                .Replace("$HOSTADDRESS$", Macro("address"), StringComparison.Ordinal)
                .Replace("$_HOSTSSH_PORT$", Macro("_SSH_PORT"), StringComparison.Ordinal)
                .Replace("$_HOSTSSH_USER$", Macro("_SSH_USER"), StringComparison.Ordinal))];
        Assert.InRange(SshNode.Commands, 14, 100);
        Assert.Equal(SshNode.Commands + 1, lines.Count);
        Assert.All(lines, line =>
        {
            // Whatever the plugin thinks of a machine without containers, swap and time servers: it was asked, and said so in its own
            // words.
            ProcessResult run = node.Run("runuser", "-u", "shinken", "--", "/bin/sh", "-c", line);
            Assert.True(
                Regex.IsMatch(line, "known_hosts$| rf_haproxy_(proxies|traffic|process)$")
                    ? run.ExitCode == 0 && Regex.IsMatch(run.Output, "^(OVER_SSH OK|HAPROXY OK)")
                    : Regex.IsMatch(run.Output, "^(?!OVER_SSH)([A-Z_]+ )?(OK|WARNING|CRITICAL|UNKNOWN)|^check_ntp_time: "),
                $"{line}: {run.ExitCode} {run.Output}{run.Error}");
        });
    }

    [Fact]
    public void Without_a_name_the_way_is_checked_to_its_end()
    {
        node.Need();
        ProcessResult run = node.Ask(null);
        Assert.Equal(0, run.ExitCode);
        Assert.Matches($"^{Answers} \\| time=[0-9.]+s;;;0\n$", run.Output);
    }

    [Theory]
    [InlineData("bytes", 2, "X OK - é \u00ff \u0001 | a=1\nsecond\r\n\n")]
    [InlineData("no-newline", 1, "X WARNING - no newline")]
    public void No_byte_is_changed(string name, int code, string latin)
    {
        node.Need();
        ProcessResult run = node.Ask(name, SshNode.Behave);
        byte[] expected = [.. latin.SelectMany(c => c == 'é' ? new byte[] { 0xC3, 0xA9 } : [(byte)c])];
        Assert.Equal((code, Convert.ToHexString(expected)), (run.ExitCode, Convert.ToHexString(run.OutputBytes)));
    }

    [Theory]
    [InlineData("code-0", 0, "ended with 0\n")]
    [InlineData("code-3", 3, "ended with 3\n")]
    [InlineData("code-4", 3, "OVER_SSH UNKNOWN - code-4 on ringfree@198.51.100.11 ended in no way that a check ends (exit code 4); what it said follows\nended with 4\n")]
    [InlineData("code-124", 3, "OVER_SSH UNKNOWN - code-124 on ringfree@198.51.100.11 ended in no way that a check ends (exit code 124: stopped at the node's time limit); what it said follows\nended with 124\n")]
    [InlineData("code-255", 3, "OVER_SSH UNKNOWN - code-255 on ringfree@198.51.100.11 ended in no way that a check ends (exit code 255); what it said follows\nended with 255\n")]
    [InlineData("silent", 3, "OVER_SSH UNKNOWN - silent on ringfree@198.51.100.11 said nothing on standard output (exit code 1); its error output: only this\nfirst: on the node, as the user who logs in: SSH_ORIGINAL_COMMAND=silent sh /etc/ringfree/monitoring/run-check; sudo -l\n")]
    [InlineData("nothing", 3, "OVER_SSH UNKNOWN - nothing on ringfree@198.51.100.11 said nothing on standard output (exit code 0) and no error output\nfirst: on the node, as the user who logs in: SSH_ORIGINAL_COMMAND=nothing sh /etc/ringfree/monitoring/run-check; sudo -l\n")]
    [InlineData("endless-errors", 0, "X OK - behind the noise\n")]
    public void An_end_that_no_check_has_is_unknown_and_says_so(string name, int code, string output)
    {
        node.Need();
        ProcessResult run = node.Ask(name, SshNode.Behave);
        Assert.Equal((code, output), (run.ExitCode, run.Output));
    }

    // sh passes the signal on, or ends with 128 and its number.
    [Fact]
    public void A_command_that_a_signal_ended_is_unknown()
    {
        node.Need();
        ProcessResult run = node.Ask("signal", SshNode.Behave);
        Assert.Equal(3, run.ExitCode);
        Assert.Matches("^OVER_SSH UNKNOWN - signal on .* said nothing on standard output \\((ended by SIGKILL|exit code 137: killed at the node's time limit, or for want of memory)\\)", run.Output);
    }

    [Fact]
    public void A_huge_output_is_cut_and_says_so()
    {
        node.Need();
        ProcessResult huge = node.Ask("huge", SshNode.Behave);
        Assert.Equal((2, 65536), (huge.ExitCode, huge.OutputBytes.Length));
        Assert.EndsWith("\n... cut by check_over_ssh: 1000000 bytes came, 65536 are passed on\n", huge.Output, StringComparison.Ordinal);
        ProcessResult exact = node.Ask("exact", SshNode.Behave);
        Assert.Equal((1, new string('x', 65536)), (exact.ExitCode, exact.Output));
        ProcessResult endless = node.Ask("endless", SshNode.Behave);
        Assert.Equal(3, endless.ExitCode);
        Assert.StartsWith("OVER_SSH UNKNOWN - endless on ringfree@198.51.100.11 does not stop talking: given up after 4194304 bytes\n", endless.Output, StringComparison.Ordinal);
        Assert.True(endless.OutputBytes.Length < 1000);
    }

    [Fact]
    public void A_session_that_is_cut_is_no_answer()
    {
        node.Need();
        ProcessResult run = node.Ask("cut", SshNode.Behave);
        Assert.Equal(3, run.ExitCode);
        Assert.StartsWith("OVER_SSH UNKNOWN - cut was cut off on ringfree@198.51.100.11: ", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("half of a line", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_refusal_of_sudo_reaches_us()
    {
        node.Need();
        node.Do("mv /etc/sudoers.d/ringfree-monitoring /run/web/sudoers");
        try
        {
            ProcessResult run = node.Ask("rf_haproxy_proxies");
            Assert.Equal(3, run.ExitCode);
            Assert.Matches("^OVER_SSH UNKNOWN - rf_haproxy_proxies on .* said nothing on standard output \\(exit code 1\\); its error output: sudo: a password is required\nfirst: on the node, [^\n]*SSH_ORIGINAL_COMMAND=rf_haproxy_proxies [^\n]*\n$", run.Output);
        }
        finally
        {
            node.Do("mv /run/web/sudoers /etc/sudoers.d/ringfree-monitoring");
        }
    }

    [Fact]
    public void Noise_of_banner_rc_and_shell_start_up_stays_outside()
    {
        node.Need();
        node.Do("""
            echo 'echo "SSHRC OK - noise | noise=1"' > /etc/ssh/sshrc
            echo 'echo "BASHRC OK - noise | noise=2"; echo louder >&2' > /etc/ringfree/ssh/.bashrc
            mkdir -p /etc/ringfree/ssh/.ssh; echo 'echo "USER RC OK - noise"' > /etc/ringfree/ssh/.ssh/rc
            echo 'BANNER OK - noise' > /run/web/banner; echo 'Banner /run/web/banner' >> /etc/ssh/sshd_config.d/test.conf
            usermod -s /bin/bash ringfree; kill -HUP $(cat /run/sshd.pid); sleep 1
            """);
        try
        {
            DemandTheLocalAnswer(0, "HAPROXY OK - ");
            Assert.Matches($"^{Answers} \\|", node.Ask(null).Output);
            Assert.Contains("noise", node.Ask("code-0", SshNode.Behave).Output, StringComparison.Ordinal);
        }
        finally
        {
            node.Do("rm -f /etc/ssh/sshrc /etc/ringfree/ssh/.bashrc /etc/ringfree/ssh/.ssh/rc; sed -i /Banner/d /etc/ssh/sshd_config.d/test.conf; usermod -s /bin/sh ringfree; kill -HUP $(cat /run/sshd.pid); sleep 1");
        }
    }

    [Theory]
    [InlineData("usermod -s /usr/sbin/nologin ringfree", "exit code 1: This account is currently not available.")]
    [InlineData("mv /etc/ringfree/monitoring/run-check /run/web/run-check", "exit code ")]
    public void A_node_without_run_check_is_told_by_the_agent(string damage, string said)
    {
        node.Need();
        node.Do(damage);
        try
        {
            ProcessResult run = node.Ask(null);
            Assert.Equal(3, run.ExitCode);
            Assert.StartsWith($"OVER_SSH UNKNOWN - ringfree@198.51.100.11 accepts the identity, but run-check does not answer ({said}", run.Output, StringComparison.Ordinal);
            Assert.Equal(3, node.Ask("bytes;id", SshNode.Behave).ExitCode);
        }
        finally
        {
            node.Do("usermod -s /bin/sh ringfree; [ ! -e /run/web/run-check ] || mv /run/web/run-check /etc/ringfree/monitoring/run-check");
        }
    }

    /// <summary>
    /// The agent's service is CRITICAL and says what to do; what is behind it is UNKNOWN with the same sentence, and not paged for.
    /// </summary>
    [Fact]
    public void After_a_boot_the_agent_says_that_checks_wait()
    {
        node.Need();
        node.Do("rm /var/run/ringfree-checks-may-start");
        try
        {
            const string Sentence = "node003 rebooted at [0-9-]+ [0-9:]+ UTC \\(([0-9]+ d )?([0-9]+ h )?[0-9]+ min ago\\): its checks wait on purpose; "
                + "when you know why, as root on node003: touch /var/run/ringfree-checks-may-start";
            ProcessResult agent = node.Ask(null);
            Assert.Equal(2, agent.ExitCode);
            Assert.Matches($"^OVER_SSH CRITICAL - {Sentence} \\| time=[0-9.]+s;;;0\n$", agent.Output);
            ProcessResult check = node.Ask("rf_haproxy_proxies");
            Assert.Equal(3, check.ExitCode);
            Assert.Matches($"^RUN-CHECK UNKNOWN - {Sentence}\n$", check.Output);
        }
        finally
        {
            node.Do("touch /var/run/ringfree-checks-may-start");
        }

        Assert.Equal(0, node.Ask(null).ExitCode);
    }

    [Fact]
    public async Task When_the_deadline_passes_nothing_is_left_on_the_node()
    {
        node.Need();
        var clock = System.Diagnostics.Stopwatch.StartNew();
        ProcessResult run = node.Ask("stubborn", SshNode.Behave, timeout: "15");
        Assert.Equal(3, run.ExitCode);
        Assert.Matches("^OVER_SSH UNKNOWN - stubborn has not ended: ringfree@198\\.51\\.100\\.11 was silent: waited [0-9.]+ s for the end of the command\n", run.Output);
        Assert.InRange(run.Elapsed.TotalSeconds, 12, 60);
        while (node.Shell("pgrep -f 'sleep 424[3]'").ExitCode == 0)
        {
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(90), "something of it is still there: " + node.Do("ps ax"));
            await Task.Delay(100);
        }

        Assert.Equal(1, node.Ask("unbounded", SshNode.Behave, timeout: "0.9:WARNING").ExitCode);
    }

    /// <summary>The plugin is replaced by one that runs on as root and ignores every request to end.</summary>
    [Fact]
    public async Task A_root_check_that_hangs_is_ended_by_run_check()
    {
        node.Need();
        node.Do("""
            cp -p /etc/ringfree/monitoring/run-check /run/web/run-check.saved
            sed -i 's/timeout -k 1 40/timeout -k 1 2/' /etc/ringfree/monitoring/run-check
            mv /usr/lib64/nagios/plugins/check_haproxy /run/web/check_haproxy
            printf '#!/bin/sh\nexec /usr/bin/sleep 4244\n' > /usr/lib64/nagios/plugins/check_haproxy; chmod 0755 /usr/lib64/nagios/plugins/check_haproxy
            """);
        try
        {
            ProcessResult whole = node.Ask("rf_haproxy_proxies");
            Assert.Equal(3, whole.ExitCode);
            Assert.Contains("stopped at the node's time limit", whole.Output, StringComparison.Ordinal);
            Assert.Equal(3, node.Ask("rf_haproxy_proxies", timeout: "1").ExitCode);
            var clock = System.Diagnostics.Stopwatch.StartNew();
            while (node.Shell("pgrep -f 'sleep 424[4]'").ExitCode == 0)
            {
                Assert.True(clock.Elapsed < TimeSpan.FromSeconds(90), "something of it is still there: " + node.Do("ps axf"));
                await Task.Delay(100);
            }
        }
        finally
        {
            node.Do("mv /run/web/check_haproxy /usr/lib64/nagios/plugins/check_haproxy; mv /run/web/run-check.saved /etc/ringfree/monitoring/run-check; pkill -f 'sleep 424[4]' || true");
        }
    }

    // Durations count seconds, of which a busy machine needs some between the two runs: they are compared without their numbers.
    private void DemandTheLocalAnswer(int exitCode, string start)
    {
        for (int attempt = 0; ; attempt++)
        {
            ProcessResult local = node.Local("proxies");
            ProcessResult wire = node.Ask("rf_haproxy_proxies");
            (string here, string there) = (WithoutDurations(local.OutputBytes), WithoutDurations(wire.OutputBytes));
            if (here == there || attempt == 60)
            {
                Assert.Equal((local.ExitCode, here), (wire.ExitCode, there));
                Assert.Equal(exitCode, wire.ExitCode);
                Assert.StartsWith(start, Encoding.UTF8.GetString(wire.OutputBytes), StringComparison.Ordinal);
                return;
            }
        }
    }

    private static string WithoutDurations(byte[] output) =>
        Regex.Replace(
            Encoding.Latin1.GetString(output),
            "[0-9.]+[smhd]( [0-9]+[smhd])*",
            "N",
            RegexOptions.ExplicitCapture,
            TimeSpan.FromSeconds(1));
}
