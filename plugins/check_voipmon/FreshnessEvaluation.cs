using System.Globalization;
using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Plugins.Voipmon;

/// <summary>
/// Whether calls become CDRs, by the growth of the newest ID, which no clock can falsify. Three ways to be stale: calls ended and no CDR
/// came (at any hour); calls are active for longer than any call lasts and no CDR came (at any hour); no call and no CDR for long, outside
/// the quiet hours. The first run has no earlier ID and takes the age from the database's clock.
/// </summary>
internal sealed class FreshnessEvaluation(
    VoipmonSettings settings, ManagerReading manager, DatabaseReading database, ReportBuilder report)
{
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan LongestLook = TimeSpan.FromDays(2);

    private readonly ConcernReport freshness = report.For(VoipmonCheck.Freshness);
    private TimeSpan? loud;

    private DateTimeOffset Now => report.Now;

    /// <summary>The database's local time; without it UTC.</summary>
    private DateTime Local => database.LocalTime ?? Now.UtcDateTime;

    /// <summary>How long it has not been quiet: found by looking back minute by minute, and so once.</summary>
    private TimeSpan Loud => loud ??= settings.Quiet.Since(Now, report.Options.SiteClock ?? DatabaseClock, LongestLook);

    private Past Past => freshness.Past;

    /// <summary>Where no option names the site's time zone, quiet hours mean the database's.</summary>
    private DateTime DatabaseClock(DateTimeOffset moment) => Local - (Now - moment);

    internal void Evaluate()
    {
        if (!database.KnowsNewest)
        {
            (int code, string words) = database.FailureOf(DatabaseProbe.NewestPart) ?? (0, "no answer");
            freshness.Problem(
                Status.Unknown,
                VoipmonHeadlines.CdrUnread,
                $"the newest CDR cannot be read: {code} {words}; cure: the GRANT in this check's README");
            return;
        }

        long id = database.Newest?.Id ?? 0;
        bool grew = Growth(id, out DateTimeOffset grownAt);
        TimeSpan age = Since(grownAt);
        Metric ageMetric = freshness.Record(VoipmonCheck.CdrAge, Math.Round(age.TotalSeconds));
        bool ended = EvaluateEnded(grew);
        EvaluateAge(ageMetric, age, ended);
        EvaluateSensors(ageMetric);
        SayClocks(grew);
        freshness.Summary($"newest CDR {id} {Spoken(age)} ago");
    }

    /// <summary>What was silent in the quiet hours is not held against the hours after them.</summary>
    private TimeSpan Heard(TimeSpan age) => age < Loud ? age : Loud;

    private TimeSpan Since(DateTimeOffset time) => time < Now ? Now - time : TimeSpan.Zero;

    private bool Growth(long id, out DateTimeOffset grownAt)
    {
        freshness.Remember("id", id);
        long? before = Past.Number("id");
        bool grew = before is { } known && id != known;
        grownAt = grew ? Now
            : before is null ? Now - AgeByDatabase()
            : Past.Time("grown_at") ?? Now;
        freshness.Remember("grown_at", grownAt);
        if (id < before)
        {
            report.Note($"the newest CDR's ID fell from {before} to {id}: has the table been emptied or restored?");
        }

        return grew;
    }

    /// <summary>
    /// Without an earlier run: by the database's clock against the call's end; from the future, or without any row, as far as the look
    /// goes.
    /// </summary>
    private TimeSpan AgeByDatabase()
    {
        if (database.Newest is not { End: { } end })
        {
            return LongestLook;
        }

        TimeSpan age = Local - end;
        return age > TimeSpan.Zero ? age : TimeSpan.Zero;
    }

    /// <summary>The count of active calls fell and no CDR has come since: it falls when the sniffer has given the CDR away.</summary>
    /// <returns>True while ended calls are missing.</returns>
    private bool EvaluateEnded(bool grew)
    {
        DateTimeOffset? endedAt = grew ? null : Past.Time("ended_at");
        if (manager.Calls is { } calls)
        {
            freshness.Remember("calls", calls);
            if (!grew && calls < Past.Number("calls"))
            {
                endedAt ??= Now;
            }
        }

        TimeSpan lag = endedAt is { } since ? Since(since) : TimeSpan.Zero;
        if (endedAt is { } first)
        {
            freshness.Remember("ended_at", first);
        }

        double? measured = manager.Answers || endedAt is not null ? Math.Round(lag.TotalSeconds) : null;
        Metric metric = freshness.Record(VoipmonCheck.CdrLag, measured);
        if (metric.BrokenLimit is null)
        {
            return false;
        }

        string newest = database.Newest?.Id.ToString(CultureInfo.InvariantCulture) ?? "none";
        freshness.Problem(
            metric.Status,
            VoipmonHeadlines.CallsWithoutCdr,
            $"calls end and become no CDR for {metric.Spoken}: the newest is still {newest}{Backlog()}");
        return true;
    }

    private void EvaluateAge(Metric metric, TimeSpan age, bool alreadySaid)
    {
        if (alreadySaid || metric.Status == Status.Unknown)
        {
            return;
        }

        string newest = database.Newest is { } row ? $"the newest is {row.Id}" : "there is none of the last two days";
        if (manager.Calls is > 0 and var calls)
        {
            EvaluateAgeDuringCalls(calls, age, newest);
            return;
        }

        Metric judged = report.Options.Measure(VoipmonCheck.CdrAge, Math.Round(Heard(age).TotalSeconds), 0);
        if (judged.BrokenLimit is { } limit && Loud > TimeSpan.Zero)
        {
            string active = manager.Calls is null ? "the calls are not known" : "no call is active";
            freshness.Problem(
                judged.Status,
                VoipmonHeadlines.NoCdr,
                $"no new CDR for {Spoken(age)} in hours that are not quiet (limit: {limit}), and {active}; {newest}{Backlog()}");
        }
        else
        {
            freshness.Ok($"newest CDR {Spoken(age)} ago{(Loud > TimeSpan.Zero ? "" : ", in quiet hours")}");
        }
    }

    private void EvaluateAgeDuringCalls(long calls, TimeSpan age, string newest)
    {
        if (age > settings.LongestCall)
        {
            string limit = Spoken(settings.LongestCall);
            freshness.Problem(
                Status.Critical,
                VoipmonHeadlines.NoCdrDuringCalls,
                $"{Words.Count(calls, "call")} active and no new CDR for {Spoken(age)}, longer than any call lasts (limit: {limit}); "
                    + $"{newest}{Backlog()}");
        }
        else
        {
            freshness.Ok($"newest CDR {Spoken(age)} ago, {Words.Count(calls, "call")} active");
        }
    }

    /// <summary>One healthy sensor hides no dead one: each has its own newest ID.</summary>
    private void EvaluateSensors(Metric whole)
    {
        TimeSpan? stalest = null;
        foreach (SensorRow sensor in (database.Sensors ?? []).Where(sensor => !settings.IgnoredSensors.Contains(sensor.Id)))
        {
            long id = sensor.NewestId ?? 0;
            string key = $"sensor.{sensor.Id}";
            DateTimeOffset grownAt = Past.Number(key) == id && Past.Time($"{key}.grown_at") is { } known ? known : Now;
            freshness.Remember(key, id);
            freshness.Remember($"{key}.grown_at", grownAt);
            TimeSpan age = Since(grownAt);
            TimeSpan judged = Heard(age);
            stalest = judged > stalest ? judged : stalest ?? judged;
            Metric metric = report.Options.Measure(VoipmonCheck.SensorCdrAge, Math.Round(judged.TotalSeconds), 0);
            if (whole.Status == Status.Ok && metric.BrokenLimit is not null)
            {
                freshness.Problem(
                    metric.Status,
                    VoipmonHeadlines.SensorStale.About(SensorsEvaluation.Name(sensor)),
                    $"sensor {SensorsEvaluation.Name(sensor)} brings no new CDR for {metric.Spoken} while others do");
            }
        }

        if (database.Sensors is { Count: > 0 })
        {
            freshness.Record(VoipmonCheck.SensorCdrAge, stalest is { } oldest ? Math.Round(oldest.TotalSeconds) : null);
        }
        else if (database.FailureOf(DatabaseProbe.SensorsPart) is { } failure)
        {
            report.Note($"freshness of single sensors not watched: {failure.Code} {failure.Words}");
        }
    }

    /// <summary>
    /// Growth is judged without clocks; that they differ is said, because everything else that compares them is wrong then.
    /// </summary>
    private void SayClocks(bool grew)
    {
        if (report.Options is { Zone: { } zone, SiteClock: null })
        {
            report.Note($"quiet hours mean the database's local time: this host has no time zone '{zone}'");
        }

        if (database.UtcTime is { } utc && (utc - Now.UtcDateTime).Duration() is var skew && skew > Skew)
        {
            string direction = utc > Now.UtcDateTime ? "ahead of" : "behind";
            report.Note($"the database's clock is {Spoken(skew)} {direction} this machine's");
        }

        if (database.Newest is { End: { } end } && end - Local > Skew)
        {
            report.Note(
                $"the newest CDR ends {Spoken(end - Local)} in the future of the database's clock: sniffer and database differ in clock "
                    + "or time zone");
        }
        else if (grew
            && database.Newest is { End: { } ended } && Past.At is { } last && Local - ended > Now - last + TimeSpan.FromMinutes(10))
        {
            report.Note(
                $"the newest CDR came since the last run and ended {Spoken(Local - ended)} ago by the database's clock: sniffer and "
                    + "database differ in clock or time zone, or a backlog was stored");
        }
    }

    private string Backlog() => manager.Stat?.Line is { QueueFiles: > 0 and var files }
        ? $"; {Words.Count(files, "queue file")} wait for the database"
        : "";

    private static string Spoken(TimeSpan span) => Words.Duration((long)span.TotalSeconds);
}
