using System.Text;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Plugin;

/// <summary><c>--help</c>, printed from the facts in at most 80 columns.</summary>
internal static class Help
{
    private const int Width = 80;
    private const int Indent = 26;

    internal static string Text(Facts facts)
    {
        StringBuilder text = new();
        text.Append(Wrapped($"{facts.Name}: {facts.Purpose}", 0)).Append('\n');
        text.Append($"\nUsage: {facts.Name} [OPTION]...{(facts.Argument is { } argument ? $" [{argument.Name}]" : "")}\n");
        Section(text, "Argument", facts.Argument is { } word ? [(word.Name, word.Meaning)] : []);
        Section(text, "Options of this check", facts.Options.Select(option => (Label(option.ShortName, option.Name, option.ValueName), option.Meaning)));
        Section(
            text,
            "Options of every check",
            StandardOptions.For(facts).Select(option => (Label(option.ShortName, option.Name, option.ValueName), MeaningOf(option, facts))));
        Section(text, facts.Relays ? "Concerns" : "Concerns (--only)", facts.Concerns.Select(concern => (concern.Name, concern.Meaning)));
        Section(text, "Metrics (-w, -c; default limits)", facts.Metrics.Select(metric => (metric.Name, Describe(metric))));
        text.Append("\nFiles:\n");
        text.Append($"  options: {OptionsFile.DefaultPath(facts, null).Replace(".options", "[.INSTANCE].options", StringComparison.Ordinal)}\n");
        text.Append(facts.Relays ? "" : $"  memory:  {StateFolder.Of("USER")}/\n");
        text.Append("\nRanges: 10 (0 to 10), 10: (10 or more), ~:10 (10 or less), 10:20, @10:20 (not)\n");
        text.Append("Exit codes: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN (also usage, help, version)\n");
        text.Append(Wrapped($"Root: {(facts.RootIsNeededFor.Length == 0 ? "not needed" : facts.RootIsNeededFor)}", 0)).Append('\n');
        return text.ToString();
    }

    private static string MeaningOf(StandardOption option, Facts facts) => option.Name switch
    {
        "--timeout" => $"{option.Meaning} (default {facts.Deadline.TotalSeconds}:{facts.TimeoutStatus.Word})",
        _ => option.Meaning,
    };

    private static string Describe(MetricFacts metric)
    {
        string unit = metric.UnitText.Length == 0 ? "" : $" [{metric.UnitText}]";
        string limits = (metric.Warning, metric.Critical) switch
        {
            (null, null) => "no limit",
            (null, { } critical) => $"critical {critical}",
            ({ } warning, null) => $"warning {warning}",
            ({ } warning, { } critical) => $"warning {warning}, critical {critical}",
        };
        return $"{metric.Meaning}{unit}; {limits}{(metric.IsSample ? ", for two runs in a row" : "")}";
    }

    private static string Label(string? shortName, string name, string? valueName) =>
        $"{(shortName is null ? "" : shortName + " ")}{name}{(valueName is null ? "" : " " + valueName)}";

    private static void Section(StringBuilder text, string title, IEnumerable<(string Label, string Meaning)> rows)
    {
        string body = string.Concat(rows.Select(row => Row(row.Label, row.Meaning)));
        if (body.Length > 0)
        {
            text.Append($"\n{title}:\n{body}");
        }
    }

    private static string Row(string label, string meaning) => label.Length + 3 > Indent
        ? $"  {label}\n{new string(' ', Indent)}{Wrapped(meaning, Indent)}\n"
        : $"  {label.PadRight(Indent - 2)}{Wrapped(meaning, Indent)}\n";

    private static string Wrapped(string sentence, int indent)
    {
        StringBuilder text = new();
        int column = indent;
        foreach (string word in sentence.Split(' '))
        {
            if (column > indent && column + 1 + word.Length > Width)
            {
                text.Append('\n').Append(' ', indent);
                column = indent;
            }
            else if (column > indent)
            {
                text.Append(' ');
                column++;
            }

            text.Append(word);
            column += word.Length;
        }

        return text.ToString();
    }
}
