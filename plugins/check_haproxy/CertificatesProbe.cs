using Ringfree.Monitoring.Plugin;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Plugins.Haproxy;

/// <summary>A bundle on disk: what it holds, or a finding that says why that is not known.</summary>
/// <param name="Path">The file, or the folder that brought none.</param>
/// <param name="Bundle">What it holds; null when that is not known.</param>
/// <param name="Trouble">Why not; null when it is.</param>
internal sealed record BundleReading(string Path, Bundle? Bundle, Finding? Trouble);

/// <summary>What a handshake brought: the certificates as they were presented, or a finding that says why there are none.</summary>
internal sealed record ServedReading(HandshakeQuestion Question, IReadOnlyList<BundleCertificate> Certificates, Finding? Trouble)
{
    /// <summary>HOST:PORT, and the name that was asked for.</summary>
    internal string Where => Question.ServerName is { } name ? $"{Question.Where} (for {name})" : Question.Where;
}

/// <summary>Reads bundles from disk and asks what is served.</summary>
/// <param name="run">Its world is asked.</param>
internal sealed class CertificatesProbe(CheckRun run)
{
    /// <summary>What HAProxy passes over in a folder of bundles. Source: HAProxy configuration manual, <c>crt</c>.</summary>
    private static readonly string[] NoBundles = [".issuer", ".key", ".ocsp", ".sctl"];

    /// <summary>Reads <c>HOST:PORT[/SNI]</c>.</summary>
    /// <exception cref="UsageException">The text is none.</exception>
    internal static HandshakeQuestion ParseServed(string text)
    {
        string[] parts = text.Split('/', 2);
        SocketAddress? address = SocketAddress.TryParse(parts[0]);
        bool isNamed = parts.Length == 1 || IsHostName(parts[1]);
        return address is { Host: { } host, Port: var port } && isNamed
            ? new HandshakeQuestion(host, port, parts.Length > 1 ? parts[1] : null)
            : throw new UsageException($"--served '{text}' is no address; accepted is HOST:PORT or [IPV6]:PORT, with /NAME for the name to ask for (SNI), such as 127.0.0.1:443/pbx.example.com");
    }

    /// <summary>A host name as clients ask for it.</summary>
    internal static bool IsHostName(string text) =>
        text.Length is > 0 and < 254 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or ':') && !text.StartsWith('.') && !text.StartsWith('-');

    internal IReadOnlyList<BundleReading> ReadBundles(Judgement judgement, IReadOnlyList<string> paths) =>
        [.. paths.SelectMany(path => ReadBundles(judgement, path))];

    internal IReadOnlyList<ServedReading> ReadServed(IReadOnlyList<HandshakeQuestion> questions) =>
        questions.Count == 0 ? [] : [.. run.World.AskTogether(questions).Zip(questions, Read)];

    private IReadOnlyList<BundleReading> ReadBundles(Judgement judgement, string path)
    {
        Place place = Place.Of(path);
        if (judgement.RootTrouble(place) is { } hangs)
        {
            return [new BundleReading(path, null, Unknown($"bundle {path} is not read: {hangs}"))];
        }

        if (run.World.Look(path).Kind != PathKind.Folder)
        {
            return [Read(path, run.World.Ask(new BundleQuestion(path) { Within = place.Root }))];
        }

        Answer listing = run.World.Ask(new FolderQuestion(path) { Within = place.Root });
        if (listing.Outcome != Outcome.Answered)
        {
            return [new BundleReading(path, null, Unknown($"the folder of bundles {path} cannot be read: {listing.Reason}{CureFor(listing.Outcome)}"))];
        }

        string folder = path.TrimEnd('/');
        BundleQuestion[] questions = [.. FolderListing.Parse(listing)
            .Where(entry => entry.Kind is PathKind.File or PathKind.Other && IsBundle(entry.Name))
            .Select(entry => $"{folder}/{entry.Name}")
            .Order(StringComparer.Ordinal)
            .Select(file => new BundleQuestion(file) { Within = place.Root })];
        return questions.Length == 0
            ? [new BundleReading(path, null, Unknown($"the folder of bundles {path} holds no bundle: HAProxy refuses it"))]
            : FolderParts.Without(
                judgement,
                path,
                [
                    .. run.World.AskTogether(questions).Zip(questions).Where(pair => !IsNoFile(pair.First))
                        .Select(pair => Read(pair.Second.Path, pair.First)),
                ]);
    }

    private static bool IsBundle(string name) => !name.StartsWith('.') && !Array.Exists(NoBundles, ending => name.EndsWith(ending, StringComparison.Ordinal));

    /// <summary>A link to a folder, a pipe: HAProxy passes them over.</summary>
    private static bool IsNoFile(Answer answer) => answer is { Outcome: Outcome.Failed, Reason: "is not a regular file" };

    private BundleReading Read(string path, Answer answer)
    {
        Bundle? bundle = answer.Outcome == Outcome.Answered ? Bundle.Parse(answer.Bytes.Span) : null;
        Finding? trouble = bundle is not null ? null : answer.Outcome switch
        {
            Outcome.Missing => Unknown($"bundle {path} does not exist; was it renamed in haproxy.cfg ('crt')?"),
            Outcome.Answered => Unknown($"the description of bundle {path} cannot be understood"),
            _ => Unknown($"bundle {path} cannot be read: {answer.Reason}{CureFor(answer.Outcome)}"),
        };
        return new BundleReading(path, bundle, trouble);
    }

    /// <summary>A private key is no more to be opened to the check's user than to anybody else.</summary>
    private string CureFor(Outcome outcome) =>
        outcome == Outcome.Denied ? $"; it is root's and should stay so; cure: run the check through sudo, {Sudo.LineFor(run)}" : "";

    private static ServedReading Read(Answer answer, HandshakeQuestion question)
    {
        string where = new ServedReading(question, [], null).Where;
        if (answer.Outcome == Outcome.Answered)
        {
            return BundleCertificate.ListOf(answer.Bytes.Span) is { } certificates
                ? new ServedReading(question, certificates, null)
                : new ServedReading(question, [], Unknown($"what is served at {where} are no certificates"));
        }

        (Status status, string sentence) = answer.Outcome switch
        {
            Outcome.Refused => (Status.Critical, $"nothing listens at {where}, so no certificate is served there"),
            Outcome.Silent => (Status.Critical, $"{where} accepts no TLS handshake: {answer.Reason}"),
            Outcome.Unresolved => (Status.Unknown, $"the host of {where} has no address: {answer.Reason}"),
            _ => (Status.Critical, $"the TLS handshake at {where} fails: {answer.Reason}"),
        };
        return new ServedReading(question, [], new Finding(status, sentence, HaproxyCheck.Certificates));
    }

    /// <summary>The sentence says what to do; HAProxy is not to be touched for it.</summary>
    private static Finding Unknown(string sentence) => new(Status.Unknown, sentence, HaproxyCheck.Certificates) { FirstStep = "" };
}
