using System.Globalization;
using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Plugins.Haproxy;

/// <summary>
/// Evaluates how often checks took servers down within the last hour: a server that is up at every look may have died in between, and one
/// that is down at every other look is down half of the time.
/// </summary>
internal sealed class FlapsEvaluation(ConcernReport concern, IgnoreList ignored, Options options)
{
    private const string Downs = "downs", History = "fell";

    private static readonly TimeSpan Window = TimeSpan.FromHours(1);

    private readonly List<Flapping> flapping = [];
    private long? most;

    internal void Evaluate(HaproxyStats process, ProcessChanges change, string at)
    {
        Dictionary<string, string> histories = change.PastOf(History);
        foreach (ProxyRow row in process.Rows)
        {
            if (row.Type != RowType.Server || (row.CheckDowns is not > 0 && histories.Count == 0))
            {
                continue;
            }

            // Remembered for ignored servers too: taken off the list, they must not look as if all their downs were new.
            string name = $"{row.Proxy}/{row.Name}";
            long? downs = change.Growth(Downs, name, row.CheckDowns);
            long growth = downs > 0 && change.Seconds <= Window.TotalSeconds ? downs.Value : 0;
            if (growth > 0 || histories.ContainsKey(name))
            {
                Evaluate(row, name, histories.GetValueOrDefault(name, ""), growth, change, at);
            }
        }
    }

    internal void Record(bool anyInterval) => concern.Record(HaproxyCheck.DownTransitions, most ?? (anyInterval ? 0 : null));

    /// <summary>
    /// Tells of the servers that flap. While they do, the worst that became of a backend within the latch time stays its status: a page
    /// that is resolved and sent again at each turn tells less than one that stays open.
    /// </summary>
    /// <param name="worstOf">The worst status of a backend within the latch time, and when it was.</param>
    internal void Tell(Func<string, (Status Status, DateTimeOffset At)> worstOf)
    {
        Finding[] findings = [.. flapping.Select(one => new Finding(StatusOf(one), Sentence(one), HaproxyCheck.Proxies))];
        if (findings is [var only])
        {
            concern.Problem(only.Own, HaproxyHeadlines.Flaps.About(flapping[0].Name), only.Sentence);
        }
        else if (findings.Length > 1)
        {
            Metric downs = flapping.MaxBy(static one => one.Downs.Value)!.Downs;
            string names = Words.First([.. flapping.Select(static one => one.Name)]);
            concern.Problem(
                findings.Select(static finding => finding.Own).Aggregate(static (worst, next) => worst.Or(next)),
                HaproxyHeadlines.ManyFlap,
                $"{flapping.Count} servers flap, their checks took them down up to {Sentences.Spoken(downs, "times")} within the last hour"
                    + $": {names}",
                findings);
        }

        Status StatusOf(Flapping one) => one.Downs.Status.Or(worstOf(one.Row.Proxy).Status);

        string Sentence(Flapping one)
        {
            (Status status, DateTimeOffset moment) = worstOf(one.Row.Proxy);
            string outage = status == Status.Critical && moment < concern.Now ? $", and its backend was out at {Words.Moment(moment)}" : "";
            return $"server {one.Name} flaps: its check took it down {Sentences.Spoken(one.Downs, "times")} within the last hour{outage}; "
                + $"now {one.Row.StatusText}{Proxy.Since(one.Row)}{one.At}";
        }
    }

    private void Evaluate(ProxyRow server, string name, string history, long growth, ProcessChanges change, string at)
    {
        List<(long Downs, DateTimeOffset At)> known = [.. history.Split(' ').Select(Parse).OfType<(long, DateTimeOffset)>()];
        if (growth > 0)
        {
            known.Add((growth, concern.Now));
        }

        known.RemoveAll(one => concern.Now - one.At > Window || one.At > concern.Now);
        if (known.Count > 0)
        {
            change.Keep(History, name, string.Join(' ', known.Select(static one => Print(one.Downs, one.At))));
        }

        if (ignored.Ignores(server))
        {
            return;
        }

        long downs = known.Sum(static one => one.Downs);
        most = Math.Max(most ?? 0, downs);
        Metric metric = options.Measure(HaproxyCheck.DownTransitions, downs);
        bool hasStayedDown = server.IsDown && server.SecondsSinceChange > options.Latch.TotalSeconds;
        if (metric.Status != Status.Ok && !hasStayedDown)
        {
            flapping.Add(new Flapping(server, name, metric, at));
        }
    }

    private static string Print(long downs, DateTimeOffset at) =>
        string.Create(CultureInfo.InvariantCulture, $"{downs}@{at.UtcDateTime:s}");

    private static (long Downs, DateTimeOffset At)? Parse(string text) =>
        text.Split('@') is [var number, var time]
        && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out long downs)
        && MemoryTime.Parse(time) is { } at
            ? (downs, at)
            : null;

    private sealed record Flapping(ProxyRow Row, string Name, Metric Downs, string At);
}
