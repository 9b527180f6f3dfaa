using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Plugins.Haproxy;

/// <summary>Reads bundles from disk and asks what is served.</summary>
/// <param name="world">The world of the run.</param>
internal sealed class CertificatesProbe(IWorld world)
{
    /// <summary>So many paths fit into one line of HAProxy's (16,384 bytes).</summary>
    private const int MostAskedAtOnce = 32;

    private static readonly TimeSpan ForWhatIsOfUse = TimeSpan.FromSeconds(2);

    private const string UsualConfiguration = "/etc/haproxy/haproxy.cfg";

    /// <summary>What HAProxy passes over in a folder of bundles. Source: HAProxy configuration manual, <c>crt</c>.</summary>
    private static readonly string[] NoBundles = [".issuer", ".key", ".ocsp", ".sctl"];

    internal static CertificatesReading Read(IWorld world, HaproxySettings settings)
    {
        CertificatesProbe probe = new(world);
        BundlesReading[] bundles = [.. settings.Bundles.Select(probe.ReadBundles)];
        IReadOnlyList<EndpointReading> endpoints = probe.ReadEndpoints(settings.Endpoints);
        (IReadOnlyList<BundleCertificate> authorities, ProbeError? error) = probe.ReadAuthorities(settings.AuthorityFile);
        return new CertificatesReading(bundles, endpoints, authorities, error) { Loaded = probe.ReadLoaded(settings, bundles) };
    }

    /// <summary>Asks each HAProxy for what it has loaded of the bundles at its place; of use where it answers.</summary>
    private List<LoadedCertificates> ReadLoaded(HaproxySettings settings, IReadOnlyList<BundlesReading> named)
    {
        List<LoadedCertificates> loaded = [];
        foreach (IGrouping<Place, string> bundles in named
            .SelectMany(static one => one.Bundles)
            .Where(static bundle => bundle.Bundle?.Leaf is not null && Configuration.IsPlain(bundle.Path))
            .Select(static bundle => bundle.Path).GroupBy(Place.Of))
        {
            if (SocketOf(settings, bundles.Key) is { } socket)
            {
                string[] paths = [.. bundles.Select(bundles.Key.Inside)];
                loaded.AddRange(
                    paths.Chunk(MostAskedAtOnce).Select(some => ReadLoaded(socket, bundles.Key, some)).OfType<LoadedCertificates>());
            }
        }

        return loaded;
    }

    private LoadedCertificates? ReadLoaded(SocketAddress socket, Place place, string[] paths)
    {
        SocketQuestion question = new(socket, LoadedCertificates.Question(paths)) { Limit = ForWhatIsOfUse, Within = place.Root };
        Answer answer = world.Ask(question);
        return answer.Outcome == Outcome.Answered ? LoadedCertificates.Parse(place, paths, answer.Bytes.Span) : null;
    }

    /// <summary>The stats socket of a place: one that is named, else the first of the usual ones.</summary>
    private SocketAddress? SocketOf(HaproxySettings settings, Place place)
    {
        IEnumerable<StatsSource> sources = settings.Sources.Count > 0 || place.Container is not null
            ? settings.Sources
            : StatsProbe.UsualSockets.Where(path => world.Look(path).Kind == PathKind.Socket).Take(1).Select(StatsSource.At);
        return sources.FirstOrDefault(source => source.Socket?.Path is not null && source.Place == place)?.Socket;
    }

