using System.Globalization;
using System.Text;

namespace Ringfree.Monitoring.Plugin;

/// <summary>
/// Makes any text fit for one line of plugin output: <c>|</c> would begin perfdata and becomes <c>/</c>, white space becomes a space, and
/// what a terminal or a log would obey (control and format characters, lone surrogates, U+FFFD of undecodable bytes) becomes <c>?</c>.
/// </summary>
internal static class ForeignText
{
    private const string Cut = "...";

    /// <summary>Cleans and cuts to a number of UTF-8 bytes, never inside a character.</summary>
    internal static string Clean(string text, int longest)
    {
        if (text.Length <= longest && IsCleanAscii(text))
        {
            return text;
        }

        StringBuilder cleaned = new(Math.Min(text.Length, longest));
        int bytes = 0;
        int lengthThatLeavesRoomForCut = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            Rune shown = Shown(rune);
            bytes += shown.Utf8SequenceLength;
            if (bytes > longest)
            {
                return cleaned.ToString(0, lengthThatLeavesRoomForCut) + Cut;
            }

            cleaned.Append(shown.ToString());
            if (bytes <= longest - Cut.Length)
            {
                lengthThatLeavesRoomForCut = cleaned.Length;
            }
        }

        return cleaned.ToString();
    }

    private static bool IsCleanAscii(string text)
    {
        foreach (char character in text)
        {
            if (character is < ' ' or > '~' or '|')
            {
                return false;
            }
        }

        return true;
    }

    private static Rune Shown(Rune rune) => rune.Value switch
    {
        '|' => new Rune('/'),
        '\t' or '\n' or '\r' => new Rune(' '),
        0xFFFD => new Rune('?'),
        _ => Rune.GetUnicodeCategory(rune) switch
        {
            UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse
                or UnicodeCategory.OtherNotAssigned => new Rune('?'),
            UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.SpaceSeparator => new Rune(' '),
            _ => rune,
        },
    };
}
