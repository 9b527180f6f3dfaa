using System.Globalization;

namespace Ringfree.Monitoring.Plugin;

/// <summary>
/// The site's own time beside each moment of a report: "2026-11-29 14:20 UTC" becomes "2026-11-29 14:20 UTC (09:20 America/New_York)".
/// </summary>
public static class LocalTimes
{
    private const string Form = "yyyy-MM-dd HH:mm";

    private const string Utc = " UTC";

    /// <summary>Whether a text can be the name of a time zone: it is looked up as the path of a file.</summary>
    /// <param name="text">The text, as an option or the estate gives it.</param>
    /// <returns>True for 1 to 64 letters, digits and <c>/_-+</c>, the first a letter.</returns>
    public static bool IsName(string text) => text.Length is > 0 and <= 64 && char.IsAsciiLetter(text[0])
        && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '_' or '-' or '+');

    /// <summary>The time zone of a name, as this machine knows it.</summary>
    /// <param name="name">A name of the time zone database.</param>
    /// <returns>The zone; null when this machine has none of that name.</returns>
    public static TimeZoneInfo? Find(string name) => TimeZoneInfo.TryFindSystemTimeZoneById(name, out TimeZoneInfo? zone) ? zone : null;

    /// <summary>Adds the site's time. A machine without the zone says so, and its times stay UTC.</summary>
    /// <param name="report">The report.</param>
    /// <param name="name">The zone's name; null for none.</param>
    /// <returns>The report with both times.</returns>
    public static Report Beside(Report report, string? name)
    {
        if (name is null || report.Relayed is not null)
        {
            return report;
        }

        return Find(name) is not { } zone
            ? report with { Notes = [.. report.Notes, $"times are UTC only: this host has no time zone '{name}' (--zone; package tzdata)"] }
            : report with
            {
                Findings = [.. report.Findings.Select(finding => Beside(finding, zone, name))],
                AllWell = report.AllWell is { } well ? Beside(well, zone, name) : null,
                Notes = [.. report.Notes.Select(note => Beside(note, zone, name))],
            };
    }

    private static Finding Beside(Finding finding, TimeZoneInfo zone, string name) => finding with
    {
        Sentence = Beside(finding.Sentence, zone, name),
        Children = [.. finding.Children.Select(child => Beside(child, zone, name))],
    };

    private static string Beside(string sentence, TimeZoneInfo zone, string name)
    {
        for (int at = Next(sentence, 0); at >= 0; at = Next(sentence, at + 1))
        {
            if (at >= Form.Length && MomentIn(sentence.AsSpan(at - Form.Length, Form.Length)) is { } moment)
            {
                DateTime local = TimeZoneInfo.ConvertTimeFromUtc(DateTime.SpecifyKind(moment, DateTimeKind.Utc), zone);
                string day = local.Date == moment.Date ? "" : $"{local:yyyy-MM-dd} ";
                sentence = sentence.Insert(at + Utc.Length, string.Create(CultureInfo.InvariantCulture, $" ({day}{local:HH:mm} {name})"));
            }
        }

        return sentence;
    }

    private static int Next(string sentence, int from) => sentence.IndexOf(Utc, from, StringComparison.Ordinal);

    private static DateTime? MomentIn(ReadOnlySpan<char> text) =>
        DateTime.TryParseExact(text, Form, CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTime moment) ? moment : null;
}
