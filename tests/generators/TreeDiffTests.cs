using CsCheck;
using Ringfree.Monitoring.Estate;

namespace Ringfree.Monitoring.Generators.Tests;

public sealed class TreeDiffTests
{
    /// <summary>Whatever two texts are: the lines of one, changed as the diff says, are the lines of the other.</summary>
    [Fact]
    public void A_diff_makes_one_text_of_the_other()
    {
        // Of sixty lines a few go, a few come and a few are doubled: several hunks, near and far from each other.
        Gen<int[]> edits = Gen.Int[0, 40].Array[60];
        int changed = 0;
        edits.Sample(
            edit =>
            {
                string[] old = [.. edit.Select((_, number) => $"line {number % 17}")];
                string[] @new = [.. edit.SelectMany((kind, number) => kind switch
                {
                    0 => [],
                    1 => ["new", old[number]],
                    2 => [old[number], old[number]],
                    _ => new[] { old[number] },
                })];
                string diff = TreeDiff.Text("/r", [("/r/file", Text(old), Text(@new))]);
                Assert.Equal(@new, Apply(old, diff));
                Interlocked.Add(ref changed, diff.Split('\n').Count(line => line.StartsWith("@@", StringComparison.Ordinal)));
            },
            iter: 300);
        Assert.True(changed > 300, $"only {changed} hunks");
    }

    [Fact]
    public void A_new_file_and_a_file_that_goes_have_no_other_side()
    {
        Assert.Equal("--- /dev/null\n+++ a\n@@ -0,0 +1,2 @@\n+1\n+2\n", TreeDiff.Text("/r", [("/r/a", null, "1\n2\n")]));
        Assert.Equal("--- a\n+++ /dev/null\n@@ -1,2 +0,0 @@\n-1\n-2\n", TreeDiff.Text("/r", [("/r/a", "1\n2\n", null)]));
    }

    private static string Text(string[] lines) => string.Concat(lines.Select(line => line + '\n'));

    private static List<string> Apply(string[] old, string diff)
    {
        List<string> made = [];
        int at = 0;
        foreach (string line in diff.Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(2))
        {
            switch (line[0])
            {
                case '@':
                    int start = int.Parse(line.Split(' ')[1][1..].Split(',')[0]) - 1;
                    while (at < start)
                    {
                        made.Add(old[at++]);
                    }

                    break;
                case '+':
                    made.Add(line[1..]);
                    break;
                default:
                    Assert.Equal(old[at], line[1..]);
                    if (line[0] == ' ')
                    {
                        made.Add(old[at]);
                    }

                    at++;
                    break;
            }
        }

        return [.. made, .. old[at..]];
    }
}
