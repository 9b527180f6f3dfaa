using System.Text;

namespace Ringfree.Monitoring.Bridge;

/// <summary>Rows under their headings, aligned for a terminal.</summary>
internal static class Table
{
    public static string Text(string[] headings, IEnumerable<string[]> cells)
    {
        List<string[]> rows = [headings, .. cells.Select(row => row.Select(Words.Safe).ToArray())];
        int[] widths = [.. headings.Select((_, column) => rows.Max(row => row[column].Length))];
        var table = new StringBuilder();
        foreach (string[] row in rows)
        {
            table.AppendLine(string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
        }

        return table.ToString();
    }
}
