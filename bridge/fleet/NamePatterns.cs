using System.IO.Enumeration;

namespace Ringfree.Monitoring.Bridge;

/// <summary>
/// Names and patterns of hosts or services, as a scheduler lists them: <c>node001,web*</c>. <c>*</c> stands for any letters, <c>?</c> for
/// one; no scheduler accepts either, nor a comma, in a name.
/// </summary>
internal static class NamePatterns
{
    /// <summary>
    /// True when one of the list is the name, or a pattern of it. Upper and lower case differ, as they do for the scheduler.
    /// </summary>
    public static bool Match(string list, string name)
    {
        foreach (Range part in list.AsSpan().Split(','))
        {
            ReadOnlySpan<char> pattern = list.AsSpan(part);
            if (pattern.SequenceEqual(name) || FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>True for a pattern, false for a name.</summary>
    public static bool IsPattern(string text) => text.AsSpan().IndexOfAny('*', '?') >= 0;

    /// <summary>The parts of a list.</summary>
    public static string[] Parts(string list) =>
        list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
