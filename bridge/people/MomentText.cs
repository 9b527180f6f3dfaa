using System.Globalization;

namespace Ringfree.Monitoring.Bridge;

/// <summary>A moment to come as people type it.</summary>
internal static class MomentText
{
    /// <summary>What is accepted, for complaints and help.</summary>
    public const string Accepted = "HH:MM (the next one, UTC), YYYY-MM-DDTHH:MM (UTC, unless +HH:MM follows), or +DURATION";

    private static readonly string[] InUtc = ["yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd'T'HH:mm'Z'", "yyyy-MM-dd HH:mm", "yyyy-MM-dd HH:mm 'UTC'"];
    private static readonly string[] WithOffset = ["yyyy-MM-dd'T'HH:mmzzz", "yyyy-MM-dd'T'HH:mm:sszzz"];

    /// <returns>Null when it is not one.</returns>
    public static DateTimeOffset? Parse(string text, DateTimeOffset now)
    {
        if (text.StartsWith('+'))
        {
            return now + DurationText.Parse(text[1..]);
        }

        if (TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out TimeOnly time))
        {
            var today = new DateTimeOffset(now.UtcDateTime.Date + time.ToTimeSpan(), TimeSpan.Zero);
            return today > now ? today : today.AddDays(1);
        }

        return DateTimeOffset.TryParseExact(
            text, InUtc, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset moment)
            || DateTimeOffset.TryParseExact(text, WithOffset, CultureInfo.InvariantCulture, DateTimeStyles.None, out moment)
            ? moment.ToUniversalTime()
            : null;
    }
}
