using System.Globalization;

namespace Ringfree.Monitoring.Plugins.Voipmon;

/// <summary>
/// The upper bound of a partition, as information_schema describes it: a quoted date (RANGE COLUMNS), a number of days (RANGE of TO_DAYS),
/// a UNIX time, or MAXVALUE.
/// </summary>
internal static class PartitionBound
{
    // TO_DAYS('1970-01-01') is 719528, so day 366 of that count is the first of year 1.
    private const int ToDaysOfYearOne = 366;
    private const long LeastUnixTime = 10_000_000;

    /// <summary>
    /// The moment at which rows find no partition any more, in the database's local time; the last of all times for MAXVALUE; null when the
    /// text is none of the forms.
    /// </summary>
    internal static DateTime? Parse(string description)
    {
        string text = description.Trim();
        if (text.Equals("MAXVALUE", StringComparison.OrdinalIgnoreCase))
        {
            return DateTime.MaxValue;
        }

        if (text.StartsWith('\''))
        {
            return DateTime.TryParseExact(
                text.Trim('\''), ["yyyy-MM-dd", "yyyy-MM-dd HH:mm:ss"], CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTime date) ? date : null;
        }

        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number))
        {
            return null;
        }

        return number >= LeastUnixTime
            ? number <= 253_402_300_799 ? DateTime.UnixEpoch.AddSeconds(number) : null
            : number >= ToDaysOfYearOne && number - ToDaysOfYearOne <= DateTime.MaxValue.Subtract(DateTime.MinValue).Days ? DateTime.MinValue.AddDays(number - ToDaysOfYearOne) : null;
    }
}
