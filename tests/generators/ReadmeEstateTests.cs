using System.Text.RegularExpressions;
using Ringfree.Monitoring.Estate;
using Ringfree.Monitoring.Plugins;

namespace Ringfree.Monitoring.Generators.Tests;

/// <summary>What the README shows of the estate file is true: it stands in the example, or can be added to it.</summary>
public sealed class ReadmeEstateTests
{
    [Fact]
    public void Every_piece_of_an_estate_in_the_readme_stands_in_the_example_or_can_be_added_to_it()
    {
        string example = File.ReadAllText(Generators.Estate);
        string[] pieces = [.. Regex.Matches(File.ReadAllText(Repository.PathOf("README.md")), "```toml\n(?<piece>.*?)```", RegexOptions.Singleline | RegexOptions.ExplicitCapture).Select(match => match.Groups["piece"].Value)];
        Assert.InRange(pieces.Length, 4, 20);
        foreach (string piece in pieces.Where(piece => !example.Contains(piece, StringComparison.Ordinal)))
        {
            var problems = new Problems();
            EstateModel? estate = EstateModel.Parse(example + piece, "estate.toml", Catalogue.Checks, problems);
            Assert.True(estate is not null, $"{problems}\n{piece}");
        }
    }
}
