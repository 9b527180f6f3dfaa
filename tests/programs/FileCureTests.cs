using System.Text.RegularExpressions;

namespace Ringfree.Monitoring.Programs.Tests;

/// <summary>
/// The cure for a file that a check does not use, followed by the one who reads it, root or a service's user: the same run has no objection
/// then, and the file's owner still runs as before.
/// </summary>
public sealed partial class FileCureTests(FileCureTests.Programs programs) : IClassFixture<FileCureTests.Programs>, IDisposable
{
    private const string Service = "daemon";
    private readonly TestFolder folder = new();

    private static readonly Dictionary<string, (string Option, string[] Others, string Content)> Checks = new()
    {
        ["check_sansay_ha"] = ("--credentials", ["--no-memory", "--node", "a=127.0.0.1:9", "--node", "b=127.0.0.2:9"], "user:secret\n"),
        ["check_voipmon"] = ("--mysql-options", ["--no-memory", "--only", "database"], "[client]\nhost=127.0.0.1\nport=9\nuser=u\npassword=secret\n"),
        ["check_exit_paths"] = ("--options-file", ["--no-memory"], "--path\nok\n"),
    };

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("check_sansay_ha", "chown daemon $1", "root", "is not root's own; it belongs to daemon: run this as daemon: sudo -u daemon ..., or give root a file of its own, mode 0600")]
    [InlineData("check_sansay_ha", "chown root $1", Service, "cannot be read by daemon: Permission denied; it belongs to root: give daemon a file of its own, mode 0600")]
    [InlineData("check_sansay_ha", "chown daemon $1 && chmod 0640 $1", Service, "is owned by daemon and open to others (mode 640); cure: chmod 0600 'FILE'")]
    [InlineData("check_sansay_ha", "chmod 0644 $1", Service, "is owned by root and open to others (mode 644); cure: give daemon a file of its own, mode 0600")]
    [InlineData("check_sansay_ha", "chmod 0644 $1", "root", "is owned by root and open to others (mode 644); cure: chmod 0600 'FILE'; it must belong to the user that runs the check")]
    [InlineData("check_sansay_ha", "chown nobody $1", Service, "cannot be read by daemon: Permission denied; it belongs to nobody: run this as nobody: sudo -u nobody ..., or give daemon a file of its own, mode 0600")]
    [InlineData("check_sansay_ha", "chown nobody $1 && chmod 0644 $1", Service, "is not daemon's own; it belongs to nobody: run this as nobody: sudo -u nobody ..., or give daemon a file of its own, mode 0600")]
    [InlineData("check_sansay_ha", "chown daemon $1 && chmod 0000 $1", Service, "cannot be read by daemon: Permission denied; cure: chmod 0600 'FILE'")]
    [InlineData("check_sansay_ha", "chmod 0700 $(dirname $1)", Service, "cannot be read by daemon: Permission denied; cure: run this as the user that owns it, or give daemon a file of its own, mode 0600")]
    [InlineData("check_voipmon", "chown daemon $1", "root", "is not root's own; it belongs to daemon: run this as daemon: sudo -u daemon ..., or give root a file of its own, mode 0600")]
    [InlineData("check_voipmon", "chown root $1", Service, "cannot be read by daemon: Permission denied; it belongs to root: give daemon a file of its own, mode 0600")]
    [InlineData("check_exit_paths", "chmod 0644 $1 && chown daemon $1", "root", "is owned by daemon; cure: see what it says, then chown root:root 'FILE' && chmod 0644 'FILE'")]
    [InlineData("check_exit_paths", "chmod 0666 $1", "root", "is writable by others (mode 666); cure: see what it says, then chmod go-w 'FILE'")]
    [InlineData("check_exit_paths", "chmod 0777 $(dirname $1)", "root", "is writable by others (mode 777); cure: keep it where only root may write, such as /etc/ringfree/monitoring")]
    [InlineData("check_exit_paths", "chown daemon $(dirname $1)", "root", "is owned by daemon; cure: keep it where only root may write, such as /etc/ringfree/monitoring")]
    [InlineData("check_exit_paths", "chown root $1", Service, "cannot be read by daemon: Permission denied; it belongs to root: give daemon a file of its own, mode 0600")]
    public void The_cure_cures_and_takes_nothing_away(string check, string prepare, string reader, string words)
    {
        Needs.Root();
        Needs.File("/usr/sbin/runuser", "util-linux");
        string program = programs.Copy(check);
        File.SetUnixFileMode(folder.Root, (UnixFileMode)0b111_101_101);
        string file = folder.Write("files/f", Checks[check].Content);
        File.SetUnixFileMode(folder.PathOf("files"), (UnixFileMode)0b111_101_101);
        Do(prepare, file);
        string owner = ProcessRun.Run("/usr/bin/stat", ["-c", "%U", file]).Output.Trim();
        bool ownerRan = Runs(owner);

        ProcessResult objected = Ask(reader, file);
        Assert.True(objected.ExitCode == 3, objected.Output);
        Assert.Contains(words.Replace("FILE", file, StringComparison.Ordinal), objected.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", objected.Output, StringComparison.Ordinal);

        foreach (string cure in Cures(objected.Output, reader, file))
        {
            Do(cure, file);
        }

        string cured = objected.Output.Contains("keep it where", StringComparison.Ordinal) ? folder.PathOf("elsewhere")
            : objected.Output.Contains("a file of its own", StringComparison.Ordinal) ? file + ".own"
            : file;
        ProcessResult after = Ask(reader, cured);
        Assert.True(IsUsed(after), $"{objected.Output}\nafter the cure:\n{after.Output}");
        if (RunAs().Match(objected.Output) is { Success: true } other)
        {
            ProcessResult theirs = Ask(other.Groups["user"].Value, file);
            Assert.True(IsUsed(theirs) || !ownerRan, theirs.Output);
        }

        Assert.Equal(ownerRan, Runs(owner) && ownerRan);

        bool Runs(string user) => IsUsed(Ask(user, file));

        ProcessResult Ask(string user, string named) => ProcessRun.Run(
            "/usr/sbin/runuser", ["-u", user, "--", program, Checks[check].Option, named, .. Checks[check].Others], workingFolder: "/");
    }

    /// <summary>The commands as they are printed; a file of one's own is made by hand, as the words say.</summary>
    private static IEnumerable<string> Cures(string output, string reader, string file)
    {
        Match commands = Commands().Match(output);
        return output.Contains("keep it where", StringComparison.Ordinal) ? [$"install -m 0644 '{file}' \"$(dirname '{file}')/../elsewhere\""]
            : output.Contains("a file of its own", StringComparison.Ordinal) ? [$"chmod o+x \"$(dirname '{file}')\"; install -m 0600 -o {reader} '{file}' '{file}.own'"]
            : commands.Success ? [commands.Groups["command"].Value]
            : throw new InvalidOperationException($"no cure in: {output}");
    }

    /// <summary>The check went on to what the file is for.</summary>
    private static bool IsUsed(ProcessResult run) =>
        run.Output.Contains("neither node can be reached", StringComparison.Ordinal)
        || run.Output.Contains("the database is down", StringComparison.Ordinal)
        || run.Output.StartsWith("EXIT_PATHS OK - all is well", StringComparison.Ordinal);

    private static void Do(string line, string file)
    {
        ProcessResult done = ProcessRun.Shell(line, file);
        Assert.True(done.ExitCode == 0, $"{line}: {done.Error}");
    }

    /// <summary>Programs where every user may run them, and root trusts them.</summary>
    public sealed class Programs : IDisposable
    {
        private readonly TestFolder folder = new();

        public string Copy(string check)
        {
            string program = folder.PathOf(check);
            if (!File.Exists(program))
            {
                File.SetUnixFileMode(folder.Root, (UnixFileMode)0b111_101_101);
                ProcessRun.CopyProgram(Repository.PathOf("out", check == "check_exit_paths" ? "tests" : "bin", check), program);
            }

            return program;
        }

        public void Dispose() => folder.Dispose();
    }

    [GeneratedRegex("cure: (see what it says, then )?(?<command>ch(mod|own) [^;\\n(]*'[^']*')", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Commands();

    [GeneratedRegex("run this as (?<user>[a-z]+): sudo -u", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex RunAs();
}
