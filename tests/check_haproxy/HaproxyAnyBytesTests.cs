using System.Text;
using CsCheck;
using Ringfree.Monitoring.Plugin;
using Ringfree.Monitoring.Plugins.Haproxy;

namespace Ringfree.Monitoring.CheckHaproxy.Tests;

/// <summary>Any bytes in, one legal line out; OK only for a complete answer.</summary>
public class HaproxyAnyBytesTests
{
    private const string Socket = "/run/haproxy/admin.sock";

    private static readonly byte[] Complete = Encoding.UTF8.GetBytes(StatsAnswer.Of("""
        web FRONTEND OPEN ;scur=5 ;slim=2000
        pbx pbx1 UP ;scur=3 ;slim=100
        pbx pbx2 DOWN ;last_chk="Connection refused"
        pbx BACKEND UP ;act=2 ;bck=0
        """));

    [Fact]
    public void Random_bytes_are_never_ok() => Gen.Byte.Array[0, 600].Sample(
        bytes => Assert.NotEqual(0, LegalExitCode(bytes)),
        iter: 2000);

    [Fact]
    public void Random_bytes_behind_a_good_beginning_are_never_ok() => Gen.Select(Gen.Int[0, Complete.Length - 1], Gen.Byte.Array[0, 200]).Sample(
        (kept, noise) => Assert.NotEqual(0, LegalExitCode([.. Complete[..kept], .. noise])),
        iter: 2000);

    [Fact]
    public void Every_cut_of_a_complete_answer_is_unknown()
    {
        Assert.Equal(1, LegalExitCode(Complete));
        for (int length = 0; length < Complete.Length; length++)
        {
            Assert.Equal(3, LegalExitCode(Complete[..length]));
        }
    }

    [Fact]
    public void One_changed_byte_gives_a_legal_line() => Gen.Select(Gen.Int[0, Complete.Length - 1], Gen.Byte).Sample(
        (index, changed) =>
        {
            byte[] bytes = [.. Complete];
            bytes[index] = changed;
            _ = LegalExitCode(bytes);
        },
        iter: 2000);

    private static int LegalExitCode(byte[] answer)
    {
        (string output, int code) = Host.RunInside<HaproxyCheck>(["--no-memory", "--state-dir", "/nonexistent"], new FakeWorld().Answer(Socket, answer));
        string line = output.Split('\n')[0];
        Assert.InRange(code, 0, 3);
        Assert.Matches("^HAPROXY (OK|WARNING|CRITICAL|UNKNOWN) - [^|]*( \\| [^|]*)?$", line);
        Assert.InRange(Encoding.UTF8.GetByteCount(line), 20, Renderer.LongestFirstLine);
        Assert.DoesNotContain(output.Replace("\n", "", StringComparison.Ordinal), char.IsControl);
        return code;
    }
}
