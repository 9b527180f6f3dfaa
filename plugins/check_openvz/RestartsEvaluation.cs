using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Plugins.Openvz;

/// <summary>
/// Tells of containers that restarted, or ended and may be meant to run, though vzctl did not stop them: a change, so that it stays raised
/// for the latch time. What vzctl did is a note.
/// </summary>
internal sealed class RestartsEvaluation
{
    private readonly NodeReading reading;
    private readonly RestartsReading changed;
    private readonly ReportBuilder report;
    private readonly ConcernReport concern;

    private RestartsEvaluation(NodeReading reading, RestartsReading changed, ReportBuilder report)
    {
        this.reading = reading;
        this.changed = changed;
        this.report = report;
        concern = report.For(OpenvzCheck.Containers);
    }

    internal static void Evaluate(NodeReading reading, BootEvaluation boot, ReportBuilder report)
    {
        RememberedNode.RememberInits(report.For(OpenvzCheck.Containers), reading);
        if (reading.Restarts is { } changed)
        {
            new RestartsEvaluation(reading, changed, report).Evaluate(boot);
        }
    }

    private void Evaluate(BootEvaluation boot)
    {
        string last = Words.Moment(reading.Remembered.At);
        Tell(changed.Restarted, OpenvzHeadlines.Restarted, (one, them) => $"{one} restarted after {last}{WhoStopped(them)}");
        string[] awaited = [.. changed.Ended.Where(id => boot.Grace.Lasts || reading.IsInTransition(id))];
        foreach (string id in awaited)
        {
            RememberedNode.RememberAwaited(concern, id);
        }

        string who = changed.IsAfterBoot ? ", before the node booted" : "";
        Tell(
            [.. changed.Ended.Except(awaited)],
            OpenvzHeadlines.Ended,
            (one, them) => $"{one} ran at {last}{who} and {(them == "it" ? "is" : "are")} stopped"
                + (changed.IsAfterBoot ? "" : WhoStopped(them))
                + $"; ONBOOT, which is not set, does not say whether {them} should run");
    }

    private void Tell(IReadOnlyList<string> ids, HeadlineKind kind, Func<string, string, string> sentence)
    {
        string[] byVzctl = [.. ids.Where(id => changed.ByVzctl.Contains(id) && !changed.IsAfterBoot)];
        if (byVzctl.Length > 0)
        {
            report.Note($"vzctl stopped or restarted {Words.Count(byVzctl.Length, "container")} after {Words.Moment(reading.Remembered.At)}: "
                + Sentences.Some([.. byVzctl.Select(reading.Label)]));
        }

        string[] others = [.. ids.Except(byVzctl)];
        if (others.Length == 1)
        {
            string text = sentence($"container {reading.Label(others[0])}", "it");
            concern.Raise($"{kind.Words} {others[0]}", Status.Warning, kind.With("CTID", others[0]), text);
        }
        else if (others.Length > 1)
        {
            string text = sentence($"{others.Length} containers", "them");
            string named = Sentences.Some([.. others.Select(reading.Label)]);
            concern.Raise($"{kind.Words} {others[0]}", Status.Warning, kind.About(others[0]), $"{text}: {named}");
        }
    }

    private string WhoStopped(string them) => changed.LogError is { } error
        ? $"; who stopped {them} is not known: {error.Subject}: {Sentences.Why(error)}"
        : $", and vzctl did not stop {them}";
}
