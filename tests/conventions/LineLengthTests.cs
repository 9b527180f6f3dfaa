using System.Globalization;

namespace Ringfree.Monitoring.Conventions.Tests;

/// <summary>
/// Lines of source have at most the characters that .editorconfig says. Files that had longer ones when the rule came stand in
/// long-lines.txt with their number; it only shrinks.
/// </summary>
public sealed class LineLengthTests
{
    private const int Longest = 140;

    private static readonly string[] Endings = [".cs", ".sh", ".py", ".csproj", ".props", ".targets", "Makefile"];

    [Fact]
    public void The_limit_is_the_one_of_editorconfig() =>
        Assert.Contains($"max_line_length = {Longest}", File.ReadAllText(Repository.PathOf(".editorconfig")), StringComparison.Ordinal);

    [Fact]
    public void Long_lines_only_become_fewer()
    {
        string[] files = [.. Tracked.Files(Endings).Concat(Tracked.Files("").Where(IsScript)).Distinct()];
        Assert.InRange(files.Length, 500, 100_000);
        Dictionary<string, int> allowed = File.ReadLines(Repository.PathOf("tests", "conventions", "long-lines.txt"))
            .Select(line => line.Split(' ', 2)).ToDictionary(words => words[1], words => int.Parse(words[0], CultureInfo.InvariantCulture));
        Dictionary<string, int> found = files.ToDictionary(file => file, CountLong);
        string[] complaints =
        [
            .. files.Where(file => found[file] > allowed.GetValueOrDefault(file))
                .Select(file => $"{file} has {found[file]} lines of more than {Longest} characters; at most {allowed.GetValueOrDefault(file)} are allowed"),
            .. allowed.Where(entry => entry.Value > found.GetValueOrDefault(entry.Key))
                .Select(entry => $"long-lines.txt: write {found.GetValueOrDefault(entry.Key)} instead of {entry.Value} for {entry.Key} (no line for 0)"),
        ];
        Assert.True(complaints.Length == 0, string.Join('\n', complaints));
    }

    private static int CountLong(string file) => File.ReadLines(Repository.PathOf(file)).Count(line => line.Length > Longest);

    private static bool IsScript(string file)
    {
        if (Path.GetExtension(file).Length > 0)
        {
            return false;
        }

        using StreamReader reader = File.OpenText(Repository.PathOf(file));
        return reader.Peek() == '#' && reader.ReadLine()!.StartsWith("#!", StringComparison.Ordinal);
    }
}
