using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Estate;

/// <summary>
/// What one host or one datacenter has different from its roles, by the name of the check (behind a dot its instance) or of the command.
/// </summary>
internal sealed class Overrides
{
    internal static readonly Overrides None = new();

    private readonly Dictionary<string, CheckOverride> checks = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IReadOnlyList<string>> arguments = new(StringComparer.Ordinal);

    /// <summary>
    /// Reads <c>[….overrides]</c> of a table; its keys are those of the checks and commands of the given roles. When not all of these could
    /// be read, a key that is not known may be of what is missing: it is not complained about a second time.
    /// </summary>
    internal static Overrides Read(
        TomlTable owner, IReadOnlyCollection<Role> roles, bool areRolesKnown, IEnumerable<StockCommand> commands, Site site, Timing timing, Problems problems)
    {
        if (owner.OptionalTable("overrides") is not { } table)
        {
            return None;
        }

        Overrides overrides = new();
        foreach (IGrouping<string, RoleCheck> same in roles.SelectMany(role => role.Checks).GroupBy(check => check.Key, StringComparer.Ordinal))
        {
            if (table.OptionalTable(same.Key) is { } entry)
            {
                Facts facts = same.First().Facts;
                List<Concern> concerns = [.. facts.Concerns.Where(concern => same.Any(check => check.Concerns.Contains(concern)))];
                overrides.checks[same.Key] = new CheckOverride(
                    RoleReader.ReadThresholds(entry, "warning", facts, concerns, problems),
                    RoleReader.ReadThresholds(entry, "critical", facts, concerns, problems),
                    RoleReader.ReadOptions(entry, facts, site, problems),
                    RoleReader.ReadTimeout(entry, facts, timing, problems),
                    RoleReader.ReadLatch(entry, facts, timing, problems));
            }
        }

        foreach (StockCommand command in commands)
        {
            if (table.OptionalTable(command.Name) is { } entry)
            {
                overrides.arguments[command.Name] = CommandReader.ReadArguments(entry, command.Runner, site, problems);
                if (!entry.Keys.Contains("arguments", StringComparer.Ordinal))
                {
                    problems.Report(entry.Place, "changes nothing; accepted: arguments, which take the place of the command's own");
                }
            }
        }

        if (!areRolesKnown || roles.Any(role => !role.IsWhole))
        {
            table.Disregard();
        }

        return overrides;
    }

    internal RoleCheck Apply(RoleCheck check) => !checks.TryGetValue(check.Key, out CheckOverride? different) ? check : check with
    {
        Warnings = Merge(check.Warnings, different.Warnings, threshold => threshold.Metric),
        Criticals = Merge(check.Criticals, different.Criticals, threshold => threshold.Metric),
        Options = Merge(check.Options, different.Options, option => option.Option),
        Timeout = different.Timeout ?? check.Timeout,
        Latch = different.Latch ?? check.Latch,
    };

    internal StockCommand Apply(StockCommand command) =>
        arguments.TryGetValue(command.Name, out IReadOnlyList<string>? different) ? command with { Arguments = different } : command;

    private static IReadOnlyList<T> Merge<T>(IReadOnlyList<T> those, IReadOnlyList<T> different, Func<T, object> keyOf) =>
        different.Count == 0 ? those : [.. those.Where(one => !different.Any(other => keyOf(other).Equals(keyOf(one)))), .. different];

    private sealed record CheckOverride(
        IReadOnlyList<Threshold> Warnings, IReadOnlyList<Threshold> Criticals, IReadOnlyList<OptionValues> Options, TimeSpan? Timeout,
        TimeSpan? Latch);
}
