using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Ringfree.Monitoring.Bridge;

/// <summary>
/// Makes what hosts, plugins and people wrote fit to be read on a phone, a terminal or in a mail: without color codes (also those whose
/// escape character a scheduler has removed), without the HTML that plugins print for the scheduler's pages, and without characters that
/// nobody sees but that turn or hide the text around them.
/// </summary>
internal static partial class ForeignText
{
    /// <summary>One line: control characters and line ends become blanks.</summary>
    public static string Line(string text) => IsPlain(text) ? text : Clean(text, keepsLines: false);

    /// <summary>The same for a text of several lines.</summary>
    public static string Lines(string text) => IsPlain(text) ? text : Clean(text, keepsLines: true);

    /// <summary>
    /// True for a character that a reader does not see: control, format (also of direction), line and paragraph separators.
    /// </summary>
    public static bool IsInvisible(Rune rune) => Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;

    private static bool IsPlain(string text)
    {
        foreach (char character in text)
        {
            if (character is < ' ' or > '~' or '<' or '[')
            {
                return false;
            }
        }

        return true;
    }

    private static string Clean(string text, bool keepsLines)
    {
        string plain = Html().Replace(Color().Replace(text, ""), "");
        var clean = new StringBuilder(plain.Length);
        foreach (Rune rune in plain.EnumerateRunes())
        {
            if (keepsLines && rune.Value is '\n' or '\t')
            {
                clean.Append((char)rune.Value);
            }
            else if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator)
            {
                clean.Append(' ');
            }
            else if (!IsInvisible(rune))
            {
                clean.Append(rune);
            }
        }

        return clean.ToString();
    }

    [GeneratedRegex(
        @"(\x1b|\u009b)\[?[0-9;?]*[ -/]*[@-~]|\[[0-9]{1,3}(;[0-9]{1,3})*m",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Color();

    // Only what plugins print: <none> and 1 < 2 are text.
    [GeneratedRegex(
        @"</?(a|b|big|br|code|div|em|font|hr|i|img|p|pre|small|span|strong|table|tbody|td|th|tr|tt|u)(\s[^<>]*)?/?>",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Html();
}
