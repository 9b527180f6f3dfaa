using System.Globalization;
using Ringfree.Monitoring.Plugin;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Plugins.Openvz;

/// <summary>Evaluates what containers were refused since the last run, and how near they are to being refused.</summary>
internal sealed class BeancountersEvaluation
{
    private const string Start = "start ";
    private const string Failures = "failcnt ";

    private readonly OpenvzSettings settings;
    private readonly NodeReading node;
    private readonly BeancountersReading reading;
    private readonly ReportBuilder report;
    private readonly ConcernReport concern;

    private BeancountersEvaluation(OpenvzSettings settings, NodeReading node, BeancountersReading reading, ReportBuilder report)
    {
        this.settings = settings;
        this.node = node;
        this.reading = reading;
        this.report = report;
        concern = report.For(OpenvzCheck.Beancounters);
    }

    internal static void Evaluate(OpenvzSettings settings, NodeReading node, BootEvaluation boot, ReportBuilder report)
    {
        BeancountersEvaluation evaluation = new(settings, node, node.Beancounters!, report);
        if (node.Beancounters!.Error is { } error)
        {
            evaluation.Tell(error);
        }
        else
        {
            evaluation.Evaluate(boot);
        }
    }

    /// <summary>What is out of this user's reach and was not asked for is a note.</summary>
    private void Tell(ProbeError error)
    {
        string sentence = error.Kind switch
        {
            ProbeErrorKind.Denied => $"beancounters not watched: user {error.Caller!.User} may not read {error.Subject}, which opens for "
                + $"root alone; cure: {Sudo.LineFor(error.Caller, report.Options)}",
            ProbeErrorKind.Missing => $"beancounters not watched: {error.Subject} is missing; this kernel keeps none",
            _ => $"beancounters cannot be read: {error.Subject} {error.Detail}",
        };
        bool isOutOfReach = error.Kind is ProbeErrorKind.Denied or ProbeErrorKind.Missing;
        if (isOutOfReach && !settings.IsAskedFor(OpenvzCheck.Beancounters))
        {
            report.Note(sentence);
        }
        else
        {
            concern.Problem(Status.Unknown, BeancountersHeadlines.BeancountersUnread, sentence);
        }
    }

    private void Evaluate(BootEvaluation boot)
    {
        concern.RememberThisRun();
        NoteUnknownResources();
        EvaluateUse();
        EvaluateGrowth();
        TellCut();
        int containers = reading.Rows.Select(row => row.Container).Distinct().Count();
        int running = node.Running(settings).Count();
        if (containers > 0)
        {
            Well($"beancounters of {Words.Count(containers, "container")} watched");
        }
        else if (running == 0)
        {
            boot.NothingRuns(OpenvzCheck.Beancounters, "whose beancounters could be judged");
        }
        else
        {
            concern.Problem(
                Status.Unknown,
                BeancountersHeadlines.BeancountersMissing,
                $"beancounters are not known: {settings.Root}/proc/user_beancounters has no row of a container, although "
                    + $"{Words.Count(running, "container")} {(running == 1 ? "runs" : "run")}");
        }
    }

    private void TellCut()
    {
        if (BeancounterTable.Cut(reading.Table) is { Count: > 0 } cut)
        {
            string some = Sentences.Some([.. cut.Select(node.Label)]);
            concern.Problem(
                Status.Unknown,
                BeancountersHeadlines.BeancountersCut,
                $"beancounters of {(cut.Count == 1 ? "container" : "containers")} {some} are not known: "
                    + $"{settings.Root}/proc/user_beancounters does not hold all their rows");
        }
    }

    private void Well(string phrase)
    {
        concern.Ok(phrase);
        concern.Summary(phrase);
    }

    private void EvaluateUse()
    {
        List<(BeancounterUse Resource, Metric Use)> over = [];
        (BeancounterUse Resource, double Percent)? fullest = null;
        foreach (BeancounterUse resource in BeancounterUse.Of(reading.Rows, reading.SwapLimits))
        {
            double percent = 100.0 * resource.Held / resource.Ceiling;
            fullest = fullest is null || percent > fullest.Value.Percent ? (resource, percent) : fullest;
            Metric use = report.Options.Measure(OpenvzCheck.BeancounterUse, percent);
            if (use.Status != Status.Ok)
            {
                over.Add((resource, use));
            }
        }

        foreach ((BeancounterUse resource, Metric use) in over.OrderByDescending(entry => entry.Use.Value))
        {
            concern.Problem(
                use.Status,
                BeancountersHeadlines.NearlyRefused.With("CTID", resource.Container),
                $"container {node.Label(resource.Container)} holds {resource.Held} of {resource.Ceiling} {resource.What}: {use.Spoken}");
        }

        if (fullest is not { } worst)
        {
            concern.Measure(
                OpenvzCheck.BeancounterUse, null, unread: "no resource of any container has one");
            return;
        }

        Metric metric = concern.Record(OpenvzCheck.BeancounterUse, Math.Round(worst.Percent, 2));
        Well($"the fullest is {worst.Resource.What} of container {node.Label(worst.Resource.Container)} at {metric.Spoken}");
    }

    /// <summary>
    /// Counters run from the start of a container: held against those of the same start only. A counter that is lower belongs to another
    /// one.
    /// </summary>
    private void EvaluateGrowth()
    {
        ulong most = 0;
        foreach (string container in reading.Rows.Select(row => row.Container).Distinct())
        {
            concern.Remember(Start + container, reading.Starts.GetValueOrDefault(container, ""));
        }

        foreach (Beancounter row in reading.Rows)
        {
            string key = $"{Failures}{row.Container} {row.Resource}";
            if (row.Failures > 0)
            {
                concern.Remember(key, row.Failures.ToString(CultureInfo.InvariantCulture));
            }

            bool isSameStart = concern.Past.Text(Start + row.Container) == reading.Starts.GetValueOrDefault(row.Container, "");
            ulong before = ulong.TryParse(concern.Past.Text(key), out ulong count) ? count : 0;
            if (isSameStart && row.Failures > before)
            {
                most = Math.Max(most, row.Failures - before);
                RaiseGrowth(row, row.Failures - before);
            }
        }

        bool isBaseline = concern.Past.At is null;
        concern.Record(OpenvzCheck.FailcntGrowth, isBaseline ? null : most);
        if (isBaseline)
        {
            report.Note("first run: the fail counters of now are the baseline, refusals are told from the next run on");
        }
    }

    private void RaiseGrowth(Beancounter row, ulong growth)
    {
        Status status = report.Options.Measure(OpenvzCheck.FailcntGrowth, growth).Status;
        if (status != Status.Ok)
        {
            string ceiling = row.Ceiling is { } known ? $"holds {row.Held} of {known}" : $"holds {row.Held}, without a limit";
            string times = Words.Count((long)Math.Min(growth, long.MaxValue), "time");
            concern.Raise(
                $"{row.Container} {row.Resource}",
                row.MayBeRefusedUnnoticed && status == Status.Critical ? Status.Warning : status,
                BeancountersHeadlines.Refused.With("CTID", row.Container).With("RESOURCE", row.Resource),
                $"container {node.Label(row.Container)} was refused {row.Resource} {times} after {Words.Moment(concern.Past.At)}; it "
                    + ceiling);
        }
    }

    private void NoteUnknownResources()
    {
        foreach (string ignored in settings.IgnoredBeancounters.Where(ignored => !reading.Table.Any(row => row.Resource == ignored)))
        {
            report.Note($"--ignore-beancounter '{ignored}' names no resource of this kernel");
        }
    }
}
