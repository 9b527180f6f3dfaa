using System.Text;
using System.Xml;

namespace Ringfree.Monitoring.Plugins.GlusterSplit;

/// <summary>An answer that is not what the command answers; the message quotes what came.</summary>
internal sealed class GlusterException(string message) : Exception(message);

/// <summary>How a command ended, in the words of its XML.</summary>
/// <param name="Return">0 when it was done.</param>
/// <param name="Number">gluster's own number of the error.</param>
/// <param name="Text">The error in words.</param>
internal readonly record struct CommandEnd(int? Return, int? Number, string Text);

/// <summary>
/// Walks through the XML that the CLI prints with <c>--xml</c>. The exit status of such a command is 0 also when it failed, so
/// <c>opRet</c> decides; in the heal commands it stands behind everything else.
/// </summary>
internal static class GlusterXml
{
    private const int LongestQuote = 120;

    private static readonly XmlReaderSettings Settings = new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
        MaxCharactersInDocument = 64 * 1024 * 1024,
    };

    /// <summary>Called at the start of an element; the reader stands on it, for its attributes.</summary>
    internal delegate void Beginning(string element, XmlReader reader);

    /// <summary>Called at the end of an element, with the text that stood directly in it.</summary>
    internal delegate void Ending(string element, string text);

    /// <exception cref="GlusterException">It is no XML, or not the CLI's.</exception>
    internal static CommandEnd Walk(ReadOnlyMemory<byte> answer, string command, Beginning begin, Ending end)
    {
        int? result = null;
        int? number = null;
        string text = "";
        Stack<StringBuilder> texts = new();
        try
        {
            using MemoryStream stream = new(answer.ToArray(), writable: false);
            using XmlReader reader = XmlReader.Create(stream, Settings);
            if (reader.MoveToContent() != XmlNodeType.Element || reader.Name != "cliOutput")
            {
                throw new GlusterException($"'gluster {command}' answered with something else than its XML: '{Quote(answer)}'");
            }

            while (reader.Read())
            {
                switch (reader.NodeType)
                {
                    case XmlNodeType.Element:
                        string opened = reader.Name;
                        bool isEmpty = reader.IsEmptyElement;
                        begin(opened, reader);
                        if (isEmpty)
                        {
                            end(opened, "");
                        }
                        else
                        {
                            texts.Push(new StringBuilder());
                        }

                        break;
                    case XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.SignificantWhitespace when texts.Count > 0:
                        texts.Peek().Append(reader.Value);
                        break;
                    case XmlNodeType.EndElement when texts.Count > 0:
                        string content = texts.Pop().ToString();
                        switch (reader.Name)
                        {
                            case "opRet":
                                result = Number(content);
                                break;
                            case "opErrno":
                                number = Number(content);
                                break;
                            case "opErrstr":
                                text = content.Trim();
                                break;
                            default:
                                end(reader.Name, content);
                                break;
                        }

                        break;
                    default:
                        break;
                }
            }
        }
        catch (XmlException exception)
        {
            throw new GlusterException($"'gluster {command}' answered with broken XML ({exception.Message.TrimEnd('.')}): '{Quote(answer)}'");
        }

        return result is null
            ? throw new GlusterException($"'gluster {command}' answered with XML that does not say whether it worked (no opRet)")
            : new CommandEnd(result, number, text);
    }

    internal static int? Number(string text) =>
        int.TryParse(text, System.Globalization.NumberStyles.AllowLeadingSign, System.Globalization.CultureInfo.InvariantCulture, out int number) ? number : null;

    internal static long? LongNumber(string text) =>
        long.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out long number) ? number : null;

    internal static string Quote(ReadOnlyMemory<byte> answer)
    {
        string text = Encoding.UTF8.GetString(answer.Length > LongestQuote ? answer.Span[..LongestQuote] : answer.Span).Trim();
        return text.Length == 0 ? "(nothing)" : text;
    }
}
