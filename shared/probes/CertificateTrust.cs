using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Ringfree.Monitoring.Probes;

/// <summary>
/// Which certificate of a server is believed. Default: one that the system's authorities vouch for, for the name that was asked. The
/// authorities are read only when a handshake needs them, from where the kin of this distribution keep them.
/// </summary>
public sealed record CertificateTrust
{
    /// <summary>A PEM file of authorities that are believed instead of the system's. Default: null.</summary>
    public string? AuthorityFile { get; init; }

    /// <summary>
    /// The SHA-256 fingerprint of the one certificate that is believed, whatever its name, age and authority: 64 hexadecimal digits.
    /// Default: null.
    /// </summary>
    public string? Pin { get; init; }

    /// <summary>Whether TLS 1.0 and 1.1 are spoken too; for a pinned certificate only. Default: false.</summary>
    public bool SpeaksOldTls { get; init; }

    /// <summary>Reads a fingerprint in any case, with or without colons.</summary>
    /// <param name="text">The text.</param>
    /// <returns>64 upper-case hexadecimal digits, or null when the text is none.</returns>
    public static string? ParsePin(string text)
    {
        string digits = text.Replace(":", "", StringComparison.Ordinal).ToUpperInvariant();
        return digits.Length == 64 && digits.All(char.IsAsciiHexDigit) ? digits : null;
    }

    /// <inheritdoc/>
    public override string ToString() =>
        Pin is { } pin ? $"pin {pin}{(SpeaksOldTls ? " old TLS" : "")}"
        : AuthorityFile is { } file ? $"authorities {file}"
        : "system";

    /// <summary>The client's options of a handshake that believes this.</summary>
    /// <param name="complain">Takes the sentence when the certificate is not the pinned one.</param>
    internal SslClientAuthenticationOptions HandshakeOptions(Action<string> complain)
    {
        if (Pin is { } pin)
        {
            if (SpeaksOldTls)
            {
                OldTls.Allow();
            }

            return new SslClientAuthenticationOptions
            {
                EnabledSslProtocols = SpeaksOldTls ? OldTls.Protocols : SslProtocols.None,
                RemoteCertificateValidationCallback = (_, certificate, _, _) =>
                {
                    string presented = certificate is null ? "none" : Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(certificate.GetRawCertData()));
                    if (presented != pin)
                    {
                        complain($"the server's certificate has the SHA-256 fingerprint {presented}, but {pin} is pinned");
                    }

                    return presented == pin;
                },
            };
        }

        X509ChainPolicy policy = new() { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.ImportFromPemFile(AuthorityFile ?? SystemAuthorityFile());
        return new SslClientAuthenticationOptions { CertificateChainPolicy = policy };
    }

    private static string SystemAuthorityFile() => SystemAuthorities.File()
        ?? throw new FileNotFoundException($"no authorities of this system are known: none of {string.Join(", ", SystemAuthorities.Places)} exists");
}
