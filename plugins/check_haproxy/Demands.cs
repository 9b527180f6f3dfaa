using Ringfree.Monitoring.Plugin;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Plugins.Haproxy;

/// <summary>What the options of a run ask for, read and checked before anything is probed.</summary>
internal sealed class Demands
{
    private readonly Options options;
    private readonly IReadOnlyList<StatsSource> sources;
    private readonly IReadOnlyList<HandshakeQuestion> served;

    private Demands(Options options)
    {
        this.options = options;
        sources = [.. options.Values(HaproxyCheck.SocketOption).Select(StatsSource.Parse)];
        Quorums = new Quorums(options.Values(HaproxyCheck.ServersOption));
        Ignored = new IgnoreList(options.Values(HaproxyCheck.IgnoreOption));
        served = [.. options.Values(HaproxyCheck.ServedOption).Select(CertificatesProbe.ParseServed)];
    }

    internal Quorums Quorums { get; }

    internal IgnoreList Ignored { get; }

    private IReadOnlyList<string> Bundles => options.Values(HaproxyCheck.BundleOption);

    private IReadOnlyList<string> ExpectedHosts => options.Values(HaproxyCheck.ExpectHostOption);

    private string? AuthorityFile => options.Value(HaproxyCheck.AuthoritiesOption);

    /// <exception cref="UsageException">An option's value is none of the accepted ones.</exception>
    internal static Demands Parse(Options options)
    {
        Demands demands = new(options);
        CheckOption[] paths = [HaproxyCheck.BundleOption, HaproxyCheck.CredentialsOption, HaproxyCheck.AuthoritiesOption];
        foreach (CheckOption option in paths)
        {
            if (options.Values(option).FirstOrDefault(path => !path.StartsWith('/')) is { } relative)
            {
                throw new UsageException($"{option.Name} '{relative}' is not accepted; accepted is an absolute path");
            }
        }

        if (demands.ExpectedHosts.FirstOrDefault(host => !CertificatesProbe.IsHostName(host)) is { } noHost)
        {
            throw new UsageException($"--expect-host '{noHost}' is no host name; accepted are letters, digits, hyphens and dots, such as pbx.example.com");
        }

        _ = BootGrace.Parse(options, HaproxyCheck.BootGraceOption);
        return demands;
    }

    internal StatsProbe Probe(CheckRun run) => new(run, sources)
    {
        AsksWhoSetAside = options.Judges(HaproxyCheck.Proxies),
        CredentialsFile = options.Value(HaproxyCheck.CredentialsOption),
        Trust = new CertificateTrust { AuthorityFile = AuthorityFile },
    };

    /// <summary>
    /// Reads and judges certificates where an option names any. Without one nobody asked, unless the concern itself was asked for.
    /// </summary>
    internal void JudgeCertificates(Judgement judgement)
    {
        if (Bundles.Count + served.Count == 0)
        {
            bool isAskedFor = options.Concerns.Count < HaproxyCheck.Facts.Concerns.Length || ExpectedHosts.Count > 0;
            if (isAskedFor)
            {
                judgement.Add(new Finding(Status.Unknown, "no certificate is named; cure: --bundle for the bundles of haproxy.cfg "
                    + "('crt'), --served for what is served", HaproxyCheck.Certificates)
                { FirstStep = "" });
            }

            return;
        }

        CertificatesProbe probe = new(judgement.Run);
        IReadOnlyList<BundleReading> bundles = probe.ReadBundles(judgement, Bundles);
        CertificatesJudge.Judge(judgement, bundles, probe.ReadServed(served), ExpectedHosts, ReadAuthorities(judgement));
    }

    private List<BundleCertificate> ReadAuthorities(Judgement judgement)
    {
        if (AuthorityFile is not { } path)
        {
            return [];
        }

        Answer answer = judgement.Run.World.Ask(new BundleQuestion(path));
        if (answer.Outcome == Outcome.Answered && Bundle.Parse(answer.Bytes.Span) is { Certificates.Count: > 0 } bundle)
        {
            return bundle.Certificates;
        }

        string why = answer.Outcome == Outcome.Answered ? "it holds no certificate" : answer.Reason;
        string sentence = $"the authorities of --ca {path} cannot be read: {why}";
        judgement.Add(new Finding(Status.Unknown, sentence, HaproxyCheck.Certificates) { FirstStep = "" });
        return [];
    }
}
