using Ringfree.Monitoring.Plugin;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Plugins.Haproxy;

/// <summary>Evaluates the bundles on disk, what HAProxy serves of them, and whether the expected hosts are covered.</summary>
internal sealed class CertificatesEvaluation
{
    private readonly CertificatesReading reading;
    private readonly ReportBuilder report;
    private readonly ConcernReport concern;
    private readonly ExpiryEvaluation expiry;
    private readonly List<BundleReading> bundles = [];

    /// <summary>Bundles that were compared with what an endpoint serves.</summary>
    private readonly HashSet<string> compared = [];

    private CertificatesEvaluation(CertificatesReading reading, ReportBuilder report)
    {
        this.reading = reading;
        this.report = report;
        concern = report.For(HaproxyCheck.Certificates);
        expiry = new ExpiryEvaluation(concern, report.Options);
    }

    /// <summary>Every certificate that a client may be shown: the first of each bundle and of each handshake.</summary>
    private IEnumerable<BundleCertificate> Leaves => bundles.Select(bundle => bundle.Bundle?.Leaf)
        .Concat(reading.Endpoints.Select(endpoint => endpoint.Certificates.Count > 0 ? endpoint.Certificates[0] : null))
        .OfType<BundleCertificate>();

    internal static void Evaluate(CertificatesReading reading, HaproxySettings settings, ReportBuilder report) =>
        new CertificatesEvaluation(reading, report).Evaluate(settings.ExpectedHosts);

    private void Evaluate(IReadOnlyList<string> expectedHosts)
    {
        if (reading.AuthoritiesError is { } error)
        {
            string why = error.Kind == ProbeErrorKind.Malformed ? "it holds no certificate" : error.Detail;
            Tell(HaproxyHeadlines.BundleUnread, $"{error.Subject} cannot be read: {why}");
        }

        BundleEvaluation evaluation = new(report, expiry, reading.Authorities);
        foreach (BundlesReading named in reading.Bundles)
        {
            EvaluateBundles(named, evaluation);
        }

        foreach (EndpointReading endpoint in reading.Endpoints)
        {
            EvaluateEndpoint(endpoint);
        }

        LoadedEvaluation loaded = new(concern, report.Options);
        foreach (BundleReading bundle in bundles)
        {
            if (bundle.Bundle?.Leaf is { } leaf && !compared.Contains(bundle.Path))
            {
                loaded.Evaluate(bundle.Path, bundle.Bundle, leaf, reading.Loaded);
            }
        }

        foreach (string host in expectedHosts)
        {
            EvaluateHost(host);
        }

        expiry.Record();
        string first = expiry.First is { } certificate
            ? $", the first expires on {Sentences.Day(certificate.NotAfter)} ({certificate.Name})"
            : "";
        string summary = $"{Words.Count(Leaves.DistinctBy(leaf => leaf.Fingerprint).Count(), "certificate")}{first}";
        concern.Ok(summary);
        concern.Summary(summary);
    }

    /// <summary>The sentence says what to do; HAProxy is not to be touched for it.</summary>
    private void Tell(HeadlineKind kind, string sentence) => concern.Problem(Status.Unknown, kind, sentence);

    private void EvaluateBundles(BundlesReading named, BundleEvaluation evaluation)
    {
        if (named.Error is { } error)
        {
            Tell(
                error.IsUnresponsive ? HaproxyHeadlines.StorageSilent : HaproxyHeadlines.BundleUnread,
                error.IsUnresponsive
                    ? $"bundle {named.Path} is not read: {Sentences.DoesNotAnswer(error)}"
                    : $"{error.Subject} cannot be read: {error.Detail}{CureOf(error)}");
        }
        else if (named is { IsFolder: true, Bundles.Count: 0 })
        {
            Tell(
                HaproxyHeadlines.FolderEmpty.With("FOLDER", named.Path),
                $"the folder of bundles {named.Path} holds no bundle: HAProxy refuses it");
        }

        foreach (BundleReading bundle in WithoutParts(named))
        {
            bundles.Add(bundle);
            if (bundle.Error is { } unread)
            {
                bool isMissing = unread.Kind == ProbeErrorKind.Missing;
                Tell(isMissing ? HaproxyHeadlines.BundleMissing : HaproxyHeadlines.BundleUnread, unread.Kind switch
                {
                    ProbeErrorKind.Missing => $"{unread.Subject} does not exist; was it renamed in haproxy.cfg ('crt')?",
                    ProbeErrorKind.Malformed => $"{unread.Subject} cannot be read: its description is not understood",
                    _ => $"{unread.Subject} cannot be read: {unread.Detail}{CureOf(unread)}",
                });
            }
            else
            {
                evaluation.Evaluate(bundle, bundle.Bundle!);
            }
        }
    }

