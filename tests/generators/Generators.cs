namespace Ringfree.Monitoring.Generators.Tests;

/// <summary>The published programs and the folders of their committed output.</summary>
internal static class Generators
{
    public static readonly string Estate = Repository.PathOf("shared", "estate.toml");
    public static readonly string CommittedNodes = Repository.PathOf("nrpe", "generated");

    public static string CommittedObjects(string dialect) => Repository.PathOf("shinken-objects", "generated", dialect);

    public static ProcessResult Nodes(string estate, string output) =>
        ProcessRun.Run(Repository.Program("nrpe-config"), ["--estate", estate, "--out", output]);

    public static ProcessResult Objects(string estate, string output, string dialect) =>
        ProcessRun.Run(Repository.Program("shinken-objects"), ["--estate", estate, "--out", output, "--dialect", dialect]);

    /// <summary>Every file below a folder, by its path inside it.</summary>
    public static SortedDictionary<string, string> Read(string folder) => new(
        Directory.GetFiles(folder, "*", SearchOption.AllDirectories).ToDictionary(path => Path.GetRelativePath(folder, path), File.ReadAllText),
        StringComparer.Ordinal);
}
