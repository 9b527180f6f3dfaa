using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Plugins.SansayHa;

/// <summary>What is said of a node that gave no statistics.</summary>
/// <param name="Words">The rest of a sentence that begins with the node's name: "is unreachable: Connection refused".</param>
/// <param name="FirstStep">What on-call does first; null for that of the concern, empty when the words say it.</param>
internal sealed record NodeErrorEvaluation(string Words, string? FirstStep)
{
    internal static NodeErrorEvaluation Of(NodeReading node)
    {
        ProbeError error = node.Error!;
        string address = node.Node.Address;
        return error.Kind switch
        {
            ProbeErrorKind.Unauthorized or ProbeErrorKind.Rejected or ProbeErrorKind.Malformed =>
                new(node.Code > 0 ? HttpWords(node) : error.Detail, StepForAnswer(node)),
            ProbeErrorKind.Refused => Unreachable(node, $"nothing listens on {address}"),
            ProbeErrorKind.Unresponsive => Unreachable(node, $"{error.Detail} from {address}"),
            ProbeErrorKind.Unresolved => new(
                $"has no address: {address} is not known here ({error.Detail})",
                $"getent hosts {HostOf(node)}: correct the address of --node {node.Name}, or the name service of this host"),
            ProbeErrorKind.Denied or ProbeErrorKind.NotAsked => new($"was not asked: {error.Detail}", ""),
            ProbeErrorKind.TooLarge => new($"answers without end: {error.Detail}", null),
            ProbeErrorKind.Untrusted => new(
                $"shows a certificate that is not believed: {error.Detail.TrimEnd('.')}; cure, once it is known to be the node's own: give "
                    + $"its fingerprint with --pin {node.Name}=SHA256, or its authority with --ca",
                ""),
            _ => Unreachable(node, $"{error.Detail} ({address})"),
        };
    }

    private static NodeErrorEvaluation Unreachable(NodeReading node, string why) => new(
        $"is unreachable: {why}",
        $"ping -c 3 {HostOf(node)}, and its gateway; place a test call: when calls go through, it is the management network, else this "
            + "node's power and link");

    private static string HostOf(NodeReading node) => node.Node.Address[..node.Node.Address.LastIndexOf(':')].Trim('[', ']');

    /// <summary>A refused user is no trouble of the pair; what else it answers is seen in its log and in a recording.</summary>
    private static string StepForAnswer(NodeReading node) => node.Error!.Kind == ProbeErrorKind.Unauthorized
        ? $"nothing is known to be wrong with the pair: log in to the GUI of {node.Name} with the user of {node.CredentialsFile}, then "
            + "correct that file"
        : $"open the GUI of {node.Name}: are its web services switched on; run this check with --no-memory --record DIR, which keeps what "
            + "it answers";

    private static string HttpWords(NodeReading node) => node.Code switch
    {
        401 => $"does not accept the user and password of {node.CredentialsFile} (HTTP 401)",
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
