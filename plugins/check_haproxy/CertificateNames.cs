using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Ringfree.Monitoring.Plugins.Haproxy;

/// <summary>The host names of a certificate.</summary>
internal static class CertificateNames
{
    private const int MostNames = 5;

    /// <summary>What people call it: the first name that it covers, else its subject's common name, else its subject.</summary>
    internal static string Of(X509Certificate2 certificate) =>
        Covered(certificate) is [var first, ..] ? first
        : certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false) is { Length: > 0 } common ? common
        : certificate.Subject;

    /// <summary>The names that it covers, for a sentence.</summary>
    internal static string List(X509Certificate2 certificate)
    {
        List<string> names = Covered(certificate);
        return names.Count == 0 ? "no host name"
            : names.Count > MostNames ? $"{string.Join(", ", names.Take(MostNames))} and {names.Count - MostNames} more"
            : string.Join(", ", names);
    }

    /// <summary>
    /// Whether a client that asks for the host accepts the certificate's names: the subject's common name has not counted for years.
    /// </summary>
    internal static bool Covers(X509Certificate2 certificate, string host)
    {
        try
        {
            return certificate.MatchesHostname(host, allowWildcards: true, allowCommonName: false);
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    private static List<string> Covered(X509Certificate2 certificate)
    {
        try
        {
            return [.. certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().SelectMany(names => names.EnumerateDnsNames().Concat(names.EnumerateIPAddresses().Select(address => address.ToString())))];
        }
        catch (CryptographicException)
        {
            return [];
        }
    }
}
