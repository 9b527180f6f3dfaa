using System.Text.RegularExpressions;

namespace Ringfree.Monitoring.Conventions.Tests;

/// <summary>Rules of the house that no analyzer knows.</summary>
public partial class HouseTests
{
    [Fact]
    public void The_solution_holds_every_project_and_nothing_else()
    {
        string[] projects = Tracked.Files(".csproj");
        Assert.InRange(projects.Length, 10, 1000);
        IEnumerable<string> listed = SolutionEntry().Matches(File.ReadAllText(Repository.PathOf("Ringfree.Monitoring.sln"))).Select(match => match.Groups["path"].Value.Replace('\\', '/'));
        Assert.Equal(projects.Order(StringComparer.Ordinal), listed.Order(StringComparer.Ordinal));
    }

    /// <summary>What a reader sees first: the parts of the product, and what make, git, MSBuild and editors look for in the root.</summary>
    [Fact]
    public void The_root_holds_the_parts_of_the_product_and_what_must_lie_there()
    {
        string[] parts = ["bridge", "nrpe", "plugins", "shared", "shinken-objects", "tests"];
        string[] mayBe =
        [
            .. parts, "build", "docs", "packaging", ".ci", "README.md", "CHANGELOG.md", "LICENSE", "Makefile", "Ringfree.Monitoring.sln",
            "global.json", "Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props", ".editorconfig", ".gitignore",
        ];
        string[] there = [.. Tracked.Files("").Select(file => file.Split('/')[0]).Distinct()];
        Assert.Empty(parts.Except(there));
        Assert.Empty(there.Except(mayBe));
    }

    [Fact]
    public void Every_suppression_has_its_reason_on_its_line()
    {
        int found = 0;
        foreach (string file in Tracked.Files(".cs"))
        {
            foreach (string line in File.ReadLines(Repository.PathOf(file)).Where(line => line.TrimStart().StartsWith("#pragma warning disable", StringComparison.Ordinal)))
            {
                found++;
                Assert.Matches("disable [A-Z0-9, ]+ // .{10,}", line);
            }
        }

        foreach (string line in File.ReadLines(Repository.PathOf(".editorconfig")).Where(line => line.Contains("severity = none", StringComparison.Ordinal)))
        {
            found++;
            Assert.Matches("severity = none # .{10,}", line);
        }

        Assert.InRange(found, 20, 1000);
    }

    [Fact]
    public void Nothing_reads_like_something_unfinished()
    {
        string[] files = Tracked.Files(".cs", ".sh", ".props", ".csproj", "Makefile", "/run", ".md");
        Assert.InRange(files.Length, 50, 100_000);
        foreach (string file in files.Where(file => !file.EndsWith("HouseTests.cs", StringComparison.Ordinal)))
        {
            Assert.False(Unfinished().IsMatch(File.ReadAllText(Repository.PathOf(file))), $"{file} reads like something unfinished");
        }
    }

    [Fact]
    public void Every_package_has_its_sentence_in_the_readme()
    {
        string[] packages = [.. Package().Matches(File.ReadAllText(Repository.PathOf("Directory.Packages.props"))).Select(match => match.Groups["name"].Value)];
        Assert.InRange(packages.Length, 10, 100);
        string readme = File.ReadAllText(Repository.PathOf("README.md"));
        Assert.All(packages, package => Assert.Contains($"**{package}**", readme, StringComparison.Ordinal));
    }

    [GeneratedRegex("= \"[^\"]*\", \"(?<path>[^\"]*\\.csproj)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex SolutionEntry();

    [GeneratedRegex("\\b(TODO|FIXME|HACK|XXX|NotImplementedException)\\b", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Unfinished();

    [GeneratedRegex("PackageVersion Include=\"(?<name>[^\"]*)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Package();
}
