using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Ringfree.Monitoring.Plugins.Haproxy;

/// <summary>
/// A file that HAProxy loads beside a bundle when it exists: FILE.sctl, FILE.ocsp, and FILE.issuer where there is a FILE.ocsp. Its states:
/// <code>
/// good               it has the form that HAProxy takes
/// unreadable         it has another form, or is not a file
/// denied             this user may not read it
/// certificate BASE64 the certificate of FILE.issuer, DER
/// </code>
/// A FILE.dhparam is not loaded. Source: HAProxy 2.6, <c>haproxy -c</c>; github.com/haproxy/haproxy, src/ssl_ckch.c.
/// </summary>
/// <param name="Ending">sctl, ocsp or issuer.</param>
/// <param name="State">One of the words above.</param>
internal sealed record ExtraFile(string Ending, string State)
{
    internal const string Timestamps = "sctl", Status = "ocsp", Issuer = "issuer";
    internal const string Good = "good", Unreadable = "unreadable", Denied = "denied", Certificate = "certificate ";

    internal static readonly string[] Endings = [Timestamps, Status, Issuer];

    /// <summary>The certificate of FILE.issuer; null when it has none.</summary>
    internal BundleCertificate? IssuerCertificate { get; private init; }

    /// <summary>The state of a file by its content. HAProxy starts with any content of FILE.ocsp.</summary>
    internal static string Describe(string ending, ReadOnlySpan<byte> content) => ending switch
    {
        Timestamps => IsTimestampList(content) ? Good : Unreadable,
        Issuer => Bundle.Parse(BundleDescription.Of(content))?.Certificates is [var first, ..]
            ? Certificate + Convert.ToBase64String(first.Value.RawData)
            : Unreadable,
        _ => Good,
    };

    /// <summary>Reads ending and state.</summary>
    /// <returns>Null when they are none.</returns>
    internal static ExtraFile? Parse(string ending, string state)
    {
        if (!Endings.Contains(ending))
        {
            return null;
        }

        if (!state.StartsWith(Certificate, StringComparison.Ordinal))
        {
            return state is Good or Unreadable or Denied ? new ExtraFile(ending, state) : null;
        }

        try
        {
            byte[] pem = PemEncoding.WriteUtf8("CERTIFICATE"u8, Convert.FromBase64String(state[Certificate.Length..]));
            return new ExtraFile(ending, Good) { IssuerCertificate = BundleCertificate.ListOf(pem)?[0] };
        }
        catch (FormatException)
        {
            return null;
        }
    }

    /// <summary>A length of two bytes, then timestamps, each behind its own length of two bytes, to the end of the file.</summary>
    private static bool IsTimestampList(ReadOnlySpan<byte> content)
    {
        if (content.Length < sizeof(ushort) || BinaryPrimitives.ReadUInt16BigEndian(content) != content.Length - sizeof(ushort))
        {
            return false;
        }

        ReadOnlySpan<byte> rest = content[sizeof(ushort)..];
        while (rest.Length >= sizeof(ushort))
        {
            int length = BinaryPrimitives.ReadUInt16BigEndian(rest) + sizeof(ushort);
            if (length > rest.Length)
            {
                return false;
            }

            rest = rest[length..];
        }

        return rest.IsEmpty;
    }
}
