namespace Ringfree.Monitoring.Plugin;

/// <summary>An option that every check has.</summary>
internal sealed record StandardOption(string Name, string? ShortName, string? ValueName, string Meaning);

/// <summary>The options that every check has; a check's own options come from its facts.</summary>
internal static class StandardOptions
{
    private static readonly StandardOption[] Common =
    [
        new("--warning", "-w", "[METRIC=]RANGE", "warning range of a metric, repeatable; without METRIC the main one"),
        new("--critical", "-c", "[METRIC=]RANGE", "critical range of a metric, repeatable; without METRIC the main one"),
        new("--only", null, "CONCERN", "judge this concern alone, repeatable"),
        new("--judged-by", null, "CONCERN=SERVICE", "the service that judges another concern, repeatable; what only CONCERN prevents is OK here and names SERVICE"),
        new("--timeout", "-t", "SECONDS[:STATUS]", "deadline of the run and the status when it passes"),
        new("--verbose", "-v", null, "more detail, up to -vvv"),
        new("--zone", null, "NAME", "time zone of the site, such as America/New_York: its time stands beside UTC, and quiet hours mean it"),
        new("--instance", null, "NAME", "name of this deployment; selects the options file and the memory"),
        new("--options-file", null, "FILE", "one argument a line, before those of the command line"),
        new("--state-dir", null, "DIR", "where memory between runs is kept"),
        new("--no-memory", null, null, "look without writing memory"),
        new("--record", null, "PATH", "write what the probes read into a new folder, or into one new file that ends in .recording"),
        new("--replay", null, "PATH", "judge a recording instead of this machine"),
        new("--help", "-h", null, "print this help and exit 3"),
        new("--version", "-V", null, "print the version and exit 3"),
    ];

    private static readonly string[] NotOfARelay = ["--only", "--judged-by", "--state-dir", "--no-memory", "--record", "--replay"];

    internal static IEnumerable<StandardOption> For(Facts facts) =>
        facts.Remembers ? [.. Common, Latch(facts)]
        : facts.Relays ? Common.Where(option => !NotOfARelay.Contains(option.Name))
        : Common;

    private static StandardOption Latch(Facts facts) => new(
        "--latch", null, "DURATION", $"how long a finding that comes from a change stays raised (default {Metric.Number(facts.Latch.TotalMinutes)}m)");
}