    /// <summary>A private key is no more to be opened to the check's user than to others.</summary>
    private string CureOf(ProbeError error) => error.Caller is { } caller
        ? $"; it is root's and should stay so; cure: run the check through sudo, {Sudo.LineFor(caller, report.Options)}"
        : "";

    /// <summary>The bundles of a folder without what is only a part of another, unless haproxy.cfg loads the whole folder.</summary>
    private IReadOnlyList<BundleReading> WithoutParts(BundlesReading named)
    {
        IReadOnlyList<(BundleReading Part, BundleReading Whole)> parts = named.IsFolder ? FolderParts.Of(named.Bundles) : [];
        string folder = named.Path;
        Place place = Place.Of(folder);
        bool isLoaded = named.Configuration?.Certificates.Any(path => place.Seen(path).TrimEnd('/') == folder.TrimEnd('/')) == true;
        if (parts.Count == 0 || isLoaded)
        {
            return named.Bundles;
        }

        string bundle = NameOf(named.Bundles.First(one => parts.Any(pair => pair.Whole == one)));
        string names = string.Join(" and ", parts.Select(pair => NameOf(pair.Part)));
        string loads = named.Configuration is null
            ? $"name {bundle} alone with --bundle if HAProxy loads that, for 'crt {folder}' would be refused"
            : "haproxy.cfg does not load the whole folder";
        report.Note($"{names} in {folder} {(parts.Count == 1 ? "is a part" : "are parts")} of {bundle} and not judged: {loads}");
        return [.. named.Bundles.Except(parts.Select(pair => pair.Part))];
    }

    private static string NameOf(BundleReading bundle) => bundle.Path[(bundle.Path.LastIndexOf('/') + 1)..];

    private void EvaluateEndpoint(EndpointReading endpoint)
    {
        if (endpoint.Error is { } error)
        {
            EvaluateError(endpoint.Endpoint, error);
            return;
        }

        BundleCertificate leaf = endpoint.Certificates[0];
        if (endpoint.Endpoint.ServerName is { } name && !CertificateNames.Covers(leaf.Value, name))
        {
            concern.Problem(
                Status.Critical,
                HaproxyHeadlines.WrongCertificate.About($"{endpoint.Endpoint} {name}"),
                $"HAProxy serves at {endpoint.Endpoint} a certificate that does not cover {name} but {CertificateNames.List(leaf.Value)}: "
                    + "clients refuse it");
        }

        BundleReading? same = bundles.Find(candidate => candidate.Bundle?.Leaf?.Fingerprint == leaf.Fingerprint);
        if (same is not null)
        {
            compared.Add(same.Path);
            concern.Ok($"HAProxy serves at {endpoint.Endpoint} the certificate of bundle {same.Path}");
            return;
        }

        // Behind another certificate it is on disk all the same; that HAProxy would refuse the bundle is said of the bundle.
        bool Holds(BundleReading bundle) => bundle.Bundle?.Certificates.Exists(other => other.Fingerprint == leaf.Fingerprint) == true;
        if (bundles.Find(Holds) is { } order)
        {
            compared.Add(order.Path);
            concern.Ok($"HAProxy serves at {endpoint.Endpoint} a certificate of bundle {order.Path}");
            return;
        }

        string served = $"that HAProxy serves at {endpoint.Endpoint}";
        (Status status, HeadlineKind kind, string lifetime) = expiry.Evaluate(leaf, isLeaf: true, served);
        EvaluateDifference(endpoint.Endpoint, leaf, status);
        if (status != Status.Ok || concern.SaysWhatIsWell)
        {
            concern.Problem(status, kind.About(endpoint.Endpoint.ToString()), lifetime);
        }

        string where = $"what HAProxy serves at {endpoint.Endpoint}";
        if (ChainEvaluation.Break(endpoint.Certificates, where, reading.Authorities) is { } sentence)
        {
            concern.Problem(Status.Warning, HaproxyHeadlines.ChainBroken.About(where), sentence);
        }
    }

