namespace Ringfree.Monitoring.Generators.Tests;

public sealed class CommittedOutputTests
{
    [Fact]
    public void The_committed_node_files_are_what_the_estate_gives()
    {
        using var folder = new TestFolder();
        Demand(Generators.Nodes(Generators.Estate, folder.Root));
        Compare(Generators.CommittedNodes, folder.Root);
    }

    [Theory]
    [InlineData("shinken")]
    [InlineData("nagios")]
    public void The_committed_object_files_are_what_the_estate_gives(string dialect)
    {
        using var folder = new TestFolder();
        Demand(Generators.Objects(Generators.Estate, folder.Root, dialect));
        Compare(Generators.CommittedObjects(dialect), folder.Root);
    }

    [Fact]
    public void Nothing_in_the_committed_output_takes_an_argument_or_names_this_machine()
    {
        List<string> texts = [.. Generators.Read(Generators.CommittedNodes).Values,
            .. Generators.Read(Generators.CommittedObjects("shinken")).Values, .. Generators.Read(Generators.CommittedObjects("nagios")).Values];
        Assert.NotEmpty(texts);
        Assert.All(texts, text =>
        {
            Assert.DoesNotContain("$ARG", text, StringComparison.Ordinal);
            Assert.DoesNotContain(Repository.Root, text, StringComparison.Ordinal);
            Assert.DoesNotContain("OUTPUT$", text, StringComparison.Ordinal);
        });
    }

    private static void Demand(ProcessResult run) => Assert.True(run.ExitCode == 0, run.Error);

    private static void Compare(string committed, string made)
    {
        SortedDictionary<string, string> expected = Generators.Read(committed);
        SortedDictionary<string, string> actual = Generators.Read(made);
        Assert.NotEmpty(expected);
        Assert.Equal(expected.Keys, actual.Keys);
        foreach ((string path, string text) in expected)
        {
            Assert.True(text == actual[path], $"{path} differs from what the estate gives: run make generate");
        }
    }
}
