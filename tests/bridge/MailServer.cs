using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MimeKit;

namespace Ringfree.Monitoring.Bridge.Tests;

/// <summary>A certificate of the test, which signs itself.</summary>
/// <param name="Pem">The certificate.</param>
/// <param name="KeyPem">Its key.</param>
internal sealed record MailCertificate(string Pem, string KeyPem)
{
    /// <summary>One of 127.0.0.1, or of a name; it ends in a day, or so many days ago.</summary>
    public static MailCertificate Make(string? name = null, int endedDaysAgo = -1)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest($"CN={name ?? "127.0.0.1"}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        if (name is null)
        {
            names.AddIpAddress(IPAddress.Loopback);
        }
        else
        {
            names.AddDnsName(name);
        }

        request.CertificateExtensions.Add(names.Build());
        DateTimeOffset end = TimeProvider.System.GetUtcNow().AddDays(-endedDaysAgo);
        using X509Certificate2 certificate = request.CreateSelfSigned(end.AddDays(-2), end);
        return new MailCertificate(certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }

    /// <summary>One of 127.0.0.1 that an authority has signed, whose list of what it revoked is out of reach.</summary>
    /// <returns>The certificate, and that of the authority in PEM.</returns>
    public static (MailCertificate Certificate, string AuthorityPem) MakeSigned()
    {
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        using var authorityKey = RSA.Create(2048);
        var authorityRequest = new CertificateRequest("CN=authority", authorityKey, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        authorityRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        authorityRequest.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        using X509Certificate2 authority = authorityRequest.CreateSelfSigned(now.AddDays(-2), now.AddDays(2));
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(CertificateRevocationListBuilder.BuildCrlDistributionPointExtension(["http://127.0.0.1:1/revoked.crl"]));
        using X509Certificate2 certificate = request.Create(authority, now.AddDays(-1), now.AddDays(1), [1, 2, 3, 4]);
        return (new MailCertificate(certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem()), authority.ExportCertificatePem());
    }
}

/// <summary>A real SMTP server (aiosmtpd) that demands TLS and AUTH. Its certificate is trusted through SSL_CERT_FILE.</summary>
internal sealed class MailServer : IDisposable
{
    public const string Password = "mail-password";

    private readonly TestFolder folder = new();
    private readonly Process server;
    private readonly string security;

    /// <param name="security"><c>starttls</c>, or <c>tls</c> from the start.</param>
    /// <param name="certificate">What it shows; a good one when null.</param>
    /// <param name="port">Where it listens; a free one when null.</param>
    public MailServer(string security = "starttls", MailCertificate? certificate = null, int? port = null)
    {
        Needs.File("/usr/lib/python3/dist-packages/aiosmtpd/__init__.py", "python3-aiosmtpd");
        this.security = security;
        certificate ??= MailCertificate.Make();
        CertificateFile = folder.Write("cert.pem", certificate.Pem);
        folder.Write("cert.key", certificate.KeyPem);
        folder.Write("password", Password + "\n");
        Accept(Password);
        Port = port ?? Ports.Free();
        server = ProcessRun.Start("/usr/bin/python3", [Repository.PathOf("tests", "bridge", "mail_server.py"), folder.Root, $"{Port}", security]);
        var clock = Stopwatch.StartNew();
        while (!File.Exists(folder.PathOf("ready")))
        {
            Assert.False(server.HasExited, server.HasExited ? server.StandardError.ReadToEnd() : "");
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(30), "the mail server does not start");
            Task.Delay(20).Wait();
        }
    }

    public int Port { get; }

    public string CertificateFile { get; }

    public Dictionary<string, string> Environment => new(StringComparer.Ordinal) { ["SSL_CERT_FILE"] = CertificateFile };

    /// <summary>The table of the config.</summary>
    public string Toml(string more = "", string? passwordFile = null) =>
        $"""
        [email]
        to = "ringfree@example.pagerduty.com"
        from = "bridge@ringfree.example"
        server = "127.0.0.1"
        port = {Port}
        security = "{security}"
        username = "bridge"
        password_file = "{passwordFile ?? folder.PathOf("password")}"
        {more}
        """;

    /// <summary>The password that it takes from now on.</summary>
    public void Accept(string password) => folder.Write("accepted", password);

    /// <summary>The mails that were taken, in their order.</summary>
    public IReadOnlyList<MimeMessage> Mails =>
        [.. Directory.GetFiles(folder.PathOf("mails"), "*.eml").OrderBy(file => int.Parse(Path.GetFileNameWithoutExtension(file))).Select(file => MimeMessage.Load(file))];

    public void Dispose()
    {
        server.Kill();
        server.WaitForExit();
        server.Dispose();
        folder.Dispose();
    }
}
