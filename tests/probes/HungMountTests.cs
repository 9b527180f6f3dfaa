using System.Diagnostics;

namespace Ringfree.Monitoring.Probes.Tests;

/// <summary>A real mount that answers nothing, and the published program: it ends in time, says so, and nothing grows run by run.</summary>
public sealed class HungMountTests : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_hung_mount_costs_its_limit_once_and_is_not_asked_again_while_it_hangs()
    {
        ProcessResult run = BesideAHungMount("""
            children() { echo "children $(pgrep -c -f "in-child mounts $1/mount")"; }
            check "$@" mount "$1/mount"
            sleep 1.6
            check "$@" mount "$1/mount"
            check "$@" mount "$1/mount"
            children "$@"
            check "$@" files "$1/mount/*"
            check "$@" files "$1/mount/a* $1/mount/b*"
            kill -9 $holder; wait $holder 2>/dev/null
            for attempt in $(seq 100); do [ "$(children "$@")" = "children 0" ] && break; sleep 0.1; done
            check "$@" mount "$1/mount"
            children "$@"
            """);
        string[] lines = run.Output.Split('\n');
        Assert.Matches("^EXIT_PATHS CRITICAL - Silent no end after [0-9.]+ s", lines[0]);
        Assert.Matches("^EXIT_PATHS CRITICAL - Busy 20[0-9-]{8}T[0-9:]{8}Z", lines[1]);
        Assert.Matches("^EXIT_PATHS CRITICAL - Busy 20", lines[2]);
        Assert.Equal("children 1", lines[3]);
        Assert.StartsWith("EXIT_PATHS CRITICAL - Silent", lines[4], StringComparison.Ordinal);
        Assert.StartsWith("EXIT_PATHS CRITICAL - Busy", lines[5], StringComparison.Ordinal);
        Assert.Equal("EXIT_PATHS CRITICAL - Failed Transport endpoint is not connected | length=0B", lines[6]);
        Assert.Equal("children 0", lines[7]);
        Assert.InRange(run.Elapsed.TotalSeconds, 1, 50);
    }

    [Fact]
    public void What_was_read_before_a_file_that_hangs_is_not_lost_with_it()
    {
        for (int number = 0; number < 10; number++)
        {
            folder.Write($"conf/{number}.conf", "ONBOOT=yes\n");
        }

        ProcessResult run = BesideAHungMount("""
            check "$@" files "$1/conf/*.conf $1/mount/*.conf"
            """);
        Assert.Matches("^EXIT_PATHS CRITICAL - Silent no end after [0-9.]+ s", run.Output);
        Assert.Equal(10, run.Output.Split(".conf 11 bytes").Length - 1);
    }

    private ProcessResult BesideAHungMount(string script)
    {
        Needs.Root();
        Needs.File("/dev/fuse", "kernel");
        Directory.CreateDirectory(folder.PathOf("mount"));
        string prepared = $$"""
            cd "$1" || exit
            "$2" "$1/mount" >mounted & holder=$!
            until grep -q mounted mounted 2>/dev/null; do sleep 0.02; done
            check() { "$3" --state-dir "$1/state" --path "$4" --argument "$5" -t 5 | head -1; }
            {{script}}
            kill -9 $holder 2>/dev/null; wait $holder 2>/dev/null
            umount -l "$1/mount"
            """;
        return ProcessRun.Run(
            "/usr/bin/unshare",
            ["--mount", "--propagation", "private", "--", "/bin/bash", "-c", prepared, "bash", folder.Root, Repository.PathOf("tests/support/hung-mount"), Repository.PathOf("out/tests/check_exit_paths")]);
    }

    [Fact]
    public void A_mount_that_answers_says_how_much_room_it_has()
    {
        var clock = Stopwatch.StartNew();
        ProcessResult run = Check("mount", "/");
        Assert.Equal((0, "EXIT_PATHS OK - Answered  | length=0B\n"), (run.ExitCode, run.Output));
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 20);
        Assert.StartsWith("EXIT_PATHS CRITICAL - Missing No such file or directory", Check("mount", "/nonexistent").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_come_through_the_child_as_they_would_come_directly()
    {
        folder.Write("a.conf", "=x\n\\y");
        folder.Write("b.conf", "");
        Assert.Equal(
            $"EXIT_PATHS OK - Answered  {folder.PathOf("a.conf")} 5 bytes, {folder.PathOf("b.conf")} 0 bytes | length=0B\n",
            Check("files", folder.PathOf("*.conf")).Output);
    }

    [Fact]
    public void Another_list_of_the_same_folder_takes_the_same_lock()
    {
        folder.Write("conf/a.conf", "");
        folder.Write("conf/b.conf", "");
        foreach (string patterns in new[] { "conf/*.conf", "conf/a.conf", "conf/b.conf", "conf/a.conf conf/b.conf" })
        {
            Assert.Equal(0, Check("files", string.Join(' ', patterns.Split(' ').Select(pattern => folder.PathOf(pattern)))).ExitCode);
        }

        Assert.Single(Directory.GetFiles(folder.PathOf("state"), "*.lock"));
    }

    /// <summary>The first answer fills its pipe, and is read only once all have been asked.</summary>
    [Fact]
    public void Questions_of_one_run_in_the_same_folder_do_not_wait_for_each_other()
    {
        for (int number = 0; number < 20; number++)
        {
            folder.Write($"conf/{number}.conf", new string('x', 20_000));
        }

        string pattern = folder.PathOf("conf/*.conf");
        ProcessResult run = Check("files-together", $"{pattern} {pattern} {folder.PathOf("conf/1.conf")}");
        Assert.Equal((0, "EXIT_PATHS OK - Answered, Answered, Answered | length=0B\n"), (run.ExitCode, run.Output));
    }

    [Fact]
    public void A_lock_that_is_unused_for_a_day_goes_and_one_that_is_held_stays()
    {
        Check("mount", "/");
        string state = folder.PathOf("state");
        string held = Path.Combine(state, "files-0000000000000001.lock"), unused = Path.Combine(state, "files-0000000000000002.lock");
        foreach (string old in new[] { held, unused, Path.Combine(state, "commands-0000000000000003.answer") })
        {
            File.WriteAllText(old, "");
            ProcessRun.Shell("touch -d '25 hours ago' \"$1\"", old);
        }

        ProcessResult run = ProcessRun.Shell(
            "flock -n \"$1\" \"$2\" --state-dir \"$3\" --path ok; ls \"$3\"", held, Repository.PathOf("out/tests/check_exit_paths"), state);
        string[] left = run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)[1..];
        string[] others = [.. left.Where(name => !name.StartsWith("mounts-", StringComparison.Ordinal))];
        Assert.Equal(["check_exit_paths.json", Path.GetFileName(held)], others);
        Assert.Single(left, name => name.StartsWith("mounts-", StringComparison.Ordinal));
    }

    [Fact]
    public void Without_a_folder_for_locks_nothing_that_may_hang_is_asked()
    {
        Needs.Root();
        Directory.CreateDirectory(folder.PathOf("state"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherRead);
        string line = Check("mount", "/").Output;
        Assert.StartsWith($"EXIT_PATHS CRITICAL - Failed the memory folder '{folder.PathOf("state")}' is open to others (mode 704); cure: chmod 0700 '", line, StringComparison.Ordinal);
    }

    [Fact]
    public void A_lock_of_a_filesystem_that_became_read_only_is_still_a_lock()
    {
        Needs.Root();
        string state = folder.PathOf("state"), program = Repository.PathOf("out/tests/check_exit_paths");
        string asked = Check("mount", "/").Output;
        string script = "mount --bind \"$1\" \"$1\" && mount -o remount,ro,bind \"$1\" && \"$2\" --state-dir \"$1\" --path mount --argument /";
        Assert.StartsWith(asked, ProcessRun.Run("unshare", ["--mount", "sh", "-c", script, "-", state, program]).Output, StringComparison.Ordinal);
        Assert.StartsWith("EXIT_PATHS OK", asked, StringComparison.Ordinal);
    }

    [Fact]
    public void A_command_of_the_published_program_is_killed_at_its_limit() =>
        Assert.Matches("^EXIT_PATHS CRITICAL - Silent 0 no end after [0-9.]+ s", Check("command", "sleep 30 & sleep 30").Output);

    private ProcessResult Check(string path, string argument) =>
        ProcessRun.Run(Repository.PathOf("out/tests/check_exit_paths"), ["--state-dir", folder.PathOf("state"), "--path", path, "--argument", argument]);
}
