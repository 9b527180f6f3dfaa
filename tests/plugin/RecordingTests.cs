using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Plugin.Tests;

/// <summary>What a check remembers is part of its recording: the memory that a run began with, and why it could not be kept.</summary>
public sealed class RecordingTests : IDisposable
{
    private readonly TestFolder folder = new();
    private readonly FakeWorld world = new();

    private string State => folder.PathOf("state");

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("a first run", "true")]
    [InlineData("a later run", "check_temperature; check_temperature --changed")]
    [InlineData("a corrupt memory", "echo nonsense >\"$1/check_temperature.json\"")]
    [InlineData("a folder that is open to others", "chmod 0755 \"$1\"")]
    [InlineData("a memory behind a link", "ln -sf /dev/null \"$1/check_temperature.json\"")]
    public void The_memory_that_a_run_began_with_is_recorded(string state, string preparation)
    {
        Directory.CreateDirectory(State, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        foreach (string step in preparation.Split("; "))
        {
            if (step.StartsWith("check_temperature", StringComparison.Ordinal))
            {
                Host.RunInside<TemperatureCheck>(["--state-dir", State, .. step.Split(' ')[1..]], world);
            }
            else
            {
                ProcessRun.Shell(step, State);
            }
        }

        world.Now += TimeSpan.FromMinutes(1);
        string[] arguments = ["-vvv", "--reading", "24", "--fan", "a b", "--fan", "c", "-w", "celsius=@10:20", "--only", "room"];
        (string Output, int ExitCode) recorded = Host.RunInside<TemperatureCheck>([.. arguments, "--state-dir", State, "--record", folder.PathOf("r")], world);
        Directory.Move(folder.PathOf("r"), folder.PathOf("moved"));
        Directory.Delete(State, recursive: true);

        (string Output, int ExitCode) replayed = Host.RunInside<TemperatureCheck>(["--replay", folder.PathOf("moved")], new FakeWorld());
        Assert.True(recorded == replayed, $"{state}:\n{recorded}\nbut replayed\n{replayed}");
        Assert.False(Directory.Exists(State), "a replay wrote memory");
        Assert.Equal(recorded, Host.RunInside<TemperatureCheck>(["--replay", folder.PathOf("moved")], new FakeWorld()));
    }

    [Fact]
    public void A_recording_of_a_check_that_remembers_needs_its_memory()
    {
        Host.RunInside<TemperatureCheck>(["--state-dir", State, "--record", folder.PathOf("r")], world);
        Directory.Delete(folder.PathOf("r", "memory"), recursive: true);
        Assert.Equal(
            $"TEMPERATURE UNKNOWN - the recording '{folder.PathOf("r")}' does not suffice: its file 'memory/path' is missing\n",
            Host.RunInside<TemperatureCheck>(["--replay", folder.PathOf("r")], new FakeWorld()).Output);
    }

    [Fact]
    public void One_file_holds_what_a_folder_holds()
    {
        string[] arguments = ["-vvv", "--reading", "24", "--fan", "a b"];
        (string Output, int ExitCode) recorded = Host.RunInside<TemperatureCheck>([.. arguments, "--state-dir", State, "--record", folder.PathOf("r")], world);
        Directory.Delete(State, recursive: true);
        string file = folder.PathOf("one.recording");
        Assert.Equal(recorded, Host.RunInside<TemperatureCheck>([.. arguments, "--state-dir", State, "--record", file], world));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.Equal(recorded, Host.RunInside<TemperatureCheck>(["--replay", file], new FakeWorld()));
        Assert.Equal(RecordingParts.At(folder.PathOf("r")).Names.Order(), RecordingParts.At(file).Names.Order());
        Snapshot.Match(File.ReadAllText(file).Replace(State, "STATE", StringComparison.Ordinal), "recording-in-one-file");

        (string again, int code) = Host.RunInside<TemperatureCheck>(["--record", file], world);
        Assert.Equal(3, code);
        Assert.StartsWith($"TEMPERATURE UNKNOWN - --record '{file}' exists; accepted is a folder that does not exist yet, or a new FILE.recording", again, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "--replay 'PATH' is not a recording: it does not begin with 'ringfree-recording 1'; expected the folder or the file that a run with --record wrote")]
    [InlineData("ringfree-recording 2\n", "the recording 'PATH' cannot be read: its first line is 'ringfree-recording 2'; expected 'ringfree-recording 1'")]
    [InlineData("ringfree-recording 1\nclock\n", "the recording 'PATH' cannot be read: its line 2 belongs to no part; expected a header such as '--- clock'")]
    [InlineData("ringfree-recording 1\n--- clock\n--- clock\n", "the recording 'PATH' cannot be read: its line 3 begins the part 'clock' a second time")]
    [InlineData("ringfree-recording 1\n--- \n", "the recording 'PATH' cannot be read: its line 2 names no part")]
    [InlineData("ringfree-recording 1\n", "the recording 'PATH' does not suffice: its file 'memory/path' is missing")]
    public void A_file_that_is_not_a_whole_recording_is_named(string text, string sentence)
    {
        string file = folder.Write("a.recording", text);
        Assert.Equal(
            ($"TEMPERATURE UNKNOWN - {sentence.Replace("PATH", file, StringComparison.Ordinal)}\n", 3),
            Host.RunInside<TemperatureCheck>(["--replay", file], new FakeWorld()));
    }

    [Fact]
    public void A_recording_that_does_not_exist_is_named() => Assert.Equal(
        ("TEMPERATURE UNKNOWN - --replay '/nope': there is no such recording; expected the folder or the file that a run with --record wrote\n", 3),
        Host.RunInside<TemperatureCheck>(["--replay", "/nope"], new FakeWorld()));

    [Fact]
    public void Recording_a_replay_is_refused()
    {
        Host.RunInside<TemperatureCheck>(["--state-dir", State, "--record", folder.PathOf("r")], world);
        (string output, int code) = Host.RunInside<TemperatureCheck>(["--replay", folder.PathOf("r"), "--record", folder.PathOf("s")], new FakeWorld());
        Assert.Equal((3, "TEMPERATURE UNKNOWN - --record and --replay were both given; accepted is one of them\n"), (code, output));
    }

    [Fact]
    public void A_recording_can_be_read_by_a_person()
    {
        Host.RunInside<TemperatureCheck>(["--state-dir", State, "--record", folder.PathOf("r"), "-v", "-c", "50"], world);
        string[] files = [.. Directory.GetFiles(folder.PathOf("r"), "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
        string text = string.Concat(files.Select(file => $"== {Path.GetRelativePath(folder.PathOf("r"), file)}\n{File.ReadAllText(file)}"));
        Snapshot.Match(text.Replace(State, "STATE", StringComparison.Ordinal), "recording");
    }

    [Fact]
    public void The_worlds_of_this_machine_tell_one_moment()
    {
        var machine = new LocalWorld(new Deadline(TimeSpan.FromSeconds(1)));
        DateTimeOffset first = machine.Now;
        Thread.SpinWait(100_000);
        Assert.Equal(first, machine.Now);
    }
}
