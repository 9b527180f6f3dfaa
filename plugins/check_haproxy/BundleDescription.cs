using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Ringfree.Monitoring.Plugins.Haproxy;

/// <summary>
/// What a PEM file holds, without its secrets: certificates are public and stand whole, of a private key there are findings alone. This
/// text is what a probe answers and a recording keeps:
/// <code>
/// crlf                     once, where a line ends with CR LF
/// glued LINE               a block begins behind other text in its line: a newline is missing
/// key LINE own HASH        a private key; SHA-256 of the public key that belongs to it
/// key LINE encrypted       a private key with a pass phrase
/// key LINE unknown         a private key of a kind that cannot be compared, such as DSA
/// key LINE unreadable      a private key that is none
/// certificate LINE         a certificate, which follows in PEM
/// broken LINE              a certificate that cannot be decoded
/// unended LINE             a block without its end
/// other LINE               a block of another kind, such as DH parameters
/// </code>
/// </summary>
internal static class BundleDescription
{
    internal const string Glued = "glued", Key = "key", Certificate = "certificate", Broken = "broken", Unended = "unended", Other = "other", WindowsLines = "crlf";
    internal const string KeyOwn = "own", KeyEncrypted = "encrypted", KeyUnknown = "unknown", KeyUnreadable = "unreadable";

    private const string Begin = "-----BEGIN ", End = "-----END ", Dashes = "-----";
    private const int LongestLabel = 40;

    /// <summary>Describes the content of a PEM file.</summary>
    /// <param name="content">Any bytes.</param>
    /// <returns>Lines of the form above.</returns>
    internal static string Of(ReadOnlySpan<byte> content)
    {
        string text = Encoding.Latin1.GetString(content);
        StringBuilder lines = new();
        if (text.Contains("\r\n", StringComparison.Ordinal))
        {
            lines.Append(WindowsLines).Append('\n');
        }

        int line = 1, counted = 0, position = 0;
        while (NextBegin(text, position) is { } begin)
        {
            line += CountLines(text, ref counted, begin.Start);
            if (!StandsAtLineStart(text, begin.Start))
            {
                Append(lines, Glued, line);
            }

            int end = text.IndexOf($"{End}{begin.Label}{Dashes}", begin.BodyStart, StringComparison.Ordinal);
            int nextBegin = text.IndexOf(Begin, begin.BodyStart, StringComparison.Ordinal);
            if (end < 0 || (nextBegin >= 0 && nextBegin < end))
            {
                Append(lines, Unended, line);
                position = begin.BodyStart;
                continue;
            }

            AppendBlock(lines, line, begin.Label, text[begin.BodyStart..end]);
            position = end + End.Length + begin.Label.Length + Dashes.Length;
        }

        return lines.ToString();
    }

    /// <summary>
    /// SHA-256 of a public key's value, in hexadecimal: the same for a private key and for the certificate that was made for it.
    /// </summary>
    internal static string HashOf(PublicKey key) => Convert.ToHexStringLower(SHA256.HashData(key.EncodedKeyValue.RawData));

    private static (int Start, int BodyStart, string Label)? NextBegin(string text, int position)
    {
        while (text.IndexOf(Begin, position, StringComparison.Ordinal) is >= 0 and var start)
        {
            int labelStart = start + Begin.Length;
            int labelEnd = text.IndexOf(Dashes, labelStart, StringComparison.Ordinal);
            if (labelEnd > labelStart && labelEnd - labelStart <= LongestLabel && text.AsSpan(labelStart, labelEnd - labelStart).IndexOfAnyExcept(LabelCharacters) < 0)
            {
                return (start, labelEnd + Dashes.Length, text[labelStart..labelEnd]);
            }

            position = labelStart;
        }

        return null;
    }

    private static readonly System.Buffers.SearchValues<char> LabelCharacters = System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 ");

    private static int CountLines(string text, ref int counted, int upTo)
    {
        int lines = text.AsSpan(counted, upTo - counted).Count('\n');
        counted = upTo;
        return lines;
    }

    /// <summary>The byte order mark of some editors does not count: OpenSSL does not mind it.</summary>
    private static bool StandsAtLineStart(string text, int start) => start == 0 || text[start - 1] == '\n' || (start == 3 && text.StartsWith("\u00EF\u00BB\u00BF", StringComparison.Ordinal));

