using Ringfree.Monitoring.Estate;
using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.NrpeConfig;

/// <summary>The text of the options file of one service: one verbatim argument a line.</summary>
internal static class OptionsText
{
    internal static string Text(ConcernService service, Timing timing) =>
        $"# /etc/ringfree/monitoring/{service.OptionsFile}: root:root, mode 0644; one argument a line.\n"
        + string.Concat(Arguments(service, timing).Select(argument => argument + "\n"));

    private static IEnumerable<string> Arguments(ConcernService service, Timing timing)
    {
        RoleCheck check = service.Check;
        return
        [
            "--only", service.Concern.Name,
            .. Thresholds("--warning", check.Warnings, service.Concern),
            .. Thresholds("--critical", check.Criticals, service.Concern),
            .. check.Timeout is { } timeout ? ["--timeout", Metric.Number(timeout.TotalSeconds)] : Array.Empty<string>(),
            .. check.Facts.Remembers ? ["--hold", $"{Hold(check.Facts, timing)}m"] : Array.Empty<string>(),
            .. check.Arguments,
        ];
    }

    private static IEnumerable<string> Thresholds(string option, IEnumerable<Threshold> thresholds, Concern concern) =>
        thresholds.Where(threshold => threshold.Metric.Concern == concern)
            .SelectMany(threshold => new[] { option, $"{threshold.Metric.Name}={threshold.Range}" });

    // A finding that comes from a change must outlast the soft states, or nobody is told: whole minutes, the check's own default at least.
    private static long Hold(Facts facts, Timing timing) =>
        Math.Max((long)facts.Hold.TotalMinutes, (long)Math.Ceiling(((timing.Checks.Retry * timing.Checks.Attempts) + timing.Checks.Interval).TotalMinutes) + 1);
}
