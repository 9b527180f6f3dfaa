using System.Globalization;
using System.Text;
using System.Xml;

namespace Ringfree.Monitoring.Plugins.SansayHa;

/// <summary>
/// The answer of an operation of the SOAP service: <c>retCode</c>, <c>msg</c> and <c>xmlfile</c>, a document inside a string; plain or as
/// the root part of MTOM. A failure comes with HTTP 200 and a <c>retCode</c>. Source of names and codes: the vendor's WSDL and a public
/// client.
/// </summary>
internal static class SoapEnvelope
{
    /// <summary>What the operation returned.</summary>
    /// <exception cref="SansayException">A fault, a return code other than 200, or no such envelope.</exception>
    internal static string Content(string body)
    {
        Envelope envelope = Read(MultipartRelated.RootPart(body));
        if (envelope.Fault is { } fault)
        {
            throw new SansayException($"answers with a SOAP fault: '{StatisticsParser.Quote(fault)}'");
        }

        if (!envelope.IsResult || envelope.ReturnCode is null)
        {
            throw new SansayException("answers with a SOAP envelope that holds no result with a retCode");
        }

        if (envelope.ReturnCode != "200")
        {
            throw new SansayException(Failure(envelope.ReturnCode, envelope.Message)) { RefusesUser = envelope.ReturnCode == "401" };
        }

        string content = envelope.File is null ? "" : MultipartRelated.Included(body, envelope.File);
        return content.Trim().Length > 0 ? content : throw new SansayException("answers with retCode 200 and an empty xmlfile");
    }

    private static string Failure(string code, string message)
    {
        string said = message.Length > 0 ? $": '{StatisticsParser.Quote(message)}'" : "";
        bool isNumber = int.TryParse(code, NumberStyles.None, CultureInfo.InvariantCulture, out int number);
        return (isNumber ? number : 0) switch
        {
            401 => $"refuses the user: retCode 401 inside HTTP 200{said}",
            300 => $"answers with an error: retCode 300 inside HTTP 200{said}",
            400 => $"answers with a failure: retCode 400 inside HTTP 200{said}",
            402 => $"answers that the operation is invalid: retCode 402 inside HTTP 200{said}",
            _ => $"answers with the unknown retCode '{StatisticsParser.Quote(code)}' inside HTTP 200{said}",
        };
    }

    private static Envelope Read(string text)
    {
        Envelope envelope = new();
        StatisticsParser.ReadXml(text, reader =>
        {
            switch (reader.LocalName)
            {
                case "faultstring" or "Reason":
                    envelope.Fault = StatisticsParser.TextOf(reader).Trim();
                    break;
                case "Fault":
                    envelope.Fault ??= "";
                    break;
                case "realTimeStatsResult" or "SystemStatsResult":
                    envelope.IsResult = true;
                    break;
                case "retCode":
                    envelope.ReturnCode ??= StatisticsParser.TextOf(reader).Trim();
                    break;
                case "msg":
                    envelope.Message = StatisticsParser.TextOf(reader).Trim();
                    break;
                case "xmlfile":
                    envelope.File = FileOf(reader);
                    break;
                default:
                    break;
            }
        });
        return envelope;
    }

    /// <summary>The text of the element, or the reference of the XOP include inside it.</summary>
    private static string FileOf(XmlReader reader)
    {
        if (reader.IsEmptyElement)
        {
            return "";
        }

        StringBuilder text = new();
        int depth = reader.Depth;
        while (reader.Read() && reader.Depth > depth)
        {
            if (reader is { NodeType: XmlNodeType.Element, LocalName: "Include" } && reader.GetAttribute("href") is { } reference)
            {
                return reference;
            }

            text.Append(reader.NodeType is XmlNodeType.Text or XmlNodeType.CDATA ? reader.Value : "");
        }

        return text.ToString();
    }

    private sealed class Envelope
    {
        internal bool IsResult { get; set; }

        internal string? Fault { get; set; }

        internal string? ReturnCode { get; set; }

        internal string Message { get; set; } = "";

        internal string? File { get; set; }
    }
}
