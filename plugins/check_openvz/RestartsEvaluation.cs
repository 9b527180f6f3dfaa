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
        Tell(changed.Restarted, ContainersHeadlines.Restarted, (one, id, them) => $"{one} restarted after {RanAt(id)}{WhoStopped(them)}");
        string[] awaited = [.. changed.Ended.Where(id => boot.Grace.Lasts || reading.IsInTransition(id))];
        foreach (string id in awaited)
        {
            reading.Remembered.RememberAwaited(concern, id);
        }

        Tell(
            [.. changed.Ended.Except(awaited)],
            ContainersHeadlines.Ended,
            (one, id, them) => $"{one} ran at {RanAt(id)} and {(them == "it" ? "is" : "are")} stopped"
                + (IsAfterBoot(id) ? ": the node booted meanwhile" : WhoStopped(them))
                + $"; ONBOOT, which is not set, does not say whether {(them == "it" ? "it" : "they")} should run");
    }

    private string RanAt(string id) => Words.Moment(reading.Remembered.RanAt(id));

    private bool IsAfterBoot(string id) => changed.Booted > reading.Remembered.RanAt(id);

    private void Tell(IReadOnlyList<string> ids, HeadlineKind kind, Func<string, string, string, string> sentence)
    {
        string[] byVzctl = [.. ids.Where(id => changed.IsByVzctl(id, reading.Remembered.RanAt(id)) && !IsAfterBoot(id))];
        if (byVzctl.Length > 0)
        {
            report.Note($"vzctl stopped or restarted {Words.Count(byVzctl.Length, "container")} after {RanAt(byVzctl[0])}: "
                + Sentences.Some([.. byVzctl.Select(reading.Label)]));
        }

        string[] others = [.. ids.Except(byVzctl)];
        if (others.Length > 0)
        {
            string named = Sentences.Some([.. others.Select(reading.Label)]);
            bool isOne = others.Length == 1;
            string who = isOne ? $"container {named}" : $"{others.Length} containers, {named},";
            HeadlineKind here = isOne ? kind.With("CTID", others[0]) : kind.About(others[0]);
            concern.Raise($"{kind.Words} {others[0]}", Status.Warning, here, sentence(who, others[0], isOne ? "it" : "them"));
        }
    }

    private string WhoStopped(string them) => changed.LogError is { } error
        ? $"; who stopped {them} is not known: {error.Subject}: {Sentences.Why(error)}"
        : $", and vzctl did not stop {them}";
}
