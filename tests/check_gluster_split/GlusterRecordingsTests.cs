using CsCheck;
using Ringfree.Monitoring.Plugin;
using Ringfree.Monitoring.Plugins.GlusterSplit;

namespace Ringfree.Monitoring.CheckGlusterSplit.Tests;

/// <summary>
/// The whole program, the whole output and the exit code, once per state. The answers are those of a real pool of GlusterFS 10.3 in twelve
/// states, and edited ones for what such a pool does not do on demand: older versions, lists that were cut, quorum options.
/// </summary>
public sealed class GlusterRecordingsTests() : RecordingsTests<GlusterSplitCheck>(fewest: 80), IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("split-brain")]
    [InlineData("heal-backlog-old-and-growing")]
    [InlineData("mounts-hung")]
    public void Any_bytes_in_a_recording_give_a_legal_line(string name)
    {
        string recording = RecordingCase.Unpack(Check, name, folder.PathOf("recording"));
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
