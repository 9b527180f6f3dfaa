using System.Text;
using Ringfree.Monitoring.Plugin;
using Ringfree.Monitoring.Probes;
using Xunit;

namespace Ringfree.Monitoring.Tests.Support;

/// <summary>
/// What the recordings of a check hold it to: each gives its report on the published program, and recorded again it is the same recording
/// wherever it lies. A recording is a test by lying in the folder: what a person sends of a real machine belongs there as it comes.
/// </summary>
/// <param name="fewest">So many recordings there are at least.</param>
public abstract class RecordingsTests<TCheck>(int fewest)
    where TCheck : ICheck
{
#pragma warning disable CA1000 // xUnit finds the data of a theory as a static member of the class that declares it
    public static TheoryData<string> Recordings => [.. RecordingCase.Names(Check)];
#pragma warning restore CA1000

    /// <summary>About says when it was recorded, path where the memory was.</summary>
    private static readonly string[] MayDiffer = [RecordingFormat.About, "memory/path"];

    protected static string Check => TCheck.Facts.Name;

    [Fact]
    public void There_are_recordings() => Assert.InRange(Recordings.Count, fewest, 1000);

    [Fact]
    public void Every_recording_gives_its_report() => Snapshot.MatchAll(
        RecordingCase.Names(Check).Select(name =>
        {
            ProcessResult result = ProcessRun.Run(Repository.Program(Check), ["--replay", RecordingCase.PathOf(Check, name)]);
            return (name, $"exit {result.ExitCode}\n{result.Output}");
        }),
        "recordings",
        Repository.PathOf("tests", Check, "RecordingsTests.cs"));

    [Theory]
    [MemberData(nameof(Recordings))]
    public void Recorded_again_and_replayed_elsewhere_it_gives_the_same_bytes(string name)
    {
        using var folder = new TestFolder();
        string original = RecordingCase.PathOf(Check, name);
        var parts = RecordingParts.At(original);
        string copy = folder.PathOf("copy.recording");
        string memory = folder.PathOf("memory");
        Directory.CreateDirectory(memory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        if (parts.Read("memory/content", int.MaxValue) is { Failure: null } remembered)
        {
            File.WriteAllBytes(Path.Combine(memory, Check + ".json"), remembered.Bytes);
            File.SetUnixFileMode(Path.Combine(memory, Check + ".json"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        string[] arguments = Encoding.UTF8.GetString(parts.Read(RecordingFormat.Arguments, int.MaxValue).Bytes).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        (string Output, int ExitCode) recorded = Host.RunInside<TCheck>(
            [.. arguments, "--state-dir", memory, "--record", copy],
            new ReplayWorld(parts));
        Assert.Equal(Host.RunInside<TCheck>(["--replay", original], new FakeWorld()), recorded);
        foreach (string part in parts.Names.Union(RecordingParts.At(copy).Names).Except(MayDiffer))
        {
            Assert.Equal((part, Text(parts, part)), (part, Text(RecordingParts.At(copy), part)));
        }

        Assert.Equal(TCheck.Facts.Remembers, RecordingParts.At(copy).Holds("memory/path"));
        string elsewhere = folder.PathOf("elsewhere");
        File.Move(copy, elsewhere);
        Assert.Equal(recorded, Host.RunInside<TCheck>(["--replay", elsewhere], new FakeWorld()));
    }

    private static string Text(RecordingParts parts, string name) => parts.Read(name, int.MaxValue) is { Failure: null } part
        ? Encoding.Latin1.GetString(part.Bytes)
        : "(not in the recording)";
}
