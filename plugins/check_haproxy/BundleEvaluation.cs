using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Plugins.Haproxy;

/// <summary>
/// Evaluates a bundle: what HAProxy refuses at its next start is CRITICAL, what it takes and clients may refuse is WARNING. HAProxy reads
/// the private key from anywhere in the file, takes the first certificate for its own and all others for the chain; Ringfree's order is
/// key, certificate, CA bundle. Source: HAProxy 2.6, <c>haproxy -c</c> on each of these files.
/// </summary>
/// <param name="report">Takes problems and notes.</param>
/// <param name="expiry">Evaluates how long each certificate is valid.</param>
/// <param name="authorities">Authorities that clients are known to trust.</param>
internal sealed class BundleEvaluation(ReportBuilder report, ExpiryEvaluation expiry, IReadOnlyList<BundleCertificate> authorities)
{
    private const string Order = "key, certificate, CA bundle";

    private readonly ConcernReport concern = report.For(HaproxyCheck.Certificates);

    internal void Evaluate(BundleReading reading, Bundle bundle)
    {
        string path = reading.Path;
        EvaluateBlocks(path, bundle);
        BundleCertificate? own = EvaluateKey(reading, bundle);
        EvaluateGuard(path, bundle);
        if (own is null)
        {
            return;
        }

        EvaluateExtras(reading, bundle, own);

        var chain = ChainPath.Of(own, bundle.Certificates, authorities, concern.Now);
        foreach (BundleCertificate certificate in bundle.Certificates)
        {
            if (!chain.Certificates.Contains(certificate) && certificate.NotAfter <= concern.Now)
            {
                EvaluateUnneeded(certificate, chain, path);
            }
            else if (certificate == own || !(certificate.IsSelfSigned || certificate.Fingerprint == own.Fingerprint))
            {
                EvaluateExpiry(certificate, isLeaf: certificate == own, path);
                EvaluateStrength(certificate, path);
            }
            else
            {
                concern.Ok($"bundle {path} holds the root {certificate.Name} too, which clients have or do not trust");
            }
        }

        if (own == bundle.Leaf && bundle.BrokenLines.Count == 0
            && ChainEvaluation.Break(bundle.Certificates, $"bundle {path}", authorities) is { } sentence)
        {
            concern.Problem(Status.Warning, HaproxyHeadlines.ChainBroken.About(path), sentence);
        }
    }

    private void EvaluateExpiry(BundleCertificate certificate, bool isLeaf, string path)
    {
        (Status status, HeadlineKind kind, string sentence) = expiry.Evaluate(certificate, isLeaf, $"of bundle {path}");
        sentence += kind == HaproxyHeadlines.Expired && !isLeaf
            ? $", unless they have {certificate.Name} as an authority of their own: --ca names those"
            : "";
        if (status != Status.Ok || concern.SaysWhatIsWell)
        {
            concern.Problem(status, kind.About(path), sentence);
        }
    }

    /// <summary>
    /// Evaluates an expired certificate that the path of today's clients goes around: a cross-signed one beside its successor.
    /// </summary>
    private void EvaluateUnneeded(BundleCertificate certificate, ChainPath chain, string path)
    {
        string expired = $"the intermediate certificate {certificate.Name} (certificate {certificate.Number}) of bundle {path} has expired "
            + $"on {Sentences.Day(certificate.NotAfter)}";
        if (chain.EndsAtAuthority)
        {
            concern.Ok($"{expired}, and no client that has the authorities of --ca needs it");
            return;
        }

        concern.Problem(
            Status.Warning,
            HaproxyHeadlines.ExpiredBeside.About(path),
            $"{expired} beside a valid path without it: old clients refuse it (OpenSSL before 1.1.0); cure: take it out of the bundle, or "
                + "name the authority that clients have with --ca");
    }

