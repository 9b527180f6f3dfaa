using System.Text.RegularExpressions;

namespace Ringfree.Monitoring.Conventions.Tests;

/// <summary>Probes and checks touch no file, process, socket or clock except through their world.</summary>
public partial class WorldTests
{
    /// <summary>
    /// The only files of shared/probes that touch the outside: how this machine is asked each kind of question, and what writes and reads
    /// recordings.
    /// </summary>
    private static readonly string[] Outside =
        [
            "AbandonableProbe.cs", "ChildProcess.cs", "ContainedPath.cs", "ContainedSocketsQuestion.cs", "Deadline.cs", "FileWalk.cs", "FolderQuestion.cs", "FrameworkRoots.cs", "HandshakeQuestion.cs", "Libc.cs", "LocalFile.cs", "LocalFolder.cs",
            "LocalSocket.cs", "LocalWorld.cs", "MountQuestion.cs", "NameService.cs", "Ownership.cs", "PageQuestion.cs", "PauseQuestion.cs", "RecordingParts.cs", "RecordingSink.cs", "RootTrust.cs", "SecretFile.cs", "SharedQuestion.cs", "StandardStreams.cs", "StateFolder.cs", "SystemError.cs",
        ];

    [Fact]
    public void Checks_are_built_with_the_list_of_what_the_world_replaces()
    {
        string[] checks = [.. Directory.GetDirectories(Repository.PathOf("plugins"), "check_*").Select(folder => Path.GetFileName(folder)!)];
        Assert.Contains("check_haproxy", checks);
        foreach (string check in checks.Where(check => check != "check_over_ssh"))
        {
            ProcessResult listed = ProcessRun.Run(
                Repository.PathOf("build", "dotnet"),
                ["msbuild", Repository.PathOf("plugins", check, check + ".csproj"), "-getItem:AdditionalFiles", "-nologo"]);
            Assert.Contains("plugins/BannedSymbols.txt", listed.Output, StringComparison.Ordinal);
        }

        string banned = File.ReadAllText(Repository.PathOf("plugins", "BannedSymbols.txt"));
        foreach (string door in new[] { "T:System.IO.File;", "T:System.IO.Directory;", "T:System.Diagnostics.Process;", "T:System.Net.Sockets.Socket;", "T:System.Environment;", "T:System.TimeProvider;" })
        {
            Assert.Contains(door, banned, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Shared_probes_touch_the_outside_in_few_named_files()
    {
        string[] files = Tracked.Files(".cs").Where(file => file.StartsWith("shared/probes/", StringComparison.Ordinal)).ToArray();
        Assert.InRange(files.Length, 10, 500);
        string[] touching = [.. files.Where(file => Doors().IsMatch(File.ReadAllText(Repository.PathOf(file)))).Select(file => Path.GetFileName(file)!)];
        Assert.Equal(Outside.Order(StringComparer.Ordinal), touching.Order(StringComparer.Ordinal));
    }

    [GeneratedRegex("(?<![A-Za-z.])(Libc\\.|File\\.|Directory\\.|Process\\.|Environment\\.|Socket\\(|TcpClient|HttpClient|Dns\\.|Stopwatch\\.|DateTime(Offset)?\\.(Utc)?Now|LibraryImport)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Doors();
}
