using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Ringfree.Monitoring.Probes;

/// <summary>
/// Which certificates a server presents. The answer's bytes are the certificates as they came, in PEM, the server's own first. Nothing is
/// sent over the connection and no certificate is refused: to judge them is the caller's.
/// </summary>
/// <param name="Host">A host name or address.</param>
/// <param name="Port">1 to 65535.</param>
/// <param name="ServerName">The name that is asked for (SNI); null for none.</param>
public sealed record HandshakeQuestion(string Host, int Port, string? ServerName) : Question
{
    /// <summary>Where it is asked: HOST:PORT.</summary>
    public string Where => new SocketAddress(null, Host, Port).ToString();

    /// <inheritdoc/>
    public override string Kind => "handshakes";

    /// <inheritdoc/>
    public override string What => $"the TLS handshake of {Where}";

    /// <inheritdoc/>
    public override string Print() => $"{Where}\n{(ServerName is null ? "" : $"name {ServerName}\n")}";

    /// <inheritdoc/>
    protected internal override IPendingAnswer Begin(Machine machine)
    {
        NameService.UseFilesAndDnsOnly();
        FrameworkRoots.LeaveUnread();
        return new PendingHandshake(this, machine.WaitFor(this));
    }

    /// <summary>A handshake under way.</summary>
    private sealed class PendingHandshake : IPendingAnswer
    {
        private readonly HandshakeQuestion question;
        private readonly Wait wait;
        private readonly CancellationTokenSource cancellation;
        private readonly Task<Answer> answer;
        private readonly List<string> presented = [];

        internal PendingHandshake(HandshakeQuestion question, Wait wait)
        {
            this.question = question;
            this.wait = wait;
            cancellation = new CancellationTokenSource(wait.Left);
            answer = Task.Run(Shake);
        }

        public Answer Finish(ChunkReader? reader)
        {
            wait.Begin();
            bool ended = answer.Wait(wait.Left);
            wait.Finish();
            Answer whole = ended ? answer.Result : Answer.Without(Outcome.Silent, "no complete handshake");
            if (reader is null)
            {
                return whole;
            }

            reader(whole.Bytes.Span);
            return whole with { Bytes = default };
        }

        public void Dispose() => cancellation.Dispose();

        private async Task<Answer> Shake()
        {
            try
            {
                using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(question.Host, question.Port, cancellation.Token);
                await using var stream = new SslStream(new NetworkStream(socket), leaveInnerStreamOpen: false);
                await stream.AuthenticateAsClientAsync(Options(), cancellation.Token);
            }
            catch (Exception exception) when (presented.Count == 0)
            {
                return Failure(exception);
            }
            catch (Exception)
            {
                // The server asks for a certificate of ours, or closes: its own were seen.
            }

            return presented.Count > 0
                ? new Answer(Outcome.Answered, Encoding.ASCII.GetBytes(string.Concat(presented)))
                : Answer.Without(Outcome.Failed, "the server presents no certificate");
        }

        private SslClientAuthenticationOptions Options() => new()
        {
            TargetHost = question.ServerName ?? "",

            // A chain is built whether or not somebody asks for it: without roots of its own it would read all of the system's.
            CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
                DisableCertificateDownloads = true,
                VerificationFlags = X509VerificationFlags.AllFlags,
            },
#pragma warning disable CA5359 // which certificate the server presents is the question itself, and nothing is sent to it
            RemoteCertificateValidationCallback = (_, own, chain, _) => Take(own, chain),
#pragma warning restore CA5359
        };

        private bool Take(X509Certificate? own, X509Chain? chain)
        {
            if (own is X509Certificate2 leaf)
            {
                presented.Add(leaf.ExportCertificatePem() + "\n");
                foreach (X509Certificate2 other in chain?.ChainPolicy.ExtraStore ?? [])
                {
                    if (!other.RawDataMemory.Span.SequenceEqual(leaf.RawDataMemory.Span))
                    {
                        presented.Add(other.ExportCertificatePem() + "\n");
                    }
                }
            }

            return true;
        }

        private Answer Failure(Exception exception)
        {
            for (Exception? cause = exception; cause is not null; cause = cause.InnerException)
            {
                switch (cause)
                {
                    case OperationCanceledException:
                        return Answer.Without(Outcome.Silent, $"no complete handshake after {Math.Round(wait.Elapsed.TotalSeconds, 1)} s");
                    case SocketException { SocketErrorCode: SocketError.ConnectionRefused }:
                        return Answer.Without(Outcome.Refused, cause.Message);
                    case SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData }:
                        return Answer.Without(Outcome.Unresolved, cause.Message);
                    case SocketException { SocketErrorCode: SocketError.TimedOut }:
                        return Answer.Without(Outcome.Silent, cause.Message);
                    case AuthenticationException when cause.InnerException is null:
                        return Answer.Without(Outcome.Failed, cause.Message);
                }
            }

            Exception innermost = exception.GetBaseException();
            return Answer.Without(Outcome.Failed, innermost.Message);
        }
    }
}
