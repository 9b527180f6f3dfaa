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
        if (answer.Outcome == Outcome.Failed && TlsTrouble.Of(answer.Reason) is { } trouble)
        {
            Reading = Untold(new ProbeError(node.Name, ProbeErrorKind.Rejected, trouble.Words)) with { Tls = trouble };
        }
        else if (answer.Outcome != Outcome.Answered)
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
                : Untold(new ProbeError(node.Name, KindOf(answer.Code), $"HTTP {answer.Code}"), answer.Code);
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

    private static ProbeErrorKind KindOf(int status) => status is 401 or 403 ? ProbeErrorKind.Unauthorized : ProbeErrorKind.Rejected;

    private static string Text(Answer answer) => Encoding.UTF8.GetString(answer.Bytes.Span);

    private static bool IsFault(Answer answer) => answer.Code == 500 && answer.Bytes.Span.IndexOf("<faultstring"u8) >= 0;

    private NodeReading Told(string body)
    {
        try
        {
            SystemStatistics statistics = StatisticsParser.Parse(api == Api.Rest ? body : SoapEnvelope.Content(body));
            return new NodeReading(node, statistics, null) { Api = api };
        }
        catch (SansayException exception)
        {
            return Untold(new ProbeError(
                node.Name, exception.RefusesUser ? ProbeErrorKind.Unauthorized : ProbeErrorKind.Malformed, exception.Message));
        }
    }

    private NodeReading Untold(ProbeError error, int code = 0) => new(node, null, error)
    {
        Api = api,
        Code = code,
        Tries = tries,
        MayFallBack = choice.MayFallBack,
        CredentialsFile = credentials,
    };

    private ProbeError Unanswered(Answer answer)
    {
        ProbeError error = ProbeError.Of(node.Name, answer);
        bool isUntrusted = error.Kind == ProbeErrorKind.Failed && answer.Reason.Contains("certificate", StringComparison.OrdinalIgnoreCase);
        return isUntrusted ? error with { Kind = ProbeErrorKind.Untrusted } : error;
    }
}
