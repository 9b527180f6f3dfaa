namespace Ringfree.Monitoring.Plugins.SansayHa;

/// <summary>
/// MTOM (multipart/related) as far as a SOAP answer needs it. The body is known by its first line, the boundary, so the content type is not
/// needed. Source: RFC 2046, RFC 2387, W3C XOP 1.0.
/// </summary>
internal static class MultipartRelated
{
    private const string Reference = "cid:";

    /// <summary>The first part's content; a body that is no multipart is its own.</summary>
    /// <exception cref="SansayException">The parts do not end.</exception>
    internal static string RootPart(string body) => IsMultipart(body) ? Parts(body).First().Content : body;

    /// <summary>The part that a XOP reference (<c>cid:...</c>) names; any other text is itself.</summary>
    /// <exception cref="SansayException">There is no such part.</exception>
    internal static string Included(string body, string text)
    {
        if (!text.StartsWith(Reference, StringComparison.Ordinal) || !IsMultipart(body))
        {
            return text;
        }

        string wanted = $"<{Uri.UnescapeDataString(text[Reference.Length..])}>";
        foreach ((string id, string content) in Parts(body))
        {
            if (id == wanted)
            {
                return content;
            }
        }

        throw new SansayException($"answers with MTOM that lacks the part '{StatisticsParser.Quote(wanted)}' which it names");
    }

    private static bool IsMultipart(string body) => body.TrimStart().StartsWith("--", StringComparison.Ordinal);

    private static List<(string Id, string Content)> Parts(string body)
    {
        string text = body.TrimStart();
        int lineEnd = text.IndexOf('\n');
        string boundary = (lineEnd < 0 ? text : text[..lineEnd]).TrimEnd();
        List<(string, string)> parts = [];
        int start = lineEnd + 1;
        while (lineEnd >= 0)
        {
            int end = text.IndexOf("\n" + boundary, start, StringComparison.Ordinal);
            if (end < 0)
            {
                break;
            }

            parts.Add(Part(text[start..end]));
            start = end + 1 + boundary.Length;
            if (text.AsSpan(start).StartsWith("--"))
            {
                return parts;
            }

            start = text.IndexOf('\n', start) + 1;
            lineEnd = start - 1;
        }

        throw new SansayException($"answers with MTOM that is cut after {body.Length} characters");
    }

    private static (string Id, string Content) Part(string part)
    {
        string text = part.Replace("\r\n", "\n", StringComparison.Ordinal);
        int end = text.StartsWith('\n') ? 0 : text.IndexOf("\n\n", StringComparison.Ordinal) + 1;
        string id = "";
        foreach (string header in text[..end].Split('\n'))
        {
            if (header.StartsWith("Content-ID:", StringComparison.OrdinalIgnoreCase))
            {
                id = header["Content-ID:".Length..].Trim();
            }
        }

        return (id, text[Math.Min(end + 1, text.Length)..]);
    }
}
