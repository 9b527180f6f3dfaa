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
                : Untold(new NodeTrouble(IsUnreachable: false, HttpWords(answer.Code)) { FirstStep = StepFor(answer.Code) });
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
            return Untold(new NodeTrouble(IsUnreachable: false, exception.Message)
            {
                FirstStep = StepFor(exception.Message.StartsWith("refuses the user", StringComparison.Ordinal) ? 401 : 200),
            });
        }
    }

    private NodeReading Untold(NodeTrouble trouble) => new(node, null, trouble);

    private NodeTrouble Unanswered(Answer answer) => answer.Outcome switch
    {
        Outcome.Refused => Unreachable($"is unreachable: nothing listens on {node.Address}"),
        Outcome.Silent => Unreachable($"is unreachable: {answer.Reason} from {node.Address}"),
        Outcome.Unresolved => new NodeTrouble(IsUnreachable: false, $"has no address: {node.Address} is not known here ({answer.Reason})")
        {
            FirstStep = $"getent hosts {Host}: correct the address of --node {node.Name}, or the name service of this host",
        },
        Outcome.Denied => new NodeTrouble(IsUnreachable: false, $"was not asked: {answer.Reason}") { FirstStep = "" },
        Outcome.TooLong => new NodeTrouble(IsUnreachable: false, $"answers without end: {answer.Reason}"),
        _ when answer.Reason.Contains("certificate", StringComparison.OrdinalIgnoreCase) => new NodeTrouble(
            IsUnreachable: false,
            $"shows a certificate that is not believed: {answer.Reason.TrimEnd('.')}; cure, once it is known to be the node's own: "
                + $"give its fingerprint with --pin {node.Name}=SHA256, or its authority with --ca")
        { FirstStep = "" },
        _ => Unreachable($"is unreachable: {answer.Reason} ({node.Address})"),
    };

    private string Host => node.Address[..node.Address.LastIndexOf(':')].Trim('[', ']');

    private NodeTrouble Unreachable(string words) => new(IsUnreachable: true, words)
    {
        FirstStep = $"ping -c 3 {Host}, and its gateway; place a test call: when calls go through, it is the management network, "
            + "else this node's power and link",
    };

    /// <summary>A refused user is no trouble of the pair; what else it answers is seen in its log and in a recording.</summary>
    private string? StepFor(int status) => status is 401 or 403
        ? $"nothing is known to be wrong with the pair: log in to the GUI of {node.Name} with the user of {credentials}, then "
            + "correct that file"
        : $"open the GUI of {node.Name}: are its web services switched on; run this check with --no-memory --record DIR, which keeps "
            + "what it answers";

    private string HttpWords(int status) => status switch
    {
        401 => $"does not accept the user and password of {credentials} (HTTP 401)",
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
