using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Plugins.Haproxy;

/// <summary>Judges the bundles on disk, what HAProxy serves of them, and whether the expected hosts are covered.</summary>
internal sealed class CertificatesJudge
{
    private readonly Judgement judgement;
    private readonly ExpiryJudge expiry;
    private readonly IReadOnlyList<BundleReading> bundles;
    private readonly IReadOnlyList<ServedReading> served;
    private readonly IReadOnlyList<BundleCertificate> authorities;

    private CertificatesJudge(Judgement judgement, IReadOnlyList<BundleReading> bundles, IReadOnlyList<ServedReading> served, IReadOnlyList<BundleCertificate> authorities)
    {
        this.judgement = judgement;
        this.bundles = bundles;
        this.served = served;
        this.authorities = authorities;
        expiry = new ExpiryJudge(judgement);
    }

    /// <summary>Every certificate that a client may be shown: the first of each bundle and of each handshake.</summary>
    private IEnumerable<BundleCertificate> Leaves =>
        bundles.Select(reading => reading.Bundle?.Leaf).Concat(served.Select(reading => reading.Certificates.Count > 0 ? reading.Certificates[0] : null)).OfType<BundleCertificate>();

    internal static void Judge(
        Judgement judgement,
        IReadOnlyList<BundleReading> bundles,
        IReadOnlyList<ServedReading> served,
        IReadOnlyList<string> expectedHosts,
        IReadOnlyList<BundleCertificate> authorities)
    {
        CertificatesJudge judge = new(judgement, bundles, served, authorities);
        judge.JudgeBundles();
        foreach (ServedReading reading in served)
        {
            judge.JudgeServed(reading);
        }

        foreach (string host in expectedHosts)
        {
            judge.JudgeHost(host);
        }

        judge.expiry.AddMetrics();
        string first = judge.expiry.First is { } certificate ? $", the first expires on {Sentences.Day(certificate.NotAfter)} ({certificate.Name})" : "";
        string summary = $"{Words.Count(judge.Leaves.DistinctBy(leaf => leaf.Fingerprint).Count(), "certificate")}{first}";
        judge.Add(Status.Ok, summary);
        judgement.Summarize(summary);
    }

    private void Add(Status status, string sentence) => judgement.Add(new Finding(status, sentence, HaproxyCheck.Certificates));

    private void JudgeBundles()
    {
        BundleJudge judge = new(judgement, expiry, authorities);
        foreach (BundleReading reading in bundles)
        {
            if (reading.Bundle is { } bundle)
            {
                judge.Judge(reading.Path, bundle);
            }
            else
            {
                judgement.Add(reading.Trouble!);
            }
        }
    }

    private void JudgeServed(ServedReading reading)
    {
        if (reading.Certificates is not [var leaf, ..])
        {
            judgement.Add(reading.Trouble!);
            return;
        }

        if (reading.Question.ServerName is { } name && !CertificateNames.Covers(leaf.Value, name))
        {
            Add(Status.Critical, $"HAProxy serves at {reading.Where} a certificate that does not cover {name} but {CertificateNames.List(leaf.Value)}: clients refuse it");
        }

        BundleReading? same = bundles.FirstOrDefault(candidate => candidate.Bundle?.Leaf?.Fingerprint == leaf.Fingerprint);
        if (same is not null)
        {
            if (judgement.SaysWhatIsWell)
            {
                Add(Status.Ok, $"HAProxy serves at {reading.Where} the certificate of bundle {same.Path}");
            }

            return;
        }

        Finding lifetime = expiry.Judge(leaf, isLeaf: true, $"that HAProxy serves at {reading.Where}");
        JudgeDifference(reading, leaf, lifetime.Status);
        judgement.AddUnlessWell(lifetime);
        if (ChainJudge.Break(reading.Certificates, $"what HAProxy serves at {reading.Where}", authorities) is { } sentence)
        {
            Add(Status.Warning, sentence);
        }
    }

    /// <summary>HAProxy reads its bundles when it starts: what changed on disk since is not served before a reload.</summary>
    private void JudgeDifference(ServedReading reading, BundleCertificate leaf, Status lifetime)
    {
        if (!bundles.Any(candidate => candidate.Bundle?.Leaf is not null))
        {
            return;
        }

        string wanted = reading.Question.ServerName ?? leaf.Name.Replace("*.", "any.", StringComparison.Ordinal);
        BundleReading? onDisk = bundles
            .Where(candidate => candidate.Bundle?.Leaf is { } other && CertificateNames.Covers(other.Value, wanted))
            .MaxBy(candidate => candidate.Bundle!.Leaf!.NotAfter);
        string served = $"the certificate {leaf.Name} that HAProxy serves at {reading.Where} {(leaf.NotAfter <= judgement.Now ? "has expired" : "expires")} on {Sentences.Day(leaf.NotAfter)}";
        Add(Status.Warning.Or(lifetime), onDisk?.Bundle?.Leaf is { } newer
            ? newer.NotAfter >= leaf.NotAfter
                ? $"{served}, while the renewed one in bundle {onDisk.Path} is valid until {Sentences.Day(newer.NotAfter)} and not "
                    + $"loaded; cure: {Place.Of(onDisk.Path).Command("service haproxy reload")}"
                : $"{served}, while bundle {onDisk.Path} holds an older one, until {Sentences.Day(newer.NotAfter)}: the next reload takes the newer one away; cure: put the newer bundle back"
            : $"{served} and stands in no bundle on disk: the next reload takes it away; cure: look for it in haproxy.cfg ('crt') and name its bundle with --bundle");
    }

    private void JudgeHost(string host)
    {
        BundleCertificate[] leaves = [.. Leaves];
        if (leaves.Length == 0 || leaves.Any(leaf => CertificateNames.Covers(leaf.Value, host)))
        {
            return;
        }

        string covered = string.Join("; ", leaves.DistinctBy(leaf => leaf.Fingerprint).Take(3).Select(leaf => CertificateNames.List(leaf.Value)));
        Add(Status.Critical, $"no certificate covers {host}: {(leaves.Length > 3 ? "the first cover" : "they cover")} {covered}; cure: have the certificate issued anew with this name");
    }
}
