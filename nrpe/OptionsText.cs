using Ringfree.Monitoring.Estate;
using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.NrpeConfig;

/// <summary>The text of the options file of one service: one verbatim argument a line.</summary>
internal static class OptionsText
{
    // Of a check that watches what starts slowly after a boot.
    private const string BootGrace = "--boot-grace";

    internal static string Text(ConcernService service, EstateHost host, EstateModel estate) =>
        $"# /etc/ringfree/monitoring/{service.OptionsFile}: root:root, mode 0644; one argument a line.\n"
        + string.Concat(Arguments(service, host, estate).Select(argument => argument + "\n"));

    private static IEnumerable<string> Arguments(ConcernService service, EstateHost host, EstateModel estate)
    {
        RoleCheck check = service.Check;
        Timing timing = estate.Timing;
        return
        [
            "--only", service.Concern.Name,
            .. OthersOf(service, host).SelectMany(other => new[] { "--judged-by", $"{other.Concern.Name}={other.Description}" }),
            .. Thresholds("--warning", check.Warnings, service.Concern),
            .. Thresholds("--critical", check.Criticals, service.Concern),
            .. check.Timeout is { } timeout ? ["--timeout", Metric.Number(timeout.TotalSeconds)] : Array.Empty<string>(),
            .. check.Facts.Remembers ? ["--latch", Duration(timing.LatchOf(check))] : Array.Empty<string>(),
            .. HasBootGrace(check) ? [BootGrace, Duration(timing.BootGrace) + StatusMeanwhile(service)] : Array.Empty<string>(),
            .. estate.Zone is { } zone ? ["--zone", zone] : Array.Empty<string>(),
            .. check.Arguments,
            .. service.MoreArguments,
        ];
    }

    // What this concern alone cannot judge, the other's service pages.
    private static IEnumerable<ConcernService> OthersOf(ConcernService service, EstateHost host) => host.Services.OfType<ConcernService>()
        .Where(other => ReferenceEquals(other.Check, service.Check) && other.Concern != service.Concern);

    // A container that is not up yet is WARNING, which nobody is told: it keeps quiet the other services of its host.
    private static string StatusMeanwhile(ConcernService service) => service is ContainerService ? ":WARNING" : "";

    private static bool HasBootGrace(RoleCheck check) =>
        check.Facts.Options.Any(option => option.Name == BootGrace) && check.Options.All(given => given.Option.Name != BootGrace);

    private static IEnumerable<string> Thresholds(string option, IEnumerable<Threshold> thresholds, Concern concern) =>
        thresholds.Where(threshold => threshold.Metric.Concern == concern)
            .SelectMany(threshold => new[] { option, $"{threshold.Metric.Name}={threshold.Range}" });

    private static string Duration(TimeSpan duration) => duration.TotalMinutes == Math.Floor(duration.TotalMinutes)
        ? $"{(long)duration.TotalMinutes}m"
        : $"{(long)duration.TotalSeconds}s";
}
