using Ringfree.Monitoring.Plugin;
using Ringfree.Monitoring.Plugins;

namespace Ringfree.Monitoring.Conventions.Tests;

/// <summary>A check is a folder under plugins/, a folder of tests, and a line in the catalogue.</summary>
public class CheckTests
{
    private static readonly string[] Folders =
        [.. Directory.GetDirectories(Repository.PathOf("plugins"), "check_*").Select(folder => Path.GetFileName(folder)).Order(StringComparer.Ordinal)];

    [Fact]
    public void The_catalogue_lists_every_folder()
    {
        Assert.Contains("check_haproxy", Folders);
        Assert.Equal(Folders, Catalogue.Checks.Select(facts => facts.Name));
    }

    [Fact]
    public void Entry_points_are_one_line_and_all_alike()
    {
        Assert.NotEmpty(Folders);
        foreach (string folder in Folders)
        {
            string program = File.ReadAllText(Repository.PathOf("plugins", folder, "Program.cs"));
            Assert.Matches("^return Ringfree\\.Monitoring\\.Plugin\\.Host\\.Run<Ringfree\\.Monitoring\\.Plugins\\.[A-Za-z]+\\.[A-Za-z]+Check>\\(args\\);\n$", program);
        }
    }

    [Fact]
    public void Every_check_has_its_project_its_readme_and_its_tests()
    {
        Assert.NotEmpty(Folders);
        foreach (string folder in Folders)
        {
            Assert.True(File.Exists(Repository.PathOf("plugins", folder, folder + ".csproj")), folder);
            Assert.True(File.Exists(Repository.PathOf("plugins", folder, "README.md")), folder);
            Assert.NotEmpty(Directory.GetFiles(Repository.PathOf("tests", folder), "*.csproj"));
        }
    }

    /// <summary>The tests themselves belong to each check: what is healthy is laid out there.</summary>
    [Fact]
    public void Every_check_judges_each_of_its_concerns_alone_on_what_is_healthy()
    {
        Assert.NotEmpty(Folders);
        foreach (string folder in Folders)
        {
            string program = File.ReadAllText(Repository.PathOf("plugins", folder, "Program.cs"));
            string check = program.Split('<')[1].Split('>')[0].Split('.')[^1];
            string[] tests = Directory.GetFiles(Repository.PathOf("tests", folder), "*.cs");
            Assert.True(
                Array.Exists(tests, file => File.ReadAllText(file).Contains($": ConcernsTests<{check}>", StringComparison.Ordinal)),
                $"{folder}: no class of its tests derives from ConcernsTests<{check}>");
        }
    }

    [Fact]
    public void Facts_can_be_read_by_everything_that_is_generated_from_them()
    {
        Assert.NotEmpty(Catalogue.Checks);
        foreach (Facts facts in Catalogue.Checks)
        {
            Assert.Matches("^check_[a-z]+(_[a-z]+)*$", facts.Name);
            Assert.EndsWith(".", facts.Purpose, StringComparison.Ordinal);
            Assert.NotEmpty(facts.Concerns);
            Assert.InRange(facts.Concerns.Count(concern => concern.IsFoundation), 0, 1);
            Assert.All(facts.Concerns, concern => Assert.Matches("^[a-z]+(-[a-z]+)*$", concern.Name));
            Assert.All(facts.Concerns, concern => Assert.DoesNotContain('|', concern.FirstStep));
            Assert.All(facts.Metrics, metric => Assert.Matches("^[a-z][a-z0-9_]*$", metric.Name));
            Assert.All(facts.Metrics, metric => Assert.Contains(metric.Concern, facts.Concerns));
            Assert.All(facts.Options, option => Assert.Matches("^--[a-z]+(-[a-z]+)*$", option.Name));
            Assert.Contains(facts.MainMetric, facts.Metrics);

            // The longest prefix, and the longest instance: what is asked for over SSH has a limit.
            string longest = $"{new string('p', 16)}{facts.Name["check_".Length..]}_{new string('i', 32)}";
            Assert.True(RunCheck.IsName(longest), $"{facts.Name} makes names of commands with {longest.Length} characters");
            Assert.Equal(facts.Metrics.Length, facts.Metrics.Select(metric => metric.Name).Distinct(StringComparer.Ordinal).Count());
        }
    }
}
