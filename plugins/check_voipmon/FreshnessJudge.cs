using System.Globalization;
using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Plugins.Voipmon;

/// <summary>
/// Judges whether calls become CDRs, by the growth of the newest ID, which no clock can falsify. Three ways to be stale: calls ended and no
/// CDR came (at any hour); calls are active for longer than any call lasts and no CDR came (at any hour); no call and no CDR for long,
/// outside the quiet hours. The first run has no earlier ID and takes the age from the database's clock.
/// </summary>
internal sealed class FreshnessJudge(
    CheckRun run, VoipmonSettings settings, ManagerReading manager, DatabaseReading database, List<Finding> findings, List<Metric> metrics, List<string> notes)
{
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan LongestLook = TimeSpan.FromDays(2);

    private readonly IReadOnlyDictionary<string, string> past = run.Memory.Past(VoipmonCheck.Freshness);
    private readonly Dictionary<string, string> values = [];

    private DateTimeOffset Now => run.World.Now;

    /// <summary>The database's local time decides what hour it is; without it UTC does.</summary>
    private DateTime Local => database.LocalTime ?? Now.UtcDateTime;

    internal string Judge()
    {
        if (!database.KnowsNewest)
        {
            (int code, string words) = database.FailureOf(DatabaseProbe.NewestPart) ?? (0, "no answer");
            findings.Add(new Finding(Status.Unknown, $"the newest CDR cannot be read: {code} {words}; cure: the GRANT in this "
                + "check's README", VoipmonCheck.Freshness)
            {
                FirstStep = "",
            });
            return "";
        }

        long id = database.Newest?.Id ?? 0;
        bool grew = Growth(id, out DateTimeOffset grownAt);
        TimeSpan age = Since(grownAt);
        Metric ageMetric = run.Options.Measure(VoipmonCheck.CdrAge, Math.Round(age.TotalSeconds), 0);
        metrics.Add(ageMetric);
        bool ended = JudgeEnded(grew);
        JudgeAge(ageMetric, age, ended);
        JudgeSensors(ageMetric);
        SayClocks(grew);
        run.Memory.Remember(VoipmonCheck.Freshness, values);
        return $"newest CDR {id} {Words.Duration((long)age.TotalSeconds)} ago";
    }

    private void Add(Status status, string sentence) => findings.Add(new Finding(status, sentence, VoipmonCheck.Freshness));

    private TimeSpan Since(DateTimeOffset time) => time < Now ? Now - time : TimeSpan.Zero;

    private bool Growth(long id, out DateTimeOffset grownAt)
    {
        values["id"] = id.ToString(CultureInfo.InvariantCulture);
        long? before = MemoryTime.Number(past, "id");
        bool grew = before is { } known && id != known;
        grownAt = grew ? Now
            : before is null ? Now - AgeByDatabase()
            : MemoryTime.Of(past, "grown_at") ?? Now;
        values["grown_at"] = MemoryTime.Print(grownAt);
        if (id < before)
        {
            notes.Add($"the newest CDR's ID fell from {before} to {id}: has the table been emptied or restored?");
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
    private bool JudgeEnded(bool grew)
    {
        DateTimeOffset? endedAt = grew ? null : MemoryTime.Of(past, "ended_at");
        if (manager.Calls is { } calls)
        {
            values["calls"] = calls.ToString(CultureInfo.InvariantCulture);
            if (!grew && calls < MemoryTime.Number(past, "calls"))
            {
                endedAt ??= Now;
            }
        }

        TimeSpan lag = endedAt is { } since ? Since(since) : TimeSpan.Zero;
        if (endedAt is { } first)
        {
            values["ended_at"] = MemoryTime.Print(first);
        }

        Metric metric = run.Options.Measure(VoipmonCheck.CdrLag, manager.Answers || endedAt is not null ? Math.Round(lag.TotalSeconds) : null, 0);
        metrics.Add(metric);
        if (metric.Status is Status.Warning or Status.Critical)
        {
            Add(metric.Status, $"calls end and become no CDR for {Breach.Spoken(metric)}: the newest is still {database.Newest?.Id.ToString(CultureInfo.InvariantCulture) ?? "none"}{Backlog()}");
        }

        return metric.Status is Status.Warning or Status.Critical;
    }

    private void JudgeAge(Metric metric, TimeSpan age, bool alreadySaid)
    {
        string newest = database.Newest is { } row ? $"the newest is {row.Id}" : "there is none of the last two days";
        if (alreadySaid || metric.Status == Status.Unknown)
        {
            return;
        }

        if (manager.Calls is > 0 and var calls)
        {
            bool tooLong = age > settings.LongestCall;
            Add(
                tooLong ? Status.Critical : Status.Ok,
                tooLong
                    ? $"{Words.Count(calls, "call")} active and no new CDR for {Spoken(age)}, longer than any call lasts (limit: {Spoken(settings.LongestCall)}); {newest}{Backlog()}"
                    : $"newest CDR {Spoken(age)} ago, {Words.Count(calls, "call")} active");
            return;
        }

        // What was silent in the quiet hours is not held against the hours after them.
        TimeSpan loud = settings.Quiet.Since(Local, LongestLook);
        Metric judged = run.Options.Measure(VoipmonCheck.CdrAge, Math.Round((age < loud ? age : loud).TotalSeconds), 0);
        bool isStale = judged.Status is Status.Warning or Status.Critical && loud > TimeSpan.Zero;
        Add(
            isStale ? judged.Status : Status.Ok,
            isStale
                ? $"no new CDR for {Spoken(age)} in hours that are not quiet (limit: {(judged.Status == Status.Critical ? judged.Critical : judged.Warning)!.Demand(" s")}), and {(manager.Calls is null ? "the calls are not known" : "no call is active")}; {newest}{Backlog()}"
                : $"newest CDR {Spoken(age)} ago{(loud > TimeSpan.Zero ? "" : ", in quiet hours")}");
    }

    /// <summary>One healthy sensor hides no dead one: each has its own newest ID.</summary>
    private void JudgeSensors(Metric whole)
    {
        TimeSpan? stalest = null;
        foreach (SensorRow sensor in database.Sensors ?? [])
        {
            if (settings.IgnoredSensors.Contains(sensor.Id))
            {
                continue;
            }

            long id = sensor.NewestId ?? 0;
            string key = $"sensor.{sensor.Id}";
            DateTimeOffset grownAt = MemoryTime.Number(past, key) == id && MemoryTime.Of(past, $"{key}.grown_at") is { } known ? known : Now;
            values[key] = id.ToString(CultureInfo.InvariantCulture);
            values[$"{key}.grown_at"] = MemoryTime.Print(grownAt);
            TimeSpan age = Since(grownAt);
            TimeSpan loud = settings.Quiet.Since(Local, LongestLook);
            TimeSpan judged = age < loud ? age : loud;
            stalest = judged > stalest ? judged : stalest ?? judged;
            Metric metric = run.Options.Measure(VoipmonCheck.SensorCdrAge, Math.Round(judged.TotalSeconds), 0);
            if (whole.Status == Status.Ok && metric.Status is Status.Warning or Status.Critical)
            {
                Add(metric.Status, $"sensor {SensorsJudge.Name(sensor)} brings no new CDR for {Breach.Spoken(metric)} while others do");
            }
        }

        if (database.Sensors is { Count: > 0 })
        {
            metrics.Add(run.Options.Measure(VoipmonCheck.SensorCdrAge, stalest is { } oldest ? Math.Round(oldest.TotalSeconds) : null, 0));
        }
        else if (database.FailureOf(DatabaseProbe.SensorsPart) is { } failure)
        {
            notes.Add($"freshness of single sensors not watched: {failure.Code} {failure.Words}");
        }
    }

    /// <summary>
    /// Growth is judged without clocks; that they differ is said, because everything else that compares them is wrong then.
    /// </summary>
    private void SayClocks(bool grew)
    {
        if (database.UtcTime is { } utc && (utc - Now.UtcDateTime).Duration() > Skew)
        {
            notes.Add($"the database's clock is {Spoken((utc - Now.UtcDateTime).Duration())} {(utc > Now.UtcDateTime ? "ahead of" : "behind")} this machine's");
        }

        if (database.Newest is { End: { } end } && end - Local > Skew)
        {
            notes.Add($"the newest CDR ends {Spoken(end - Local)} in the future of the database's clock: sniffer and database differ in clock or time zone");
        }
        else if (grew && database.Newest is { End: { } ended } && run.Memory.LastTime(VoipmonCheck.Freshness) is { } last && Local - ended > Now - last + TimeSpan.FromMinutes(10))
        {
            notes.Add($"the newest CDR came since the last run and ended {Spoken(Local - ended)} ago by the database's clock: sniffer and database differ in clock or time zone, or a backlog was stored");
        }
    }

    private string Backlog() => manager.Stat?.Line is { QueueFiles: > 0 and var files } ? $"; {Words.Count(files, "queue file")} wait for the database" : "";

    private static string Spoken(TimeSpan span) => Words.Duration((long)span.TotalSeconds);
}
