using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using CsCheck;
using Ringfree.Monitoring.Plugins.Haproxy;

namespace Ringfree.Monitoring.CheckHaproxy.Tests;

/// <summary>A bundle is described without its secrets, whatever is in it.</summary>
public sealed class BundleDescriptionTests : IDisposable
{
    private readonly TestAuthority authority = new();
    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly string certificate;
    private readonly byte[] bundle;

    public BundleDescriptionTests()
    {
        certificate = authority.Issue(key, 60, "pbx.example.com");
        bundle = Encoding.ASCII.GetBytes(TestAuthority.PrivateKey(key) + certificate + authority.Intermediate);
    }

    public void Dispose()
    {
        key.Dispose();
        authority.Dispose();
    }

    [Fact]
    public void The_description_is_read_back()
    {
        Bundle read = Bundle.Parse(BundleDescription.Of(bundle))!;
        Assert.Equal([BundleDescription.HashOf(read.Certificates[0].Value.PublicKey)], read.Keys.Select(found => found.Hash));
        Assert.Equal(["pbx.example.com", "Test Intermediate"], read.Certificates.Select(found => found.Name));
        Assert.Equal([6, 5 + certificate.Split('\n').Length], read.Certificates.Select(found => found.Line));
    }

    [Fact]
    public void Keys_of_every_form_are_compared()
    {
        using var rsa = RSA.Create(2048);
        string rsaCertificate = authority.Issue(rsa, 60, "pbx.example.com");
        (string Key, string Certificate)[] forms =
        [
            (key.ExportPkcs8PrivateKeyPem(), certificate),
            (key.ExportECPrivateKeyPem(), certificate),
            (rsa.ExportPkcs8PrivateKeyPem(), rsaCertificate),
            (rsa.ExportRSAPrivateKeyPem(), rsaCertificate),
        ];
        foreach ((string form, string owner) in forms)
        {
            Bundle read = Bundle.Parse(BundleDescription.Of(Encoding.ASCII.GetBytes($"{form}\n{owner}")))!;
            Assert.Equal(BundleDescription.HashOf(read.Leaf!.Value.PublicKey), Assert.Single(read.Keys).Hash);
        }
    }

    [Theory]
    [InlineData("ed25519")]
    [InlineData("ed448")]
    public void Keys_that_dotnet_does_not_know_are_compared_too(string kind)
    {
        (string edwards, string owner) = TestAuthority.SelfSigned(kind, "pbx.example.com");
        Bundle read = Bundle.Parse(BundleDescription.Of(Encoding.ASCII.GetBytes(edwards + owner)))!;
        Assert.Equal(BundleDescription.HashOf(read.Leaf!.Value.PublicKey), Assert.Single(read.Keys).Hash);

        string damaged = edwards.Remove(40, 20);
        Assert.Equal(BundleDescription.KeyUnreadable, Assert.Single(Bundle.Parse(BundleDescription.Of(Encoding.ASCII.GetBytes(damaged + owner)))!.Keys).State);
    }

    [Fact]
    public void No_part_of_a_key_is_in_the_description_of_any_damaged_bundle()
    {
        string[] secrets = [.. Pieces(key.ExportPkcs8PrivateKeyPem())];
        Assert.InRange(secrets.Length, 50, 1000);
        Gen.Select(Gen.Int[0, bundle.Length - 1], Gen.Int[0, 200], Gen.Byte.Array[0, 20]).Sample(
            (start, removed, added) =>
            {
                byte[] damaged = [.. bundle[..start], .. added, .. bundle[Math.Min(bundle.Length, start + removed)..]];
                string description = BundleDescription.Of(damaged);
                Assert.DoesNotContain(secrets, secret => description.Contains(secret, StringComparison.Ordinal));
                Assert.NotNull(Bundle.Parse(description));
            },
            iter: 2000);
    }

    [Fact]
    public void A_certificate_with_any_garbled_byte_is_described_and_read_back()
    {
        string beforeIt = TestAuthority.PrivateKey(key);
        using var intact = X509Certificate2.CreateFromPem(certificate);
        byte[] bytes = intact.RawData;
        var broken = 0;
        foreach (byte change in new byte[] { 0x01, 0x20, 0x80, 0xFF })
        {
            for (var index = 0; index < bytes.Length; index++)
            {
                byte[] garbled = [.. bytes];
                garbled[index] ^= change;
                Bundle? read = Bundle.Parse(BundleDescription.Of(Encoding.ASCII.GetBytes(beforeIt + PemEncoding.WriteString("CERTIFICATE", garbled))));
                Assert.True(read is not null, $"byte {index} xor {change}");
                Assert.Equal(1, read.Certificates.Count + read.BrokenLines.Count);
                broken += read.BrokenLines.Count;
            }
        }

        Assert.InRange(broken, 100, bytes.Length * 3);
    }

    [Fact]
    public void Any_bytes_are_described_and_read_back() => Gen.Byte.Array[0, 500].Sample(
        bytes => Assert.NotNull(Bundle.Parse(BundleDescription.Of([.. "-----BEGIN "u8, .. bytes]))),
        iter: 2000);

    [Fact]
    public void Any_text_as_a_description_is_read_or_refused() => Gen.Select(Gen.Int[0, 400], Gen.String).Sample(
        (length, noise) =>
        {
            string description = BundleDescription.Of(bundle);
            _ = Bundle.Parse(description[..Math.Min(length, description.Length)] + noise);
        },
        iter: 2000);

    /// <summary>Every run of 12 characters of a key's lines: a shorter one may stand in a certificate by chance.</summary>
    private static IEnumerable<string> Pieces(string pem) =>
        from line in pem.Split('\n')
        where !line.StartsWith('-') && !line.StartsWith("MIGHAgEAMBMGByqGSM49", StringComparison.Ordinal)
        from start in Enumerable.Range(0, Math.Max(0, line.Length - 12))
        select line.Substring(start, 12);
}
