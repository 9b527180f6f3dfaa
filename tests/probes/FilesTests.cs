using System.Text;
using CsCheck;

namespace Ringfree.Monitoring.Probes.Tests;

/// <summary>Files by pattern, folders, and roots that somebody else controls.</summary>
public sealed class FilesTests : IDisposable
{
    private readonly TestFolder folder = new();
    private readonly LocalWorld world = new(new Deadline(TimeSpan.FromSeconds(20)));

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_pattern_finds_what_it_says()
    {
        foreach (string name in new[] { "1/status", "20/status", "20/other", "a1/status", "3x/status", "conf/101.conf", "conf/102.conf.destroyed", "conf/.hidden.conf", "conf/ve-x.conf" })
        {
            folder.Write(name, name);
        }

        Assert.Equal(["1/status=1/status", "20/status=20/status"], Read(new FilesQuestion(At("[0-9]*/status")), out Answer answer));
        Assert.Equal(Outcome.Answered, answer.Outcome);
        Assert.Equal(["conf/101.conf=conf/101.conf", "conf/ve-x.conf=conf/ve-x.conf"], Read(new FilesQuestion(At("conf/*.conf")), out _));
        Assert.Equal(["20/other=20/other", "20/status=20/status"], Read(new FilesQuestion(At("20/*")), out _));
        Assert.Equal(["1/status=1/status"], Read(new FilesQuestion(At("1/status")), out _));
        Assert.Equal(["1/status=1/status", "20/other=20/other"], Read(new FilesQuestion(At("1/status"), At("*/other"), At("nothing/*")), out answer));
        Assert.Equal(Outcome.Answered, answer.Outcome);
    }

    [Fact]
    public void What_is_not_there_is_missing_and_what_is_no_file_is_said()
    {
        ProcessRun.Shell("cd \"$1\"; mkfifo pipe; mkdir folder; ln -s /etc/passwd link; head -c 70000 /dev/zero >large; touch empty", folder.Root);
        Assert.Empty(Read(new FilesQuestion(At("nothing")), out Answer answer));
        Assert.Equal(Outcome.Missing, answer.Outcome);
        Assert.Equal(
            ["empty=", "folder!is not a regular file", "large!has more than 65536 bytes", "link!is a symbolic link", "pipe!is not a regular file"],
            Read(new FilesQuestion(At("*")), out answer));
        Assert.Equal(Outcome.Answered, answer.Outcome);
        Assert.StartsWith("link=root:", Read(new FilesQuestion(At("lin*")) { FollowsLinks = true }, out _)[0], StringComparison.Ordinal);
    }

    [Fact]
    public void A_link_to_nothing_that_a_folder_lists_is_a_failure_with_its_target()
    {
        ProcessRun.Shell(
            "cd \"$1\"; mkdir real; ln -s /no/where/a real/a; echo b >real/b; ln -s /gone folder; ln -s real linked", folder.Root);
        FilesQuestion question = new(At("real/*"), At("folder/*"), At("linked/c"), At("no/*")) { FollowsLinks = true };
        Assert.Equal(
            ["folder!is a link to /gone, which does not exist", "real/a!is a link to /no/where/a, which does not exist", "real/b=b\n"],
            Read(question, out Answer answer).Order(StringComparer.Ordinal));
        Assert.Equal(Outcome.Answered, answer.Outcome);
        Assert.Equal("/no/where/a", DanglingLink.Target("is a link to /no/where/a, which does not exist"));
        Assert.Null(DanglingLink.Target("No such file or directory"));
        Assert.Empty(Read(question with { FollowsLinks = false, Patterns = [At("folder/*")] }, out answer));
        Assert.Equal(Outcome.Missing, answer.Outcome);
    }

    [Fact]
    public void Kernel_records_of_the_real_machine_are_read_whole()
    {
        List<string> own = [];
        world.Read(new FilesQuestion("/proc/[0-9]*/status") { AreKernelRecords = true }, (path, content, failure) =>
        {
            if (failure is null && Encoding.UTF8.GetString(path) == $"/proc/{Environment.ProcessId}/status")
            {
                own.Add(Encoding.UTF8.GetString(content));
            }
        });
        Assert.Contains($"\nPid:\t{Environment.ProcessId}\n", Assert.Single(own), StringComparison.Ordinal);
        Assert.EndsWith("\n", own[0], StringComparison.Ordinal);
    }

