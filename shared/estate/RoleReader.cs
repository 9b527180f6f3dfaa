using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Estate;

/// <summary>Reads <c>[roles.NAME]</c> and its <c>[[roles.NAME.checks]]</c>, whose keys are those that the check's facts know.</summary>
internal static class RoleReader
{
    // What the checks accept as --instance; the concern's name stands in it too.
    private const int LongestInstance = 32;

    internal static Role Read(TomlTable table, IReadOnlyList<Facts> checks, IReadOnlyList<StockCommand> commands, IReadOnlyList<ContactGroup> groups, Site site, Timing timing, Problems problems)
    {
        table.DemandName(problems, Names.Name);
        string alias = table.Alias(problems);
        List<RoleCheck?> read = [.. table.Tables("checks").Select(check => ReadCheck(check, checks, site, timing, problems))];
        (List<string> chosen, bool areKnown) = ReadNames(table, "commands", [.. commands.Select(command => command.Name)], problems);
        (List<string> told, _) = ReadNames(table, "contactgroups", [.. groups.Select(group => group.Name)], problems);
        return new Role(
            table.Name,
            alias,
            [.. read.OfType<RoleCheck>()],
            [.. commands.Where(command => chosen.Contains(command.Name))],
            told.Count == 0 ? [ContactGroup.OnCall] : told)
        {
            IsWhole = areKnown && !read.Contains(null),
        };
    }

    private static (List<string> Known, bool AreAllKnown) ReadNames(TomlTable table, string key, List<string> known, Problems problems)
    {
        List<Setting<string>> names = [.. table.Texts(key).Value.Select(name => name.Check(problems, text => Names.Declared(text, known, key)))];
        return ([.. names.Where(name => name.IsSound).Select(name => name.Value)], names.TrueForAll(name => name.IsSound));
    }

    private static RoleCheck? ReadCheck(TomlTable table, IReadOnlyList<Facts> checks, Site site, Timing timing, Problems problems)
    {
        Setting<string> name = table.Choice("check", [.. checks.Where(check => !check.Relays).Select(check => check.Name)]);
        if (!name.IsSound)
        {
            table.Disregard();
            return null;
        }

        Facts facts = checks.First(check => check.Name == name.Value);
        Setting<string?> instance = table.OptionalText("instance");
        List<Concern> concerns = ReadConcerns(table, facts, problems);
        int longestConcern = concerns.Max(concern => concern.Name.Length);
        instance = instance.Check(problems, text => text is null ? null : Names.Instance(text, LongestInstance - longestConcern - 1));
        string shortName = ConcernService.ShortName(facts);
        Setting<string> title = table.Text("title", instance.Value is { } given ? $"{shortName} {given}" : shortName);
        return new RoleCheck
        {
            Facts = facts,
            Instance = instance.Value,
            Title = (title.IsGiven ? title.Check(problems, Names.Title) : title).Value,
            Group = ReadGroup(table, facts, problems),
            Sudo = table.Boolean("sudo", absent: false).Value,
            Concerns = concerns,
            Warnings = ReadThresholds(table, "warning", facts, concerns, problems),
            Criticals = ReadThresholds(table, "critical", facts, concerns, problems),
            Options = ReadOptions(table, facts, site, problems),
            Timeout = ReadTimeout(table, facts, timing, problems),
            Latch = ReadLatch(table, facts, timing, problems),
        };
    }

    private static string? ReadGroup(TomlTable table, Facts facts, Problems problems) => table.OptionalText("group")
        .Check(problems, text =>
            text is null ? null
            : facts.Concerns.Any(concern => concern.IsShared) ? Names.Title(text)
            : $"{facts.Name} judges nothing that its hosts have in common; accepted: no group")
        .Value;

