namespace Ringfree.Monitoring.Plugins.Haproxy;

/// <summary>
/// The path by which a client verifies a certificate, as OpenSSL 1.1.0 and newer build it: at each step an authority that the client has
/// comes first, then a certificate of the bundle, a valid one before an expired one. What is not on it no such client looks at. Source:
/// X509_VERIFY_PARAM_set_flags(3), X509_V_FLAG_TRUSTED_FIRST; github.com/openssl/openssl, crypto/x509/x509_vfy.c, find_issuer.
/// </summary>
/// <param name="Certificates">The server's own first.</param>
/// <param name="EndsAtAuthority">Whether an authority that clients are known to have signed the last one.</param>
internal sealed record ChainPath(IReadOnlyList<BundleCertificate> Certificates, bool EndsAtAuthority)
{
    /// <summary>Builds the path.</summary>
    /// <param name="own">The server's certificate.</param>
    /// <param name="bundle">Everything that is sent with it, in any order.</param>
    /// <param name="authorities">Authorities that clients are known to trust.</param>
    /// <param name="now">When it is verified.</param>
    internal static ChainPath Of(
        BundleCertificate own,
        IReadOnlyList<BundleCertificate> bundle,
        IReadOnlyList<BundleCertificate> authorities,
        DateTimeOffset now)
    {
        List<BundleCertificate> path = [own];
        BundleCertificate? last = own;
        while (last is { IsSelfSigned: false } signed)
        {
            if (authorities.Any(authority => authority.IsValidAt(now) && ChainEvaluation.IsSignedBy(signed, authority)))
            {
                return new ChainPath(path, EndsAtAuthority: true);
            }

            last = bundle.Where(candidate => !path.Contains(candidate) && ChainEvaluation.IsSignedBy(signed, candidate))
                .OrderByDescending(candidate => candidate.IsValidAt(now)).ThenByDescending(static candidate => candidate.NotAfter)
                .FirstOrDefault();
            path.AddRange(last is null ? [] : [last]);
        }

        return new ChainPath(path, EndsAtAuthority: authorities.Any(authority => authority.Fingerprint == path[^1].Fingerprint));
    }
}
