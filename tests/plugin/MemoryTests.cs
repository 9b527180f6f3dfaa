using Microsoft.Win32.SafeHandles;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Plugin.Tests;

public sealed class MemoryTests : IDisposable
{
    private readonly TestFolder folder = new();
    private readonly FakeWorld world = new();

    private string State => folder.PathOf("state");

    private string MemoryPath => Path.Combine(State, "check_temperature.json");

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_first_run_says_that_it_is_the_baseline_and_the_next_one_knows_it()
    {
        Assert.Contains("last reading: none, this is the baseline", Run("-v", "--reading", "21").Output, StringComparison.Ordinal);
        Assert.Contains("last reading: 21", Run("-v", "--reading", "22").Output, StringComparison.Ordinal);
        Assert.Contains("last reading: 22", Run("-v").Output, StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(State));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(MemoryPath));
        Assert.Equal(["check_temperature.json"], Directory.GetFiles(State).Select(Path.GetFileName));
    }

    [Fact]
    public void A_change_stays_raised_for_the_hold_and_no_longer()
    {
        Assert.Equal(2, Run("--changed", "--latch", "10m").ExitCode);
        world.Now += TimeSpan.FromMinutes(9);
        (string output, int code) = Run();
        Assert.Equal(2, code);
        Assert.StartsWith("TEMPERATURE CRITICAL - the window was opened (since 2026-03-01 03:12 UTC) |", output, StringComparison.Ordinal);
        world.Now += TimeSpan.FromMinutes(1);
        Assert.Equal(0, Run().ExitCode);
        Assert.DoesNotContain("window", File.ReadAllText(MemoryPath), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_problem_says_since_when_from_its_second_run_on()
    {
        Assert.Contains("] fan front stands still\n", Run("--fan", "front", "--fan", "rear").Output, StringComparison.Ordinal);
        string remembered = File.ReadAllText(MemoryPath);
        world.Now += TimeSpan.FromMinutes(3);
        string output = Run("--fan", "front", "--fan", "side", "--fan", "rear").Output;
        Assert.StartsWith(
            "TEMPERATURE CRITICAL - fan front stands still (since 2026-03-01 03:12 UTC); also fan side stands still; also fan rear stands "
                + "still (since 2026-03-01 03:12 UTC) |",
            output,
            StringComparison.Ordinal);
        Assert.Contains("[CRITICAL] fan rear stands still (since 2026-03-01 03:12 UTC)\n", output, StringComparison.Ordinal);

        world.Now += TimeSpan.FromMinutes(3);
        output = Run("--fan", "side", "--no-memory").Output;
        Assert.Contains("fan side stands still (since 2026-03-01 03:15 UTC)", output, StringComparison.Ordinal);
        Assert.Equal(0, Run().ExitCode);
        Assert.Contains("\"fan front\"", remembered, StringComparison.Ordinal);
        Assert.DoesNotContain("\"fan front\"", File.ReadAllText(MemoryPath), StringComparison.Ordinal);
        Assert.DoesNotContain(" since ", Run("--fan", "front").Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("brick a:/b is offline", "brick a:/b is offline (since 2026-03-01 03:12 UTC)")]
    [InlineData("it waits for the database", "it waits for the database (since 2026-03-01 03:12 UTC)")]
    [InlineData("its timeout for 5 servers", "its timeout for 5 servers (since 2026-03-01 03:12 UTC)")]
    [InlineData("c1 hangs since 2026-03-01 02:00 UTC", "c1 hangs since 2026-03-01 02:00 UTC")]
    [InlineData("it waits for all, and pbx is DOWN for 3m 12s", "it waits for all, and pbx is DOWN for 3m 12s")]
    [InlineData("for 3m", "for 3m (since 2026-03-01 03:12 UTC)")]
    public void A_sentence_that_says_how_long_is_left_alone(string sentence, string with) =>
        Assert.Equal(with, Words.Since(sentence, new DateTimeOffset(2026, 3, 1, 3, 12, 0, TimeSpan.Zero)));

    [Fact]
    public void Without_an_option_the_hold_is_that_of_the_facts()
    {
        Run("--changed");
        world.Now += TimeSpan.FromMinutes(19);
        Assert.Equal(2, Run().ExitCode);
        world.Now += TimeSpan.FromMinutes(1);
        Assert.Equal(0, Run().ExitCode);
    }

    [Fact]
    public void What_a_person_acknowledges_is_dropped_at_once()
    {
        Run("--changed");
        Assert.Equal(2, Run().ExitCode);
        Assert.Equal(0, Run("--forget").ExitCode);
        Assert.Equal(0, Run().ExitCode);
    }

    [Fact]
    public void A_change_that_is_raised_again_keeps_its_beginning()
    {
        Run("--changed");
        world.Now += TimeSpan.FromMinutes(14);
        Run("--changed");
        world.Now += TimeSpan.FromMinutes(14);
        Assert.Contains("since 2026-03-01 03:12 UTC", Run().Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_of_one_concern_leaves_the_memory_of_the_others()
    {
        Run("--reading", "21");
        Run("--only", "fans");
        Assert.Contains("last reading: 21", Run("-v").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Instances_have_their_own_memory()
    {
        Run("--reading", "21", "--instance", "cellar");
        Assert.Contains("baseline", Run("-v").Output, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(State, "check_temperature.cellar.json")));
    }

    [Fact]
    public void No_memory_looks_without_touching()
    {
        Run("--reading", "21");
        byte[] before = File.ReadAllBytes(MemoryPath);
        Assert.Contains("last reading: 21", Run("-v", "--no-memory", "--reading", "30").Output, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(MemoryPath));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("{\"version\":2,\"concerns\":{}}")]
    [InlineData("{\"version\":1,\"concerns\":{\"room\":{\"values\":{\"reading\":5}}}}")]
    [InlineData("{\"version\":1,\"concerns\":{\"room\":{\"latched\":[{\"key\":\"x\"}]}}}")]
    [InlineData("{\"version\":1,\"concerns\":{}} trailing")]
    [InlineData("\u0000\u0001binary")]
    [InlineData("[[[[[[[[")]
    public void A_corrupt_memory_is_set_aside_and_raised_for_the_hold(string content)
    {
        Run();
        File.WriteAllText(MemoryPath, content);
        (string output, int code) = Run();
        Assert.Equal(3, code);
        Assert.Contains($"the memory '{MemoryPath}' was corrupt and stands now at '{MemoryPath}.corrupt'; changes before this run are not known", output, StringComparison.Ordinal);
        Assert.Equal(content, File.ReadAllText(MemoryPath + ".corrupt"));
        Assert.Equal(3, Run().ExitCode);
        world.Now += TimeSpan.FromMinutes(20);
        Assert.Equal(0, Run().ExitCode);
    }

    [Fact]
    public void A_folder_of_somebody_else_is_refused_with_the_cure()
    {
        Needs.Root();
        Run();
        ProcessRun.Shell("chown nobody \"$1\"", State);
        (string output, int code) = Run();
        Assert.Equal(
            (1, $"TEMPERATURE WARNING - changes are not seen, because nothing is remembered: the memory folder '{State}' is not nagios's own; it belongs to nobody: run this as nobody: sudo -u nobody ..., or name another one with --state-dir; for a look by hand: --no-memory"),
            (code, output.Split(" | ")[0]));
    }

    [Theory]
    [InlineData("chmod 0750 \"$1\"", "is open to others (mode 750); cure: chmod 0700 '")]
    [InlineData("mv \"$1\" \"$1.real\" && ln -s \"$1.real\" \"$1\"", "is not a folder; cure: ")]
    public void A_folder_that_is_not_closed_is_refused(string damage, string sentence)
    {
        Run();
        ProcessRun.Shell(damage, State);
        (string output, int code) = Run();
        Assert.Equal(1, code);
        Assert.Contains(sentence, output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_memory_behind_a_link_is_not_followed()
    {
        Run();
        string elsewhere = folder.Write("elsewhere", "{\"version\":1,\"concerns\":{}}");
        File.Delete(MemoryPath);
        File.CreateSymbolicLink(MemoryPath, elsewhere);
        (string output, int code) = Run();
        Assert.Equal(1, code);
        Assert.Contains($"the memory '{MemoryPath}' cannot be trusted: is a symbolic link; cure: mv '{MemoryPath}' '{MemoryPath}.old'; for a look", output, StringComparison.Ordinal);
        Assert.Equal("{\"version\":1,\"concerns\":{}}", File.ReadAllText(elsewhere));
    }

    [Fact]
    public void A_folder_that_cannot_be_made_leaves_the_verdict_and_is_said()
    {
        string root = Libc.EffectiveUser() == 0 ? "" : "sudo ";
        string trouble = "the memory folder '/proc/none/state' cannot be made: No such file or directory; "
            + $"cure: {root}install -d -m 0755 '/proc/none' && {root}install -d -m 0700 -o nagios '/proc/none/state'";
        (int, string) InNoFolder(params string[] arguments)
        {
            (string output, int code) = Host.RunInside<TemperatureCheck>(["--state-dir", "/proc/none/state", .. arguments], world);
            return (code, output);
        }

        string finding = $"changes are not seen, because nothing is remembered: {trouble}; for a look by hand: --no-memory";
        Assert.Equal((1, $"TEMPERATURE WARNING - {finding} | celsius=20;15:25;5:35 fans_turning=3;;;0;3\n"), InNoFolder());
        Assert.Equal(
            (2, $"TEMPERATURE CRITICAL - room at 40 (limit: from 5 to 35); also {finding} | celsius=40;15:25;5:35 fans_turning=3;;;0;3\n"
                + $"[CRITICAL] room at 40 (limit: from 5 to 35)\n[WARNING] {finding}\nfirst: open a window\n"),
            InNoFolder("--reading", "40"));
        Assert.Equal((1, "TEMPERATURE WARNING - room at 30"), InNoFolder("--reading", "30") is var (code, output) ? (code, output.Split(" (")[0]) : default);

        // Nothing of this concern rests on an earlier run.
        Assert.Equal(
            (0, $"TEMPERATURE OK - room at 20, all fans turn | fans_turning=3;;;0;3\nnote: nothing is remembered: {trouble}\n"),
            InNoFolder("--only", "fans"));
        Assert.Equal((0, "TEMPERATURE OK - room at 20, all fans turn | celsius=20;15:25;5:35 fans_turning=3;;;0;3\n"), InNoFolder("--no-memory"));
    }

    [Fact]
    public void Runs_of_two_concerns_at_once_both_remember()
    {
        Run("--reading", "21", "--fan", "front");
        world.Now += TimeSpan.FromMinutes(1);
        TemperatureCheck.Meanwhile.Value = () => Run("--only", "fans", "--fan", "rear");
        Assert.Equal(0, Run("--only", "room", "--reading", "22").ExitCode);

        world.Now += TimeSpan.FromMinutes(1);
        string output = Run("-v", "--fan", "front", "--fan", "rear").Output;
        Assert.Contains("last reading: 22", output, StringComparison.Ordinal);
        Assert.Contains("fan rear stands still (since 2026-03-01 03:13 UTC)", output, StringComparison.Ordinal);
        Assert.Contains("] fan front stands still\n", output, StringComparison.Ordinal);
        Assert.Equal(["check_temperature.json"], Directory.GetFiles(State).Select(Path.GetFileName));
    }

    [Fact]
    public void Of_two_runs_of_one_concern_the_first_to_end_is_remembered()
    {
        Run("--reading", "21");
        TemperatureCheck.Meanwhile.Value = () => Run("--reading", "22", "--changed");
        Assert.Equal(0, Run("--reading", "23").ExitCode);

        (string output, int code) = Run("-v");
        Assert.Contains("last reading: 22", output, StringComparison.Ordinal);
        Assert.Equal(2, code);
        Assert.Contains("the window was opened", output, StringComparison.Ordinal);
    }

    [Fact]
    public void What_ended_while_it_wrote_leaves_nothing_that_grows()
    {
        Run();
        File.WriteAllText(MemoryPath + ".new", "half of a mem");
        File.WriteAllText(Path.Combine(State, "check_temperature.lock"), "");
        Assert.Equal(0, Run("--reading", "22").ExitCode);
        Assert.Equal(["check_temperature.json"], Directory.GetFiles(State).Select(Path.GetFileName));
    }

    [Fact]
    public void A_lock_that_another_run_holds_is_said()
    {
        Run();
        using SafeFileHandle holder = File.OpenHandle(Path.Combine(State, "check_temperature.lock"), FileMode.Create, FileAccess.Write);
        Assert.Equal(0, Libc.Lock((int)holder.DangerousGetHandle(), Libc.LOCK_EX));
        (string output, int code) = Run("--reading", "22");
        Assert.Equal(1, code);
        Assert.Contains("is held by another run for more than 1 s", output, StringComparison.Ordinal);
    }

    private (string Output, int ExitCode) Run(params string[] arguments) =>
        Host.RunInside<TemperatureCheck>(["--state-dir", State, .. arguments], world);
}
