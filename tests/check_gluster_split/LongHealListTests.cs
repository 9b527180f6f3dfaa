using System.Globalization;

namespace Ringfree.Monitoring.CheckGlusterSplit.Tests;

/// <summary>A heal list of a million lines is read as it comes, and counted in constant memory.</summary>
public sealed class LongHealListTests : IDisposable
{
    private const int Lines = 1_000_000;
    private const int MostMemoryInKiB = 24 * 1024;

    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("", "GLUSTER_SPLIT OK - no file of 1 replicated volume is in split-brain | split_files=0;;0;0\n")]
    [InlineData(" - Is in split-brain", "GLUSTER_SPLIT CRITICAL - gv0 has 1000000 files in split-brain: /mail/1, /mail/10, /mail/100 and 999997 more | split_files=1000000;;0;0\n")]
    public void A_million_lines_need_less_than_24_MB(string mark, string line)
    {
        Needs.File("/usr/bin/time", "time");
        string gluster = folder.Write(
            "gluster",
            $"""
            #!/bin/bash
            case "$*" in
            *"volume info") cat {Answer(1)} ;;
            *"peer status") cat {Answer(2)} ;;
            *)
                echo "Brick 127.1.1.1:/bricks/n1/b0"
                seq -f "/mail/%.0f{mark}" {Lines}
                printf 'Status: Connected\nNumber of entries: {Lines}\n\nBrick 127.1.1.2:/bricks/n2/b0\nStatus: Connected\nNumber of entries: 0\n\n' ;;
            esac
            """,
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        string memory = folder.PathOf("memory");
        ProcessResult result = ProcessRun.Run(
            "/usr/bin/time",
            ["--quiet", "--format=%M", $"--output={memory}", Repository.Program("check_gluster_split"), "--gluster", gluster, "--no-memory", "--only", "split-brain", "--volume", "gv0", "-t", "50"]);
        Assert.Equal(line, result.Output[..(result.Output.IndexOf('\n', StringComparison.Ordinal) + 1)]);
        Assert.InRange(int.Parse(File.ReadAllLines(memory)[^1], CultureInfo.InvariantCulture), 1, MostMemoryInKiB);
    }

    private string Answer(int number) => Path.Combine(
        RecordingCase.Unpack("check_gluster_split", "healthy", folder.PathOf($"healthy{number}")), "commands", number.ToString(CultureInfo.InvariantCulture), "answer");
}