    private static void AppendBlock(StringBuilder lines, int line, string label, string body)
    {
        if (label.EndsWith("PRIVATE KEY", StringComparison.Ordinal))
        {
            Append(lines, Key, line, Describe(label, body));
        }
        else if (label is "CERTIFICATE" or "X509 CERTIFICATE" or "TRUSTED CERTIFICATE")
        {
            AppendCertificate(lines, line, body);
        }
        else
        {
            Append(lines, Other, line);
        }
    }

    private static void AppendCertificate(StringBuilder lines, int line, string body)
    {
        try
        {
            string pem = PemEncoding.WriteString("CERTIFICATE", Convert.FromBase64String(body));

            // Read as a reader of the description will: some garbled certificates load, and fail when their dates are asked for.
            using var certificate = X509Certificate2.CreateFromPem(pem);
            _ = new BundleCertificate(1, line, certificate);
            Append(lines, Certificate, line);
            lines.Append(pem).Append('\n');
        }
        catch (Exception exception) when (exception is CryptographicException or FormatException or ArgumentException)
        {
            Append(lines, Broken, line);
        }
    }

    private static string Describe(string label, string body)
    {
        if (label == "ENCRYPTED PRIVATE KEY" || body.Contains("Proc-Type: 4,ENCRYPTED", StringComparison.Ordinal))
        {
            return KeyEncrypted;
        }

        byte[] key = [];
        try
        {
            key = Convert.FromBase64String(body);
            return PublicValueOf(label, key) is { } value ? $"{KeyOwn} {Convert.ToHexStringLower(SHA256.HashData(value))}" : KeyUnknown;
        }
        catch (Exception exception) when (exception is CryptographicException or FormatException)
        {
            return KeyUnreadable;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    /// <summary>The public half in the form in which a certificate holds it; null for a kind of key that is not known here.</summary>
    /// <exception cref="CryptographicException">It is no key.</exception>
    private static byte[]? PublicValueOf(string label, byte[] key)
    {
        switch (label)
        {
            case "RSA PRIVATE KEY":
                using (RSA rsa = RSA.Create())
                {
                    rsa.ImportRSAPrivateKey(key, out _);
                    return rsa.ExportRSAPublicKey();
                }

            case "EC PRIVATE KEY":
                using (ECDsa elliptic = ECDsa.Create())
                {
                    elliptic.ImportECPrivateKey(key, out _);
                    return PointOf(elliptic);
                }

            case "PRIVATE KEY":
                return KindOf(key) switch
                {
                    "1.2.840.113549.1.1.1" or "1.2.840.113549.1.1.10" => FromPkcs8(RSA.Create(), key, static rsa => rsa.ExportRSAPublicKey()),
                    "1.2.840.10045.2.1" => FromPkcs8(ECDsa.Create(), key, PointOf),
                    var kind when EdwardsKey.Is(kind) => EdwardsKey.PublicValueOf(kind, key),
                    _ => null,
                };
            default:
                return null;
        }
    }

    private static byte[] FromPkcs8<TKey>(TKey algorithm, byte[] key, Func<TKey, byte[]> export)
        where TKey : AsymmetricAlgorithm
    {
        using (algorithm)
        {
            algorithm.ImportPkcs8PrivateKey(key, out _);
            return export(algorithm);
        }
    }

    private static string KindOf(byte[] key)
    {
        try
        {
            var reader = new System.Formats.Asn1.AsnReader(key, System.Formats.Asn1.AsnEncodingRules.BER);
            System.Formats.Asn1.AsnReader sequence = reader.ReadSequence();
            _ = sequence.ReadInteger();
            return sequence.ReadSequence().ReadObjectIdentifier();
        }
        catch (System.Formats.Asn1.AsnContentException exception)
        {
            throw new CryptographicException(exception.Message, exception);
        }
    }

    private static byte[] PointOf(ECDsa key)
    {
        ECPoint point = key.ExportParameters(includePrivateParameters: false).Q;
        return [4, .. point.X!, .. point.Y!];
    }

    private static void Append(StringBuilder lines, string word, int line, string more = "") =>
        lines.Append(word).Append(' ').Append(line.ToString(CultureInfo.InvariantCulture)).Append(more.Length > 0 ? " " : "").Append(more).Append('\n');
}
