using System.Text;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Plugins.SansayHa;

/// <summary>
/// One node's part of a reading: which question comes next, until it has told or has not. A node gets one question at a time; one that was
/// asked too soon (400, 429) or stumbled (5xx) is asked again after a pause; a 404 leads from REST to SOAP.
/// </summary>
internal sealed class NodeAsking
{
    private const int MostTries = 3;
    private readonly SansayNode node;
    private readonly string credentials;
    private readonly CertificateTrust trust;
    private readonly ApiChoice choice;
    private readonly TimeSpan patience;
    private Api api;
    private TimeSpan pause;
    private int tries;

    /// <summary>Begins with the first question: after a pause, and with so much patience for the answer to each.</summary>
    internal NodeAsking(SansayNode node, string credentials, CertificateTrust trust, ApiChoice choice, TimeSpan pause, TimeSpan patience)
    {
        this.node = node;
        this.credentials = credentials;
        this.trust = trust;
        this.choice = choice;
        this.pause = pause;
        this.patience = patience;
        api = choice.First;
    }

    /// <summary>What came of it; null while there is a question left.</summary>
    internal NodeReading? Reading { get; private set; }

    internal PageQuestion Question => SansayRequest.Of(Subject.Statistics, api, node, credentials, trust) with { Pause = pause, Limit = pause + patience };

    internal PageQuestion SystemQuestion => SansayRequest.Of(Subject.System, api, node, credentials, trust) with { Limit = patience };

    internal void Take(Answer answer)
    {
        tries++;
        if (answer.Outcome != Outcome.Answered)
        {
            Reading = Untold(Unanswered(answer));
        }
        else if (answer.Code == 404 && api == Api.Rest && choice.MayFallBack)
        {
            api = Api.Soap;
            pause = TimeSpan.Zero;
            tries = 0;
        }
        else if (answer.Code is 400 or 429 or 500 or 502 or 503 or 504 && tries < MostTries && !IsFault(answer))
        {
            pause = TimeSpan.FromMilliseconds(500 * tries);
        }
        else
        {
            Reading = answer.Code == 200 || IsFault(answer)
                ? Told(Text(answer))
                : Untold(new NodeTrouble(KindOf(answer.Code), HttpWords(answer.Code)));
        }
    }

    /// <summary>Adds the uptime when the answer tells it; nothing else of the verdict rests on it.</summary>
    internal void TakeSystem(Answer answer)
    {
        if (answer is not { Outcome: Outcome.Answered, Code: 200 } || Reading is null)
        {
            return;
        }

        try
        {
            string text = api == Api.Rest ? Text(answer) : SoapEnvelope.Content(Text(answer));
            Reading = Reading with { UptimeSeconds = HardwareUptime.Parse(text) };
        }
        catch (SansayException)
        {
            // Not told: the sysStatName that older releases want is not public.
        }
    }

    private static string Text(Answer answer) => Encoding.UTF8.GetString(answer.Bytes.Span);

    private static bool IsFault(Answer answer) => answer.Code == 500 && answer.Bytes.Span.IndexOf("<faultstring"u8) >= 0;

    private NodeReading Told(string body)
    {
        try
        {
            return new NodeReading(node, StatisticsParser.Parse(api == Api.Rest ? body : SoapEnvelope.Content(body)), null) { Api = api.ToString().ToLowerInvariant() };
        }
        catch (SansayException exception)
        {
            return Untold(new NodeTrouble(
                exception.RefusesUser ? NodeTroubleKind.RefusesUser : NodeTroubleKind.NotStatistics, exception.Message));
        }
    }

    private NodeReading Untold(NodeTrouble trouble) => new(node, null, trouble);

    private NodeTrouble Unanswered(Answer answer) => answer.Outcome switch
    {
        Outcome.Refused => new(NodeTroubleKind.Unreachable, $"is unreachable: nothing listens on {node.Address}"),
        Outcome.Silent => new(NodeTroubleKind.Unreachable, $"is unreachable: {answer.Reason} from {node.Address}"),
        Outcome.Unresolved => new(
            NodeTroubleKind.Unresolved, $"has no address: {node.Address} is not known here ({answer.Reason})"),
        Outcome.Denied => new(NodeTroubleKind.NotAsked, $"was not asked: {answer.Reason}"),
        Outcome.TooLong => new(NodeTroubleKind.NotStatistics, $"answers without end: {answer.Reason}"),
        _ when answer.Reason.Contains("certificate", StringComparison.OrdinalIgnoreCase) => new(
            NodeTroubleKind.Untrusted,
            $"shows a certificate that is not believed: {answer.Reason.TrimEnd('.')}; cure, once it is known to be the node's own: "
                + $"give its fingerprint with --pin {node.Name}=SHA256, or its authority with --ca"),
        _ => new(NodeTroubleKind.Unreachable, $"is unreachable: {answer.Reason} ({node.Address})"),
    };

    private static NodeTroubleKind KindOf(int status) => status switch
    {
        401 => NodeTroubleKind.RefusesUser,
        403 => NodeTroubleKind.Forbids,
        404 => NodeTroubleKind.NoApi,
        _ => NodeTroubleKind.NotStatistics,
    };

    private string HttpWords(int status) => status switch
    {
        401 => $"refuses the user and password of {credentials} (HTTP 401)",
        403 => $"does not let the user of {credentials} read statistics (HTTP 403)",
        404 when api == Api.Rest => "has no REST API at its usual path (HTTP 404); accepted for older releases is --api soap",
        404 when choice.MayFallBack => "has neither REST nor SOAP at their usual paths (HTTP 404 to both): is this the management address and port of an SBC?",
        404 => "has no SOAP service at its usual path (HTTP 404)",
        400 => $"still answers HTTP 400 after {tries} tries, as it does when requests collide: does something else ask it at the same moments?",
        429 => $"still answers HTTP 429 after {tries} tries: it is asked too often",
        >= 300 and < 400 => $"answers with a redirect (HTTP {status}) instead of statistics: is its web-services API switched on?",
        >= 500 => $"still answers HTTP {status} after {tries} tries: its web service is not well",
        _ => $"answers HTTP {status} instead of statistics",
    };
}
