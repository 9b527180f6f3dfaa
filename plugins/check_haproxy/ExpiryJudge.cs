using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Plugins.Haproxy;

/// <summary>Judges how long certificates are valid, and keeps the ones that end first for the metrics.</summary>
internal sealed class ExpiryJudge(Judgement judgement)
{
    private readonly Dictionary<string, (MetricFacts Facts, double Days)> known = [];

    /// <summary>The certificate of a server that ends first; null before any was judged.</summary>
    internal BundleCertificate? First { get; private set; }

    /// <summary>How many certificates of servers were judged.</summary>
    internal int Leaves { get; private set; }

    /// <summary>Judges one certificate.</summary>
    /// <param name="certificate">The certificate.</param>
    /// <param name="isLeaf">Whether it is a server's own.</param>
    /// <param name="where">Where it stands: "of bundle PATH".</param>
    /// <returns>The finding, which the caller tells in its order.</returns>
    internal Finding Judge(BundleCertificate certificate, bool isLeaf, string where)
    {
        MetricFacts facts = isLeaf ? HaproxyCheck.CertificateDays : HaproxyCheck.IntermediateDays;
        double days = Math.Round((certificate.NotAfter - judgement.Now).TotalDays, 2);
        known[facts.Name] = known.TryGetValue(facts.Name, out (MetricFacts Facts, double Days) before) && before.Days <= days ? before : (facts, days);
        if (isLeaf)
        {
            Leaves++;
            First = First is null || certificate.NotAfter < First.NotAfter ? certificate : First;
        }

        string name = $"the {(isLeaf ? "certificate" : "intermediate certificate")} {certificate.Name} {where}";
        Metric left = judgement.Options.Measure(facts, days);
        (Status status, string sentence) = certificate switch
        {
            _ when days <= 0 => (Status.Critical, $"{name} has expired on {Sentences.Day(certificate.NotAfter)}, {Words.Duration((long)(judgement.Now - certificate.NotAfter).TotalSeconds)} ago: clients refuse it"),
            _ when certificate.NotBefore > judgement.Now => (Status.Critical, $"{name} is not valid before {certificate.NotBefore.UtcDateTime:yyyy-MM-dd HH:mm} UTC: clients refuse it; is the clock right?"),
            _ => (left.Status, $"{name} expires on {Sentences.Day(certificate.NotAfter)}: {Sentences.Spoken(left, "days left")}"),
        };
        return new Finding(status, sentence, HaproxyCheck.Certificates);
    }

    internal void AddMetrics()
    {
        judgement.Add(judgement.Options.Measure(HaproxyCheck.CertificateCount, Leaves, 0));
        foreach (MetricFacts facts in (ReadOnlySpan<MetricFacts>)[HaproxyCheck.CertificateDays, HaproxyCheck.IntermediateDays])
        {
            judgement.Add(judgement.Options.Measure(facts, known.TryGetValue(facts.Name, out (MetricFacts Facts, double Days) least) ? least.Days : null));
        }
    }
}
