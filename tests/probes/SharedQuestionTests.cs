using System.Text;

namespace Ringfree.Monitoring.Probes.Tests;

/// <summary>An answer that the checks of a machine share, and the pause before something is asked again.</summary>
public sealed class SharedQuestionTests : IDisposable
{
    private static readonly TimeSpan Age = TimeSpan.FromSeconds(30);

    private readonly TestFolder folder = new();

    private string Log => folder.PathOf("log");

    public void Dispose() => folder.Dispose();

    [Fact]
    public void An_answer_is_asked_for_once_and_given_to_those_who_come_soon_after()
    {
        Answer first = Ask(Counting("echo said", code: 4));
        Answer second = Ask(Counting("echo said", code: 4));
        Assert.Equal((Outcome.Answered, "said\n", 4), (second.Outcome, Encoding.UTF8.GetString(second.Bytes.Span), second.Code));
        Assert.Equal(first.Bytes.ToArray(), second.Bytes.ToArray());
        Assert.Equal(1, TimesAsked());
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Assert.Single(Directory.GetFiles(StateFolder(), "*.answer"))));
    }

    [Fact]
    public async Task Runs_that_ask_together_wait_for_one_answer()
    {
        Answer[] answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => Task.Run(() => Ask(Counting("sleep 0.5; echo said")))));
        Assert.All(answers, answer => Assert.Equal("said\n", Encoding.UTF8.GetString(answer.Bytes.Span)));
        Assert.Equal(1, TimesAsked());
    }

    [Fact]
    public async Task A_run_whose_time_is_up_before_another_one_has_the_answer_says_so()
    {
        Task<Answer> slow = Task.Run(() => Ask(Counting("sleep 4; echo said")));
        Assert.True(SpinWait.SpinUntil(() => File.Exists(Log), ProcessRun.DefaultDeadline));
        Answer hasty = Ask(Counting("sleep 4; echo said") with { Limit = TimeSpan.FromMilliseconds(300) });
        Assert.Equal((Outcome.Silent, "another run on this machine asks the same and has no answer yet"), (hasty.Outcome, hasty.Reason));
        Assert.Equal(Outcome.Answered, (await slow).Outcome);
    }

    [Theory]
    [InlineData("echo busy", 19, false)]
    [InlineData("echo said; echo complained >&2", 19, true)]
    [InlineData("sleep 60", 2, true)]
    public void What_is_no_good_answer_is_not_shared(string line, double limit, bool isWorthSharing)
    {
        CommandQuestion question = Counting(line) with { Limit = TimeSpan.FromSeconds(limit) };
        _ = Ask(question, isWorthSharing);
        _ = Ask(question, isWorthSharing);
        Assert.Equal(2, TimesAsked());
    }

    [Theory]
    [InlineData("")]
    [InlineData("2020-01-01T00:00:00.0000000Z 0 5\nsaid\n")]
    [InlineData("2999-01-01T00:00:00.0000000Z 0 5\nsaid\n")]
    [InlineData("NOW 0 500\nsaid\n")]
    [InlineData("NOW x 5\nsaid\n")]
    [InlineData("said\n")]
    public void An_answer_that_is_too_old_cut_or_of_another_form_is_asked_for_again(string left)
    {
        _ = Ask(Counting("echo said"));
        File.WriteAllText(Directory.GetFiles(StateFolder(), "*.answer")[0], left.Replace("NOW", RecordingFormat.Print(TimeProvider.System.GetUtcNow()), StringComparison.Ordinal));
        Assert.Equal("said\n", Encoding.UTF8.GetString(Ask(Counting("echo said")).Bytes.Span));
        Assert.Equal(2, TimesAsked());
    }

    [Fact]
    public void Without_a_folder_of_its_own_every_run_asks_for_itself()
    {
        Directory.CreateDirectory(StateFolder());
        File.SetUnixFileMode(StateFolder(), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherRead);
        Assert.Equal("said\n", Encoding.UTF8.GetString(Ask(Counting("echo said")).Bytes.Span));
        Assert.Equal("said\n", Encoding.UTF8.GetString(Ask(Counting("echo said")).Bytes.Span));
        Assert.Equal(2, TimesAsked());
    }

    [Fact]
    public void In_a_recording_a_shared_question_is_the_question_itself()
    {
        CommandQuestion question = Counting("echo said");
        var shared = new SharedQuestion(question, Age, _ => true);
        Assert.Equal((question.Kind, question.Print(), question.What), (shared.Kind, shared.Print(), shared.What));
    }

    [Fact]
    public void A_pause_lasts_as_long_as_it_says_or_as_the_run_does()
    {
        var deadline = new Deadline(TimeSpan.FromSeconds(20));
        Answer answer = new LocalWorld(deadline).Ask(new PauseQuestion(TimeSpan.FromMilliseconds(300)));
        Assert.Equal(Outcome.Answered, answer.Outcome);
        Assert.True(deadline.Elapsed >= TimeSpan.FromMilliseconds(300), $"{deadline.Elapsed}");

        var brief = new Deadline(TimeSpan.FromMilliseconds(500));
        _ = new LocalWorld(brief).Ask(new PauseQuestion(TimeSpan.FromHours(1)));
        Assert.True(brief.Elapsed < TimeSpan.FromSeconds(30), $"{brief.Elapsed}");
        Assert.Equal(new PauseQuestion(TimeSpan.Zero).Print(), new PauseQuestion(TimeSpan.FromHours(1)).Print());
    }

    private string StateFolder() => folder.PathOf("state");

    /// <summary>A line of shell that leaves a mark each time that it runs.</summary>
    private CommandQuestion Counting(string line, int code = 0) => new("/bin/sh", ["-c", $"echo asked >>'{Log}'; {line}; exit {code}"]);

    private int TimesAsked() => File.ReadAllLines(Log).Length;

    private Answer Ask(CommandQuestion question, bool isWorthSharing = true) =>
        new LocalWorld(new Deadline(TimeSpan.FromSeconds(20)), StateFolder()).Ask(new SharedQuestion(question, Age, _ => isWorthSharing));
}
