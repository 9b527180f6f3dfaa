namespace Ringfree.Monitoring.CheckOverSsh.Tests;

/// <summary>OpenSSH's own client with the scheduler's private key: it can run the checks and nothing else.</summary>
[Collection(OnTheNode.Name)]
public sealed class StolenKeyTests(SshNode node)
{
    private const string Ssh = "timeout 8 ssh -F none -o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR -i /run/web/keys/ed25519";
    private const string Refusal = "-- run-check --\nRUN-CHECK UNKNOWN - node003 has no such command: its run-check and the objects of the scheduler come from different estates\n";
    private static readonly string Agent = $"-- run-check --\nrun-check of node003 has {SshNode.Commands} commands\n";

    [Theory]
    [InlineData("id")]
    [InlineData("sh")]
    [InlineData("rf_haproxy_proxies; id")]
    [InlineData("rf_haproxy_proxies;id")]
    [InlineData("rf_haproxy_proxies id")]
    [InlineData("rf_haproxy_proxies\nid")]
    [InlineData("\nrf_haproxy_proxies")]
    [InlineData("rf_haproxy_*")]
    [InlineData("rf_haproxy_proxie?")]
    [InlineData("*")]
    [InlineData("$(id)")]
    [InlineData("`id`")]
    [InlineData("${PATH}")]
    [InlineData("') id ;; '")]
    [InlineData("\") ; id ; #")]
    [InlineData("rf_haproxy_proxies) id ;;")]
    [InlineData("rf_haproxy_proxies --socket /tmp/x")]
    [InlineData("/usr/lib64/nagios/plugins/check_haproxy")]
    [InlineData("sudo -n /usr/lib64/nagios/plugins/check_haproxy --instance proxies")]
    [InlineData("internal-sftp")]
    [InlineData("scp -t /tmp")]
    public void Another_command_is_refused_and_not_quoted(string command)
    {
        node.Need();
        ProcessResult run = node.Run(["sh", "-c", $"exec {Ssh} ringfree@{SshNode.Address} -- \"$1\"", "sh", command]);
        Assert.Equal((3, Refusal), (run.ExitCode, run.Output));
    }

    [Fact]
    public void What_the_environment_brings_reaches_no_check()
    {
        node.Need();
        node.Do("mv /usr/lib64/nagios/plugins/check_haproxy /run/web/check_haproxy; printf '#!/bin/sh\\nenv; umask; pwd; cat\\n' > /usr/lib64/nagios/plugins/check_haproxy; chmod 0755 /usr/lib64/nagios/plugins/check_haproxy; cp /etc/ringfree/monitoring/run-check /run/web/rc; sed -i 's|/usr/bin/sudo -n ||' /etc/ringfree/monitoring/run-check");
        try
        {
            ProcessResult run = node.Shell($"echo input | LANG=xx LC_ALL=yy LC_EVIL=zz {Ssh} -o SendEnv='LANG LC_*' ringfree@{SshNode.Address} rf_haproxy_proxies");
            string[] lines = [.. run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal)];
            Assert.Equal(["-- run-check --", "/", "0077", "LC_ALL=C", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "PWD=/"], lines);
        }
        finally
        {
            node.Do("mv /run/web/check_haproxy /usr/lib64/nagios/plugins/check_haproxy; cp /run/web/rc /etc/ringfree/monitoring/run-check");
        }
    }

    [Theory]
    [InlineData("a shell", "")]
    [InlineData("an agent", "-A")]
    [InlineData("X11", "-X")]
    public void A_shell_is_not_to_be_had(string what, string options)
    {
        node.Need();
        ProcessResult run = node.Shell($"echo 'id; exit 7' | {Ssh} {options} ringfree@{SshNode.Address}");
        Assert.True(run.ExitCode is 0 && run.Output.Replace("\r", "", StringComparison.Ordinal) == Agent, $"{what}: {run.ExitCode} {run.Output}{run.Error}");
    }

    [Fact]
    public void A_terminal_is_not_to_be_had()
    {
        node.Need();
        ProcessResult run = node.Shell($"echo 'id; exit 7' | {Ssh} -tt ringfree@{SshNode.Address}");
        Assert.Equal((255, "PTY allocation request failed on channel 0\n"), (run.ExitCode, (run.Output + run.Error).Replace("\r", "", StringComparison.Ordinal)));
    }

    [Fact]
    public void Sftp_is_refused()
    {
        node.Need();
        ProcessResult run = node.Shell($"echo ls | timeout 8 sftp -F none -b - -o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -i /run/web/keys/ed25519 ringfree@{SshNode.Address}");
        Assert.True(run.ExitCode != 0 && !run.Output.Contains("run-check.d", StringComparison.Ordinal) && !run.Output.Contains(".ssh", StringComparison.Ordinal), run.Output + run.Error);
    }

    [Theory]
    [InlineData("-W 127.0.0.1:8000")]
    [InlineData("-N -o ExitOnForwardFailure=yes -R 127.0.0.1:9911:127.0.0.1:8000")]
    [InlineData("-N -o ExitOnForwardFailure=yes -R /tmp/forwarded:127.0.0.1:8000")]
    [InlineData("-N -o ExitOnForwardFailure=yes -w any")]
    public void A_forwarding_is_refused(string options)
    {
        node.Need();
        ProcessResult run = node.Shell($"printf 'GET / HTTP/1.0\\r\\n\\r\\n' | {Ssh} {options} ringfree@{SshNode.Address}");
        Assert.True(run.ExitCode == 255 && !run.Output.Contains("HTTP/", StringComparison.Ordinal), $"{run.ExitCode} {run.Output}{run.Error}");
    }

    [Theory]
    [InlineData("-L 127.0.0.1:9912:127.0.0.1:8000", "")]
    [InlineData("-D 127.0.0.1:9912", "--socks5 127.0.0.1:9912")]
    public void A_connection_through_the_node_is_refused(string options, string proxy)
    {
        node.Need();
        Assert.NotNull(proxy);
        ProcessResult run = node.Shell($$"""
            {{Ssh}} -N {{options}} ringfree@{{SshNode.Address}} & forwarder=$!
            for attempt in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do ss -ltn | grep -q :9912 && break; sleep 0.1; done
            ss -ltn | grep -q :9912 && echo LISTENS
            printf '{{(proxy.Length == 0 ? "GET / HTTP/1.0\\r\\n\\r\\n" : "\\005\\001\\000\\005\\001\\000\\001\\177\\000\\000\\001\\037\\100GET / HTTP/1.0\\r\\n\\r\\n")}}' | timeout 3 bash -c 'exec 3<>/dev/tcp/127.0.0.1/9912; cat >&3; cat <&3' | tr -d '\000'
            kill $forwarder
            """);
        Assert.Contains("LISTENS", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("HTTP/1", run.Output, StringComparison.Ordinal);
    }
}