    private void EvaluateError(Endpoint endpoint, ProbeError error)
    {
        if (error.Kind == ProbeErrorKind.Malformed)
        {
            Tell(HaproxyHeadlines.NotCertificates, $"what is served at {endpoint} are no certificates");
            return;
        }

        (Status status, HeadlineKind kind, string sentence) = error.Kind switch
        {
            ProbeErrorKind.Refused => (
                Status.Critical, HaproxyHeadlines.NotServed, $"nothing listens at {endpoint}, so no certificate is served there"),
            ProbeErrorKind.Unresponsive => (
                Status.Critical, HaproxyHeadlines.HandshakeFails, $"{endpoint} accepts no TLS handshake: {error.Detail}"),
            ProbeErrorKind.Unresolved => (
                Status.Unknown, HaproxyHeadlines.Unresolved, $"the host of {endpoint} has no address: {error.Detail}"),
            _ => (Status.Critical, HaproxyHeadlines.HandshakeFails, $"the TLS handshake at {endpoint} fails: {error.Detail}"),
        };
        concern.Problem(status, kind.With("ENDPOINT", endpoint.ToString().Split('/')[0]), sentence);
    }

    /// <summary>HAProxy reads its bundles when it starts: what changed on disk since is not served before a reload.</summary>
    private void EvaluateDifference(Endpoint endpoint, BundleCertificate leaf, Status lifetime)
    {
        if (!bundles.Exists(candidate => candidate.Bundle?.Leaf is not null))
        {
            return;
        }

        string wanted = endpoint.ServerName ?? leaf.Name.Replace("*.", "any.", StringComparison.Ordinal);
        BundleReading? onDisk = bundles
            .Where(candidate => candidate.Bundle?.Leaf is { } other && CertificateNames.Covers(other.Value, wanted))
            .MaxBy(candidate => candidate.Bundle!.Leaf!.NotAfter);
        compared.UnionWith(onDisk is null ? [] : [onDisk.Path]);
        string served = $"the certificate {leaf.Name} that HAProxy serves at {endpoint} "
            + $"{(leaf.NotAfter <= concern.Now ? "has expired" : "expires")} on {Sentences.Day(leaf.NotAfter)}";
        (HeadlineKind kind, string sentence) = onDisk?.Bundle?.Leaf switch
        {
            null => (
                HaproxyHeadlines.NotOnDisk,
                $"{served} and stands in no bundle on disk: the next reload takes it away; cure: look for it in haproxy.cfg ('crt') "
                    + "and name its bundle with --bundle"),
            { } newer when newer.NotAfter >= leaf.NotAfter => (
                HaproxyHeadlines.NotLoaded,
                $"{served}, while the renewed one in bundle {onDisk.Path} is valid until {Sentences.Day(newer.NotAfter)} and not loaded; "
                    + $"cure: {Place.Of(onDisk.Path).Command("service haproxy reload")}"),
            { } older => (
                HaproxyHeadlines.OlderOnDisk,
                $"{served}, while bundle {onDisk.Path} holds an older one, until {Sentences.Day(older.NotAfter)}: the next reload "
                    + "takes the newer one away; cure: put the newer bundle back"),
        };
        concern.Problem(Status.Warning.Or(lifetime), kind, sentence);
    }

    private void EvaluateHost(string host)
    {
        BundleCertificate[] leaves = [.. Leaves];
        if (leaves.Length == 0 || leaves.Any(leaf => CertificateNames.Covers(leaf.Value, host)))
        {
            return;
        }

        IEnumerable<BundleCertificate> first = leaves.DistinctBy(leaf => leaf.Fingerprint).Take(3);
        string covered = string.Join("; ", first.Select(leaf => CertificateNames.List(leaf.Value)));
        concern.Problem(
            Status.Critical,
            HaproxyHeadlines.NotCovered.About(host),
            $"no certificate covers {host}: {(leaves.Length > 3 ? "the first cover" : "they cover")} {covered}; cure: have the "
                + "certificate issued anew with this name");
    }
}