    /// <summary>A root's owner may place any link; none leads out.</summary>
    [Theory]
    [InlineData("ln -s /usr/share/zone etc/localtime", "zone of the root")]
    [InlineData("ln -s ../usr/share/zone etc/localtime", "zone of the root")]
    [InlineData("ln -s ../../../../../usr/share/zone etc/localtime", "zone of the root")]
    [InlineData("ln -s /../../usr/./share//zone etc/localtime", "zone of the root")]
    [InlineData("ln -s hop etc/localtime; ln -s /usr/share/zone etc/hop", "zone of the root")]
    [InlineData("ln -s /alias/share/zone etc/localtime; ln -s usr alias", "zone of the root")]
    [InlineData("rmdir etc; ln -s /usr/share etc; ln -s zone usr/share/localtime", "zone of the root")]
    [InlineData("ln -s localtime etc/localtime", "is a symbolic link")]
    [InlineData("mkfifo etc/localtime", "is not a regular file")]
    [InlineData("ln -s /etc etc/localtime", "is not a regular file")]
    [InlineData("ln -s / etc/localtime", "is not a regular file")]
    [InlineData("ln -s .. etc/localtime", "is not a regular file")]
    [InlineData("ln -s /secret etc/localtime", null)]
    [InlineData("ln -s ../../secret etc/localtime", null)]
    [InlineData("ln -s /proc/self/root/etc/passwd etc/localtime", null)]
    public void A_foreign_root_is_never_left(string preparation, string? expected)
    {
        folder.Write("secret", "outside");
        folder.Write("roots/101/usr/share/zone", "zone of the root");
        ProcessResult prepared = ProcessRun.Shell("cd \"$1\"; mkdir etc; eval \"$2\"", folder.PathOf("roots/101"), preparation);
        Assert.Equal("", prepared.Error);

        List<string> read = Read(new FilesQuestion("/etc/localtime") { Within = At("roots/*") }, out Answer answer);
        Assert.Equal(Outcome.Answered, answer.Outcome);
        Assert.True(read.Remove("roots/101="), "the root is named before it is looked at");
        if (expected is null)
        {
            Assert.Empty(read);
        }
        else
        {
            Assert.Equal("roots/101/etc/localtime", Assert.Single(read).Split('=', '!')[0]);
            Assert.Equal(expected, read[0].Split('=', '!')[1]);
        }
    }

    [Fact]
    public void Wildcards_inside_foreign_roots_are_resolved_there_too()
    {
        folder.Write("roots/101/etc/php/7.4/apache2/php.ini", "a");
        folder.Write("roots/101/etc/php/8.1/apache2/php.ini", "b");
        folder.Write("roots/102/etc/php.ini", "c");
        folder.Write("outside/9/apache2/php.ini", "never");
        Directory.CreateSymbolicLink(folder.PathOf("roots/102/etc/php"), folder.PathOf("outside"));
        Assert.Equal(
            [
                "roots/101/etc/php/7.4/apache2/php.ini=a",
                "roots/101/etc/php/8.1/apache2/php.ini=b",
                "roots/101=",
                "roots/102/etc/php.ini=c",
                "roots/102=",
            ],
            Read(new FilesQuestion("/etc/php.ini", "/etc/php/*/apache2/php.ini") { Within = At("roots/[0-9]*") }, out _));
    }

    /// <summary>What one root holds does not use up what the others need, and it is named.</summary>
    [Theory]
    [InlineData("mkdir -p etc/php; cd etc/php; seq 5001 | xargs touch", "has more than 5000 names where files are looked for")]
    [InlineData("mkdir -p etc/php; for i in $(seq 501); do mkdir etc/php/$i; echo date.timezone >etc/php/$i/php.ini; done", "has more "
        + "than 500 files of the names that are looked for")]
    [InlineData("mkdir -p etc/php; for i in $(seq 70); do mkdir etc/php/$i; head -c 250000 /dev/zero >etc/php/$i/php.ini; done", "has "
        + "more than 16 MiB in the files that are looked for")]
    [InlineData("mkdir -p etc/php; for i in 1 2 3 4 5 6; do mkdir etc/php/$i; yes date.timezone 2>/dev/null | head -c 50000 "
        + ">etc/php/$i/php.ini; done", "has more than 256 KiB of what is looked for in its files")]
    public void A_root_that_holds_too_much_is_named_and_the_others_are_read(string preparation, string why)
    {
        Assert.Equal("", ProcessRun.Shell("mkdir -p \"$1\"; cd \"$1\"; eval \"$2\"", folder.PathOf("roots/101"), preparation).Error);
        folder.Write("roots/102/etc/php/8.1/php.ini", "a\ndate.timezone = UTC\n");
        FilesQuestion question = new("/etc/php/*/php.ini") { Within = At("roots/*"), LargestFile = 300_000 };
        List<string> read = Read(question with { OnlyLinesWith = "date.timezone" }, out Answer answer);
        Assert.Equal(Outcome.Answered, answer.Outcome);
        Assert.Contains($"roots/101!{why}", read);
        Assert.Contains("roots/102/etc/php/8.1/php.ini=date.timezone = UTC\n", read);
    }

