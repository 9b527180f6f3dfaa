using System.Diagnostics;

namespace Ringfree.Monitoring.Nrpe.Tests;

/// <summary>node001 of the example estate on a private machine with a network of its own; see node.sh. Ends with everything in it.</summary>
public sealed class Node : IDisposable
{
    public const string Check = "/usr/lib64/nagios/plugins/check_haproxy";
    public const string ProxiesOptions = "/etc/ringfree/monitoring/check_haproxy.proxies.options";
    private const string Scheduler = "203.0.113.10";

    private Process? machine;
    private string inside = "";

    /// <summary>Starts the node at the first call; skips the test when this machine lacks something.</summary>
    public void Need()
    {
        Needs.File("/usr/sbin/nrpe", "nagios-nrpe-server");
        Needs.File("/usr/lib/nagios/plugins/check_nrpe", "nagios-nrpe-plugin");
        Needs.File("/usr/bin/sudo", "sudo");
        Needs.File("/usr/sbin/haproxy", "haproxy");
        if (machine is not null)
        {
            return;
        }

        machine = PrivateMachine.Start(
            "nrpe/node.sh",
            Repository.PathOf("nrpe", "generated", "node001"),
            Path.GetDirectoryName(Repository.Program("check_haproxy"))!);
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
        ProcessRun.Run("/usr/bin/nsenter", ["--target", inside, "--mount", "--pid", "--net", "--", .. command]);

    /// <summary>Runs a line of shell on the node as root.</summary>
    public ProcessResult Shell(string line) => Run("/bin/sh", "-c", line);

    /// <summary>Asks as the scheduler does.</summary>
    public ProcessResult Ask(params string[] arguments) =>
        Run(["/usr/lib/nagios/plugins/check_nrpe", "-H", Scheduler, "-p", "5666", "-t", "30", .. arguments]);

    /// <summary>Stops (TERM) or starts a server behind HAProxy.</summary>
    public void SetServer(int number, bool up) => Assert.Equal("", Shell(up
        ? $"haproxy -D -q -f /run/web/{number}.cfg -p /run/web/{number}.pid"
        : $"kill -KILL $(cat /run/web/{number}.pid)").Error);

    /// <summary>Asks until the exit code is the expected one: HAProxy needs a moment to see its servers.</summary>
    public ProcessResult WaitFor(string command, int exitCode)
    {
        var clock = Stopwatch.StartNew();
        ProcessResult answer = Ask("-u", "-c", command);
        while (answer.ExitCode != exitCode && clock.Elapsed < TimeSpan.FromSeconds(10))
        {
            Task.Delay(50).Wait();
            answer = Ask("-u", "-c", command);
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
