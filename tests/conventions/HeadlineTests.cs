using System.Reflection;
using System.Text.RegularExpressions;
using Ringfree.Monitoring.Plugin;
using Ringfree.Monitoring.Plugins;

namespace Ringfree.Monitoring.Conventions.Tests;

/// <summary>Each kind of headline is declared once, has one first step and one place in the runbook, and is what is printed.</summary>
public partial class HeadlineTests
{
    /// <summary>What is said of every check alike: limits without a value, the memory, the run itself.</summary>
    private static readonly string[] Common =
    [
        "… has a limit, but …",
        "changes are not seen, because nothing is remembered: …",
        "the memory '…' was corrupt and stands now at …",
        "the check found nothing to judge",
        "the check …",
        "no verdict …",
    ];

    [Fact]
    public void Every_kind_has_words_and_a_step_of_its_own()
    {
        Assert.NotEmpty(Catalogue.Checks);
        foreach (Facts facts in Catalogue.Checks)
        {
            Assert.NotEmpty(Kinds(facts));
            string sources = string.Concat(Directory.GetFiles(Repository.PathOf("plugins", facts.Name), "*.cs").Select(File.ReadAllText));
            Assert.Equal(Kinds(facts).Count, Kinds(facts).Select(kind => kind.Kind.Words).Distinct(StringComparer.Ordinal).Count());
            foreach ((string name, HeadlineKind kind) in Kinds(facts))
            {
                string what = $"{facts.Name}: {name}";
                Assert.True(facts.Concerns.Contains(kind.Concern), $"{what} is of no concern of the check");
                Assert.True(kind.FirstStep.Length + kind.Explanation.Length > 0, $"{what} has neither a first step nor a reason for none");
                int mentions = Regex.Count(sources, $"\\b{name}\\b", RegexOptions.None, TimeSpan.FromSeconds(5));
                Assert.True(mentions > 1, $"{what} is found nowhere");
                foreach (string text in (string[])[kind.Words, kind.FirstStep, kind.DoNot])
                {
                    Assert.False(text.Contains('|', StringComparison.Ordinal) || text.EndsWith('.'), $"{what}: {text}");
                    Assert.DoesNotMatch("systemctl|journalctl", text);
                }
            }
        }
    }

    [Fact]
    public void Every_problem_that_a_check_prints_is_of_a_declared_kind()
    {
        // What check_over_ssh says, its own tests hold to the kinds.
        Facts[] checks = [.. Catalogue.Checks.Where(facts => Directory.Exists(Snapshots(facts)))];
        Assert.InRange(checks.Length, 3, Catalogue.Checks.Count);
        HeadlineKind[] common = [.. Common.Select(words => new HeadlineKind(Catalogue.Checks[0].Concerns[0], words, ""))];
        foreach (Facts facts in checks)
        {
            HeadlineKind[] declared =
                [.. Kinds(facts).Select(kind => kind.Kind), .. facts.Metrics.Select(HeadlineKind.OfLimit), .. common];
            string[] printed = [.. Printed(facts).Distinct(StringComparer.Ordinal)];
            Assert.InRange(printed.Length, 10, 10_000);
            string[] undeclared = [.. printed.Where(sentence => !Array.Exists(declared, kind => kind.Reads(sentence)))];
            Assert.True(undeclared.Length == 0, $"{facts.Name}:\n{string.Join('\n', undeclared)}");
        }
    }

    private static IReadOnlyList<(string Name, HeadlineKind Kind)> Kinds(Facts facts) => Headlines.Of(Assembly.Load(facts.Name));

    private static string Snapshots(Facts facts) => Repository.PathOf("tests", facts.Name, "__snapshots__");

    private static IEnumerable<string> Printed(Facts facts)
    {
        foreach (string line in Directory.GetFiles(Snapshots(facts), "*.snap").SelectMany(File.ReadAllLines))
        {
            Match match = Problem(facts.LineName).Match(line);
            if (match.Success)
            {
                yield return Judged().Replace(match.Groups["sentence"].Value, "");
            }
        }
    }

    private static Regex Problem(string name) => new(
        $"^({name} (WARNING|CRITICAL|UNKNOWN) - (?<sentence>.*?)(; also .*)?( \\(and [0-9]+ more problems?\\))?( \\|.*)?"
            + "| *\\[(WARNING|CRITICAL|UNKNOWN)\\] (?<sentence>.*))$",
        RegexOptions.ExplicitCapture,
        TimeSpan.FromSeconds(5));

    /// <summary>What cannot be judged because of another concern, whose words follow.</summary>
    [GeneratedRegex("^[a-z, -]+ not judged: ", RegexOptions.None, 5000)]
    private static partial Regex Judged();
}
