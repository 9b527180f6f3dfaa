using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Ringfree.Monitoring.Plugins.Haproxy;

/// <summary>
/// Whether one certificate signed another. A chain of the framework would also ask for trust, which is the client's affair.
/// </summary>
internal static class CertificateSignature
{
    private static readonly Dictionary<string, (HashAlgorithmName Hash, bool IsElliptic)> Algorithms = new()
    {
        ["1.2.840.113549.1.1.4"] = (HashAlgorithmName.MD5, false),
        ["1.2.840.113549.1.1.5"] = (HashAlgorithmName.SHA1, false),
        ["1.2.840.113549.1.1.11"] = (HashAlgorithmName.SHA256, false),
        ["1.2.840.113549.1.1.12"] = (HashAlgorithmName.SHA384, false),
        ["1.2.840.113549.1.1.13"] = (HashAlgorithmName.SHA512, false),
        ["1.2.840.10045.4.1"] = (HashAlgorithmName.SHA1, true),
        ["1.2.840.10045.4.3.2"] = (HashAlgorithmName.SHA256, true),
        ["1.2.840.10045.4.3.3"] = (HashAlgorithmName.SHA384, true),
        ["1.2.840.10045.4.3.4"] = (HashAlgorithmName.SHA512, true),
    };

    /// <summary>The name of a broken signature algorithm ("SHA1"), or null.</summary>
    internal static string? Weakness(X509Certificate2 certificate) =>
        Algorithms.TryGetValue(certificate.SignatureAlgorithm.Value ?? "", out (HashAlgorithmName Hash, bool IsElliptic) known)
        && (known.Hash == HashAlgorithmName.MD5 || known.Hash == HashAlgorithmName.SHA1)
            ? known.Hash.Name
            : null;

    /// <summary>Verifies the signature with the issuer's key.</summary>
    /// <returns>Null when the algorithm is not one of the common ones, so that nothing can be said.</returns>
    internal static bool? IsBy(X509Certificate2 certificate, X509Certificate2 issuer)
    {
        if (!Algorithms.TryGetValue(certificate.SignatureAlgorithm.Value ?? "", out (HashAlgorithmName Hash, bool IsElliptic) algorithm))
        {
            return null;
        }

        try
        {
            AsnReader sequence = new AsnReader(certificate.RawDataMemory, AsnEncodingRules.DER).ReadSequence();
            ReadOnlyMemory<byte> signed = sequence.ReadEncodedValue();
            _ = sequence.ReadEncodedValue();
            byte[] signature = sequence.ReadBitString(out _);
            if (algorithm.IsElliptic)
            {
                using ECDsa? key = issuer.GetECDsaPublicKey();
                return key?.VerifyData(signed.Span, signature, algorithm.Hash, DSASignatureFormat.Rfc3279DerSequence) ?? false;
            }

            using RSA? rsa = issuer.GetRSAPublicKey();
            return rsa?.VerifyData(signed.Span, signature, algorithm.Hash, RSASignaturePadding.Pkcs1) ?? false;
        }
        catch (Exception exception) when (exception is CryptographicException or AsnContentException)
        {
            return false;
        }
    }
}