    private BundlesReading ReadBundles(string path)
    {
        Place place = Place.Of(path);
        if (ContainerRootProbe.Read(world, place) is { } hangs)
        {
            return new BundlesReading(path, IsFolder: false, [], hangs);
        }

        if (world.Look(path).Kind != PathKind.Folder)
        {
            BundleReading bundle = Read(path, world.Ask(new BundleQuestion(path) { Within = place.Root }));
            return new BundlesReading(path, IsFolder: false, [bundle], null);
        }

        Answer listing = world.Ask(new FolderQuestion(path) { Within = place.Root });
        if (listing.Outcome != Outcome.Answered)
        {
            return new BundlesReading(path, IsFolder: true, [], WithCaller(ProbeError.Of($"the folder of bundles {path}", listing)));
        }

        string folder = path.TrimEnd('/');
        BundleQuestion[] questions =
        [
            .. FolderListing.Parse(listing)
                .Where(entry => entry.Kind is PathKind.File or PathKind.Other && IsBundle(entry.Name))
                .Select(entry => $"{folder}/{entry.Name}")
                .Order(StringComparer.Ordinal)
                .Select(file => new BundleQuestion(file) { Within = place.Root }),
        ];
        BundleReading[] bundles = questions.Length == 0
            ? []
            :
            [
                .. world.AskTogether(questions).Zip(questions).Where(pair => !IsNoFile(pair.First))
                    .Select(pair => Read(pair.Second.Path, pair.First)),
            ];
        return new BundlesReading(path, IsFolder: true, bundles, null)
        {
            Configuration = FolderParts.Of(bundles).Count > 0 ? ReadConfiguration(place) : null,
        };
    }

    /// <summary>What the HAProxy of a place loads: by the configurations that it was started with, else by the usual one.</summary>
    private Configuration? ReadConfiguration(Place place)
    {
        RunningHaproxy running = RunningHaproxyProbe.Read(world, place);
        return running.Files.Count > 0
            ? running.Configuration
            : RunningHaproxyProbe.ReadConfigurations(world, place, [UsualConfiguration]).Configuration;
    }

    private static bool IsBundle(string name) =>
        !name.StartsWith('.') && !Array.Exists(NoBundles, ending => name.EndsWith(ending, StringComparison.Ordinal));

    /// <summary>A link to a folder, a pipe: HAProxy passes them over.</summary>
    private static bool IsNoFile(Answer answer) => answer is { Outcome: Outcome.Failed, Reason: "is not a regular file" };

    private BundleReading Read(string path, Answer answer)
    {
        Bundle? bundle = answer.Outcome == Outcome.Answered ? Bundle.Parse(answer.Bytes.Span) : null;
        return bundle is null
            ? new BundleReading(path, null, WithCaller(ProbeError.Of($"bundle {path}", answer)))
            : new BundleReading(path, bundle, null)
            {
                KeyError = bundle is { Keys.Count: 0, IsKeyFileDenied: true }
                    ? WithCaller(new ProbeError($"the private key {path}.key of bundle {path}", ProbeErrorKind.Denied, ""))
                    : null,
                ExtraError = bundle.Extras.Find(static extra => extra.State == ExtraFile.Denied) is { } denied
                    ? WithCaller(new ProbeError($"{path}.{denied.Ending} beside bundle {path}", ProbeErrorKind.Denied, ""))
                    : null,
            };
    }

    private IReadOnlyList<EndpointReading> ReadEndpoints(IReadOnlyList<Endpoint> endpoints)
    {
        HandshakeQuestion[] questions = [.. endpoints.Select(one => new HandshakeQuestion(one.Host, one.Port, one.ServerName))];
        return questions.Length == 0 ? [] : [.. world.AskTogether(questions).Zip(endpoints, Read)];
    }

    private static EndpointReading Read(Answer answer, Endpoint endpoint)
    {
        List<BundleCertificate>? certificates = answer.Outcome == Outcome.Answered ? BundleCertificate.ListOf(answer.Bytes.Span) : null;
        return new EndpointReading(endpoint, certificates ?? [], certificates is null ? ProbeError.Of(endpoint.ToString(), answer) : null);
    }

    private (IReadOnlyList<BundleCertificate> Authorities, ProbeError? Error) ReadAuthorities(string? path)
    {
        if (path is null)
        {
            return ([], null);
        }

        Answer answer = world.Ask(new BundleQuestion(path));
        return answer.Outcome == Outcome.Answered && Bundle.Parse(answer.Bytes.Span) is { Certificates: { Count: > 0 } authorities }
            ? (authorities, null)
            : ([], ProbeError.Of($"the authorities of --ca {path}", answer));
    }

    private ProbeError WithCaller(ProbeError error) =>
        error.Kind == ProbeErrorKind.Denied ? error with { Caller = Caller.Of(world) } : error;
}
