using System.Globalization;
using Ringfree.Monitoring.Plugin;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Plugins.Openvz;

/// <summary>Evaluates how full the disks of running containers are, in bytes and in inodes.</summary>
internal sealed class DisksEvaluation
{
    private readonly OpenvzSettings settings;
    private readonly NodeReading node;
    private readonly DisksReading reading;
    private readonly ReportBuilder report;
    private readonly ConcernReport concern;

    private DisksEvaluation(OpenvzSettings settings, NodeReading node, DisksReading reading, ReportBuilder report)
    {
        this.settings = settings;
        this.node = node;
        this.reading = reading;
        this.report = report;
        concern = report.For(OpenvzCheck.Disks);
    }

    internal static void Evaluate(OpenvzSettings settings, NodeReading node, BootEvaluation boot, ReportBuilder report)
    {
        DisksEvaluation evaluation = new(settings, node, node.Disks!, report);
        if (node.Running(settings).Any())
        {
            evaluation.Evaluate();
        }
        else if (settings.IsAskedFor(OpenvzCheck.Disks))
        {
            boot.NothingRuns(OpenvzCheck.Disks, "whose disk could be judged");
        }
    }

    private void Evaluate()
    {
        TellUnread();
        DiskUse? fullest = null;
        foreach ((MetricFacts facts, HeadlineKind kind, bool ofInodes) in new[]
        {
            (OpenvzCheck.DiskUse, DisksHeadlines.DiskFull, false), (OpenvzCheck.InodeUse, DisksHeadlines.InodesUsedUp, true),
        })
        {
            DiskUse[] uses = [.. reading.Uses.Where(use => use.IsOfInodes == ofInodes).OrderByDescending(PercentOf)];
            if (uses.Length == 0)
            {
                continue;
            }

            concern.Record(facts, PercentOf(uses[0]));
            fullest = fullest is { } other && PercentOf(other) >= PercentOf(uses[0]) ? other : uses[0];
            foreach (DiskUse use in uses)
            {
                concern.Compare(facts, PercentOf(use), use, kind.With("CTID", use.Container), Sentence);
            }
        }

        TellWell(fullest);
    }

    private void TellUnread()
    {
        if (reading.QuotaError is { Kind: ProbeErrorKind.Denied } denied)
        {
            string sentence = $"disk quotas not watched: user {denied.Caller!.User} may not read {denied.Subject}, which opens for root "
                + $"alone; cure: {Sudo.LineFor(denied.Caller, report.Options)}";
            if (settings.IsAskedFor(OpenvzCheck.Disks))
            {
                concern.Problem(Status.Unknown, DisksHeadlines.DisksUnread, sentence);
            }
            else
            {
                report.Note(sentence);
            }
        }
        else if (reading.QuotaError is { } error)
        {
            concern.Problem(
                Status.Unknown, DisksHeadlines.DisksUnread, $"disk quotas cannot be read: {error.Subject} {error.Detail}");
        }

        if (reading.Unread.Count > 0)
        {
            ProbeError first = reading.Unread[0].Error;
            string some = Sentences.Some([.. reading.Unread.Select(one => node.Label(one.Container))]);
            concern.Problem(
                Status.Unknown,
                DisksHeadlines.PloopUnread,
                $"how full the disk is of {(reading.Unread.Count == 1 ? "container" : "containers")} {some} is not known: {first.Subject}: "
                    + Sentences.Why(first));
        }
    }

    private void TellWell(DiskUse? fullest)
    {
        int containers = reading.Uses.Select(use => use.Container).Distinct().Count();
        string well = fullest is { } use
            ? $"disks of {Words.Count(containers, "container")} watched, the fullest is that of {node.Label(use.Container)} at "
                + $"{PercentOf(use).ToString(CultureInfo.InvariantCulture)} %{(use.IsOfInodes ? " of its inodes" : "")}"
            : "no container here has a quota or an image of its own that could fill";
        concern.Ok(well);
        if (fullest is not null || settings.IsAskedFor(OpenvzCheck.Disks))
        {
            concern.Summary(well);
        }
    }

    private static double PercentOf(DiskUse use) => Math.Round(100.0 * use.Used / use.Limit, 2);

    private string Sentence(Metric metric, DiskUse use) => use.IsOfInodes
        ? $"container {node.Label(use.Container)} uses {use.Used} of {use.Limit} inodes: {metric.Spoken}"
        : $"container {node.Label(use.Container)} uses {Mebibytes(use.Used)} of {Mebibytes(use.Limit)} MiB of its disk: {metric.Spoken}";

    private static string Mebibytes(ulong bytes) => (bytes / 1024 / 1024).ToString(CultureInfo.InvariantCulture);
}
