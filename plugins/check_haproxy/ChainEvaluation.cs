namespace Ringfree.Monitoring.Plugins.Haproxy;

/// <summary>Evaluates whether each certificate is followed by the one that signed it. The root may be left out: clients have it.</summary>
internal static class ChainEvaluation
{
    private const string Order = "key, certificate, then the CA bundle in the order in which it came";

    /// <summary>The first break of a chain, as a sentence with its cure; null when there is none.</summary>
    /// <param name="chain">The certificates, the server's own first; not empty.</param>
    /// <param name="where">Where it stands: "bundle PATH".</param>
    /// <param name="authorities">Authorities that clients are known to trust: what one of them signed needs nothing behind it.</param>
    internal static string? Break(IReadOnlyList<BundleCertificate> chain, string where, IReadOnlyList<BundleCertificate> authorities)
    {
        for (int index = 0; index < chain.Count; index++)
        {
            BundleCertificate certificate = chain[index];
            if (authorities.Any(authority => IsSignedBy(certificate, authority)))
            {
                return null;
            }

            if (certificate.IsSelfSigned)
            {
                return index + 1 < chain.Count && chain.Skip(index + 1).Any(rest => !rest.IsSelfSigned)
                    ? $"{where} goes on behind the root {certificate.Name} (certificate {certificate.Number}): what follows belongs before "
                        + $"it; cure: {Order}"
                    : null;
            }

            BundleCertificate? next = index + 1 < chain.Count ? chain[index + 1] : null;
            if (next is null || !IsSignedBy(certificate, next))
            {
                return Hole(chain, certificate, next, where);
            }
        }

        return null;
    }

    private static string? Hole(
        IReadOnlyList<BundleCertificate> chain, BundleCertificate certificate, BundleCertificate? next, string where)
    {
        BundleCertificate? issuer = chain.FirstOrDefault(candidate => candidate != certificate && IsSignedBy(certificate, candidate));
        if (issuer is not null)
        {
            return $"the chain of {where} is out of order: {issuer.Name} signed certificate {certificate.Number} ({certificate.Name}) but "
                + $"stands as certificate {issuer.Number}; cure: {Order}";
        }

        if (next is null)
        {
            // Behind an intermediate certificate the root is missing, which clients have.
            return chain.Count > 1
                ? null
                : $"{where} holds no CA bundle: clients that do not know {certificate.Issuer}, who signed {certificate.Name}, refuse it; "
                    + "cure: append the CA bundle of the certificate, or name the authority with --ca if clients have it";
        }

        return certificate.NamesAsIssuer(next)
            ? $"certificate {next.Number} of {where} ({next.Name}) has the name of the issuer of certificate {certificate.Number} "
                + $"({certificate.Name}) but did not sign it; cure: take the CA bundle that came with the certificate"
            : $"certificate {next.Number} of {where} ({next.Name}) did not sign certificate {certificate.Number} ({certificate.Name}), and "
                + $"its issuer {certificate.Issuer} is missing; cure: take the CA bundle that came with the certificate";
    }

    /// <summary>Whether the issuer's name and key fit.</summary>
    internal static bool IsSignedBy(BundleCertificate certificate, BundleCertificate issuer) =>
        certificate.NamesAsIssuer(issuer) && CertificateSignature.IsBy(certificate.Value, issuer.Value) != false;
}
