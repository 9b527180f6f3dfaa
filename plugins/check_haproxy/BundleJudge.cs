using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Plugins.Haproxy;

/// <summary>
/// Judges a bundle: what HAProxy refuses at its next start is CRITICAL, what it takes and clients may refuse is WARNING. HAProxy reads the
/// private key from anywhere in the file, takes the first certificate for its own and all others for the chain; Ringfree's order is key,
/// certificate, CA bundle. Source: HAProxy 2.6, <c>haproxy -c</c> on each of these files.
/// </summary>
internal sealed class BundleJudge(Judgement judgement, ExpiryJudge expiry, IReadOnlyList<BundleCertificate> authorities)
{
    private const string Order = "key, certificate, CA bundle";

    internal void Judge(string path, Bundle bundle)
    {
        JudgeBlocks(path, bundle);
        BundleCertificate? own = JudgeKey(path, bundle);
        JudgeGuard(path, bundle);
        if (own is null)
        {
            return;
        }

        foreach (BundleCertificate certificate in bundle.Certificates)
        {
            if (certificate == own || !(certificate.IsSelfSigned || certificate.Fingerprint == own.Fingerprint))
            {
                judgement.AddUnlessWell(expiry.Judge(certificate, isLeaf: certificate == own, $"of bundle {path}"));
                JudgeStrength(certificate, path);
            }
            else if (judgement.SaysWhatIsWell)
            {
                Add(Status.Ok, $"bundle {path} holds the root {certificate.Name} too, which clients have or do not trust");
            }
        }

        if (own == bundle.Leaf && bundle.BrokenLines.Count == 0 && ChainJudge.Break(bundle.Certificates, $"bundle {path}", authorities) is { } sentence)
        {
            Add(Status.Warning, sentence);
        }
    }

    private void Add(Status status, string sentence, string? firstStep = null) =>
        judgement.Add(new Finding(status, sentence, HaproxyCheck.Certificates) { FirstStep = firstStep });

    private void JudgeBlocks(string path, Bundle bundle)
    {
        foreach (int line in bundle.GluedLines)
        {
            // OpenSSL knows neither the block that ends in this line nor the one that begins there.
            bool isRefused = bundle.Certificates.Count(certificate => certificate.Line < line) < 2 || bundle.Keys.Exists(key => key.Line == line);
            Add(
                isRefused ? Status.Critical : Status.Warning,
                $"line {line} of bundle {path} glues two parts together, a newline is missing: {(isRefused ? "HAProxy refuses the bundle at its next start" : "HAProxy drops the rest of the chain without a word")}; cure: let every part end with a newline, as awk 1 KEY CERTIFICATE CA-BUNDLE does");
        }

        foreach (int line in bundle.BrokenLines)
        {
            Add(Status.Critical, $"the part of bundle {path} that begins in line {line} is cut or garbled: HAProxy refuses the bundle at its next start, or drops the rest of its chain; cure: build it anew ({Order})");
        }

        if (bundle.HasWindowsLines)
        {
            Add(Status.Warning, $"bundle {path} has Windows line ends (CRLF): HAProxy takes them, other tools that build or read it do "
                + $"not; cure: sed -i --follow-symlinks 's/\\r$//' {path}");
        }

        if (bundle.Certificates.Count == 0 && bundle.BrokenLines.Count == 0)
        {
            Add(Status.Critical, $"bundle {path} holds no certificate: HAProxy refuses it at its next start; cure: build it anew ({Order})");
        }
    }

    /// <summary>Judges the private key, and finds the certificate that it was made for: the server's own.</summary>
    private BundleCertificate? JudgeKey(string path, Bundle bundle)
    {
        if (bundle.Keys is not [var key, ..])
        {
            if (bundle.IsKeyFileDenied)
            {
                Add(Status.Unknown, $"the private key {path}.key of bundle {path} cannot be read; cure: run the check through sudo, "
                    + $"{Sudo.LineFor(judgement.Run)}", firstStep: "");
            }
            else if (bundle.Certificates.Count > 0)
            {
                Add(Status.Critical, $"bundle {path} holds no private key, and there is no {path}.key: HAProxy refuses it at its next start; cure: build it anew ({Order})");
            }

            return bundle.Leaf;
        }

        switch (key.State)
        {
            case BundleDescription.KeyEncrypted:
                Add(Status.Critical, $"the private key of bundle {path} is encrypted: HAProxy asks for a pass phrase and does not start "
                    + $"by itself; cure: (umask 077; openssl pkey -in KEY -out PLAIN-KEY), then build the bundle anew ({Order})");
                return bundle.Leaf;
            case BundleDescription.KeyUnreadable:
                Add(Status.Critical, $"the private key of bundle {path} (line {key.Line}) cannot be read: HAProxy refuses it at its next start; cure: build it anew ({Order})");
                return bundle.Leaf;
            case BundleDescription.KeyUnknown:
                judgement.Note($"the private key of bundle {path} is of a kind that is not compared with its certificate");
                return bundle.Leaf;
            default:
                return JudgeMatch(path, bundle, key);
        }
    }

    private BundleCertificate? JudgeMatch(string path, Bundle bundle, BundleKey key)
    {
        if (bundle.Leaf is not { } leaf || BundleDescription.HashOf(leaf.Value.PublicKey) == key.Hash)
        {
            return bundle.Leaf;
        }

        BundleCertificate? own = bundle.Certificates.Find(certificate => BundleDescription.HashOf(certificate.Value.PublicKey) == key.Hash);
        Add(Status.Critical, own is not null
            ? $"the certificate {own.Name} of bundle {path} stands as certificate {own.Number} behind {leaf.Name}, but HAProxy takes the first for its own and refuses the bundle at its next start; cure: {Order}, in this order"
            : $"the private key of bundle {path} does not belong to its certificate {leaf.Name}: HAProxy refuses it at its next start; cure: find the key that the certificate was requested with, or have it issued anew");
        return own ?? leaf;
    }

    private void JudgeGuard(string path, Bundle bundle)
    {
        const int OthersRead = 0b000_000_100;
        (string file, FileGuard? guard) = bundle.KeyFileGuard is not null ? (path + ".key", bundle.KeyFileGuard) : (path, bundle.Guard);
        if (bundle.Keys.Count > 0 && guard is not null && (guard.Mode & OthersRead) != 0)
        {
            Add(Status.Warning, $"every user of this machine can read the private key in {file} (owner {guard.Owner}, mode {Convert.ToString(guard.Mode, 8)}); cure: chmod o= {file}, and replace the key if somebody else has been here");
        }
    }

    private void JudgeStrength(BundleCertificate certificate, string path)
    {
        const int LeastRsaBits = 2048;
        using System.Security.Cryptography.RSA? rsa = System.Security.Cryptography.X509Certificates.RSACertificateExtensions.GetRSAPublicKey(certificate.Value);
        string? weakness = CertificateSignature.Weakness(certificate.Value) is { } hash ? $"is signed with {hash}"
            : rsa?.KeySize < LeastRsaBits ? $"has an RSA key of {rsa.KeySize} bits (limit: at least {LeastRsaBits})"
            : null;
        if (weakness is not null)
        {
            Add(Status.Warning, $"certificate {certificate.Number} ({certificate.Name}) of bundle {path} {weakness}: today's clients refuse it; cure: have it issued anew");
        }
    }
}
