using System.Globalization;
using System.Text;

namespace Ringfree.Monitoring.Estate;

/// <summary>
/// Hours of a week, by the scheduler's clock and to the minute, written as the schedulers' timeperiods have them: for each day ranges
/// <c>HH:MM-HH:MM</c>, the end not included, <c>24:00</c> the end of the day.
/// </summary>
public sealed class Week
{
    private const int MinutesOfDay = 24 * 60;

    /// <summary>The days in the order of an object file.</summary>
    public static readonly IReadOnlyList<string> Days = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

    private readonly bool[] minutes;

    private Week(bool[] minutes) => this.minutes = minutes;

    /// <summary>All of it.</summary>
    public static Week Always { get; } = new Week(new bool[7 * MinutesOfDay]).Rest;

    /// <summary>Whether it has no minute.</summary>
    public bool IsEmpty => !minutes.Contains(true);

    /// <summary>The hours that this one lacks.</summary>
    public Week Rest => new([.. minutes.Select(isIn => !isIn)]);

    /// <summary>The hours of any of several.</summary>
    /// <param name="weeks">The several.</param>
    /// <returns>Their union; empty for none.</returns>
    public static Week Union(IEnumerable<Week> weeks)
    {
        bool[] all = new bool[7 * MinutesOfDay];
        foreach (Week week in weeks)
        {
            for (int minute = 0; minute < all.Length; minute++)
            {
                all[minute] |= week.minutes[minute];
            }
        }

        return new Week(all);
    }

    /// <summary>The ranges of a day, with commas; null when it has none.</summary>
    /// <param name="day">One of <see cref="Days"/>.</param>
    /// <returns>Such as <c>00:00-03:00,05:00-24:00</c>.</returns>
    public string? RangesOf(string day)
    {
        int start = Index(day) * MinutesOfDay;
        ReadOnlySpan<bool> minutesOfDay = minutes.AsSpan(start, MinutesOfDay);
        StringBuilder ranges = new();
        int at = 0;
        while (minutesOfDay[at..].IndexOf(value: true) is var from and >= 0)
        {
            from += at;
            int length = minutesOfDay[from..].IndexOf(value: false);
            at = length < 0 ? MinutesOfDay : from + length;
            ranges.Append(CultureInfo.InvariantCulture, $"{(ranges.Length > 0 ? "," : "")}{Clock(from)}-{Clock(at)}");
        }

        return ranges.Length == 0 ? null : ranges.ToString();
    }

    /// <summary>Reads the keys <c>sunday</c> to <c>saturday</c> of a table, each a text of ranges.</summary>
    internal static Week Read(TomlTable table, Problems problems)
    {
        bool[] all = new bool[7 * MinutesOfDay];
        bool isSound = true;
        foreach (string day in Days)
        {
            Setting<string?> ranges = table.OptionalText(day);
            ranges = ranges.Check(problems, text => text is null || Add(text, all.AsSpan(Index(day) * MinutesOfDay, MinutesOfDay))
                ? null
                : Names.Complaint(text, "ranges such as \"03:00-05:00\" or \"00:00-03:00,22:00-24:00\", each with its end behind its start"));
            isSound &= ranges.IsSound;
        }

        if (isSound && !all.Contains(true))
        {
            problems.Report(table.Place, $"has no hours; accepted: at least one of {string.Join(", ", Days)} with ranges such as \"03:00-05:00\"");
        }

        return new Week(all);
    }

    private static int Index(string day) => Days.TakeWhile(known => known != day).Count();

    private static bool Add(string ranges, Span<bool> minutesOfDay)
    {
        foreach (string range in ranges.Split(','))
        {
            if (range is not [_, _, ':', _, _, '-', _, _, ':', _, _] || Minute(range[..5]) is not { } from || Minute(range[6..]) is not { } to || from >= to)
            {
                return false;
            }

            minutesOfDay[from..to].Fill(value: true);
        }

        return true;
    }

    private static int? Minute(string clock) =>
        int.TryParse(clock.AsSpan(0, 2), NumberStyles.None, CultureInfo.InvariantCulture, out int hours)
        && int.TryParse(clock.AsSpan(3), NumberStyles.None, CultureInfo.InvariantCulture, out int minutes)
        && minutes < 60 && (hours * 60) + minutes <= MinutesOfDay
            ? (hours * 60) + minutes
            : null;

    private static string Clock(int minute) => $"{minute / 60:00}:{minute % 60:00}";
}
