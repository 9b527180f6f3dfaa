using CsCheck;
using Ringfree.Monitoring.Plugin;
using Ringfree.Monitoring.Plugins.Openvz;

namespace Ringfree.Monitoring.CheckOpenvz.Tests;

/// <summary>Whatever stands in the files of a node, the report is legal, and what a container writes does not reach its line.</summary>
public sealed class AnyBytesTests : IDisposable
{
    private readonly NodeTree node = new();

    public void Dispose() => node.Dispose();

    [Fact]
    public void Any_bytes_in_what_was_read_give_a_legal_line()
    {
        node.Pbx("101", "acme").Config("102", "bolt").Mount("s:/v", "/vz/nimbus", "nfs").Beancounters("101", "numproc 230 240 240 3")
            .Write("/vz/lock/102.lck", "4242\nstarting\n").Write("/vz/root/101/etc/php.ini", "date.timezone = UTC\n").Check("--timezone", "--mount", "/vz/nimbus=nfs,s:v");
        string[] files = [.. Directory.GetFiles(node.LastRecording, "*", SearchOption.AllDirectories).Where(file => Path.GetFileName(file) is "answer" or "outcome" or "content")];
        Assert.InRange(files.Length, 10, 100);
        byte[][] originals = [.. files.Select(File.ReadAllBytes)];
        Gen.Select(Gen.Int[0, files.Length - 1], Gen.Int[0, 1000], Gen.OneOf(Gen.Byte.Array[0, 80], Gen.Const("\n==> /proc/7/status <==\nName:\t|\nPid:\t7\nenvID:\t\u0007|x\nVPid:\t1\n"u8.ToArray()))).Sample(
            (index, at, noise) =>
            {
                int cut = Math.Min(at, originals[index].Length);
                File.WriteAllBytes(files[index], [.. originals[index].AsSpan(0, cut), .. noise, .. originals[index].AsSpan(Math.Min(cut + noise.Length, originals[index].Length))]);
                (string output, int code) = Host.RunInside<OpenvzCheck>(["--replay", node.LastRecording], new FakeWorld());
                File.WriteAllBytes(files[index], originals[index]);
                Assert.InRange(code, 0, 3);
                Assert.Matches("^OPENVZ (OK|WARNING|CRITICAL|UNKNOWN) - [^|\\p{Cc}]+( \\| [a-z_]+=[^|]*)?\n", output);
            },
            iter: 300,
            threads: 1);
    }
}
