using System.Diagnostics;
using Xunit;

namespace Ringfree.Monitoring.Tests.Support;

/// <summary>
/// A node of the example estate on a private machine, with the HAProxy and the two servers of the script web-node. A script of its own lays
/// out the rest, says "ready" and waits. It ends with everything in it.
/// </summary>
public sealed class WebNode : IDisposable
{
    private Process? machine;
    private string inside = "";

    /// <summary>Starts the node at the first call.</summary>
    /// <returns>True when this call started it.</returns>
    public bool Start(string script, params string[] arguments)
    {
        if (machine is not null)
        {
            return false;
        }

        machine = PrivateMachine.Start(script, arguments);
        string? said = machine.StandardOutput.ReadLine();
        if (said != "ready")
        {
            machine.StandardInput.Close();
            Assert.Fail($"the node did not start: {said} {machine.StandardError.ReadToEnd()}");
        }

        // unshare's child is process 1 of the private machine, and its child is the script.
        inside = ChildOf(ChildOf(machine.Id.ToString()));
        return true;
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

    /// <summary>Stops or starts a server behind HAProxy.</summary>
    public void SetServer(int number, bool up) => Do(up
        ? $"haproxy -D -q -f /run/web/{number}.cfg -p /run/web/{number}.pid"
        : $"kill -KILL $(cat /run/web/{number}.pid)");

    /// <summary>Asks until the exit code is the expected one: HAProxy needs a moment to see its servers.</summary>
    public static ProcessResult WaitFor(Func<ProcessResult> ask, int exitCode)
    {
        var clock = Stopwatch.StartNew();
        ProcessResult answer = ask();
        while (answer.ExitCode != exitCode && clock.Elapsed < TimeSpan.FromSeconds(40))
        {
            Task.Delay(50).Wait();
            answer = ask();
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
