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
    public static TheoryData<string> Recordings => RecordingCase.Of(Check);
#pragma warning restore CA1000

    protected static string Check => TCheck.Facts.Name;

    [Fact]
    public void There_are_recordings() => Assert.InRange(Recordings.Count, fewest, 1000);

    [Theory]
    [MemberData(nameof(Recordings))]
    public void A_recording_gives_its_report(string name)
    {
        ProcessResult result = ProcessRun.Run(Repository.Program(Check), ["--replay", RecordingCase.Folder(Check, name)]);
        Snapshot.Match($"exit {result.ExitCode}\n{result.Output}", "recording-" + name, Repository.PathOf("tests", Check, "RecordingsTests.cs"));
    }

    [Theory]
    [MemberData(nameof(Recordings))]
    public void Recorded_again_and_replayed_elsewhere_it_gives_the_same_bytes(string name)
    {
        using var folder = new TestFolder();
        string original = RecordingCase.Folder(Check, name);
        string copy = folder.PathOf("copy");
        string memory = folder.PathOf("memory");
        Directory.CreateDirectory(memory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        string remembered = Path.Combine(original, "memory", "content");
        if (File.Exists(remembered))
        {
            File.Copy(remembered, Path.Combine(memory, Check + ".json"));
            File.SetUnixFileMode(Path.Combine(memory, Check + ".json"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        (string Output, int ExitCode) recorded = Host.RunInside<TCheck>(
            [.. File.ReadAllLines(Path.Combine(original, "arguments")), "--state-dir", memory, "--record", copy],
            new ReplayWorld(original));
        Assert.Equal(Host.RunInside<TCheck>(["--replay", original], new FakeWorld()), recorded);

        // "about" says when it was recorded, "path" where the memory was.
        ProcessResult differences = ProcessRun.Run("/usr/bin/diff", ["-r", "--exclude=about", "--exclude=path", original, copy]);
        Assert.True(differences.ExitCode == 0, differences.Output);

        Assert.Equal(TCheck.Facts.Remembers, File.Exists(Path.Combine(copy, "memory", "path")));
        string elsewhere = folder.PathOf("elsewhere");
        Directory.Move(copy, elsewhere);
        Assert.Equal(recorded, Host.RunInside<TCheck>(["--replay", elsewhere], new FakeWorld()));
    }
}
