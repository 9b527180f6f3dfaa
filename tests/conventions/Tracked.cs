namespace Ringfree.Monitoring.Conventions.Tests;

/// <summary>The files of the tree that are the project's: what git tracks or would track.</summary>
internal static class Tracked
{
    private static readonly Lazy<string[]> All = new(() =>
    {
        ProcessResult listed = ProcessRun.Run("/usr/bin/git", ["ls-files", "--cached", "--others", "--exclude-standard"], workingFolder: Repository.Root);
        Assert.Equal(0, listed.ExitCode);
        string[] files = [.. listed.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(file => File.Exists(Repository.PathOf(file)))];
        Assert.InRange(files.Length, 100, 100_000);
        return files;
    });

    internal static string[] Files(params string[] endings) =>
        [.. All.Value.Where(file => endings.Any(ending => file.EndsWith(ending, StringComparison.Ordinal)))];
}
