using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Ringfree.Monitoring.CheckHaproxy.Tests;

/// <summary>A root, an intermediate and what they sign, as PEM text.</summary>
internal sealed class TestAuthority : IDisposable
{
    private readonly ECDsa rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly ECDsa intermediateKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 root;
    private readonly X509Certificate2 intermediate;

    internal TestAuthority()
    {
        DateTimeOffset start = Today.AddDays(-10);
        root = Request("Test Root", rootKey, isAuthority: true).CreateSelfSigned(start, Today.AddYears(10));
        using X509Certificate2 signed = Request("Test Intermediate", intermediateKey, isAuthority: true).Create(root, start, Today.AddYears(2), [1]);
        intermediate = signed.CopyWithPrivateKey(intermediateKey);
    }

    internal string Root => root.ExportCertificatePem() + "\n";

    internal string Intermediate => intermediate.ExportCertificatePem() + "\n";

    /// <summary>The root's name and key in a certificate that an older root signed, valid until so many days from now.</summary>
    internal string CrossSignedRoot(int days)
    {
        using var olderKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        DateTimeOffset start = Today.AddYears(-9);
        using X509Certificate2 older = Request("Test Older Root", olderKey, isAuthority: true).CreateSelfSigned(start, Today.AddYears(9));
        CertificateRequest request = Request("Test Root", rootKey, isAuthority: true);
        using X509Certificate2 crossed = request.Create(older, start.AddYears(1), Today.AddDays(days), [7]);
        return crossed.ExportCertificatePem() + "\n";
    }

    private static DateTimeOffset Today => TimeProvider.System.GetUtcNow();

    public void Dispose()
    {
        root.Dispose();
        intermediate.Dispose();
        rootKey.Dispose();
        intermediateKey.Dispose();
    }

    internal static string PrivateKey(AsymmetricAlgorithm key) => key.ExportPkcs8PrivateKeyPem() + "\n";

    internal static string EncryptedKey(AsymmetricAlgorithm key) =>
        key.ExportEncryptedPkcs8PrivateKeyPem("secret", new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000)) + "\n";

    /// <summary>A certificate of a server, signed by the intermediate.</summary>
    internal string Issue(AsymmetricAlgorithm key, int days, params string[] names)
    {
        CertificateRequest request = Request(names[0], key, isAuthority: false);
        SubjectAlternativeNameBuilder covered = new();
        foreach (string name in names)
        {
            if (System.Net.IPAddress.TryParse(name, out System.Net.IPAddress? address))
            {
                covered.AddIpAddress(address);
            }
            else
            {
                covered.AddDnsName(name);
            }
        }

        request.CertificateExtensions.Add(covered.Build());
        byte[] serial = RandomNumberGenerator.GetBytes(8);
        serial[0] = 1;
        using X509Certificate2 issued = request.Create(intermediate.SubjectName, X509SignatureGenerator.CreateForECDsa(intermediateKey), Today.AddDays(-9), Today.AddDays(days), serial);
        return issued.ExportCertificatePem() + "\n";
    }

    /// <summary>
    /// A key of a kind that .NET cannot make, and a certificate that it signed itself, for 60 days: by the openssl command.
    /// </summary>
    internal static (string Key, string Certificate) SelfSigned(string kind, string name)
    {
        Needs.File("/usr/bin/openssl", "openssl");
        ProcessResult made = ProcessRun.Run("/usr/bin/openssl", ["req", "-x509", "-newkey", kind, "-nodes", "-days", "60", "-subj", $"/CN={name}", "-addext", $"subjectAltName=DNS:{name}", "-keyout", "-", "-out", "-"]);
        int certificate = made.Output.IndexOf("-----BEGIN CERTIFICATE", StringComparison.Ordinal);
        Assert.True(made.ExitCode == 0 && certificate > 0, made.Error);
        return (made.Output[..certificate], made.Output[certificate..]);
    }

    private static CertificateRequest Request(string name, AsymmetricAlgorithm key, bool isAuthority)
    {
        X500DistinguishedName subject = new($"CN={name}");
        CertificateRequest request = key is RSA rsa
            ? new CertificateRequest(subject, rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            : new CertificateRequest(subject, (ECDsa)key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(isAuthority, false, 0, critical: true));
        return request;
    }
}
