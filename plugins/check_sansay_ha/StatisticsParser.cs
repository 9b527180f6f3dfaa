using System.Text;
using System.Xml;

namespace Ringfree.Monitoring.Plugins.SansayHa;

/// <summary>
/// Reads the statistics document <c>mysqldump / database / table[@name] / row / field[@name]</c>; newer releases write <c>table_data</c>
/// for
/// <c>table</c>. Read as a stream, without document type declarations or external entities, to its very end: a document that is cut tells
/// nothing.
/// </summary>
internal static class StatisticsParser
{
    private const string Table = "system_stat";

    /// <summary>In characters, and as an answer in bytes.</summary>
    internal const int LongestDocument = 4 * 1024 * 1024;

    /// <summary>A device's document has some twenty names of elements and attributes.</summary>
    private const int MostNames = 1000;

    private const int LongestQuote = 80;

    /// <summary>A device's row has some thirty.</summary>
    private const int MostFields = 1000;

    private static readonly System.Buffers.SearchValues<char> EndOfName = System.Buffers.SearchValues.Create(" />\r\n\t");

    private static readonly XmlReaderSettings Settings = new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        MaxCharactersInDocument = LongestDocument,
        MaxCharactersFromEntities = 1024,
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
    };

    /// <summary>The row of <c>system_stat</c>.</summary>
    /// <param name="document">The answer's body, as it came.</param>
    /// <exception cref="SansayException">It is no such document, or holds no HA state.</exception>
    internal static SystemStatistics Parse(string document)
    {
        Dictionary<string, string>? fields = null;
        ReadXml(document, reader => fields ??= ReadRowOf(reader));
        if (fields is null)
        {
            throw new SansayException(document.Contains("Max recursion depth reached", StringComparison.Ordinal)
                ? "answers 'Max recursion depth reached' in place of its tables, as devices do during a switch-over"
                : $"answers without the table {Table}");
        }

        return fields.GetValueOrDefault(SystemStatistics.CurrentState, "").Length > 0
            ? new SystemStatistics(fields)
            : throw new SansayException($"answers without {SystemStatistics.CurrentState} in its table {Table}");
    }

    /// <summary>Shows every element to a visitor, which may read on inside it.</summary>
    /// <exception cref="SansayException">The text is not one whole XML document.</exception>
    internal static void ReadXml(string document, Action<XmlReader> onElement)
    {
        string xml = document.TrimStart('\uFEFF', ' ', '\t', '\r', '\n');
        DemandXml(xml);
        if (XmlShape.Objection(xml) is { } objection)
        {
            throw new SansayException(objection);
        }

        try
        {
            using StringReader text = new(xml);
            XmlReaderSettings settings = Settings.Clone();
            settings.NameTable = new FewNames();
            using XmlReader reader = XmlReader.Create(text, settings);
            while (reader.Read())
            {
                if (reader.NodeType == XmlNodeType.Element)
                {
                    onElement(reader);
                }
            }
        }
        catch (XmlException exception)
        {
            throw new SansayException(Broken(document, exception));
        }
    }

    /// <summary>The first words of what came, for a sentence.</summary>
    internal static string Quote(string text)
    {
        string start = text.Trim();
        return start.Length > LongestQuote ? start[..LongestQuote] + "..." : start;
    }

    private static Dictionary<string, string>? ReadRowOf(XmlReader reader)
    {
        if (reader.LocalName is not ("table" or "table_data") || reader.GetAttribute("name") != Table)
        {
            return null;
        }

        Dictionary<string, string>? row = null;
        bool isFirst = true;
        using XmlReader inside = reader.ReadSubtree();
        while (inside.Read())
        {
            if (inside is { NodeType: XmlNodeType.Element, LocalName: "row" })
            {
                isFirst = row is null;
                row ??= [];
            }
            else if (isFirst && inside is { NodeType: XmlNodeType.Element, LocalName: "field" } && inside.GetAttribute("name") is { } name)
            {
                (row ??= [])[name] = TextOf(inside).Trim();
                if (row.Count > MostFields)
                {
                    throw new SansayException($"answers with more than {MostFields} fields in one row of {Table}");
                }
            }
        }

        return row;
    }

    /// <summary>The text inside an element, that of inner elements too; ends on its end.</summary>
    internal static string TextOf(XmlReader reader)
    {
        if (reader.IsEmptyElement)
        {
            return "";
        }

        StringBuilder text = new();
        int depth = reader.Depth;
        while (reader.Read() && reader.Depth > depth)
        {
            if (reader.NodeType is XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.Whitespace or XmlNodeType.SignificantWhitespace)
            {
                text.Append(reader.Value);
            }
        }

        return text.ToString();
    }

    private static void DemandXml(string start)
    {
        if (start.Length == 0)
        {
            throw new SansayException("answers with an empty body");
        }

        if (start.StartsWith("<!doctype html", StringComparison.OrdinalIgnoreCase) || start.StartsWith("<html", StringComparison.OrdinalIgnoreCase))
        {
            throw new SansayException($"answers with a web page{Title(start)} instead of statistics: is its web-services API switched on, and is this its port?");
        }

        if (start[0] != '<')
        {
            throw new SansayException(start[0] is '{' or '[' ? "answers with JSON although XML was asked for" : $"answers with what is no XML: '{Quote(start)}'");
        }
    }

    private static string Title(string page)
    {
        const string Begin = "<title>";
        int start = page.IndexOf(Begin, StringComparison.OrdinalIgnoreCase);
        int end = start < 0 ? -1 : page.IndexOf('<', start + Begin.Length);
        return end < 0 ? "" : $" ('{Quote(page[(start + Begin.Length)..end])}')";
    }

    private static string Broken(string document, XmlException exception)
    {
        string text = document.Trim();
        if (text.Length > LongestDocument)
        {
            return $"answers with more than {LongestDocument} characters";
        }

        if (text.Contains("<!DOCTYPE", StringComparison.Ordinal) || text.Contains("<!ENTITY", StringComparison.Ordinal))
        {
            return "answers with a document type declaration, which is refused: entities could read files or outgrow memory";
        }

        return EndsItsRoot(text) ? $"answers with broken XML: {Quote(exception.Message)}" : $"answers with XML that is cut after {text.Length} characters";
    }

    private static bool EndsItsRoot(string text)
    {
        int start = 0;
        while (start < text.Length - 1 && (text[start] != '<' || text[start + 1] is '?' or '!'))
        {
            start++;
        }

        int end = text.AsSpan(Math.Min(start + 1, text.Length)).IndexOfAny(EndOfName);
        return end > 0 && text.EndsWith($"</{text.AsSpan(start + 1, end)}>", StringComparison.Ordinal);
    }

    /// <summary>The names that a reader holds to its end.</summary>
    private sealed class FewNames : NameTable
    {
        private int count;

        public override string Add(char[] key, int start, int len)
        {
            if (Get(key, start, len) is { } known)
            {
                return known;
            }

            count++;
            return count <= MostNames
                ? base.Add(key, start, len)
                : throw new SansayException($"answers with XML of more than {MostNames} names of elements and attributes");
        }
    }
}
