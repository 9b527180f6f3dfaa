using System.Reflection;
using System.Text.RegularExpressions;
using Ringfree.Monitoring.Plugin;
using Ringfree.Monitoring.Plugins;

namespace Ringfree.Monitoring.Conventions.Tests;

/// <summary>
/// Parts of the READMEs that are printed from the facts, between <c>&lt;!-- generated: NAME --&gt;</c> and <c>&lt;!-- end --&gt;</c>.
/// <c>make generate</c> (RINGFREE_GENERATE=1) rewrites them; a test run fails when they differ.
/// </summary>
public partial class GeneratedTextTests
{
    [Fact]
    public void The_readme_has_the_table_of_checks()
    {
        IEnumerable<string> rows = Catalogue.Checks.Select(facts =>
            $"| [`{facts.Name}`](plugins/{facts.Name}/README.md) | {facts.Purpose} | {string.Join(", ", facts.Concerns.Select(concern => concern.Name))} | {Metric.Number(facts.Deadline.TotalSeconds)} s | {(facts.RootIsNeededFor.Length == 0 ? "not needed" : facts.RootIsNeededFor)} |");
        MatchBlock("README.md", "checks", "| check | watches | concerns | deadline | root |\n|---|---|---|---|---|\n" + string.Join('\n', rows));
    }

    [Fact]
    public void The_readme_of_every_check_has_its_options_concerns_and_metrics()
    {
        Assert.NotEmpty(Catalogue.Checks);
        foreach (Facts facts in Catalogue.Checks)
        {
            ProcessResult help = ProcessRun.Run(Repository.Program(facts.Name), ["--help"]);
            Assert.Equal(3, help.ExitCode);
            MatchBlock($"plugins/{facts.Name}/README.md", "help", $"```\n{help.Output.TrimEnd()}\n```");
        }
    }

    [Fact]
    public void The_readme_of_every_check_has_the_runbook_of_its_headlines()
    {
        Assert.NotEmpty(Catalogue.Checks);
        foreach (Facts facts in Catalogue.Checks)
        {
            IReadOnlyList<(string Name, HeadlineKind Kind)> kinds = Headlines.Of(Assembly.Load(facts.Name));
            Assert.NotEmpty(kinds);
            IEnumerable<string> parts = facts.Concerns.Select(concern =>
                $"### {concern.Name}\n\n{concern.Meaning[..1].ToUpperInvariant()}{concern.Meaning[1..]}.\n\n"
                    + "| headline | what to do first |\n|---|---|\n"
                    + string.Join('\n', kinds.Where(kind => kind.Kind.Concern == concern).Select(kind => Row(kind.Kind))));
            MatchBlock($"plugins/{facts.Name}/README.md", "runbook", string.Join("\n\n", parts));
        }
    }

    private static string Row(HeadlineKind kind)
    {
        string[] sentences =
        [
            Sentence(Escaped(kind.FirstStep)),
            kind.DoNot.Length > 0 ? $"**Do not** {Sentence(Escaped(kind.DoNot))}" : "",
            kind.Explanation,
        ];
        return $"| `{kind.Words}` | {string.Join(' ', sentences.Where(sentence => sentence.Length > 0))} |";
    }

    private static string Sentence(string text) => text.Length == 0 || text.EndsWith('?') ? text : text + ".";

    private static string Escaped(string text) =>
        Markdown().Replace(text, "\\$0");

    /// <summary>What Markdown would read as more than the character.</summary>
    [GeneratedRegex("[*$\\\\]", RegexOptions.None, 1000)]
    private static partial Regex Markdown();

    private static void MatchBlock(string file, string name, string expected)
    {
        string path = Repository.PathOf(file);
        string text = File.ReadAllText(path);
        string begin = $"<!-- generated: {name} -->\n";
        int start = text.IndexOf(begin, StringComparison.Ordinal) + begin.Length;
        int end = text.IndexOf("\n<!-- end -->", start, StringComparison.Ordinal);
        Assert.True(start >= begin.Length && end > 0, $"{file} has no place for {name}");
        if (Environment.GetEnvironmentVariable("RINGFREE_GENERATE") == "1")
        {
            File.WriteAllText(path, text[..start] + expected + text[end..]);
        }
        else
        {
            Assert.Equal(expected, text[start..end]);
        }
    }
}