    private void EvaluateBlocks(string path, Bundle bundle)
    {
        foreach (int line in bundle.GluedLines)
        {
            // OpenSSL knows neither the block that ends in this line nor the one that begins there.
            bool isRefused = bundle.Certificates.Count(certificate => certificate.Line < line) < 2
                || bundle.Keys.Exists(key => key.Line == line);
            string effect = isRefused
                ? "HAProxy refuses the bundle at its next start"
                : "HAProxy drops the rest of the chain without a word";
            concern.Problem(
                isRefused ? Status.Critical : Status.Warning,
                HaproxyHeadlines.BundleRefused.About(path),
                $"line {line} of bundle {path} glues two parts together, a newline is missing: {effect}; cure: let every part end with a "
                    + "newline, as awk 1 KEY CERTIFICATE CA-BUNDLE does");
        }

        foreach (int line in bundle.BrokenLines)
        {
            concern.Problem(
                Status.Critical,
                HaproxyHeadlines.BundleRefused.About(path),
                $"the part of bundle {path} that begins in line {line} is cut or garbled: HAProxy refuses the bundle at its next start, or "
                    + $"drops the rest of its chain; cure: build it anew ({Order})");
        }

        if (bundle.HasWindowsLines)
        {
            concern.Problem(
                Status.Warning,
                HaproxyHeadlines.BundleRefused.About(path),
                $"bundle {path} has Windows line ends (CRLF): HAProxy takes them, other tools that build or read it do not; cure: sed -i "
                    + $"--follow-symlinks 's/\\r$//' {path}");
        }

        if (bundle.Certificates.Count == 0 && bundle.BrokenLines.Count == 0)
        {
            concern.Problem(
                Status.Critical,
                HaproxyHeadlines.BundleRefused.About(path),
                $"bundle {path} holds no certificate: HAProxy refuses it at its next start; cure: build it anew ({Order})");
        }
    }

    /// <summary>Evaluates the private key, and finds the certificate that it was made for: the server's own.</summary>
    private BundleCertificate? EvaluateKey(BundleReading reading, Bundle bundle)
    {
        string path = reading.Path;
        if (bundle.Keys is not [var key, ..])
        {
            if (reading.KeyError is { } denied)
            {
                concern.Problem(
                    Status.Unknown,
                    HaproxyHeadlines.BundleUnread.About(path),
                    $"{denied.Subject} cannot be read; cure: run the check through sudo, {Sudo.LineFor(denied.Caller!, report.Options)}");
            }
            else if (bundle.Certificates.Count > 0)
            {
                concern.Problem(
                    Status.Critical,
                    HaproxyHeadlines.BundleRefused.About(path),
                    $"bundle {path} holds no private key, and there is no {path}.key: HAProxy refuses it at its next start; cure: build it "
                        + $"anew ({Order})");
            }

            return bundle.Leaf;
        }

        switch (key.State)
        {
            case BundleDescription.KeyEncrypted:
                concern.Problem(
                    Status.Critical,
                    HaproxyHeadlines.BundleRefused.About(path),
                    $"the private key of bundle {path} is encrypted: HAProxy asks for a pass phrase and does not start by itself; cure: "
                        + $"(umask 077; openssl pkey -in KEY -out PLAIN-KEY), then build the bundle anew ({Order})");
                return bundle.Leaf;
            case BundleDescription.KeyUnreadable:
                concern.Problem(
                    Status.Critical,
                    HaproxyHeadlines.BundleRefused.About(path),
                    $"the private key of bundle {path} (line {key.Line}) cannot be read: HAProxy refuses it at its next start; cure: build "
                        + $"it anew ({Order})");
                return bundle.Leaf;
            case BundleDescription.KeyUnknown:
                report.Note($"the private key of bundle {path} is of a kind that is not compared with its certificate");
                return bundle.Leaf;
            default:
                return EvaluateMatch(path, bundle, key);
        }
    }

