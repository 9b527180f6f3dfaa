using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Ringfree.Monitoring.Bridge.Tests;

/// <summary>What the published program hands to a mail server that is not what it should be: nothing. And the mail goes out when the server is well.</summary>
[Trait("Kind", "published binary")]
public sealed class MailSecurityTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("starttls")]
    [InlineData("tls")]
    public async Task A_problem_is_mailed_under_either_security(string security)
    {
        using var mail = new MailServer(security);
        using var bridge = new PublishedBridge(null, toml: mail.Toml());
        _ = await bridge.ServeAsync(mail.Environment);
        bridge.Notify("PROBLEM", "CRITICAL");
        await PublishedBridge.Until(() => mail.Mails.Count == 1, "a mail", Patience);
        Assert.StartsWith("PROBLEM CRITICAL [host=web1;service=HAProxy proxies]", mail.Mails[0].Subject, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("starttls", "another name", "its certificate is not for 127.0.0.1")]
    [InlineData("tls", "another name", "its certificate is not for 127.0.0.1")]
    [InlineData("starttls", "expired", "its certificate is not good: certificate has expired")]
    [InlineData("tls", "expired", "its certificate is not good: certificate has expired")]
    [InlineData("starttls", "nobody's", "its certificate is not good: self-signed certificate")]
    [InlineData("tls", "nobody's", "its certificate is not good: self-signed certificate")]
    public async Task A_certificate_that_is_not_right_gets_no_mail_until_it_is(string security, string fault, string reason)
    {
        MailCertificate wrong = fault switch
        {
            "another name" => MailCertificate.Make("mail.example.com"),
            "expired" => MailCertificate.Make(endedDaysAgo: 1),
            _ => MailCertificate.Make(),
        };
        MailCertificate right = MailCertificate.Make();
        Dictionary<string, string> trusted = Trusting(fault == "nobody's" ? right.Pem : wrong.Pem + "\n" + right.Pem);
        int port = Ports.Free();
        using var bridge = new PublishedBridge(null, toml: Toml(security, port));
        bridge.Folder.Write("password", MailServer.Password);
        using (var mail = new MailServer(security, wrong, port))
        {
            _ = await bridge.ServeAsync(trusted);
            bridge.Notify("PROBLEM", "CRITICAL");
            Assert.StartsWith($"mail by 127.0.0.1:{port}: {reason}", await Refusal(bridge), StringComparison.Ordinal);
            Assert.Empty(mail.Mails);
        }

        using var mended = new MailServer(security, right, port);
        await PublishedBridge.Until(() => mended.Mails.Count == 1, "the mail", Patience);
    }

    [Fact]
    public async Task A_list_of_revoked_certificates_that_is_out_of_reach_keeps_no_mail_back()
    {
        (MailCertificate certificate, string authority) = MailCertificate.MakeSigned();
        using var mail = new MailServer(certificate: certificate);
        using var bridge = new PublishedBridge(null, toml: mail.Toml());
        _ = await bridge.ServeAsync(Trusting(authority));
        bridge.Notify("PROBLEM", "CRITICAL");
        await PublishedBridge.Until(() => mail.Mails.Count == 1, "a mail", Patience);
    }

    [Theory]
    [InlineData("starttls")]
    [InlineData("tls")]
    public async Task A_wrong_password_sends_nothing_and_is_not_told_and_the_right_one_sends(string security)
    {
        using var mail = new MailServer(security);
        mail.Accept("another");
        using var bridge = new PublishedBridge(null, toml: mail.Toml());
        _ = await bridge.ServeAsync(mail.Environment);
        bridge.Notify("PROBLEM", "CRITICAL");
        Assert.Equal($"mail by 127.0.0.1:{mail.Port}: 535: 5.7.8 wrong password: ********", await Refusal(bridge));
        Assert.Empty(mail.Mails);
        mail.Accept(MailServer.Password);
        await PublishedBridge.Until(() => mail.Mails.Count == 1, "the mail", Patience);
    }

    [Theory]
    [InlineData("starttls", "The SMTP server does not support the STARTTLS extension.")]
    [InlineData("tls", "no TLS: Cannot determine the frame size or a corrupted frame was received.")]
    public async Task A_server_without_tls_hears_neither_password_nor_mail(string security, string reason)
    {
        MailCertificate certificate = MailCertificate.Make();
        int port = Ports.Free();
        using var bridge = new PublishedBridge(null, toml: Toml(security, port));
        bridge.Folder.Write("password", MailServer.Password);
        using (var plain = new PlainMailServer(port))
        {
            _ = await bridge.ServeAsync(Trusting(certificate.Pem));
            bridge.Notify("PROBLEM", "CRITICAL");
            Assert.Equal($"mail by 127.0.0.1:{port}: {reason}", await Refusal(bridge));
            Assert.NotEmpty(plain.Heard);
            foreach (string word in (string[])["AUTH", "MAIL", "RCPT", "DATA", "PROBLEM", "web1", MailServer.Password, Convert.ToBase64String(Encoding.UTF8.GetBytes(MailServer.Password))])
            {
                Assert.DoesNotContain(word, plain.Heard, StringComparison.OrdinalIgnoreCase);
            }
        }

        using var mail = new MailServer(security, certificate, port);
        await PublishedBridge.Until(() => mail.Mails.Count == 1, "the mail", Patience);
    }

    private static string Toml(string security, int port) =>
        $"""
        [email]
        to = "ringfree@example.pagerduty.com"
        from = "bridge@ringfree.example"
        server = "127.0.0.1"
        port = {port}
        security = "{security}"
        username = "bridge"
        password_file = "FOLDER/password"
        """;

    private static async Task<string?> Refusal(PublishedBridge bridge)
    {
        string? answer = null;
        await PublishedBridge.Until(() => bridge.List() is [{ } incident] && (answer = (string?)incident["last_answer"]) is not null, "a refusal", Patience);
        return answer;
    }

    private Dictionary<string, string> Trusting(string certificates) =>
        new(StringComparer.Ordinal) { ["SSL_CERT_FILE"] = folder.Write("trusted.pem", certificates) };

    /// <summary>A mail server of the old days: no TLS, and it takes everything and writes down what it hears.</summary>
    private sealed class PlainMailServer : IDisposable
    {
        private readonly TcpListener listener;
        private readonly StringBuilder heard = new();

        public PlainMailServer(int port)
        {
            listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            _ = Task.Run(ServeAsync);
        }

        public string Heard
        {
            get
            {
                lock (heard)
                {
                    return heard.ToString();
                }
            }
        }

        public void Dispose() => listener.Dispose();

        private async Task ServeAsync()
        {
            try
            {
                while (true)
                {
                    using TcpClient client = await listener.AcceptTcpClientAsync();
                    await TalkAsync(client.GetStream());
                }
            }
            catch (Exception ended) when (ended is SocketException or ObjectDisposedException)
            {
                // The listener was stopped.
            }
        }

        private async Task TalkAsync(NetworkStream stream)
        {
            try
            {
                await stream.WriteAsync("220 plain\r\n"u8.ToArray());
                var bytes = new byte[4_096];
                while (await stream.ReadAsync(bytes) is > 0 and int length)
                {
                    string said = Encoding.Latin1.GetString(bytes, 0, length);
                    lock (heard)
                    {
                        heard.Append(said);
                    }

                    await stream.WriteAsync(said.StartsWith("EHLO", StringComparison.Ordinal) ? "250-plain\r\n250 AUTH PLAIN LOGIN\r\n"u8.ToArray() : "250 taken\r\n"u8.ToArray());
                }
            }
            catch (IOException)
            {
                // The client went away.
            }
        }
    }
}
