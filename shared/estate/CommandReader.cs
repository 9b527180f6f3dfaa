namespace Ringfree.Monitoring.Estate;

/// <summary>Reads <c>[commands.NAME]</c>: the stock plugins and their argument lines.</summary>
internal static class CommandReader
{
    // NRPE 2 cuts longer lines without a word.
    private const int LongestLine = 1000;

    internal static StockCommand Read(TomlTable table, Site site, Problems problems)
    {
        table.DemandName(problems, Names.CommandName);
        Setting<string> title = table.Text("title", table.Name);
        Setting<string> runner = table.Choice("on", ["host", "scheduler"]);
        Runner who = runner.Value == "host" ? Runner.Agent : Runner.Scheduler;
        Setting<string> foundation = table.Choice("foundation", ["agent", "none"], "none")
            .Check(problems, text => text == "none" || who == Runner.Scheduler
                ? null
                : "is for what the scheduler runs; what the agent runs depends on it anyway: leave the key out");
        title = title.IsGiven ? title.Check(problems, Names.Title) : title;
        return new StockCommand
        {
            Name = table.Name,
            Title = title.Value,
            Plugin = table.Text("plugin").Check(problems, Names.Plugin).Value,
            Runner = who,
            IsExplainedByAgent = foundation.Value == "agent",
            Arguments = ReadArguments(table, who, site, problems),
            RunbookPage = table.Text("runbook", table.Name).Check(problems, Names.RunbookPage).Value,
            Step = StepReader.Read(table, title.Value, who, problems),
            RunbookText = table.Text("runbook_text", "").Check(problems, Names.RunbookText).Value,
        };
    }

    internal static IReadOnlyList<string> ReadArguments(TomlTable table, Runner runner, Site site, Problems problems)
    {
        PlaceholderUse use = runner == Runner.Agent ? PlaceholderUse.HostArgument : PlaceholderUse.SchedulerArgument;
        Setting<IReadOnlyList<Setting<string>>> given = table.Texts("arguments");
        IReadOnlyList<string> arguments = [.. given.Value
            .Select(argument => argument
                .Check(problems, text => Placeholders.Complaint(text, use, site))
                .Check(problems, runner == Runner.Agent ? Names.AgentArgument : Names.SchedulerArgument))
            .Where(argument => argument.IsSound)
            .SelectMany(argument => Placeholders.OfSite(argument.Value, runner, site))];
        int length = arguments.Sum(argument => ShellWord.Quote(argument).Length + 1);
        given.Check(problems, _ => length <= LongestLine ? null : $"is {length} characters long as a command line; accepted: at most {LongestLine}, because NRPE 2 cuts longer ones");
        return arguments;
    }
}