    /// <summary>
    /// Evaluates what HAProxy loads beside the bundle. With a FILE.ocsp of any content it must find who issued the certificate: in
    /// FILE.issuer, where there is one, else in the chain.
    /// </summary>
    private void EvaluateExtras(BundleReading reading, Bundle bundle, BundleCertificate own)
    {
        string path = reading.Path;
        if (reading.ExtraError is { } denied)
        {
            concern.Problem(
                Status.Unknown,
                HaproxyHeadlines.BundleUnread.About(denied.Subject),
                $"{denied.Subject} cannot be read; cure: run the check through sudo, {Sudo.LineFor(denied.Caller!, report.Options)}");
        }

        ExtraFile? Of(string ending) => bundle.Extras.Find(extra => extra.Ending == ending && extra.State != ExtraFile.Denied);
        if (Of(ExtraFile.Timestamps) is { State: ExtraFile.Unreadable })
        {
            Refuse(ExtraFile.Timestamps, "is not a list of signed certificate timestamps");
        }

        if (Of(ExtraFile.Status) is not { } status)
        {
            return;
        }

        ExtraFile? issuer = Of(ExtraFile.Issuer);
        if (status.State == ExtraFile.Unreadable)
        {
            Refuse(ExtraFile.Status, "is not a file");
        }
        else if (issuer is { IssuerCertificate: null })
        {
            Refuse(ExtraFile.Issuer, "holds no certificate");
        }
        else if (issuer?.IssuerCertificate is { } wrong && !own.NamesAsIssuer(wrong))
        {
            Refuse(ExtraFile.Issuer, $"holds {wrong.Name}, which did not issue {own.Name}");
        }
        else if (issuer is null && !bundle.Certificates.Exists(other => other != own && own.NamesAsIssuer(other)))
        {
            Refuse(
                ExtraFile.Status,
                $"needs the certificate of {own.Issuer}, which is neither in the bundle nor in {path}.{ExtraFile.Issuer}");
        }

        // Without FILE.ocsp HAProxy does not look for FILE.issuer.
        void Refuse(string ending, string why) => concern.Problem(
            Status.Critical,
            HaproxyHeadlines.ExtraRefused.With("FILE", $"{path}.{(ending == ExtraFile.Issuer ? ExtraFile.Status : ending)}").About(path),
            $"{path}.{ending}, which HAProxy loads beside bundle {path}, {why}: HAProxy refuses the bundle at its next start; cure: write "
                + "it again, or move it to another folder");
    }

    private BundleCertificate? EvaluateMatch(string path, Bundle bundle, BundleKey key)
    {
        if (bundle.Leaf is not { } leaf || BundleDescription.HashOf(leaf.Value.PublicKey) == key.Hash)
        {
            return bundle.Leaf;
        }

        BundleCertificate? own = bundle.Certificates.Find(certificate =>
            BundleDescription.HashOf(certificate.Value.PublicKey) == key.Hash);
        concern.Problem(Status.Critical, HaproxyHeadlines.BundleRefused.About(path), own is not null
            ? $"the certificate {own.Name} of bundle {path} stands as certificate {own.Number} behind {leaf.Name}, but HAProxy takes the "
                + $"first for its own and refuses the bundle at its next start; cure: {Order}, in this order"
            : $"the private key of bundle {path} does not belong to its certificate {leaf.Name}: HAProxy refuses it at its next start; "
                + "cure: find the key that the certificate was requested with, or have it issued anew");
        return own ?? leaf;
    }

    private void EvaluateGuard(string path, Bundle bundle)
    {
        const int OthersRead = 0b000_000_100;
        (string file, FileGuard? guard) = bundle.KeyFileGuard is not null ? (path + ".key", bundle.KeyFileGuard) : (path, bundle.Guard);
        if (bundle.Keys.Count > 0 && guard is not null && (guard.Mode & OthersRead) != 0)
        {
            concern.Problem(
                Status.Warning,
                HaproxyHeadlines.KeyOpen.About(path),
                $"every user of this machine can read the private key in {file} (owner {guard.Owner}, mode "
                    + $"{Convert.ToString(guard.Mode, 8)}); cure: chmod o= {file}, and replace the key if somebody else has been here");
        }
    }

    private void EvaluateStrength(BundleCertificate certificate, string path)
    {
        const int LeastRsaBits = 2048;
        using RSA? rsa = certificate.Value.GetRSAPublicKey();
        string? weakness = CertificateSignature.Weakness(certificate.Value) is { } hash ? $"is signed with {hash}"
            : rsa?.KeySize < LeastRsaBits ? $"has an RSA key of {rsa.KeySize} bits (limit: at least {LeastRsaBits})"
            : null;
        if (weakness is not null)
        {
            concern.Problem(
                Status.Warning,
                HaproxyHeadlines.Weak.About(path),
                $"certificate {certificate.Number} ({certificate.Name}) of bundle {path} {weakness}: today's clients refuse it; cure: have "
                    + "it issued anew");
        }
    }
}
