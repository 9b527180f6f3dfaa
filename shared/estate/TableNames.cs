namespace Ringfree.Monitoring.Estate;

/// <summary>The names that a file chooses for its tables, judged at the table's own place.</summary>
internal static class TableNames
{
    internal static void DemandName(this TomlTable table, Problems problems, Func<string, string?> complaint)
    {
        if (complaint(table.Name) is { } sentence)
        {
            problems.Report(table.Place, sentence);
        }
    }
}
