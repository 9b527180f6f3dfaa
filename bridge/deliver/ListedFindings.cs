using System.Text;
using System.Text.RegularExpressions;

namespace Ringfree.Monitoring.Bridge;

/// <summary>
/// What a check lists below its first line: <c>[CRITICAL] backend www is down</c>, indented where another finding is made of it. A phone
/// shows the summary alone, so it goes on with what the first line had no room for.
/// </summary>
internal static partial class ListedFindings
{
    private const int RoomForCount = 20;

    /// <summary>A headline with the findings that it does not say, as far as they fit.</summary>
    /// <param name="headline">The summary so far.</param>
    /// <param name="longOutput">The lines after the check's first one.</param>
    /// <param name="most">The greatest length of the result, in characters, when the headline is not longer.</param>
    /// <returns><c>HEADLINE; one; another and 3 more</c>.</returns>
    public static string AppendTo(string headline, string longOutput, int most)
    {
        StringBuilder text = new(headline);
        int left = 0;
        foreach (string sentence in Sentences(longOutput))
        {
            if (headline.Contains(sentence, StringComparison.Ordinal))
            {
                continue;
            }

            if (left > 0 || text.Length + "; ".Length + sentence.Length > most - RoomForCount)
            {
                left++;
            }
            else
            {
                text.Append("; ").Append(sentence);
            }
        }

        return left > 0 && text.Length > headline.Length ? text.Append($" and {left} more").ToString() : text.ToString();
    }

    private static IEnumerable<string> Sentences(string longOutput) =>
        Finding().Matches(longOutput).Select(match => ForeignText.Line(match.Groups["sentence"].Value)).Distinct(StringComparer.Ordinal);

    [GeneratedRegex(
        @"^ *\[(WARNING|UNKNOWN|CRITICAL)\] (?<sentence>.+)$",
        RegexOptions.Multiline | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Finding();
}
