using System.Text;
using CsCheck;
using Ringfree.Monitoring.Plugin;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.CheckSansayHa.Tests;

/// <summary>Any bytes in, one legal report out; OK only for two whole documents.</summary>
public sealed class SansayAnyBytesTests : IDisposable
{
    private static readonly byte[] Document = Encoding.UTF8.GetBytes(SbcDocument.Statistics("standby", "boot"));
    private static readonly byte[] Envelope = Encoding.UTF8.GetBytes(SbcDocument.Multipart(SbcDocument.Envelope("realTimeStatsResult", "200", "ok", SbcDocument.Statistics("standby", "boot"))));

    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Random_bytes_are_never_ok() => Gen.Byte.Array[0, 300].Sample(bytes => Assert.NotEqual(0, LegalExitCode(bytes)), iter: 300, threads: 1);

    [Fact]
    public void A_document_that_is_cut_anywhere_is_unknown()
    {
        Assert.Equal(0, LegalExitCode(Document));
        for (int length = 0; length < Document.Length; length += 7)
        {
            Assert.Equal(3, LegalExitCode(Document[..length]));
        }
    }

    [Fact]
    public void An_envelope_that_is_cut_anywhere_is_unknown()
    {
        Assert.Equal(0, LegalExitCode(Envelope, isSoap: true));
        for (int length = 0; length < Envelope.Length - "--\r\n".Length; length += 11)
        {
            Assert.Equal(3, LegalExitCode(Envelope[..length], isSoap: true));
        }
    }

    [Fact]
    public void One_changed_byte_gives_a_legal_report() => Gen.Select(Gen.Int[0, Document.Length - 1], Gen.Byte, Gen.Bool).Sample(
        (index, changed, isSoap) =>
        {
            byte[] bytes = isSoap ? [.. Envelope] : [.. Document];
            bytes[index] = changed;
            _ = LegalExitCode(bytes, isSoap);
        },
        iter: 500,
        threads: 1);

    private int LegalExitCode(byte[] answer, bool isSoap = false)
    {
        LaidOutPair pair = new LaidOutPair().Rest("sbc-a", "active", "standby");
        if (isSoap)
        {
            pair.Soap("sbc-b", new Answer(Outcome.Answered, answer) { Code = 200 });
        }
        else
        {
            pair.Rest("sbc-b", new Answer(Outcome.Answered, answer) { Code = 200 });
        }

        (string output, int code) = pair.Run("--no-memory", "--state-dir", folder.PathOf("none"));
        string line = output.Split('\n')[0];
        Assert.InRange(code, 0, 3);
        Assert.Matches("^SANSAY_HA (OK|WARNING|CRITICAL|UNKNOWN) - [^|]*( \\| [^|]*)?$", line);
        Assert.InRange(Encoding.UTF8.GetByteCount(line), 20, Renderer.LongestFirstLine);
        Assert.DoesNotContain(output.Replace("\n", "", StringComparison.Ordinal), char.IsControl);
        return code;
    }
}
