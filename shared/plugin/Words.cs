namespace Ringfree.Monitoring.Plugin;

/// <summary>Phrases that every headline needs.</summary>
public static class Words
{
    /// <summary>"a, b, c and 4 more".</summary>
    /// <param name="names">In the order of their importance.</param>
    /// <param name="most">How many are named. Default: 3.</param>
    /// <returns>The first of them, and the number of the others.</returns>
    public static string First(IReadOnlyList<string> names, int most = 3) =>
        string.Join(", ", names.Take(most)) + (names.Count > most ? $" and {names.Count - most} more" : "");

    /// <summary>"1 server", "3 servers".</summary>
    /// <param name="count">How many.</param>
    /// <param name="noun">In the singular; its plural takes an s.</param>
    /// <returns>The phrase.</returns>
    public static string Count(long count, string noun) => count == 1 ? $"1 {noun}" : $"{count} {noun}s";

    /// <summary>"1 process", "3 processes".</summary>
    /// <param name="count">How many.</param>
    /// <param name="noun">In the singular.</param>
    /// <param name="plural">In the plural.</param>
    /// <returns>The phrase.</returns>
    public static string Count(long count, string noun, string plural) => $"{count} {(count == 1 ? noun : plural)}";

    /// <summary>"2026-03-01 03:12 UTC".</summary>
    /// <param name="time">The moment; null when it is not known.</param>
    /// <returns>The phrase; "an unknown time" for null.</returns>
    public static string Moment(DateTimeOffset? time) => time is { } known ? $"{known.UtcDateTime:yyyy-MM-dd HH:mm} UTC" : "an unknown time";

    /// <summary>The two greatest units of a duration: "45s", "3m 12s", "2h", "4d 1h".</summary>
    /// <param name="seconds">Zero or more.</param>
    /// <returns>The phrase.</returns>
    public static string Duration(long seconds) => seconds switch
    {
        < 60 => $"{seconds}s",
        < 3600 => Units(seconds / 60, "m", seconds % 60, "s"),
        < 86400 => Units(seconds / 3600, "h", seconds / 60 % 60, "m"),
        _ => Units(seconds / 86400, "d", seconds / 3600 % 24, "h"),
    };

    /// <summary>
    /// A sentence with since when: "brick a:/b is offline (since 2026-03-01 03:12 UTC)". What says a moment or a duration of its own,
    /// "since …" or "for 3m 12s", stays as it is: the thing itself knows better than whoever looked at it first.
    /// </summary>
    /// <param name="sentence">The sentence, without a full stop.</param>
    /// <param name="since">The moment.</param>
    /// <returns>The sentence.</returns>
    public static string Since(string sentence, DateTimeOffset since) =>
        sentence.Contains(" since ", StringComparison.Ordinal) || SaysHowLong(sentence) ? sentence : $"{sentence} (since {Moment(since)})";

    private static bool SaysHowLong(string sentence)
    {
        const string HowLong = " for ";
        for (int at = sentence.IndexOf(HowLong, StringComparison.Ordinal); at >= 0;
            at = sentence.IndexOf(HowLong, at + 1, StringComparison.Ordinal))
        {
            int end = at + HowLong.Length;
            int unit = end;
            while (unit < sentence.Length && char.IsAsciiDigit(sentence[unit]))
            {
                unit++;
            }

            if (unit > end && unit < sentence.Length && sentence[unit] is 's' or 'm' or 'h' or 'd')
            {
                return true;
            }
        }

        return false;
    }

    private static string Units(long greater, string unit, long lesser, string lesserUnit) =>
        lesser == 0 ? $"{greater}{unit}" : $"{greater}{unit} {lesser}{lesserUnit}";
}
