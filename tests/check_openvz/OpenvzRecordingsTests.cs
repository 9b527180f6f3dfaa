using CsCheck;
using Ringfree.Monitoring.Plugin;
using Ringfree.Monitoring.Plugins.Openvz;

namespace Ringfree.Monitoring.CheckOpenvz.Tests;

/// <summary>What a node is in, once per state; the files have the formats of an OpenVZ kernel and of vzctl.</summary>
public sealed class OpenvzRecordingsTests() : RecordingsTests<OpenvzCheck>(fewest: 80), IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>A container writes both files as it likes: nothing of them is printed.</summary>
    [Theory]
    [InlineData("timezone-name-that-the-node-does-not-have")]
    [InlineData("timezone-name-is-a-path")]
    [InlineData("timezone-localtime-is-text")]
    [InlineData("timezone-localtime-links-to-a-secret")]
    public void What_a_container_writes_is_not_printed(string name)
    {
        (string output, int code) = Host.RunInside<OpenvzCheck>(["--replay", RecordingCase.PathOf(Check, name), "-vvv"], new FakeWorld());
        Assert.Equal(1, code);
        Assert.DoesNotContain("ecret", output, StringComparison.Ordinal);
        Assert.DoesNotContain("passwd", output, StringComparison.Ordinal);
    }

    /// <summary>Whatever the files of a node hold, the report is legal, and what a container writes does not reach its line.</summary>
    [Fact]
    public void Any_bytes_in_what_was_read_give_a_legal_line()
    {
        string recording = RecordingCase.Unpack(Check, "everything-watched", folder.PathOf("recording"));
        string[] files =
        [
            .. Directory.GetFiles(recording, "*", SearchOption.AllDirectories).Where(file => Path.GetFileName(file) is "answer" or "outcome" or "content"),
        ];
        Assert.InRange(files.Length, 10, 100);
        byte[][] originals = [.. files.Select(File.ReadAllBytes)];
        byte[] intruder = "\n==> /proc/7/status <==\nName:\t|\nPid:\t7\nenvID:\t\u0007|x\nVPid:\t1\n"u8.ToArray();
        Gen.Select(Gen.Int[0, files.Length - 1], Gen.Int[0, 1000], Gen.OneOf(Gen.Byte.Array[0, 80], Gen.Const(intruder))).Sample(
            (index, at, noise) =>
            {
                byte[] original = originals[index];
                int cut = Math.Min(at, original.Length);
                File.WriteAllBytes(files[index], [.. original[..cut], .. noise, .. original[Math.Min(cut + noise.Length, original.Length)..]]);
                (string output, int code) = Host.RunInside<OpenvzCheck>(["--replay", recording], new FakeWorld());
                File.WriteAllBytes(files[index], original);
                Assert.InRange(code, 0, 3);
                Assert.Matches("^OPENVZ (OK|WARNING|CRITICAL|UNKNOWN) - [^|\\p{Cc}]+( \\| [a-z_]+=[^|]*)?\n", output);
            },
            iter: 300,
            threads: 1);
    }
}
