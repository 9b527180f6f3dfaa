using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Plugins.Openvz;

/// <summary>Evaluates whether containers can be seen at all; then each concern with what could be read.</summary>
internal sealed class NodeEvaluation
{
    private readonly OpenvzSettings settings;
    private readonly NodeReading reading;
    private readonly ReportBuilder report;

    private NodeEvaluation(OpenvzSettings settings, NodeReading reading, ReportBuilder report)
    {
        this.settings = settings;
        this.reading = reading;
        this.report = report;
    }

    internal static Report Evaluate(OpenvzSettings settings, NodeReading reading, ReportBuilder report)
    {
        NodeEvaluation evaluation = new(settings, reading, report);
        HungConfigs.Fit(settings, reading, report);
        if (reading.SeesContainers)
        {
            evaluation.EvaluateContainers();
        }
        else if (reading.Scan is { } scan)
        {
            evaluation.TellWhyNot(scan);
        }

        if (settings.Judges(OpenvzCheck.Mounts))
        {
            MountsEvaluation.Evaluate(settings, reading, report);
        }

        if (settings.Judges(OpenvzCheck.Containers))
        {
            report.For(OpenvzCheck.Containers).Measure(OpenvzCheck.ScanTime, Math.Round(reading.ScanTime.TotalSeconds, 4));
        }

        return report.Build();
    }

    private void EvaluateContainers()
    {
        BootEvaluation boot = new(settings, reading, report);
        if (settings.Judges(OpenvzCheck.Containers))
        {
            ContainersEvaluation.Evaluate(settings, reading, boot, report);
        }

        if (settings.Judges(OpenvzCheck.Services))
        {
            ServicesEvaluation.Evaluate(settings, reading, boot, report);
            ZombiesEvaluation.Evaluate(settings, reading, report);
        }

        if (settings.Judges(OpenvzCheck.Beancounters))
        {
            BeancountersEvaluation.Evaluate(settings, reading, boot, report);
        }

        if (settings.Judges(OpenvzCheck.Disks) && reading.Disks is not null)
        {
            DisksEvaluation.Evaluate(settings, reading, boot, report);
        }

        if (settings.JudgesTimezones)
        {
            TimezonesEvaluation.Evaluate(settings, reading, boot, report);
        }
    }

    /// <summary>What this user or the kernel lacks, every concern lacks: the first one that is about containers says it.</summary>
    private void TellWhyNot(ProcessScan scan)
    {
        ConcernReport concern = report.For(settings.Judged.First(concern => concern != OpenvzCheck.Mounts));
        string proc = settings.Root + "/proc";
        if (scan.Error is { } error)
        {
            concern.Problem(
                Status.Unknown, ContainersHeadlines.ProcessesUnread, $"processes cannot be seen: {error.Subject}: {error.Detail}");
        }
        else if (!scan.SawInit)
        {
            concern.Problem(
                Status.Unknown,
                ContainersHeadlines.Hidden,
                $"the processes of other users are hidden from {reading.Caller!.User} ({proc} is mounted with hidepid); cure: "
                    + Sudo.LineFor(reading.Caller, report.Options));
        }
        else if (scan.Inside is { } inside)
        {
            concern.Problem(
                Status.Unknown,
                ContainersHeadlines.Inside,
                $"this is the inside of container {inside}, not an OpenVZ node; cure: run the check on the node");
        }
        else if (report.Options.JudgedBy(OpenvzCheck.Containers) is { } service)
        {
            concern.Ok($"no container runs: see {service}");
            concern.Summary($"no container runs: see {service}");
        }
        else
        {
            TellOtherKernel(concern);
        }
    }

    private void TellOtherKernel(ConcernReport concern)
    {
        ExpectedContainers expected = reading.Expected!;
        if (expected.WhyUnknown is null)
        {
            concern.Problem(
                Status.Critical,
                ContainersHeadlines.OtherKernel,
                $"OpenVZ does not run on this node: its kernel knows no containers, but {Words.Count(expected.Ids.Count, "container")} "
                    + $"should run ({expected.Reason}); cure: boot the OpenVZ kernel");
        }
        else
        {
            concern.Problem(
                Status.Unknown,
                ContainersHeadlines.NotANode,
                "this is no OpenVZ node: its kernel tells no container of any process (envID in /proc/PID/status)");
        }
    }
}
