namespace Ringfree.Monitoring.Conventions.Tests;

/// <summary>The order of the usings, which the build does not hold and the suite's check of the layout does not see.</summary>
public sealed class UsingsTests
{
    [Fact]
    public void Those_of_System_come_first_and_all_are_sorted()
    {
        string[] files = Tracked.Files(".cs");
        Assert.InRange(files.Length, 100, 10_000);
        Assert.All(files, file =>
        {
            string[] found = [.. File.ReadLines(Repository.PathOf(file)).Where(IsPlainUsing).Select(line => line[6..^1])];
            Assert.Equal(found.OrderBy(IsForeign).ThenBy(name => name, StringComparer.Ordinal), found);
        });
    }

    private static bool IsPlainUsing(string line) =>
        line.StartsWith("using ", StringComparison.Ordinal) && line.EndsWith(';') && line.IndexOfAny([' ', '=', '('], 6) < 0;

    private static bool IsForeign(string name) => name != "System" && !name.StartsWith("System.", StringComparison.Ordinal);
}
