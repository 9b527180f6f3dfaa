using System.Text.RegularExpressions;

namespace Ringfree.Monitoring.Conventions.Tests;

/// <summary>The check that docs/adding-a-check.md builds is built and run as it stands there.</summary>
public sealed partial class AddingACheckTests : IDisposable
{
    private const string Own =
        "<PropertyGroup><RestorePackagesWithLockFile>false</RestorePackagesWithLockFile>"
            + "<RestoreLockedMode>false</RestoreLockedMode></PropertyGroup>";

    private const RegexOptions Blocks = RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture;

    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_check_of_the_guide_compiles_and_says_what_the_guide_says()
    {
        Build("build");
        string program = Directory.GetFiles(folder.PathOf("plugins"), "check_mdraid.dll", SearchOption.AllDirectories)
            .First(path => path.Contains("/bin/", StringComparison.Ordinal));
        Assert.Equal(Said(), Run("dotnet", [program, "--replay", folder.PathOf(Recording())]));
    }

    [Fact(Explicit = true)]
    public void Published_it_says_the_same()
    {
        Build("publish");
        string program = Directory.GetFiles(folder.PathOf("plugins"), "check_mdraid", SearchOption.AllDirectories)
            .First(path => path.Contains("/publish/", StringComparison.Ordinal));
        Assert.Equal(Said(), Run(program, ["--replay", folder.PathOf(Recording())]));
    }

    private static string Guide => File.ReadAllText(Repository.PathOf("docs", "adding-a-check.md"));

    private static string Recording() =>
        Files().Select(file => file.Path).Single(path => path.EndsWith(".recording", StringComparison.Ordinal));

    private static string Said() => Console().Match(Guide).Groups["said"].Value;

    private static (string Path, string Text)[] Files()
    {
        (string Path, string Text)[] files =
            [.. FileBlock().Matches(Guide).Select(match => (match.Groups["path"].Value, match.Groups["text"].Value))];
        Assert.InRange(files.Length, 7, 20);
        return files;
    }

    /// <summary>The plugins' own build rules, in a folder of the test's own; what they refer to is built already.</summary>
    private void Build(string target)
    {
        foreach ((string path, string text) in Files())
        {
            Directory.CreateDirectory(Path.GetDirectoryName(folder.PathOf(path))!);
            File.WriteAllText(folder.PathOf(path), text);
        }

        foreach (string file in (string[])["plugins/Directory.Build.props", "Directory.Packages.props", ".editorconfig"])
        {
            string original = Repository.PathOf(file.Split('/'));
            File.WriteAllText(
                folder.PathOf(file),
                file.EndsWith(".props", StringComparison.Ordinal)
                    ? $"<Project><Import Project=\"{original}\" />{Own}</Project>\n"
                    : File.ReadAllText(original));
        }

        string[] own = target == "publish" ? [] : ["-p:BuildProjectReferences=false"];
        // It removes what MSBuild leaves in the temporary folder.
        ProcessResult built = ProcessRun.Run(
            Repository.PathOf("build", "dotnet"),
            [
                target, folder.PathOf("plugins", "check_mdraid"), "-c", "Release", "-nologo", "-v", "quiet", "-nodeReuse:false", .. own,
            ],
            deadline: TimeSpan.FromMinutes(4));
        Assert.True(built.ExitCode == 0, built.Output + built.Error);
    }

    private static string Run(string program, string[] arguments)
    {
        ProcessResult result = ProcessRun.Run(program, arguments);
        return $"{result.Output}exit code {result.ExitCode}\n";
    }

    [GeneratedRegex("^`(?<path>(plugins|tests)/[^`]+)`\n\n```[a-z]*\n(?<text>.*?)^```$", Blocks, 5000)]
    private static partial Regex FileBlock();

    [GeneratedRegex("^\\$ check_mdraid --replay [^\n]+; echo [^\n]+\n(?<said>.*?)^```$", Blocks, 5000)]
    private static partial Regex Console();
}
