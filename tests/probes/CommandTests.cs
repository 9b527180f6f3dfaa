using System.Diagnostics;
using System.Text;

namespace Ringfree.Monitoring.Probes.Tests;

/// <summary>Commands of this machine: what they say, how they end, and that nothing of them is left behind.</summary>
public sealed class CommandTests : IDisposable
{
    private readonly TestFolder folder = new();
    private readonly LocalWorld world = new(new Deadline(TimeSpan.FromSeconds(20)));

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Output_errors_and_exit_code_come_apart()
    {
        Answer answer = world.Ask(Shell("echo said; echo complained >&2; exit 7"));
        Assert.Equal((Outcome.Answered, 7, "said\n", "complained\n"), (answer.Outcome, answer.Code, Text(answer.Bytes), Text(answer.Errors)));
    }

    [Fact]
    public void Arguments_and_environment_are_what_was_asked_for()
    {
        Answer answer = world.Ask(new CommandQuestion("/usr/bin/printf", ["%s|", "a b", "", "$HOME", "ü"]));
        Assert.Equal("a b||$HOME|ü|", Text(answer.Bytes));
        Assert.Equal("LC_ALL=C\nPATH=/usr/sbin:/usr/bin:/sbin:/bin\n", Text(world.Ask(new CommandQuestion("/usr/bin/env", [])).Bytes));
    }

    [Fact]
    public void A_command_has_an_empty_input_a_session_of_its_own_and_no_foreign_descriptor()
    {
        using FileStream held = File.OpenRead("/etc/passwd");
        string text = Text(world.Ask(Shell("cat; ls /proc/self/fd | sort -n | tr '\\n' ' '; ps -o sid= -p $$ | tr -d ' '; echo $$; trap")).Bytes);
        Assert.Matches("^0 1 2 3 ([0-9]+)\n\\1\n$", text);
    }

    [Fact]
    public void A_command_that_a_signal_ends_has_the_code_that_a_shell_tells() =>
        Assert.Equal(128 + 9, world.Ask(Shell("kill -9 $$")).Code);

    [Fact]
    public void Who_answers_in_time_is_heard_although_another_one_is_waited_for_past_it()
    {
        TimeSpan limit = TimeSpan.FromSeconds(3);
        IReadOnlyList<Answer> answers = world.AskTogether(
            [new CommandQuestion("/bin/sleep", ["60"]) { Limit = limit }, Shell("echo said; echo complained >&2; exit 7") with { Limit = limit }]);
        Assert.Equal(Outcome.Silent, answers[0].Outcome);
        Assert.Equal((Outcome.Answered, 7, "said\n", "complained\n"), (answers[1].Outcome, answers[1].Code, Text(answers[1].Bytes), Text(answers[1].Errors)));
    }

    [Fact]
    public void Who_never_stops_talking_is_cut_off() =>
        Assert.Equal(Outcome.Silent, world.Stream(Shell("while :; do echo y; done") with { Limit = TimeSpan.FromSeconds(1), LongestAnswer = int.MaxValue }, _ => { }).Outcome);

    [Fact]
    public void A_command_that_does_not_exist_is_missing_and_one_that_may_not_run_is_denied()
    {
        Assert.Equal(Outcome.Missing, world.Ask(new CommandQuestion("/nonexistent/gluster", [])).Outcome);
        Assert.Equal(Outcome.Denied, world.Ask(new CommandQuestion("/etc/passwd", [])).Outcome);
    }

    [Fact]
    public void Root_runs_nothing_that_somebody_else_could_have_written()
    {
        Needs.Root();
        string program = folder.Write("gluster", "#!/bin/sh\necho run\n", UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.OtherWrite | UnixFileMode.UserWrite);
        Answer answer = world.Ask(new CommandQuestion(program, []));
        Assert.Equal(Outcome.Denied, answer.Outcome);
        Assert.StartsWith($"refused to run as root with the program '{program}': '{program}' is writable by others (mode 702); cure: name a program that only root may write", answer.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sleep 60")]
    [InlineData("trap '' TERM HUP INT; sleep 60 & sleep 60")]
    [InlineData("exec >&- 2>&-; sleep 60")]
    [InlineData("while :; do echo y; done")]
    public void What_does_not_end_is_killed_with_all_that_it_started(string line)
    {
        var clock = Stopwatch.StartNew();
        string mark = $"mark-{Guid.NewGuid():N}";
        Answer answer = world.Ask(Shell($"# {mark}\n{line}") with { Limit = TimeSpan.FromSeconds(0.4), LongestAnswer = 1 << 30 });
        Assert.Equal(Outcome.Silent, answer.Outcome);
        Assert.Matches("^no end after [0-9.]+ s$", answer.Reason);
        Assert.InRange(clock.Elapsed.TotalSeconds, 0.3, 20);
        Assert.Equal("", ProcessRun.Shell("for attempt in $(seq 100); do left=$(grep -l \"$1\" /proc/[0-9]*/cmdline 2>/dev/null) || exit 0; sleep 0.1; done; echo \"$left\"", $"[m]{mark[1..]}").Output);
    }

    [Fact]
    public void An_answer_that_outgrows_its_cap_ends_the_command()
    {
        Answer answer = world.Ask(Shell("yes") with { LongestAnswer = 100_000 });
        Assert.Equal((Outcome.TooLong, "the answer has more than 100000 bytes"), (answer.Outcome, answer.Reason));
    }

    [Fact]
    public void A_long_answer_is_streamed_and_not_kept()
    {
        long length = 0;
        Answer answer = world.Stream(Shell("head -c 30000000 /dev/zero") with { LongestAnswer = int.MaxValue }, piece => length += piece.Length);
        Assert.Equal((Outcome.Answered, 0, 30_000_000), (answer.Outcome, answer.Bytes.Length, length));
    }

    [Fact]
    public void Questions_that_are_asked_together_do_not_wait_for_each_other()
    {
        var clock = Stopwatch.StartNew();
        IReadOnlyList<Answer> answers = world.AskTogether([Shell("sleep 3; echo 1"), Shell("sleep 3; echo 2"), Shell("sleep 3; echo 3")]);
        Assert.Equal(["1\n", "2\n", "3\n"], answers.Select(answer => Text(answer.Bytes)));
        Assert.InRange(clock.Elapsed.TotalSeconds, 2.9, 8.9);
    }

    /// <summary>A megabyte is more than a pipe holds: who is not read meanwhile is not ready at its limit.</summary>
    [Fact]
    public void What_others_say_is_heard_while_the_caller_is_busy_past_their_limit()
    {
        Thread? caller = null;
        IReadOnlyList<Answer> answers = world.AskTogether([Shell("head -c 1000000 /dev/zero; exit 7") with { Limit = TimeSpan.FromSeconds(3) }], () =>
        {
            caller = Thread.CurrentThread;
            _ = new LocalWorld(new Deadline(TimeSpan.FromSeconds(20))).Ask(Shell("sleep 3.3"));
        });
        Assert.Equal((Outcome.Answered, 7, 1_000_000), (answers[0].Outcome, answers[0].Code, answers[0].Bytes.Length));
        Assert.Same(Thread.CurrentThread, caller);
    }

    [Fact]
    public void A_caller_that_fails_meanwhile_fails_after_the_others_have_ended() =>
        Assert.Equal("meanwhile", Assert.Throws<InvalidOperationException>(() => world.AskTogether([Shell("sleep 0.1")], () => throw new InvalidOperationException("meanwhile"))).Message);

    private static CommandQuestion Shell(string line) => new("/bin/sh", ["-c", line]);

    private static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);
}
