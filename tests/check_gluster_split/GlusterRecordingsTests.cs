using CsCheck;
using Ringfree.Monitoring.Plugin;
using Ringfree.Monitoring.Plugins.GlusterSplit;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.CheckGlusterSplit.Tests;

/// <summary>
/// The whole program, the whole output and the exit code, once per state. The answers are those of a real pool of GlusterFS 10.3 in twelve
/// states, and edited ones for what such a pool does not do on demand: older versions, lists that were cut, quorum options.
/// </summary>
public sealed class GlusterRecordingsTests : IDisposable
{
    private const string Check = "check_gluster_split";

    private readonly TestFolder folder = new();

    public static TheoryData<string> Recordings => RecordingCase.Of(Check);

    public void Dispose() => folder.Dispose();

    [Fact]
    public void There_are_recordings() => Assert.InRange(Recordings.Count, 80, 1000);

    [Theory]
    [MemberData(nameof(Recordings))]
    public void A_recording_gives_its_report(string name)
    {
        ProcessResult result = ProcessRun.Run(Repository.Program(Check), ["--replay", RecordingCase.Folder(Check, name)]);
        Snapshot.Match($"exit {result.ExitCode}\n{result.Output}", name);
    }

    [Theory]
    [MemberData(nameof(Recordings))]
    public void Recorded_again_and_replayed_elsewhere_it_gives_the_same_bytes(string name)
    {
        string original = RecordingCase.Folder(Check, name);
        string state = folder.PathOf("state");
        Directory.CreateDirectory(state, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        string before = Path.Combine(original, "memory", "content");
        if (File.Exists(before))
        {
            File.Copy(before, Path.Combine(state, Check + ".json"));
            File.SetUnixFileMode(Path.Combine(state, Check + ".json"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        (string Output, int ExitCode) judged = Host.RunInside<GlusterSplitCheck>(["--replay", original], new FakeWorld());
        Assert.Equal(judged, Host.RunInside<GlusterSplitCheck>(
            ["--options-file", Path.Combine(original, "arguments"), "--state-dir", state, "--record", folder.PathOf("copy")],
            new ReplayWorld(original)));
        Directory.Move(folder.PathOf("copy"), folder.PathOf("elsewhere"));
        Assert.Equal(judged, Host.RunInside<GlusterSplitCheck>(["--replay", folder.PathOf("elsewhere")], new FakeWorld()));
    }

    [Theory]
    [InlineData("split-brain")]
    [InlineData("heal-backlog-old-and-growing")]
    [InlineData("mounts-hung")]
    public void Any_bytes_in_a_recording_give_a_legal_line(string name)
    {
        string recording = folder.PathOf("recording");
        ProcessRun.Run("/bin/cp", ["-r", RecordingCase.Folder(Check, name), recording]);
        string[] files = Directory.GetFiles(recording, "*", SearchOption.AllDirectories);
        byte[][] originals = [.. files.Select(File.ReadAllBytes)];
        Gen.Select(Gen.Int[0, files.Length - 1], Gen.Int[0, 5000], Gen.Byte.Array[0, 80]).Sample(
            (index, kept, noise) =>
            {
                byte[] original = originals[index];
                File.WriteAllBytes(files[index], [.. original[..Math.Min(kept, original.Length)], .. noise]);
                (string output, int code) = Host.RunInside<GlusterSplitCheck>(["--replay", recording], new FakeWorld());
                File.WriteAllBytes(files[index], original);
                string line = output.Split('\n')[0];
                Assert.InRange(code, 0, 3);
                Assert.Matches("^GLUSTER_SPLIT (OK|WARNING|CRITICAL|UNKNOWN) - [^|]*( \\| [^|]*)?$", line);
                Assert.InRange(System.Text.Encoding.UTF8.GetByteCount(line), 20, Renderer.LongestFirstLine);
                Assert.DoesNotContain(output.Replace("\n", "", StringComparison.Ordinal), char.IsControl);
            },
            iter: 400,
            threads: 1);
    }
}
