using System.Globalization;

namespace Ringfree.Monitoring.Plugin;

/// <summary>
/// When the absence of calls is nothing to wonder at: <c>[DAYS/]HH:MM-HH:MM</c>, by the wall clock of the site. A span whose end is not
/// behind its start reaches into the next day, and belongs to the day that it begins on.
/// </summary>
public sealed class QuietHours
{
    /// <summary>The default, for a help text.</summary>
    public const string DefaultWords = "20:00-08:00 and Sat-Sun/00:00-24:00";

    private static readonly string[] Default = DefaultWords.Split(" and ");

    private const string Forms = "HH:MM-HH:MM, DAY/HH:MM-HH:MM and DAY-DAY/HH:MM-HH:MM with the days Mon Tue Wed Thu Fri Sat Sun, such as "
        + "20:00-08:00 or Sat-Sun/00:00-24:00, and none";

    private const int MinutesOfDay = 24 * 60;
    private static readonly string[] Days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

    private readonly List<(bool[] Days, int Start, int End)> spans = [];

    /// <summary>Reads the values of <c>--quiet-hours</c>.</summary>
    /// <param name="given">The spans; none for the default ones; the one word <c>none</c> for no quiet hour at all.</param>
    /// <exception cref="UsageException">One is not of the forms.</exception>
    public QuietHours(IReadOnlyList<string> given)
    {
        foreach (string text in given.Count == 0 ? Default : given)
        {
            if (text != "none")
            {
                spans.Add(Parse(text)
                    ?? throw new UsageException($"--quiet-hours '{text}' is no span of quiet hours; accepted are {Forms}"));
            }
        }
    }

    /// <summary>Whether a moment is quiet.</summary>
    /// <param name="local">The wall clock of the site.</param>
    /// <returns>True inside a span.</returns>
    public bool Covers(DateTime local)
    {
        int minute = (local.Hour * 60) + local.Minute;
        int day = (int)local.DayOfWeek;
        int dayBefore = (day + 6) % 7;
        foreach ((bool[] days, int start, int end) in spans)
        {
            bool today = days[day] && minute >= start && minute < (end > start ? end : MinutesOfDay);
            bool sinceYesterday = end <= start && days[dayBefore] && minute < end;
            if (today || sinceYesterday)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// The time since the last quiet minute. Looked for minute by minute of real time, so that a night in which the clocks change is as
    /// long as it was.
    /// </summary>
    /// <param name="now">The moment to look back from.</param>
    /// <param name="clock">The wall clock of the site at a moment.</param>
    /// <param name="longest">How far to look back.</param>
    /// <returns>At most the given span; zero inside a quiet hour.</returns>
    public TimeSpan Since(DateTimeOffset now, Func<DateTimeOffset, DateTime> clock, TimeSpan longest)
    {
        if (spans.Count == 0)
        {
            return longest;
        }

        for (TimeSpan back = TimeSpan.Zero; back < longest; back += TimeSpan.FromMinutes(1))
        {
            if (Covers(clock(now - back)))
            {
                return back;
            }
        }

        return longest;
    }

    private static (bool[] Days, int Start, int End)? Parse(string text)
    {
        string[] parts = text.Split('/');
        string[] times = parts[^1].Split('-');
        bool[]? days = parts.Length switch
        {
            1 => [true, true, true, true, true, true, true],
            2 => ParseDays(parts[0]),
            _ => null,
        };
        return days is not null && times.Length == 2 && ParseTime(times[0]) is { } start && ParseTime(times[1]) is { } end
            && start < MinutesOfDay && start != end
            ? (days, start, end)
            : null;
    }

    private static bool[]? ParseDays(string text)
    {
        string[] ends = text.Split('-');
        int first = Array.IndexOf(Days, ends[0]);
        int last = Array.IndexOf(Days, ends[^1]);
        if (ends.Length > 2 || first < 0 || last < 0)
        {
            return null;
        }

        bool[] days = new bool[Days.Length];
        for (int day = first; ; day = (day + 1) % Days.Length)
        {
            days[day] = true;
            if (day == last)
            {
                return days;
            }
        }
    }

    private static int? ParseTime(string text) =>
        text.Length == 5 && text[2] == ':' && int.TryParse(text.AsSpan(0, 2), NumberStyles.None, CultureInfo.InvariantCulture, out int hour)
        && int.TryParse(text.AsSpan(3), NumberStyles.None, CultureInfo.InvariantCulture, out int minute) && minute < 60
        && (hour < 24 || (hour == 24 && minute == 0))
            ? (hour * 60) + minute
            : null;
}
