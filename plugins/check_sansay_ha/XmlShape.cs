namespace Ringfree.Monitoring.Plugins.SansayHa;

/// <summary>
/// Whether XML has the shape of a device's answers. An XML reader holds every open element and every attribute of one, so that a few
/// megabytes of nested elements or of attributes exhaust the heap, and the other node is lost with this one. Looked at before it is read:
/// text that is not XML passes, and the reader says what is wrong with it.
/// </summary>
internal static class XmlShape
{
    /// <summary>A statistics document inside a SOAP envelope has nine.</summary>
    private const int Deepest = 64;

    /// <summary>A device's elements have one: their name.</summary>
    private const int MostAttributes = 64;

    private static readonly (string Start, string End)[] PassedOver = [("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>")];

    /// <summary>The rest of a sentence that begins with the node's name; null when the shape is a device's.</summary>
    internal static string? Objection(ReadOnlySpan<char> xml)
    {
        int depth = 0;
        for (int start = xml.IndexOf('<'); start >= 0; start = xml.IndexOf('<'))
        {
            xml = xml[start..];
            int length = LengthOfPassedOver(xml);
            if (length == 0)
            {
                (length, int attributes) = Tag(xml);
                depth += xml.StartsWith("</") ? -1 : xml[..length].EndsWith("/>") ? 0 : 1;
                if (depth > Deepest || attributes > MostAttributes)
                {
                    return depth > Deepest
                        ? $"answers with XML of more than {Deepest} elements inside each other"
                        : $"answers with XML of more than {MostAttributes} attributes in one element";
                }
            }

            xml = xml[length..];
        }

        return null;
    }

    /// <summary>A comment, a section of text or an instruction; to the end of the text when it does not end.</summary>
    private static int LengthOfPassedOver(ReadOnlySpan<char> xml)
    {
        foreach ((string start, string end) in PassedOver)
        {
            if (xml.StartsWith(start))
            {
                int length = xml.IndexOf(end);
                return length < 0 ? xml.Length : length + end.Length;
            }
        }

        return 0;
    }

    /// <summary>A tag to its end, which may stand in quotes before it; to the end of the text when it does not end.</summary>
    private static (int Length, int Attributes) Tag(ReadOnlySpan<char> xml)
    {
        int attributes = 0;
        int at = 0;
        while (true)
        {
            int next = xml[at..].IndexOfAny('>', '"', '\'');
            if (next < 0)
            {
                return (xml.Length, attributes);
            }

            at += next;
            if (xml[at] == '>')
            {
                return (at + 1, attributes);
            }

            int close = xml[(at + 1)..].IndexOf(xml[at]);
            if (close < 0)
            {
                return (xml.Length, attributes);
            }

            attributes++;
            at += close + 2;
        }
    }
}
