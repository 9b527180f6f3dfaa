using System.Diagnostics;

namespace Ringfree.Monitoring.Programs.Tests;

/// <summary>Every way in which a check can end and every state of its streams, on the published program.</summary>
public sealed class ExitPathTests : IDisposable
{
    private static readonly string Check = Repository.PathOf("out", "tests", "check_exit_paths");

    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("ok", 0, "EXIT_PATHS OK - all is well | length=0B")]
    [InlineData("warning", 1, "EXIT_PATHS WARNING - something is odd | length=0B")]
    [InlineData("critical", 2, "EXIT_PATHS CRITICAL - something is broken | length=0B")]
    [InlineData("unknown", 3, "EXIT_PATHS UNKNOWN - something is not readable | length=0B")]
    [InlineData("throw", 3, "EXIT_PATHS UNKNOWN - the check itself failed: InvalidOperationException: a bug / with a bar; please report this with the output of -vvv")]
    [InlineData("throw-on-a-thread", 3, "EXIT_PATHS UNKNOWN - the check itself failed: InvalidOperationException: a bug elsewhere; please report this with the output of -vvv")]
    [InlineData("eat-memory", 3, "EXIT_PATHS UNKNOWN - the check itself failed: OutOfMemoryException:")]
    public void A_verdict_or_a_bug_ends_with_one_line(string path, int code, string line)
    {
        ProcessResult result = Run("--path", path);
        Assert.Equal(code, result.ExitCode);
        Assert.StartsWith(line, result.Output, StringComparison.Ordinal);
        Assert.Equal("", result.Error);
    }

    [Theory]
    [InlineData("block")]
    [InlineData("spin")]
    public void The_deadline_ends_what_does_not_end_by_itself(string path)
    {
        ProcessResult result = Run("--path", path, "--argument", Fifo(), "-t", "0.5");
        Assert.Equal(2, result.ExitCode);
        Assert.Equal("EXIT_PATHS CRITICAL - no verdict within 0.5 s\n", result.Output);
        Assert.InRange(result.Elapsed.TotalSeconds, 0.4, 20);
    }

    [Fact]
    public void The_status_of_a_passed_deadline_can_be_chosen() =>
        Assert.Equal((1, "EXIT_PATHS WARNING - no verdict within 0.2 s\n"), Short(Run("--path", "spin", "-t", "0.2:WARNING")));

    [Theory]
    [InlineData("HUP")]
    [InlineData("INT")]
    [InlineData("QUIT")]
    [InlineData("USR1")]
    [InlineData("USR2")]
    [InlineData("ALRM")]
    [InlineData("TERM")]
    public async Task A_signal_ends_the_run_with_a_line(string signal)
    {
        string fifo = Fifo();
        using Process check = Start("--path", "block", "--argument", fifo);

        // Opened once the check opens its end, so that the signal meets it while it reads.
        await using FileStream writer = await Task.Run(() => new FileStream(fifo, FileMode.Open, FileAccess.Write, FileShare.ReadWrite)).WaitAsync(ProcessRun.DefaultDeadline);
        Assert.Matches($"^EXIT_PATHS UNKNOWN - stopped by SIG{signal} after [0-9.]+ s\n$", OutputAfter(check, signal));
    }

    [Fact]
    public void A_line_says_what_the_run_waited_for_when_it_was_stopped()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        string address = listener.LocalEndpoint.ToString()!;
        using Process check = Start("--path", "ask", "--argument", address);
        Assert.True(listener.Server.Poll(ProcessRun.DefaultDeadline, System.Net.Sockets.SelectMode.SelectRead), "the check connects");
        Assert.Matches($"^EXIT_PATHS UNKNOWN - stopped by SIGTERM after [0-9.]+ s, while waiting for the answer of {address}\n$", OutputAfter(check, "TERM"));
    }

    [Theory]
    [InlineData("\"$@\" | true; exit ${PIPESTATUS[0]}", "a reader that is gone")]
    [InlineData("\"$@\" >&-", "closed standard output")]
    [InlineData("\"$@\" >/dev/full", "a full disk")]
    [InlineData("\"$@\" <&- >/dev/null", "closed standard input")]
    [InlineData("\"$@\" 2>&- >/dev/null", "closed standard error")]
    [InlineData("\"$@\" <&- >&- 2>&-", "nothing open at all")]
    [InlineData("trap '' PIPE; \"$@\" | true; exit ${PIPESTATUS[0]}", "SIGPIPE ignored by the parent")]
    [InlineData("env -i \"$@\" >/dev/null", "an empty environment")]
    [InlineData("ulimit -n 6; \"$@\" >/dev/null", "three free descriptors")]
    [InlineData("mkdir -p \"$HOME/gone\"; cd \"$HOME/gone\"; rmdir \"$HOME/gone\"; \"$@\" >/dev/null", "a working folder that is gone")]
    public void A_verdict_survives_every_state_of_the_streams(string line, string state)
    {
        foreach ((string path, int code) in new[] { ("ok", 0), ("warning", 1), ("critical", 2), ("unknown", 3), ("throw", 3), ("long", 1) })
        {
            string[] arguments = ["--norc", "-c", line, "bash", Check, "--state-dir", folder.PathOf("state"), "--path", path];
            ProcessResult result = ProcessRun.Run("/bin/bash", arguments, new Dictionary<string, string> { ["HOME"] = folder.Root, ["PATH"] = "/usr/bin:/bin" });
            Assert.True(result.ExitCode == code, $"{path} with {state}: {result.ExitCode} {result.Output}{result.Error}");
        }
    }

    [Fact]
    public void A_closed_standard_output_does_not_become_the_memory()
    {
        ProcessRun.Shell("\"$1\" --state-dir \"$2\" --path ok <&- >&- 2>&-", Check, folder.PathOf("state"));
        string memory = File.ReadAllText(folder.PathOf("state", "check_exit_paths.json"));
        Assert.StartsWith("{", memory, StringComparison.Ordinal);
        Assert.EndsWith("}\n", memory, StringComparison.Ordinal);
        Assert.DoesNotContain("EXIT_PATHS", memory, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reader_that_does_not_read_cannot_hold_the_check_beyond_its_deadline()
    {
        using Process process = ProcessRun.Start("/bin/bash", ["-c", "(\"$1\" --state-dir \"$2\" --path long -v -v -t 0.5; echo $? >\"$3\") | sleep 30", "bash", Check, folder.PathOf("state"), folder.PathOf("code")]);
        var clock = Stopwatch.StartNew();
        while (!File.Exists(folder.PathOf("code")) && clock.Elapsed < TimeSpan.FromSeconds(25))
        {
            await Task.Delay(50);
        }

        process.Kill(entireProcessTree: true);
        Assert.True(File.Exists(folder.PathOf("code")), "the check still waits for its reader");
    }

    [Fact]
    public void A_non_blocking_standard_output_gets_the_whole_report()
    {
        // The reader makes the shared pipe non-blocking and reads late.
        ProcessResult result = ProcessRun.Run("/usr/bin/python3", ["-c", """
            import os, subprocess, sys, time
            reader, writer = os.pipe()
            os.set_blocking(writer, False)
            child = subprocess.Popen([sys.argv[1], "--state-dir", sys.argv[2], "--path", "long", "-v"], stdout=writer)
            os.close(writer)
            time.sleep(0.3)
            text = b""
            while True:
                part = os.read(reader, 4096)
                if not part: break
                text += part
            sys.stdout.buffer.write(text)
            sys.exit(child.wait())
            """, Check, folder.PathOf("state")]);
        Assert.Equal(1, result.ExitCode);
        Assert.InRange(result.OutputBytes.Length, 50_000, 60_000);
        Assert.EndsWith("more lines\n", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_stack_overflow_ends_with_a_line()
    {
        ProcessResult result = ProcessRun.Shell("\"$1\" --path recurse --no-memory", Check);
        Assert.Equal(3, result.ExitCode);
        const string Line = "EXIT_PATHS UNKNOWN - the program ended early: its memory or its stack ran out, or it has a fault";
        Assert.StartsWith(Line, result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("--version")]
    [InlineData("--bogus")]
    [InlineData("--path throw")]
    public void Usage_help_and_version_exit_3(string arguments)
    {
        ProcessResult result = Run(arguments.Split(' '));
        Assert.Equal(3, result.ExitCode);
        Assert.NotEqual("", result.Output);
    }

    /// <summary>What a check says that a signal ends; its exit code is 3.</summary>
    private static string OutputAfter(Process check, string signal)
    {
        Assert.Equal(0, ProcessRun.Run("/bin/kill", ["-s", signal, check.Id.ToString()]).ExitCode);
        Assert.True(check.WaitForExit(ProcessRun.DefaultDeadline), $"the check runs on after SIG{signal}");
        Assert.Equal(3, check.ExitCode);
        return check.StandardOutput.ReadToEnd();
    }

    private static (int, string) Short(ProcessResult result) => (result.ExitCode, result.Output);

    private string Fifo()
    {
        string fifo = folder.PathOf("fifo");
        Assert.Equal(0, ProcessRun.Shell("mkfifo \"$1\"", fifo).ExitCode);
        return fifo;
    }

    private Process Start(params string[] arguments) => ProcessRun.Start(Check, ["--state-dir", folder.PathOf("state"), .. arguments]);

    private ProcessResult Run(params string[] arguments) => ProcessRun.Run(Check, ["--state-dir", folder.PathOf("state"), .. arguments]);
}
