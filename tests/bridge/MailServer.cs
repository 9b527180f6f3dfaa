using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MimeKit;

namespace Ringfree.Monitoring.Bridge.Tests;

/// <summary>A real SMTP server (aiosmtpd) that demands STARTTLS and AUTH. Its certificate is trusted through SSL_CERT_FILE.</summary>
internal sealed class MailServer : IDisposable
{
    private readonly TestFolder folder = new();
    private readonly Process server;

    public MailServer()
    {
        Needs.File("/usr/lib/python3/dist-packages/aiosmtpd/__init__.py", "python3-aiosmtpd");
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        using X509Certificate2 certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        CertificateFile = folder.Write("cert.pem", certificate.ExportCertificatePem());
        folder.Write("cert.key", key.ExportPkcs8PrivateKeyPem());
        folder.Write("password", "mail-password\n");
        Port = Ports.Free();
        server = ProcessRun.Start("/usr/bin/python3", [Repository.PathOf("tests", "bridge", "mail_server.py"), folder.Root, $"{Port}"]);
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
    public string Toml(string more = "") =>
        $"""
        [email]
        to = "ringfree@example.pagerduty.com"
        from = "bridge@ringfree.example"
        server = "127.0.0.1"
        port = {Port}
        username = "bridge"
        password_file = "{folder.PathOf("password")}"
        {more}
        """;

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
