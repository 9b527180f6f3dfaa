using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Estate;

/// <summary>What a host is for, and the checks that this brings.</summary>
/// <param name="Name">The name that hosts refer to.</param>
/// <param name="Alias">The words for people. Default: the name.</param>
/// <param name="Checks">Our checks, in the order of the file.</param>
/// <param name="Commands">The stock commands, in the order of the file.</param>
/// <param name="ContactGroups">The names of the groups that are told. Default: on-call.</param>
public sealed record Role(
    string Name, string Alias, IReadOnlyList<RoleCheck> Checks, IReadOnlyList<StockCommand> Commands, IReadOnlyList<string> ContactGroups)
{
    /// <summary>Whether each of its checks and commands could be read; false is reported already.</summary>
    internal bool IsWhole { get; init; } = true;

    /// <summary>Whether something of it needs an agent on the host.</summary>
    public bool NeedsAgent => Checks.Count > 0 || Commands.Any(command => command.Runner == Runner.Agent);
}

/// <summary>One check as a role deploys it.</summary>
public sealed record RoleCheck
{
    /// <summary>What the check is.</summary>
    public required Facts Facts { get; init; }

    /// <summary>How the names of its services begin. Default: the program's name without <c>check_</c>, and the instance.</summary>
    public required string Title { get; init; }

    /// <summary>Tells two deployments of one check on one host apart. Default: null, the only one.</summary>
    public string? Instance { get; init; }

    /// <summary>
    /// What the hosts of the role have in common, such as the name of their storage pool: their shared concerns are members of one
    /// incident. Default: null, each host pages for itself.
    /// </summary>
    public string? Group { get; init; }

    /// <summary>Whether it runs as root. Default: false.</summary>
    public bool Sudo { get; init; }

    /// <summary>The concerns that are judged, one service each. Default: all.</summary>
    public required IReadOnlyList<Concern> Concerns { get; init; }

    /// <summary>The warning ranges that differ from the check's own, by metric.</summary>
    public required IReadOnlyList<Threshold> Warnings { get; init; }

    /// <summary>The critical ranges that differ from the check's own, by metric.</summary>
    public required IReadOnlyList<Threshold> Criticals { get; init; }

    /// <summary>The check's own options that are given, with placeholders where the role has them.</summary>
    public required IReadOnlyList<OptionValues> Options { get; init; }

    /// <summary>The options as arguments: each name, followed by its value when it has one.</summary>
    public IEnumerable<string> Arguments => Options.SelectMany(option => option.Arguments);

    /// <summary>The name in <c>overrides</c>: the program's, and behind a dot the instance.</summary>
    public string Key => Instance is null ? Facts.Name : $"{Facts.Name}.{Instance}";

    /// <summary>How long a finding that comes from a change stays raised. Default: null, the estate's.</summary>
    public TimeSpan? Latch { get; init; }

    /// <summary>The time that a run may take when it differs from the check's own deadline. Default: null, the check's own.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>The time that a run may take.</summary>
    public TimeSpan Deadline => Timeout ?? Facts.Deadline;
}

/// <summary>A range that the estate sets.</summary>
/// <param name="Metric">The metric.</param>
/// <param name="Range">The range.</param>
public sealed record Threshold(MetricFacts Metric, Plugin.Range Range);

/// <summary>An option that the estate gives.</summary>
/// <param name="Option">The option.</param>
/// <param name="Values">Its values; none for a switch.</param>
public sealed record OptionValues(CheckOption Option, IReadOnlyList<string> Values)
{
    /// <summary>The option as arguments.</summary>
    public IEnumerable<string> Arguments =>
        Option.ValueName is null ? [Option.Name] : Values.SelectMany(value => new[] { Option.Name, value });
}
