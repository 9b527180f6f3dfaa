using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;
using MimeKit.Text;

namespace Ringfree.Monitoring.Bridge;

/// <summary>
/// Hands mails to the mail server: TLS is demanded and verified, one connection for each mail. 250 says that the server has it, which is no
/// proof that PagerDuty has: PagerDuty's own server answers 250 to what it drops over its limit.
/// </summary>
internal sealed class MailSender(EmailConfig config, Secret? password, Page page) : ISender
{
    /// <summary>How long one mail may take, connecting included.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(15);

    // Past 96 KB PagerDuty cuts the text to 32 KB by itself.
    private const int MaxBody = 32_000;
    private const int MaxText = 500;

    public Task<Answer> SendAsync(Call call, SchedulerEvent notification, CancellationToken stop)
    {
        EventsApiRequest request = page.Trigger("", call with { Payload = Payload.Full }, notification);
        return SendAsync(
            config.To, MailGrammar.Subject(call, notification, request.Payload!.Summary), MailGrammar.Body(call, notification, request), stop);
    }

    /// <summary>Sends a plain text.</summary>
    /// <exception cref="OperationCanceledException">The program ends.</exception>
    public async Task<Answer> SendAsync(string to, string subject, string body, CancellationToken stop)
    {
        using MimeMessage mail = Mail(to, subject, body);
        (string? accepted, string? fault) = await WithServerAsync((client, cancellation) => client.SendAsync(mail, cancellation), stop);
        return accepted is not null
            ? new Answer(Verdict.Delivered, null, Clean($"handed to {config.Server}, no proof that PagerDuty has it: {accepted}"))
            : new Answer(Verdict.RetryCouldHelp, null, fault!);
    }

    /// <summary>Greets the server and logs in, and sends nothing.</summary>
    /// <returns>What is wrong; null when a mail would be taken.</returns>
    /// <exception cref="OperationCanceledException">The program ends.</exception>
    public async Task<string?> ReachAsync(CancellationToken stop) => (await WithServerAsync(
        async (client, cancellation) =>
        {
            await client.NoOpAsync(cancellation);
            return "";
        },
        stop)).Fault;

    private async Task<(string? Answer, string? Fault)> WithServerAsync(
        Func<SmtpClient, CancellationToken, Task<string>> work, CancellationToken stop)
    {
        using var deadline = new CancellationTokenSource(Deadline, TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, deadline.Token);
        string? fault = null;
        try
        {
            // What an authority has revoked is not asked for: a network that is ill would keep the mail back for a third party's list.
            using var client = new SmtpClient { Timeout = (int)Deadline.TotalMilliseconds, LocalDomain = "localhost", CheckCertificateRevocation = false };
            client.ServerCertificateValidationCallback = (_, _, chain, errors) => (fault = Fault(chain, errors)) is null;
            await client.ConnectAsync(
                config.Server, config.Port, config.UsesTlsFromStart ? SecureSocketOptions.SslOnConnect : SecureSocketOptions.StartTls, either.Token);
            if (config.Username is { } username && password is not null)
            {
                await client.AuthenticateAsync(Encoding.UTF8, username, password.Value, either.Token);
            }

            string answer = await work(client, either.Token);
            await SayGoodbyeAsync(client, either.Token);
            return (answer, null);
        }
        catch (Exception failure) when (IsExpected(failure) && !stop.IsCancellationRequested)
        {
            string reason = failure switch
            {
                OperationCanceledException => $"no answer within {Deadline.TotalSeconds} s",
                SslHandshakeException => fault ?? $"no TLS: {failure.GetBaseException().Message}", // its own message is a page of guesses
                _ => failure.Message,
            };
            return (null, Clean($"mail by {config.Server}:{config.Port}: {reason}"));
        }
    }

    // It has the mail: how it takes the goodbye changes nothing.
    private static async Task SayGoodbyeAsync(SmtpClient client, CancellationToken stop)
    {
        try
        {
            await client.DisconnectAsync(true, stop);
        }
        catch (Exception failure) when (IsExpected(failure))
        {
            // The connection closes with the client.
        }
    }

    /// <returns>What is wrong with the server's certificate; null when nothing is.</returns>
    private string? Fault(X509Chain? chain, SslPolicyErrors errors) =>
        errors == SslPolicyErrors.None ? null
        : errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch) ? $"its certificate is not for {config.Server}"
        : $"its certificate is not good: {string.Join("; ", (chain?.ChainStatus ?? []).Select(status => status.StatusInformation))}";

    // A refusal of the mail server is never final: who runs it may correct it.
    private static bool IsExpected(Exception failure) => failure is IOException or SocketException or OperationCanceledException or TimeoutException
        or CommandException or ProtocolException or AuthenticationException or SslHandshakeException or NotSupportedException or ServiceNotConnectedException
        or InvalidOperationException;

    private MimeMessage Mail(string to, string subject, string body)
    {
        var mail = new MimeMessage();
        mail.From.Add(MailboxAddress.Parse(config.From));
        mail.To.Add(MailboxAddress.Parse(to));
        mail.Subject = subject;
        mail.Headers.Add("Auto-Submitted", "auto-generated");
#pragma warning disable CA2000 // the message disposes of its body
        mail.Body = new TextPart(TextFormat.Plain) { Text = Page.Cut(body, MaxBody) };
#pragma warning restore CA2000
        return mail;
    }

    private string Clean(string text)
    {
        string redacted = password?.Redact(text) ?? text;
        return Page.Cut(ForeignText.Line(redacted), MaxText);
    }
}
