using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Plugins.Openvz;

/// <summary>Says what is not up yet while the node's boot is so short ago that it is waited for, and what lacks any container.</summary>
internal sealed class BootEvaluation(OpenvzSettings settings, NodeReading reading, ReportBuilder report)
{
    /// <summary>The time after the node's boot.</summary>
    internal BootGrace Grace { get; } = new(settings.Grace.Length, settings.Grace.Status, reading.Uptime, report.Now);

    /// <summary>What is not up yet and is waited for.</summary>
    /// <param name="concern">Whose.</param>
    /// <param name="state">What is not up: "12 of 60 containers run".</param>
    /// <param name="whoIsWaitedFor">Subject and verb: "the rest is".</param>
    /// <param name="each">One sentence for each of several. Default: nothing.</param>
    internal void Wait(Concern concern, string state, string whoIsWaitedFor, IReadOnlyList<string>? each = null)
    {
        string sentence = Grace.Sentence(state, whoIsWaitedFor);
        ConcernReport part = report.For(concern);
        part.Problem(
            Grace.Status,
            ContainersHeadlines.Booting,
            sentence,
            [.. (each ?? []).Select(one => new Finding(Grace.Status, one, concern))]);
        if (Grace.Status == Status.Ok)
        {
            part.Summary(sentence);
        }
    }

    /// <summary>No container runs, so that a concern has nothing to evaluate: another service says it, or the boot explains it.</summary>
    /// <param name="concern">What is not evaluated.</param>
    /// <param name="what">Of a container: "whose services could be judged".</param>
    internal void NothingRuns(Concern concern, string what)
    {
        ConcernReport part = report.For(concern);
        bool judgesContainers = settings.Judges(OpenvzCheck.Containers);
        if (report.Options.JudgedBy(OpenvzCheck.Containers) is { } service)
        {
            part.Ok($"no container runs: see {service}");
            part.Summary($"no container runs: see {service}");
        }
        else if (!Grace.Lasts)
        {
            part.Problem(
                Status.Unknown,
                judgesContainers ? ContainersHeadlines.NothingRuns with { FirstStep = "" } : ContainersHeadlines.NothingRuns,
                $"no container runs here {what}");
        }
        else if (!judgesContainers)
        {
            Wait(concern, "no container runs yet", "they are");
        }
    }
}
