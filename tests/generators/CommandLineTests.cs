using System.Text.RegularExpressions;

namespace Ringfree.Monitoring.Generators.Tests;

public sealed class CommandLineTests
{
    private const string Note = "note: site.example = true accepts loopback and documentation addresses: remove it from the estate of a real site\n";

    [Theory]
    [InlineData("nrpe-config")]
    [InlineData("shinken-objects")]
    public void Help_is_whole(string program)
    {
        ProcessResult run = ProcessRun.Run(Repository.Program(program), ["--help"]);
        Assert.Equal(0, run.ExitCode);
        Snapshot.Match(run.Output, $"{program}-help");
    }

    [Theory]
    [InlineData("--estate FILE is missing")]
    [InlineData("--out DIR or --diff DIR is missing", "--estate", "x")]
    [InlineData("--out DIR or --diff DIR can be given, not both", "--estate", "x", "--out", "y", "--diff", "z")]
    [InlineData("--verify judges what is written: it needs --out DIR", "--estate", "x", "--diff", "z", "--verify")]
    [InlineData("--estate needs a value: --estate FILE", "--estate")]
    [InlineData("--estate is given 2 times; expected: once", "--estate", "x", "--estate", "z", "--out", "y")]
    [InlineData("'--veriy' is not an option; did you mean --verify? expected one of --estate, --out, --diff, --verify, --dialect, --version, --help", "--estate", "x", "--out", "y", "--veriy")]
    [InlineData("'--host' is not an option; expected one of --estate, --out, --diff, --verify, --dialect, --version, --help", "--estate", "x", "--host", "node001", "--out", "y")]
    [InlineData("'-e' is not an option; expected one of --estate, --out, --diff, --verify, --dialect, --version, --help", "-e", "shared/estate.toml")]
    [InlineData("'help' is not an option; did you mean --help? expected one of --estate, --out, --diff, --verify, --dialect, --version, --help", "help")]
    [InlineData("'[x]' is not an option; expected one of --estate, --out, --diff, --verify, --dialect, --version, --help", "[x]")]
    [InlineData("'maybe' is not an option; expected one of --estate, --out, --diff, --verify, --dialect, --version, --help", "--estate", "x", "--out", "y", "--verify=maybe")]
    [InlineData("--dialect 'icinga': expected shinken or nagios", "--estate", "x", "--out", "y", "--dialect", "icinga")]
    public void What_is_not_understood_is_said_with_exit_code_2(string said, params string[] arguments)
    {
        ProcessResult run = ProcessRun.Run(Repository.Program("shinken-objects"), arguments);
        Assert.Equal(
            (2, "", $"shinken-objects: {said}\nUsage: shinken-objects --estate FILE (--out DIR [--verify] | --diff DIR) [--dialect shinken|nagios]\n"),
            (run.ExitCode, run.Output, run.Error));
    }

