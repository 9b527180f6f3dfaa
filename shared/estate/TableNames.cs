namespace Ringfree.Monitoring.Estate;

/// <summary>
/// The names that a file chooses for its tables, judged at the table's own place, and the words that people read for them.
/// </summary>
internal static class TableNames
{
    internal static void DemandName(this TomlTable table, Problems problems, Func<string, string?> complaint)
    {
        if (complaint(table.Name) is { } sentence)
        {
            problems.Report(table.Place, sentence);
        }
    }

    /// <summary>The alias; the name when none is given, which is judged as a name then.</summary>
    internal static string Alias(this TomlTable table, Problems problems)
    {
        Setting<string> alias = table.Text("alias", table.Name);
        return alias.IsGiven ? alias.Check(problems, Names.Alias).Value : alias.Value;
    }
}