    private static List<Concern> ReadConcerns(TomlTable table, Facts facts, Problems problems)
    {
        List<Concern> chosen = [];
        foreach (Setting<string> only in table.Texts("only").Value)
        {
            if (facts.Concerns.FirstOrDefault(concern => concern.Name == only.Value) is not { } known)
            {
                problems.Report(only.Place, Names.Complaint(only.Value, string.Join(", ", facts.Concerns.Select(concern => concern.Name))));
            }
            else if (chosen.Contains(known))
            {
                problems.Report(only.Place, Names.Complaint(only.Value, "each concern once"));
            }
            else
            {
                chosen.Add(known);
            }
        }

        return [.. facts.Concerns.Where(concern => chosen.Count == 0 ? !concern.IsOptIn : chosen.Contains(concern))];
    }

    internal static List<Threshold> ReadThresholds(TomlTable table, string key, Facts facts, List<Concern> concerns, Problems problems)
    {
        List<Threshold> thresholds = [];
        if (table.OptionalTable(key) is { } ranges)
        {
            foreach (MetricFacts metric in facts.Metrics)
            {
                Setting<string?> text = ranges.OptionalText(metric.Name);
                text = text.Check(problems, given => given is null || concerns.Contains(metric.Concern)
                    ? null
                    : $"belongs to the concern {metric.Concern.Name}, which is not judged here; accepted: metrics of {string.Join(", ", concerns.Select(concern => concern.Name))}");
                if (text is { IsGiven: true, IsSound: true } && ParseRange(text, metric, problems) is { } range)
                {
                    thresholds.Add(new Threshold(metric, range));
                }
            }
        }

        return thresholds;
    }

    private static Plugin.Range? ParseRange(Setting<string?> text, MetricFacts metric, Problems problems)
    {
        try
        {
            return metric.ParseRange(text.Value!);
        }
        catch (UsageException refusal)
        {
            problems.Report(text.Place, TomlText.OneLine(refusal.Message));
            return null;
        }
    }

    internal static List<OptionValues> ReadOptions(TomlTable table, Facts facts, Site site, Problems problems)
    {
        List<OptionValues> given = [];
        if (table.OptionalTable("options") is not { } options)
        {
            return given;
        }

        foreach (CheckOption option in facts.Options.Where(option => !option.IsSaidByHand))
        {
            string key = option.Name.TrimStart('-');
            if (option.ValueName is null)
            {
                if (options.Boolean(key, absent: false).Value)
                {
                    given.Add(new OptionValues(option, []));
                }

                continue;
            }

            IReadOnlyList<Setting<string>> values = option.Repeatable ? options.Texts(key).Value
                : options.OptionalText(key) is { IsGiven: true, IsSound: true } one ? [new Setting<string>(one.Value!, one.Place, one.IsGiven, one.IsSound)]
                : [];
            if (values.Count > 0)
            {
                given.Add(new OptionValues(option, [.. values
                    .Select(value => value.Check(problems, Names.OptionValue).Check(problems, text => Placeholders.Complaint(text, PlaceholderUse.OptionValue, site)))
                    .Where(value => value.IsSound).Select(value => value.Value)]));
            }
        }

        return given;
    }

    internal static TimeSpan? ReadLatch(TomlTable table, Facts facts, Timing timing, Problems problems) =>
        facts.Remembers ? TimingReader.ReadLatch(table, timing.Checks, problems) : null;

    internal static TimeSpan? ReadTimeout(TomlTable table, Facts facts, Timing timing, Problems problems)
    {
        const string Order = "accepted: deadline of each check < nrpe_command_timeout < check_nrpe_timeout < service_check_timeout";
        Setting<TimeSpan> timeout = table.DurationOr("timeout", facts.Deadline, least: TimeSpan.FromMilliseconds(100), most: TimeSpan.FromHours(1));
        string given = timeout.IsGiven ? "timeout is" : $"the deadline of {facts.Name} is";
        timeout.Check(problems, deadline => deadline < timing.CommandTimeout || timing.CommandTimeout == TimeSpan.Zero
            ? null
            : $"{given} {TomlText.Duration(deadline)} and nrpe_command_timeout is {TomlText.Duration(timing.CommandTimeout)}; {Order}");
        return timeout.IsGiven ? timeout.Value : null;
    }
}
