using System.Reflection;
using System.Text.RegularExpressions;
using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Tests.Support;

/// <summary>The kinds of headlines that a check declares, in the order of its source.</summary>
public static class Headlines
{
    /// <summary>The kinds that the classes NAMEHeadlines of a check's program declare, with the name of each.</summary>
    public static IReadOnlyList<(string Name, HeadlineKind Kind)> Of(Assembly program) =>
    [
        .. program.GetTypes()
            .Where(type => type.Name.EndsWith("Headlines", StringComparison.Ordinal))
            .SelectMany(type => type.GetFields(BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public))
            .Where(field => field.FieldType == typeof(HeadlineKind))
            .Select(field => (field.Name, (HeadlineKind)field.GetValue(null)!)),
    ];

    /// <summary>Whether a headline is of a kind: it reads as the kind's words do.</summary>
    public static bool Reads(this HeadlineKind kind, string sentence)
    {
        string pattern = string.Join(".*", kind.Words.Split('…').Select(Regex.Escape));
        return Regex.IsMatch(sentence, $"^{pattern}$", RegexOptions.Singleline, TimeSpan.FromSeconds(5));
    }
}
