using System.Globalization;
using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Plugins.Voipmon;

/// <summary>
/// The mean SIP rate of each hour of the day, weekdays and weekends apart, remembered from run to run. The last hundred or so runs of an
/// hour count, which are a week of them: what stays changed becomes usual.
/// </summary>
internal static class UsualSip
{
    /// <summary>Below it a mean says nothing: two days of an hour, asked each three minutes.</summary>
    private const long EnoughRuns = 40;

    private const long CountingRuns = 100;
    private const string Prefix = "sip.";

    /// <summary>Adds this run's rate to the mean of its hour.</summary>
    /// <param name="perSecond">SIP packets a second.</param>
    /// <param name="local">The wall clock of the site.</param>
    /// <param name="capture">What remembers.</param>
    /// <returns>The mean of the hour before this run, in packets a second; null while too few runs are known.</returns>
    internal static double? Learn(long perSecond, DateTime local, ConcernReport capture)
    {
        string days = local.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday ? "weekend" : "weekday";
        string key = string.Create(CultureInfo.InvariantCulture, $"{Prefix}{days}.{local.Hour:00}");
        string[] known = (capture.Past.Text(key) ?? "0 0").Split(' ');
        double mean = double.TryParse(known[0], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double told) ? told : 0;
        long runs = long.TryParse(known[^1], NumberStyles.None, CultureInfo.InvariantCulture, out long count) ? count : 0;
        double next = mean + ((perSecond - mean) / (runs + 1));
        long counted = Math.Min(runs + 1, CountingRuns);
        capture.Remember(key, string.Create(CultureInfo.InvariantCulture, $"{next:0.###} {counted}"));
        RememberAsBefore(capture);
        return runs >= EnoughRuns ? mean : null;
    }

    /// <summary>Keeps the means of the other hours, or of all when the rate is not told.</summary>
    /// <param name="capture">What remembers.</param>
    internal static void RememberAsBefore(ConcernReport capture) =>
        capture.RememberAsBefore(key => key.StartsWith(Prefix, StringComparison.Ordinal));
}
