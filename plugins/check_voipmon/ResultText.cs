using System.Globalization;
using System.Text;

namespace Ringfree.Monitoring.Plugins.Voipmon;

/// <summary>What one statement returned: rows of texts by column name, or the server's error.</summary>
/// <param name="Rows">Column name to text; a NULL is not there. Empty when the statement failed.</param>
/// <param name="ErrorCode">The server's error number; 0 when it did not fail.</param>
/// <param name="ErrorText">The server's words; empty when it did not fail.</param>
internal sealed record StatementResult(IReadOnlyList<IReadOnlyDictionary<string, string>> Rows, int ErrorCode, string ErrorText);

/// <summary>
/// The answer of a database as plain lines, so that a recording can be read and edited:
/// <code>
/// seconds 0.012                    what the statements took together
/// statement                        begins each statement's result, in the order in which they were asked
/// columns ID  calldate             names, tab between
/// row 17  2026-03-01 03:11:58      texts, tab between; \N is NULL, \t \n \r \\ stand for what they say
/// error 1146 Table ... doesn't exist
/// </code>
/// </summary>
internal static class ResultText
{
    private const string Null = "\\N";

    internal static void AppendStatement(StringBuilder text) => text.Append("statement\n");

    internal static void AppendLine(StringBuilder text, string word, IEnumerable<string?> values)
    {
        string separator = " ";
        text.Append(word);
        foreach (string? value in values)
        {
            text.Append(separator).Append(value is null ? Null : Escape(value));
            separator = "\t";
        }

        text.Append('\n');
    }

    internal static void AppendError(StringBuilder text, int code, string words) => text.Append(CultureInfo.InvariantCulture, $"error {code} {Escape(words)}\n");

    internal static string Seconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"seconds {time.TotalSeconds:0.000}\n");

    /// <summary>Reads the lines.</summary>
    /// <returns>The seconds and a result for each statement; null when the text is not of the form.</returns>
    internal static (double Seconds, IReadOnlyList<StatementResult> Results)? Parse(string text)
    {
        string[] lines = text.Split('\n');
        if (!lines[0].StartsWith("seconds ", StringComparison.Ordinal)
            || !double.TryParse(lines[0].AsSpan(8), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double seconds))
        {
            return null;
        }

        List<StatementResult> results = [];
        List<IReadOnlyDictionary<string, string>> rows = [];
        string[] columns = [];
        foreach (string line in lines.Skip(1).Where(line => line.Length > 0))
        {
            string[] parts = line.Split(' ', 2);
            string[] values = parts.Length == 2 ? parts[1].Split('\t') : [];
            switch (parts[0])
            {
                case "statement":
                    rows = [];
                    columns = [];
                    results.Add(new StatementResult(rows, 0, ""));
                    break;
                case "columns" when results.Count > 0:
                    columns = [.. values.Select(Unescape)];
                    break;
                case "row" when values.Length == columns.Length && results.Count > 0:
                    rows.Add(Row(columns, values));
                    break;
                case "error" when results.Count > 0 && parts.Length == 2 && int.TryParse(parts[1].Split(' ')[0], NumberStyles.None, CultureInfo.InvariantCulture, out int code):
                    results[^1] = new StatementResult([], code, Unescape(parts[1][(parts[1].Split(' ')[0].Length)..].TrimStart()));
                    break;
                default:
                    return null;
            }
        }

        return (seconds, results);
    }

    private static Dictionary<string, string> Row(string[] columns, string[] values)
    {
        Dictionary<string, string> row = new(StringComparer.OrdinalIgnoreCase);
        for (int index = 0; index < columns.Length; index++)
        {
            if (values[index] != Null)
            {
                row[columns[index]] = Unescape(values[index]);
            }
        }

        return row;
    }

    private static string Escape(string text) => text
        .Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("\t", "\\t", StringComparison.Ordinal)
        .Replace("\n", "\\n", StringComparison.Ordinal)
        .Replace("\r", "\\r", StringComparison.Ordinal);

    private static string Unescape(string text)
    {
        StringBuilder plain = new(text.Length);
        for (int index = 0; index < text.Length; index++)
        {
            bool escapes = text[index] == '\\' && index + 1 < text.Length;
            plain.Append(!escapes ? text[index] : text[++index] switch
            {
                't' => '\t',
                'n' => '\n',
                'r' => '\r',
                char other => other,
            });
        }

        return plain.ToString();
    }
}
