using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Plugins.Haproxy;

/// <summary>Evaluates how long certificates are valid, and keeps the ones that end first for the metrics.</summary>
internal sealed class ExpiryEvaluation(ConcernReport concern, Options options)
{
    private readonly Dictionary<string, double> least = [];
    private int leaves;

    /// <summary>The certificate of a server that ends first; null before any was evaluated.</summary>
    internal BundleCertificate? First { get; private set; }

    /// <summary>Evaluates one certificate.</summary>
    /// <param name="certificate">The certificate.</param>
    /// <param name="isLeaf">Whether it is a server's own.</param>
    /// <param name="where">Where it stands: "of bundle PATH".</param>
    /// <returns>Status, kind and sentence, which the caller tells in its order.</returns>
    internal (Status Status, HeadlineKind Kind, string Sentence) Evaluate(BundleCertificate certificate, bool isLeaf, string where)
    {
        MetricFacts facts = isLeaf ? HaproxyCheck.CertificateLifetime : HaproxyCheck.IntermediateLifetime;
        double seconds = Math.Round((certificate.NotAfter - concern.Now).TotalSeconds);
        least[facts.Name] = Math.Min(seconds, least.GetValueOrDefault(facts.Name, double.MaxValue));
        if (isLeaf)
        {
            leaves++;
            First = First is null || certificate.NotAfter < First.NotAfter ? certificate : First;
        }

        string name = $"the {(isLeaf ? "certificate" : "intermediate certificate")} {certificate.Name} {where}";
        if (seconds <= 0)
        {
            string ago = Words.Duration((long)(concern.Now - certificate.NotAfter).TotalSeconds);
            return (
                Status.Critical,
                HaproxyHeadlines.Expired,
                $"{name} has expired on {Sentences.Day(certificate.NotAfter)}, {ago} ago: clients refuse it");
        }

        Metric left = options.Measure(facts, seconds);
        return certificate.NotBefore > concern.Now
            ? (
                Status.Critical,
                HaproxyHeadlines.NotYetValid,
                $"{name} is not valid before {Words.Moment(certificate.NotBefore)}: clients refuse it; is the clock right?")
            : (
                left.Status,
                HaproxyHeadlines.Expires,
                $"{name} expires on {Sentences.Day(certificate.NotAfter)}, in {left.Spoken}");
    }

    internal void Record()
    {
        concern.Measure(HaproxyCheck.CertificateCount, leaves);
        foreach (MetricFacts facts in (ReadOnlySpan<MetricFacts>)[HaproxyCheck.CertificateLifetime, HaproxyCheck.IntermediateLifetime])
        {
            concern.Record(facts, least.TryGetValue(facts.Name, out double seconds) ? seconds : null, minimum: null);
        }
    }
}
