using System.Net.Security;
using System.Net.Sockets;
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
    protected internal override IPendingAnswer Begin(Machine machine) => new NetworkAnswer(machine.WaitFor(this), "handshake", new Handshake(this).Shake);

    /// <summary>A handshake under way.</summary>
    private sealed class Handshake(HandshakeQuestion question)
    {
        private readonly List<string> presented = [];

        internal async Task<Answer> Shake(CancellationToken stop)
        {
            try
            {
                using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(question.Host, question.Port, stop);
                await using var stream = new SslStream(new NetworkStream(socket), leaveInnerStreamOpen: false);
                await stream.AuthenticateAsClientAsync(Options(), stop);
            }
            catch (Exception) when (presented.Count > 0)
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
    }
}
