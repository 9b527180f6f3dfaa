using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Ringfree.Monitoring.Plugins.Haproxy;

/// <summary>A certificate of a bundle or of a handshake.</summary>
/// <param name="Number">Its place among the certificates, from 1.</param>
/// <param name="Line">The line of the file where it begins; 0 for a handshake.</param>
/// <param name="Value">The certificate.</param>
internal sealed record BundleCertificate(int Number, int Line, X509Certificate2 Value)
{
    /// <summary>SHA-256 of the whole certificate.</summary>
    internal string Fingerprint { get; } = Value.GetCertHashString(HashAlgorithmName.SHA256);

    internal DateTimeOffset NotAfter { get; } = new(Value.NotAfter.ToUniversalTime());

    internal DateTimeOffset NotBefore { get; } = new(Value.NotBefore.ToUniversalTime());

    internal bool IsSelfSigned => Value.SubjectName.RawData.AsSpan().SequenceEqual(Value.IssuerName.RawData);

    /// <summary>What people call it: the first name that it covers, else its subject's common name, else its subject.</summary>
    internal string Name => CertificateNames.Of(Value);

    /// <summary>Whether the other certificate's subject is this one's issuer.</summary>
    internal bool NamesAsIssuer(BundleCertificate other) => Value.IssuerName.RawData.AsSpan().SequenceEqual(other.Value.SubjectName.RawData);
}

/// <summary>The private key of a bundle.</summary>
/// <param name="Line">The line where it begins.</param>
/// <param name="State">One of the words of <see cref="BundleDescription"/>.</param>
/// <param name="Hash">SHA-256 of its public half; empty unless the state is <see cref="BundleDescription.KeyOwn"/>.</param>
internal sealed record BundleKey(int Line, string State, string Hash);

/// <summary>A PEM file as a probe describes it.</summary>
internal sealed class Bundle
{
    private Bundle()
    {
    }

    internal bool HasWindowsLines { get; private set; }

    internal List<BundleKey> Keys { get; } = [];

    internal List<BundleCertificate> Certificates { get; } = [];

    /// <summary>Lines at which a block begins behind other text.</summary>
    internal List<int> GluedLines { get; } = [];

    /// <summary>Lines of certificates that cannot be decoded, and of blocks without end.</summary>
    internal List<int> BrokenLines { get; } = [];

    /// <summary>Reads a <see cref="BundleDescription"/>.</summary>
    /// <returns>Null when the text is none.</returns>
    internal static Bundle? Parse(string description)
    {
        Bundle bundle = new();
        string[] lines = description.Split('\n');
        for (int index = 0; index < lines.Length; index++)
        {
            string[] words = lines[index].Split(' ');
            int at = words.Length > 1 && int.TryParse(words[1], out int line) ? line : 0;
            switch (words[0])
            {
                case "":
                case BundleDescription.Other:
                    break;
                case BundleDescription.WindowsLines:
                    bundle.HasWindowsLines = true;
                    break;
                case BundleDescription.Glued:
                    bundle.GluedLines.Add(at);
                    break;
                case BundleDescription.Broken:
                case BundleDescription.Unended:
                    bundle.BrokenLines.Add(at);
                    break;
                case BundleDescription.Key when words.Length > 2:
                    bundle.Keys.Add(new BundleKey(at, words[2], words.Length > 3 ? words[3] : ""));
                    break;
#pragma warning disable CA2000 // certificates live as long as the run
                case BundleDescription.Certificate when TakeCertificate(lines, ref index) is { } certificate:
                    bundle.Certificates.Add(new BundleCertificate(bundle.Certificates.Count + 1, at, certificate));
                    break;
#pragma warning restore CA2000
                default:
                    return null;
            }
        }

        return bundle;
    }

    private static X509Certificate2? TakeCertificate(string[] lines, ref int index)
    {
        int end = Array.IndexOf(lines, "-----END CERTIFICATE-----", index);
        if (end < 0)
        {
            return null;
        }

        string pem = string.Join('\n', lines[(index + 1)..(end + 1)]);
        index = end;
        try
        {
            return X509Certificate2.CreateFromPem(pem);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
