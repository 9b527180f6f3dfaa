namespace Ringfree.Monitoring.Conventions.Tests;

/// <summary>What make says of versions, in a tree of one program whose registry, apt and compiler are stand-ins.</summary>
public sealed class LinkedTests : IDisposable
{
    private const UnixFileMode Executable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const string Compiler = "Microsoft.DotNet.ILCompiler";
    private const string Runtime = "Microsoft.NETCore.App.Runtime.NativeAOT.linux-x64";

    private const string Behind =
        "deps: what is linked in is behind: libssl-dev 3.0.19 (served: 3.0.22); "
        + "run: sudo apt-get install --no-install-recommends libssl-dev\n";

    private const string NotAsked =
        "deps: could not ask whether newer ones are served of what is linked in: libc6-dev libgcc-12-dev libsqlite3-dev libssl-dev\n";

    private readonly TestFolder folder = new();

    public LinkedTests()
    {
        foreach (string script in (string[])["audit", "deps", "linked-libraries"])
        {
            folder.Write($"build/{script}", File.ReadAllText(Repository.PathOf("build", script)), Executable);
        }

        folder.Write("Directory.Build.props", "<TargetFramework>net10.0</TargetFramework>\n");
        folder.Write("bridge/packages.lock.json", """
            {"dependencies": {"net10.0": {
              "Brought": {"type": "Transitive", "resolved": "1.0.0"},
              "Microsoft.Data.Sqlite": {"type": "Direct", "resolved": "10.0.1"},
              "Microsoft.DotNet.ILCompiler": {"type": "Direct", "resolved": "10.0.1"},
              "Tomlyn": {"type": "Direct", "resolved": "2.9.0"},
              "ours": {"type": "Project"}}}}
            """);
        folder.Write("tests/plugin/packages.lock.json", """
            {"dependencies": {"x": {"OfTheTests": {"type": "Transitive", "resolved": "1.0.0"}}}}
            """);
        folder.Write("bridge/obj/project.assets.json", """
            {"project": {"frameworks": {"x": {"downloadDependencies": [
              {"name": "Microsoft.NETCore.App.Runtime.NativeAOT.linux-x64", "version": "[10.0.1, 10.0.1]"}]}}}}
            """);
        Serve("Brought", "1.0.0", "2.0.0");
        Serve("Microsoft.Data.Sqlite", "10.0.1", "11.0.0");
        Serve("Tomlyn", "2.9.0", "2.10.0-beta.1");
        Serve(Compiler, "10.0.1", "10.0.2");
        Serve(Runtime, "10.0.1");
        ServeLibrary("libssl-dev", "3.0.19");

        StandIn("dotnet", """
            [ "$1 $2" = 'package search' ] || exit 0
            list=$([ ! -e "served/$3" ] || sed 's/.*/{"version": "&"}/' "served/$3" | paste -sd ,)
            echo "{\"searchResult\": [{\"packages\": [$list]}]}"
            """);
        StandIn("gcc", "echo 12");
        StandIn("id", "echo 0");
        StandIn("apt-get", "[ -e served/apt ]");
        StandIn("apt-cache", "[ ! -e served/apt ] || cat served/apt");
        StandIn("dpkg-query", """case $3 in *Status*) echo 'install ok installed' ;; *) echo 3.0.19 ;; esac""");
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void An_audit_of_what_is_current_ends_well()
    {
        ProcessResult audit = Run("audit");
        Assert.Equal("""
                                                                              linked             served
            package  Brought                                                  1.0.0              1.0.0
            package  Microsoft.Data.Sqlite                                    10.0.1             10.0.1
            package  Tomlyn                                                   2.9.0              2.9.0
            runtime  Microsoft.DotNet.ILCompiler                              10.0.1             10.0.1             10.0.2 not of every pack
            runtime  Microsoft.NETCore.App.Runtime.NativeAOT.linux-x64        10.0.1             10.0.1
            library  libc6-dev                                                3.0.19             3.0.19
            library  libgcc-12-dev                                            3.0.19             3.0.19
            library  libsqlite3-dev                                           3.0.19             3.0.19
            library  libssl-dev                                               3.0.19             3.0.19
            9 current, 0 behind, 0 could not be asked about

            """, audit.Output);
        Assert.Equal(0, audit.ExitCode);
    }

    [Fact]
    public void An_audit_names_what_is_behind()
    {
        Serve("Tomlyn", "2.9.0", "2.10.0");
        Serve("Microsoft.Data.Sqlite", "10.0.1", "10.0.2");
        Serve(Runtime, "10.0.1", "10.0.2");
        ServeLibrary("libssl-dev", "3.0.22");
        ProcessResult audit = Run("audit");
        Assert.Equal(1, audit.ExitCode);
        Assert.Equal(
            [
                "Microsoft.Data.Sqlite 10.0.1 10.0.2", "Tomlyn 2.9.0 2.10.0", $"{Compiler} 10.0.1 10.0.2", $"{Runtime} 10.0.1 10.0.2",
                "libssl-dev 3.0.19 3.0.22",
            ],
            Ending(audit, "behind"));
        Assert.EndsWith("\n4 current, 5 behind, 0 could not be asked about\n", audit.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void An_audit_without_an_answer_names_what_could_not_be_asked_about()
    {
        File.Delete(folder.PathOf("served/Tomlyn"));
        File.Delete(folder.PathOf("served/apt"));
        ProcessResult audit = Run("audit");
        Assert.Equal(1, audit.ExitCode);
        Assert.Equal(
            ["Tomlyn 2.9.0 ?", "libc6-dev 3.0.19 ?", "libgcc-12-dev 3.0.19 ?", "libsqlite3-dev 3.0.19 ?", "libssl-dev 3.0.19 ?"],
            Ending(audit, "not asked"));
        Assert.EndsWith("\n4 current, 0 behind, 5 could not be asked about\n", audit.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("3.0.19", false, 0, "")]
    [InlineData("3.0.18", false, 0, "")]
    [InlineData("3.0.22", false, 0, Behind)]
    [InlineData("3.0.22", true, 1, Behind)]
    [InlineData(null, true, 0, NotAsked)]
    public void A_build_warns_of_a_library_that_is_behind_and_CI_refuses_it(string? served, bool onCi, int exitCode, string said)
    {
        ServeLibrary("libssl-dev", served ?? "");
        if (served is null)
        {
            File.Delete(folder.PathOf("served/apt"));
        }

        ProcessResult deps = Run("deps", onCi, "--build");
        Assert.Equal(said, deps.Error);
        Assert.Equal("", deps.Output);
        Assert.Equal(exitCode, deps.ExitCode);
    }

    private static string[] Ending(ProcessResult audit, string said) =>
        [.. audit.Output.Split('\n').Where(line => line.EndsWith(said, StringComparison.Ordinal))
            .Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..4]))];

    private ProcessResult Run(string script, bool onCi = false, params string[] arguments) => ProcessRun.Run(
        folder.PathOf("build", script),
        arguments,
        new Dictionary<string, string> { ["PATH"] = $"{folder.PathOf("bin")}:/usr/bin:/bin", ["CI"] = onCi ? "true" : "" });

    private void Serve(string package, params string[] versions) =>
        folder.Write($"served/{package}", string.Concat(versions.Select(version => version + "\n")));

    /// <summary>The newest of a library; the others are current.</summary>
    private void ServeLibrary(string name, string version) => folder.Write(
        "served/apt",
        string.Concat(((string[])["libc6-dev", "libgcc-12-dev", "libsqlite3-dev", "libssl-dev"]).Select(library =>
            $" {library} | {(library == name ? version : "3.0.19")} | http://mirror stable/main\n"
            + $" {library} | 3.0.1 | http://mirror old/main\n")));

    private void StandIn(string program, string line) => folder.Write($"bin/{program}", $"#!/bin/sh\n{line}\n", Executable);
}
