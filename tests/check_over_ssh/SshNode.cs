using System.Diagnostics;

namespace Ringfree.Monitoring.CheckOverSsh.Tests;

/// <summary>node003 of the example estate behind a real sshd, and the scheduler beside it, on a private machine; see node.sh.</summary>
public sealed class SshNode : IDisposable
{
    public const string Address = "198.51.100.11";
    public const string KnownHosts = "/etc/ringfree/ssh/known_hosts";
    public const string Identity = "/etc/ringfree/ssh/identity";
    public const string Behave = "/run/web/keys/behave";
    public const string Check = "/usr/lib64/nagios/plugins/check_haproxy";
    public const string ProxiesOptions = "/etc/ringfree/monitoring/check_haproxy.proxies.options";

    private Process? machine;
    private string inside = "";

    /// <summary>Starts the node at the first call; skips the test when this machine lacks something.</summary>
    public void Need()
    {
        Needs.File("/usr/sbin/sshd", "openssh-server");
        Needs.File("/usr/bin/ssh", "openssh-client");
        Needs.File("/usr/bin/sudo", "sudo");
        Needs.File("/usr/sbin/haproxy", "haproxy");
        if (machine is not null)
        {
            return;
        }

        machine = PrivateMachine.Start(
            "check_over_ssh/node.sh",
            Repository.PathOf("shared", "estate.toml"),
            Path.GetDirectoryName(Repository.Program("check_over_ssh"))!);
        string? said = machine.StandardOutput.ReadLine();
        if (said != "ready")
        {
            machine.StandardInput.Close();
            Assert.Fail($"the node did not start: {said} {machine.StandardError.ReadToEnd()}");
        }

        // unshare's child is process 1 of the private machine, and its child is the script.
        inside = ChildOf(ChildOf(machine.Id.ToString()));
        WaitFor("rf_haproxy_proxies", 0);
    }

    /// <summary>Runs a command on the node as root.</summary>
    public ProcessResult Run(params string[] command) =>
        ProcessRun.Run("/usr/bin/nsenter", ["--target", inside, "--mount", "--pid", "--net", "--", .. command], deadline: TimeSpan.FromSeconds(30));

    /// <summary>Runs a line of shell on the node as root.</summary>
    public ProcessResult Shell(string line) => Run("/bin/sh", "-c", line);

    /// <summary>Runs a line of shell that must succeed.</summary>
    public string Do(string line)
    {
        ProcessResult run = Shell(line);
        Assert.True(run.ExitCode == 0, $"{line}: {run.ExitCode} {run.Output}{run.Error}");
        return run.Output;
    }

    /// <summary>Runs check_over_ssh as the scheduler's user.</summary>
    public ProcessResult Ask(string? name, string identity = Identity, string knownHosts = KnownHosts, string destination = "ringfree@198.51.100.11", string timeout = "15") =>
        Run(["runuser", "-u", "shinken", "--", "/var/lib/shinken/libexec/check_over_ssh", "-H", destination, "-t", timeout,
            "--identity", identity, "--known-hosts", knownHosts, .. name is null ? Array.Empty<string>() : [name]]);

    /// <summary>What the node itself gets for a command.</summary>
    public ProcessResult Local(string concern) => Run("runuser", "-u", "ringfree", "--", "sudo", "-n", Check, "--instance", concern);

    /// <summary>Stops or starts a server behind HAProxy.</summary>
    public void SetServer(int number, bool up) => Do(up
        ? $"haproxy -D -q -f /run/web/{number}.cfg -p /run/web/{number}.pid"
        : $"kill -KILL $(cat /run/web/{number}.pid)");

    /// <summary>Asks until the exit code is the expected one: HAProxy needs a moment to see its servers.</summary>
    public ProcessResult WaitFor(string command, int exitCode)
    {
        var clock = Stopwatch.StartNew();
        ProcessResult answer = Ask(command);
        while (answer.ExitCode != exitCode && clock.Elapsed < TimeSpan.FromSeconds(10))
        {
            Task.Delay(50).Wait();
            answer = Ask(command);
        }

        Assert.True(answer.ExitCode == exitCode, $"expected exit code {exitCode}, got {answer.ExitCode}: {answer.Output}{answer.Error}");
        return answer;
    }

    public void Dispose()
    {
        if (machine is not null)
        {
            machine.Kill(entireProcessTree: true);
            machine.WaitForExit();
            machine.Dispose();
        }
    }

    private static string ChildOf(string process) => File.ReadAllText($"/proc/{process}/task/{process}/children").Trim().Split(' ')[0];
}

/// <summary>The tests that share the one node.</summary>
[CollectionDefinition(Name)]
public sealed class OnTheNode : ICollectionFixture<SshNode>
{
    public const string Name = "the node";
}
