using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Plugins.SansayHa;

/// <summary>
/// Whether calls reach the pair: the active node counts every attempt, so a count that stands still outside the quiet hours is no call at
/// all. It is another node's count after a switch-over and begins at zero after a restart: then the time runs from there.
/// </summary>
internal static class AttemptsEvaluation
{
    private const string Node = "attempts_node";
    private const string Count = "attempts";
    private const string GrownAt = "attempts_grown_at";
    private static readonly TimeSpan LongestLook = TimeSpan.FromDays(2);

    internal static void Evaluate(NodeReading serving, QuietHours quiet, Options options, ConcernReport load)
    {
        SystemStatistics told = serving.Statistics!;
        if (told.Number(SystemStatistics.Attempts) is not { } count)
        {
            load.Measure(SansayHaCheck.AttemptSilence, null, unread: $"{serving.Name} does not tell {SystemStatistics.Attempts}");
            return;
        }

        DateTimeOffset grownAt = load.Past.Text(Node) == serving.Name && load.Past.Number(Count) == count
            && load.Past.Time(GrownAt) is { } before && before <= load.Now ? before : load.Now;
        load.Remember(Node, serving.Name);
        load.Remember(Count, count);
        load.Remember(GrownAt, grownAt);
        TimeSpan silence = load.Now - grownAt;
        TimeSpan loud = silence == TimeSpan.Zero ? silence : quiet.Since(load.Now, options.SiteClock ?? Utc, LongestLook);
        string active = told.Number(SystemStatistics.Sessions) is { } sessions ? $"; {Words.Count(sessions, "session")} active" : "";
        load.Measure(
            SansayHaCheck.AttemptSilence,
            Math.Round((silence < loud ? silence : loud).TotalSeconds),
            sentence: metric => $"{serving.Name}: no call attempt for {metric.Spoken} in hours that are not quiet{active}",
            kind: SansayHeadlines.NoAttempts);
    }

    private static DateTime Utc(DateTimeOffset moment) => moment.UtcDateTime;
}
