namespace Ringfree.Monitoring.Estate;

/// <summary>Reads what a page says of a stock command: the keys <c>meaning</c>, <c>first</c> and <c>cases</c> of
/// <c>[commands.NAME]</c>.</summary>
internal static class StepReader
{
    internal static Step Read(TomlTable table, string title, Runner runner, Problems problems) => new(
        Words(table, "meaning", $"{title} of {Placeholders.Host} is not OK", problems),
        Words(table, "first", runner == Runner.Agent
            ? $"ssh {Placeholders.Host} and look at what the output names"
            : $"from the Shinken host: ping -c 3 {Placeholders.Address}; then ssh {Placeholders.Host} and look at what the output names",
            problems),
        [.. table.Tables("cases").Select(given => new StepCase(
            given.Text("output").Check(problems, Names.OutputPart).Value,
            given.Text("meaning").Check(problems, Names.StepWords).Value,
            given.Text("first").Check(problems, Names.StepWords).Value))]);

    private static string Words(TomlTable table, string key, string absent, Problems problems)
    {
        Setting<string> words = table.Text(key, absent);
        return words.IsGiven ? words.Check(problems, Names.StepWords).Value : absent;
    }
}
