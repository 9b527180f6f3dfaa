namespace Ringfree.Monitoring.Plugins.Openvz;

/// <summary>
/// A time zone as the text of the TZ variable (POSIX, with the extensions of RFC 8536): <c>PST8PDT,M3.2.0,M11.1.0</c>. Offsets are told
/// west of UTC there and east of it here.
/// </summary>
internal sealed class PosixZone
{
    private const int SecondsOfDay = 86400;
    private readonly int standard;
    private readonly int daylight;
    private readonly (Rule Start, Rule End)? rules;

    private PosixZone(int standard, int daylight, (Rule Start, Rule End)? rules)
    {
        this.standard = standard;
        this.daylight = daylight;
        this.rules = rules;
    }

    /// <summary>Reads a text.</summary>
    /// <returns>Null when it is none.</returns>
    internal static PosixZone? Parse(string text)
    {
        Reader reader = new(text);
        if (!reader.SkipName() || reader.Time() is not { } west)
        {
            return null;
        }

        int standard = -west;
        if (reader.AtEnd)
        {
            return new PosixZone(standard, standard, null);
        }

        if (!reader.SkipName())
        {
            return null;
        }

        int daylight = standard + 3600;
        if (!reader.At(','))
        {
            if (reader.Time() is not { } daylightWest)
            {
                return null;
            }

            daylight = -daylightWest;
        }

        return reader.Rule() is { } start && reader.Rule() is { } end && reader.AtEnd ? new PosixZone(standard, daylight, (start, end)) : null;
    }

    /// <summary>The offset at a moment, in seconds east of UTC.</summary>
    internal int OffsetAt(DateTimeOffset moment)
    {
        if (rules is not { } known)
        {
            return standard;
        }

        // Each change is told in the local time that it ends.
        int year = moment.UtcDateTime.AddSeconds(standard).Year;
        long at = moment.ToUnixTimeSeconds();
        long start = known.Start.At(year) - standard;
        long end = known.End.At(year) - daylight;
        bool isDaylight = start < end ? at >= start && at < end : at < end || at >= start;
        return isDaylight ? daylight : standard;
    }

    /// <summary>
    /// A day of the year and the time of the change: <c>M3.2.0/2</c>, <c>J60</c> (29 February never counted) or <c>59</c>.
    /// </summary>
    private readonly record struct Rule(char Form, int First, int Week, int Day, int Time)
    {
        /// <summary>The moment in a year, in seconds since 1970 of the local clock.</summary>
        internal long At(int year)
        {
            var newYear = new DateTime(year, 1, 1, 0, 0, 0, DateTimeKind.Utc);
            DateTime date = Form switch
            {
                'M' => OfMonth(year),
                'J' => newYear.AddDays(First - 1 + (DateTime.IsLeapYear(year) && First >= 60 ? 1 : 0)),
                _ => newYear.AddDays(First),
            };
            return ((DateTimeOffset)date).ToUnixTimeSeconds() + Time;
        }

        private DateTime OfMonth(int year)
        {
            var first = new DateTime(year, First, 1, 0, 0, 0, DateTimeKind.Utc);
            DateTime date = first.AddDays(((Day - (int)first.DayOfWeek + 7) % 7) + ((Week - 1) * 7));
            return date.Month == First ? date : date.AddDays(-7);
        }
    }

    private sealed class Reader(string text)
    {
        private int at;

        internal bool AtEnd => at >= text.Length;

        internal bool At(char wanted) => at < text.Length && text[at] == wanted;

        internal bool SkipName()
        {
            int start = at;
            if (At('<'))
            {
                at = text.IndexOf('>', at) + 1;
                return at > 0;
            }

            while (at < text.Length && char.IsAsciiLetter(text[at]))
            {
                at++;
            }

            return at - start >= 3;
        }

        /// <summary>[+-]HH[:MM[:SS]], in seconds; hours up to a week in rules of RFC 8536.</summary>
        internal int? Time()
        {
            int sign = At('-') ? -1 : 1;
            at += At('-') || At('+') ? 1 : 0;
            int seconds = 0;
            for (int unit = 3600; unit > 0; unit /= 60)
            {
                if (Number() is not { } value)
                {
                    return null;
                }

                seconds += value * unit;
                if (!Skip(':'))
                {
                    break;
                }
            }

            return Math.Abs(seconds) <= 7 * SecondsOfDay ? sign * seconds : null;
        }

        internal Rule? Rule()
        {
            if (!Skip(','))
            {
                return null;
            }

            char form = At('M') || At('J') ? text[at++] : '0';
            int? first = Number();
            int week = 0;
            int day = 0;
            if (form == 'M')
            {
                if (!Skip('.') || Number() is not { } weekOfMonth || !Skip('.') || Number() is not { } dayOfWeek)
                {
                    return null;
                }

                (week, day) = (weekOfMonth, dayOfWeek);
            }

            bool isValid = first is { } number && (form == 'M' ? number is >= 1 and <= 12 && week is >= 1 and <= 5 && day is >= 0 and <= 6 : number is >= 0 and <= 365);
            int? time = Skip('/') ? Time() : 2 * 3600;
            return isValid && time is { } known ? new Rule(form, first!.Value, week, day, known) : null;
        }

        private bool Skip(char wanted)
        {
            bool isThere = At(wanted);
            at += isThere ? 1 : 0;
            return isThere;
        }

        private int? Number()
        {
            int start = at;
            while (at < text.Length && at - start < 4 && char.IsAsciiDigit(text[at]))
            {
                at++;
            }

            return int.TryParse(text.AsSpan(start, at - start), out int number) ? number : null;
        }
    }
}
