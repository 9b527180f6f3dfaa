namespace Ringfree.Monitoring.Conventions.Tests;

/// <summary>The README is true: its commands are run.</summary>
public class ReadmeCommandTests
{
    [SkippableFact]
    public void The_demo_ends_as_the_readme_says()
    {
        Needs.Root();
        Needs.File("/usr/sbin/nagios4", "nagios4-core");
        Needs.File("/usr/sbin/nrpe", "nagios-nrpe-server");
        Needs.File("/usr/sbin/haproxy", "haproxy");
        ProcessResult demo = ProcessRun.Run(Repository.PathOf("tests", "demo", "run"), [], deadline: TimeSpan.FromSeconds(130));
        Assert.True(demo.ExitCode == 0, demo.Output + demo.Error);
        Assert.Matches("DEMO OK: incident opened after [0-9.]+ s, resolved after [0-9.]+ s\n$", demo.Output);
        Assert.InRange(demo.Elapsed.TotalSeconds, 1, 90);

        string[] steps = [.. Steps(demo.Output)];
        Assert.InRange(steps.Length, 10, 30);
        Assert.Equal(steps, Steps(File.ReadAllText(Repository.PathOf("README.md"))));
    }

    [Fact]
    public void Every_command_of_a_check_prints_what_the_readme_says()
    {
        string[] lines = File.ReadAllLines(Repository.PathOf("README.md"));
        int[] commands = [.. Enumerable.Range(0, lines.Length).Where(index => lines[index].StartsWith("$ out/bin/", StringComparison.Ordinal))];
        Assert.InRange(commands.Length, 2, 20);
        foreach (int index in commands)
        {
            string[] words = lines[index][2..].Split(' ');
            ProcessResult result = ProcessRun.Run(Repository.PathOf(words[0]), words[1..]);
            IEnumerable<string> said = lines.Skip(index + 1).TakeWhile(line => !line.StartsWith("$ ", StringComparison.Ordinal) && line != "```");
            Assert.Equal(said, result.Output.TrimEnd('\n').Split('\n'));
        }
    }

    [Fact]
    public void Every_make_target_that_the_readme_names_exists()
    {
        string[] targets = [.. File.ReadAllLines(Repository.PathOf("README.md")).Where(line => line.StartsWith("$ make", StringComparison.Ordinal)).Select(line => line.Split(' ')).Select(words => words.Length > 2 ? words[2] : "all")];
        Assert.Contains("demo", targets);
        Assert.Contains("test", targets);
        string makefile = File.ReadAllText(Repository.PathOf("Makefile"));
        Assert.All(targets, target => Assert.Contains($"\n{target}:", makefile, StringComparison.Ordinal));
    }

    /// <summary>The kinds of the timeline's lines, without times and texts that differ from run to run.</summary>
    private static IEnumerable<string> Steps(string text) =>
        text.Split('\n').Where(line => line.Length > 10 && line[..8].Trim() is [.., ' ', 's'] && double.TryParse(line[..6], out _)).Select(line => line[8..].Trim().Split("  ")[0]);
}
