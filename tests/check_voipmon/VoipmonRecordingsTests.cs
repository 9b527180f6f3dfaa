using Ringfree.Monitoring.Plugin;
using Ringfree.Monitoring.Plugins.Voipmon;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.CheckVoipmon.Tests;

/// <summary>Each recording is a test by lying in the folder: a real server's belongs there as it comes.</summary>
public sealed class VoipmonRecordingsTests : IDisposable
{
    private const string Check = "check_voipmon";

    private readonly TestFolder folder = new();

    public static TheoryData<string> Recordings => RecordingCase.Of(Check);

    public void Dispose() => folder.Dispose();

    [Fact]
    public void There_are_recordings() => Assert.InRange(Recordings.Count, 5, 1000);

    [Theory]
    [MemberData(nameof(Recordings))]
    public void A_recording_gives_its_report(string name)
    {
        ProcessResult result = ProcessRun.Run(Repository.Program(Check), ["--replay", RecordingCase.Folder(Check, name)]);
        Snapshot.Match($"exit {result.ExitCode}\n{result.Output}", "recording-" + name);
    }

    [Theory]
    [MemberData(nameof(Recordings))]
    public void Recorded_again_and_replayed_elsewhere_it_gives_the_same_bytes(string name)
    {
        string original = RecordingCase.Folder(Check, name);
        string copy = folder.PathOf("copy");
        string state = folder.PathOf("state");
        Directory.CreateDirectory(state, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        string remembered = Path.Combine(original, "memory", "content");
        if (File.Exists(remembered))
        {
            File.WriteAllBytes(Path.Combine(state, Check + ".json"), File.ReadAllBytes(remembered));
            File.SetUnixFileMode(Path.Combine(state, Check + ".json"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        (string Output, int ExitCode) recorded = Host.RunInside<VoipmonCheck>(
            [.. File.ReadAllLines(Path.Combine(original, "arguments")), "--state-dir", state, "--record", copy],
            new ReplayWorld(original));
        Dictionary<string, string> contents = RecordingCase.Contents(original);
        Dictionary<string, string> copied = RecordingCase.Contents(copy);
        string where = Path.Combine("memory", "path");
        Assert.True(contents.Remove(where) && copied.Remove(where));
        Assert.Equal(contents, copied);
        Directory.Move(copy, folder.PathOf("elsewhere"));
        Assert.Equal(recorded, Host.RunInside<VoipmonCheck>(["--replay", folder.PathOf("elsewhere")], new FakeWorld()));
    }
}