    [Fact]
    public void A_refused_estate_writes_nothing_and_ends_with_exit_code_1()
    {
        using var folder = new TestFolder();
        string estate = folder.Write("estate.toml", File.ReadAllText(Generators.Estate).Replace("os = \"debian\"", "os = \"beos\"", StringComparison.Ordinal));
        ProcessResult run = Generators.Nodes(estate, folder.PathOf("out"));
        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Contains($"{estate}:", run.Error, StringComparison.Ordinal);
        Assert.Contains("given \"beos\"; accepted: \"redhat\", \"debian\"\n", run.Error, StringComparison.Ordinal);
        Assert.EndsWith("is refused: 4 problems, nothing was written\n", run.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder.PathOf("out")));
    }

    [Fact]
    public void A_removed_host_leaves_no_files()
    {
        using var folder = new TestFolder();
        Assert.Equal(0, Generators.Nodes(Generators.Estate, folder.PathOf("out")).ExitCode);
        int before = Generators.Read(folder.PathOf("out")).Count;
        string text = File.ReadAllText(Generators.Estate);
        int papal = text.IndexOf("[hosts.papal]", StringComparison.Ordinal);
        int next = text.IndexOf("[hosts.shinken]", StringComparison.Ordinal);
        string estate = folder.Write("estate.toml", text.Remove(papal, next - papal));
        ProcessResult run = Generators.Nodes(estate, folder.PathOf("out"));
        int files = Generators.Read(folder.PathOf("out")).Count;
        int hosts = Regex.Count(text, @"^\[hosts\.[a-z0-9-]+\]$", RegexOptions.Multiline) - 1;
        Assert.Equal($"{folder.PathOf("out")}: {files} files for {hosts} hosts, 0 written, {before - files} removed\n{Note}", run.Output);
        Assert.InRange(before - files, 2, 20);
        Assert.False(Directory.Exists(folder.PathOf("out", "papal")));
    }

    [Fact]
    public void Diff_shows_what_would_change_and_writes_nothing()
    {
        using var folder = new TestFolder();
        Assert.Equal(0, Generators.Nodes(Generators.Estate, folder.PathOf("out")).ExitCode);
        ProcessResult same = Compare(Generators.Estate);
        Assert.Equal((0, $"{folder.PathOf("out")}: nothing would change\n", ""), (same.ExitCode, same.Output, same.Error));
        SortedDictionary<string, string> before = Generators.Read(folder.PathOf("out"));
        string text = File.ReadAllText(Generators.Estate);
        int papal = text.IndexOf("[hosts.papal]", StringComparison.Ordinal);
        string changed = text.Remove(papal, text.IndexOf("[hosts.shinken]", StringComparison.Ordinal) - papal)
            .Replace("\"50%\", \"-c\", \"20%\", \"-n\"", "\"60%\", \"-c\", \"20%\", \"-n\"", StringComparison.Ordinal);
        ProcessResult run = Compare(folder.Write("estate.toml", changed));
        Assert.Equal((3, ""), (run.ExitCode, run.Error));
        Assert.Contains(
            """
            --- node002/nrpe.cfg
            +++ node002/nrpe.cfg
            @@ -16,7 +16,7 @@
             command[rf_sudo]=/bin/sh /etc/ringfree/monitoring/ask-sudo
             command[rf_load]=/usr/lib64/nagios/plugins/check_load -r -w 3,2,1.5 -c 6,4,3
             command[rf_disk]=/usr/lib64/nagios/plugins/check_disk -w 10% -c 5% -W 10% -K 5% -p /
            -command[rf_swap]=/usr/lib64/nagios/plugins/check_swap -w 50% -c 20% -n ok
            +command[rf_swap]=/usr/lib64/nagios/plugins/check_swap -w 60% -c 20% -n ok
             command[rf_time]=/usr/lib64/nagios/plugins/check_ntp_time -H 192.0.2.1 -w 0.5 -c 2
             command[rf_openvz_containers]=/usr/bin/sudo -n /usr/lib64/nagios/plugins/check_openvz --instance containers

            """,
            run.Output,
            StringComparison.Ordinal);
        Assert.Contains("--- papal/nrpe.cfg\n+++ /dev/null\n@@ -1,20 +0,0 @@\n-# Generated by nrpe-config", run.Output, StringComparison.Ordinal);
        Assert.EndsWith(" files would change\n", run.Output, StringComparison.Ordinal);
        Assert.Equal(before, Generators.Read(folder.PathOf("out")));

        ProcessResult Compare(string estate) => ProcessRun.Run(Repository.Program("nrpe-config"), ["--estate", estate, "--diff", folder.PathOf("out")]);
    }

    [Fact]
    public void A_folder_that_cannot_be_written_is_said_with_exit_code_1()
    {
        ProcessResult run = Generators.Nodes(Generators.Estate, "/proc/none");
        Assert.Equal(
            (1, "", "nrpe-config: --out '/proc/none' cannot be written: /proc/none/node001/.nrpe.cfg.new: No such file or directory\n"),
            (run.ExitCode, run.Output, run.Error));
    }

    [Theory]
    [InlineData("/nope", "/nope: there is no such file\nnrpe-config: /nope is refused: 1 problem, nothing was written\n")]
    [InlineData("/proc", "/proc: cannot be read: is not a regular file\nnrpe-config: /proc is refused: 1 problem, nothing was written\n")]
    public void An_estate_that_cannot_be_read_is_said_with_exit_code_1(string estate, string said)
    {
        using var folder = new TestFolder();
        ProcessResult run = Generators.Nodes(estate, folder.PathOf("out"));
        Assert.Equal((1, "", said), (run.ExitCode, run.Output, run.Error));
    }

    [Fact]
    public void A_folder_to_compare_with_that_is_missing_is_an_error()
    {
        ProcessResult run = ProcessRun.Run(Repository.Program("shinken-objects"), ["--estate", Generators.Estate, "--diff", "/nope"]);
        Assert.Equal(
            (1, "", "shinken-objects: --diff '/nope': there is no such folder; expected: the one that an earlier --out DIR wrote, or that it was deployed to\n"),
            (run.ExitCode, run.Output, run.Error));
    }

    /// <summary>
    /// What the README tells to do: written, copied into a folder of its own among the scheduler's objects, compared there.
    /// </summary>
    [Theory]
    [InlineData("shinken")]
    [InlineData("nagios")]
    public void Of_an_estate_that_is_deployed_unchanged_nothing_would_change(string dialect)
    {
        using var folder = new TestFolder();
        Assert.Equal(0, Generators.Objects(Generators.Estate, folder.PathOf("objects"), dialect).ExitCode);
        string deployed = folder.PathOf("etc", "objects", "ringfree");
        Directory.CreateDirectory(Path.GetDirectoryName(deployed)!);
        Directory.Move(folder.PathOf("objects"), deployed);
        ProcessResult run = ProcessRun.Run(
            Repository.Program("shinken-objects"), ["--estate", Generators.Estate, "--diff", deployed, "--dialect", dialect]);
        Assert.Equal((0, $"{deployed}: nothing would change\n", ""), (run.ExitCode, run.Output, run.Error));
    }
}
