using Ringfree.Monitoring.Plugin;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Plugins.SansayHa;

/// <summary>What is said of a node that gave no statistics.</summary>
/// <param name="Words">The rest of a sentence that begins with the node's name: "is unreachable: Connection refused".</param>
/// <param name="Kind">What on-call does first.</param>
internal sealed record NodeErrorEvaluation(string Words, HeadlineKind Kind)
{
    internal static NodeErrorEvaluation Of(NodeReading node)
    {
        NodeErrorEvaluation why = Describe(node, node.Error!);
        return why with
        {
            Kind = why.Kind.With("ADDRESS", node.Node.Address)
                .With("HOST", node.Node.Host).With("NODE", node.Name).With("FILE", node.CredentialsFile),
        };
    }

    private static NodeErrorEvaluation Describe(NodeReading node, ProbeError error)
    {
        string address = node.Node.Address;
        return error.Kind switch
        {
            ProbeErrorKind.Unauthorized or ProbeErrorKind.Rejected or ProbeErrorKind.Malformed =>
                new(node.Code > 0 ? HttpWords(node) : error.Detail, KindOfAnswer(node, error)),
            ProbeErrorKind.Refused => Unreachable($"nothing listens on {address}"),
            ProbeErrorKind.Unresponsive => Unreachable($"{error.Detail} from {address}"),
            ProbeErrorKind.Unresolved => new(
                $"has no address: {address} is not known here ({error.Detail})", SansayHeadlines.Unresolved),
            ProbeErrorKind.Denied or ProbeErrorKind.NotAsked => new($"was not asked: {error.Detail}", SansayHeadlines.NotAsked),
            ProbeErrorKind.TooLarge => new($"answers without end: {error.Detail}", SansayHeadlines.NotStatistics),
            ProbeErrorKind.Untrusted => new(
                $"shows a certificate that is not believed: {error.Detail.TrimEnd('.')}; cure, once it is known to be the node's own: give "
                    + $"its fingerprint with --pin {node.Name}=SHA256, or its authority with --ca",
                SansayHeadlines.Untrusted),
            _ => Unreachable($"{error.Detail} ({address})"),
        };
    }

    private static NodeErrorEvaluation Unreachable(string why) => new($"is unreachable: {why}", SansayHeadlines.Unreachable);

    private static HeadlineKind KindOfAnswer(NodeReading node, ProbeError error) => node.Code switch
    {
        _ when node.Tls is { } tls => tls.Kind,
        403 => SansayHeadlines.Forbids,
        404 => SansayHeadlines.NoApi,
        _ when error.Kind == ProbeErrorKind.Unauthorized => SansayHeadlines.RefusesUser,
        _ => SansayHeadlines.NotStatistics,
    };

    private static string HttpWords(NodeReading node) => node.Code switch
    {
        401 => $"refuses the user and password of {node.CredentialsFile} (HTTP 401)",
        403 => $"does not let the user of {node.CredentialsFile} read statistics (HTTP 403)",
        404 when node.Api == Api.Rest =>
            "has no REST API at its usual path (HTTP 404); accepted for older releases is --api soap",
        404 when node.MayFallBack =>
            "has neither REST nor SOAP at their usual paths (HTTP 404 to both): is this the management address and port of an SBC?",
        404 => "has no SOAP service at its usual path (HTTP 404)",
        400 => $"still answers HTTP 400 after {node.Tries} tries, as it does when requests collide: does something else ask it at the same "
            + "moments?",
        429 => $"still answers HTTP 429 after {node.Tries} tries: it is asked too often",
        >= 300 and < 400 =>
            $"answers with a redirect (HTTP {node.Code}) instead of statistics: is its web-services API switched on?",
        >= 500 => $"still answers HTTP {node.Code} after {node.Tries} tries: its web service is not well",
        _ => $"answers HTTP {node.Code} instead of statistics",
    };
}