    [Fact]
    public void A_time_is_that_of_the_file_or_of_a_newer_link_to_it()
    {
        folder.Write("roots/101/usr/zone", "zone");
        const string Preparation = "cd \"$1\"; mkdir etc; ln -s ../usr/zone etc/localtime; touch -d @1700000000 usr/zone; "
            + "touch -h -d @1600000000 etc/localtime";
        ProcessRun.Shell(Preparation, folder.PathOf("roots/101"));
        FilesQuestion question = new("/etc/localtime") { Within = At("roots/*"), TellsTimes = true };
        Assert.Contains("roots/101/etc/localtime=modified 1700000000\nzone", Read(question, out _));
        ProcessRun.Shell("touch -h -d @1710000000 \"$1\"", folder.PathOf("roots/101/etc/localtime"));
        Assert.Contains("roots/101/etc/localtime=modified 1710000000\nzone", Read(question, out _));
    }

    [Fact]
    public void What_a_question_wants_to_know_reaches_the_child()
    {
        FilesQuestion question = new("/a") { Within = "/r", LargestFile = 7, FollowsLinks = true, TellsTimes = true, OnlyLinesWith = "x" };
        Assert.Equal("/a\nwithin /r\nlargest 7 follows-links times lines-with x\n", question.Print());
        Assert.Equal(question.Print(), FilesQuestion.Parse(question.Print())!.Print());
    }

    [Fact]
    public void A_folder_is_listed_with_its_links_uncounted()
    {
        folder.Write("f/base", "12345");
        ProcessRun.Shell("cd \"$1\"; ln base second; ln -s base link; mkdir sub; touch -d @1700000000 sub", folder.PathOf("f"));
        Answer answer = world.Ask(new FolderQuestion(At("f")));
        FolderEntry[] entries = [.. FolderListing.Parse(answer).OrderBy(entry => entry.Name, StringComparer.Ordinal)];
        Assert.Equal(["base File 5 2", "link Other 4 1", "second File 5 2"], entries[..3].Select(entry => $"{entry.Name} {entry.Kind} {entry.Size} {entry.Links}"));
        Assert.Equal(("sub", PathKind.Folder, DateTimeOffset.FromUnixTimeSeconds(1_700_000_000)), (entries[3].Name, entries[3].Kind, entries[3].Modified));
        Assert.Equal(Outcome.TooLong, world.Ask(new FolderQuestion(At("f")) { MostEntries = 2 }).Outcome);
        Assert.Equal(Outcome.Missing, world.Ask(new FolderQuestion(At("none"))).Outcome);
    }

    /// <summary>Whatever the bytes: what a child or a recording says of files comes back as it was.</summary>
    [Fact]
    public void Framed_files_come_back_as_they_were() =>
        Gen.Select(Gen.OneOf(Gen.Byte, Gen.Const((byte)'\n'), Gen.Const((byte)'='), Gen.Const((byte)'\\')).Array[0, 40], Gen.String[1, 10]).Array[0, 5].Sample(files =>
        {
            using var text = new MemoryStream();
            foreach ((byte[] content, string name) in files)
            {
                FramedFiles.PrintFile(Encoding.UTF8.GetBytes("/" + name), content, null, piece => text.Write(piece));
            }

            List<string> back = [];
            FramedFiles.Parse(text.ToArray(), (_, content, _) => back.Add(Convert.ToHexString(content)));
            return back.SequenceEqual(files.Select(file => Convert.ToHexString(file.Item1)));
        });

    [Fact]
    public void Any_text_can_be_parsed_as_framed_files() =>
        Gen.Byte.Array[0, 200].Sample(bytes => FramedFiles.Parse([.. "==> /a <==\n"u8, .. bytes], (_, _, _) => { }));

    private string At(string pattern) => folder.PathOf(pattern);

    private List<string> Read(FilesQuestion question, out Answer answer)
    {
        List<string> found = [];
        answer = world.Read(question, (path, content, failure) =>
            found.Add(Path.GetRelativePath(folder.Root, Encoding.UTF8.GetString(path)) + (failure is null ? "=" + Encoding.UTF8.GetString(content) : "!" + failure)));
        found.Sort(StringComparer.Ordinal);
        return found;
    }
}
