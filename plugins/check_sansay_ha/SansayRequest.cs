using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Plugins.SansayHa;

/// <summary>What a node is asked for.</summary>
internal enum Subject
{
    /// <summary>The statistics document with the table <c>system_stat</c>.</summary>
    Statistics,

    /// <summary>The system's own text, with the hardware's uptime.</summary>
    System,
}

/// <summary>
/// The four requests that this check can send, all of which only read: a GET of two paths, and the SOAP operations that return statistics.
/// The SOAP service chooses the operation by the name of the body's element and takes the credentials as elements beside it. Source: the
/// vendor's WSDL.
/// </summary>
internal static class SansayRequest
{
    private const string RestPath = "SSConfig/webresources/";
    private const string SoapPath = "SSConfig/SansayWS";

    internal static PageQuestion Of(Subject subject, Api api, SansayNode node, string credentials, CertificateTrust trust)
    {
        bool isRest = api == Api.Rest;
        PageQuestion question = new(new Uri($"https://{node.Address}/{(isRest ? RestPath + Path(subject) : SoapPath)}"))
        {
            CredentialsFile = credentials,
            Trust = trust,
            LongestAnswer = StatisticsParser.LongestDocument,
        };
        return isRest ? question : question with
        {
            Method = "POST",
            ContentType = "text/xml; charset=utf-8",
            Headers = [KeyValuePair.Create("SOAPAction", "\"\"")],
            Body = Envelope(subject),
            CredentialsInBody = true,
        };
    }

    private static string Path(Subject subject) => subject == Subject.Statistics ? "stats/realtime?format=xml" : "system/realtime";

    private static string Envelope(Subject subject)
    {
        (string element, string name) = subject == Subject.Statistics ? ("realTimeStatsParams", "statName") : ("SystemStatsParams", "sysStatName");
        return $"<soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\"><soapenv:Body><{element} xmlns=\"http://ws.sansay.com\">"
            + $"<username>{PageQuestion.UserMark}</username><password>{PageQuestion.PasswordMark}</password><{name}>realtime</{name}></{element}></soapenv:Body></soapenv:Envelope>";
    }
}
