namespace Ringfree.Monitoring.Plugin.Tests;

public sealed class OptionsTests : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("20", "0 TEMPERATURE OK - room at 20, all fans turn | celsius=20;15:25;5:35 fans_turning=3;;;0;3")]
    [InlineData("30", "1 TEMPERATURE WARNING - room at 30 (limit: from 15 to 25) | celsius=30;15:25;5:35 fans_turning=3;;;0;3")]
    [InlineData("36", "2 TEMPERATURE CRITICAL - room at 36 (limit: from 5 to 35) | celsius=36;15:25;5:35 fans_turning=3;;;0;3")]
    [InlineData("20 -w @10:20", "1 TEMPERATURE WARNING - room at 20 (limit: outside 10 to 20) | celsius=20;@10:20;5:35 fans_turning=3;;;0;3")]
    [InlineData("20 -w@10:20", "1 TEMPERATURE WARNING - room at 20 (limit: outside 10 to 20) | celsius=20;@10:20;5:35 fans_turning=3;;;0;3")]
    [InlineData("20 --warning=celsius=~:10", "1 TEMPERATURE WARNING - room at 20 (limit: at most 10) | celsius=20;~:10;5:35 fans_turning=3;;;0;3")]
    [InlineData("-5 -w -10:-2 -c -20:0", "0 TEMPERATURE OK - room at -5, all fans turn | celsius=-5;-10:-2;-20:0 fans_turning=3;;;0;3")]
    [InlineData("20 -c 10 -c 30", "0 TEMPERATURE OK - room at 20, all fans turn | celsius=20;15:25;30 fans_turning=3;;;0;3")]
    [InlineData("20 --only fans", "0 TEMPERATURE OK - room at 20, all fans turn | fans_turning=3;;;0;3")]
    [InlineData("20 --reading 30", "1 TEMPERATURE WARNING - room at 30 (limit: from 15 to 25) | celsius=30;15:25;5:35 fans_turning=3;;;0;3")]
    public void Options_in_force(string arguments, string first)
    {
        (string output, int code) = Run(["--reading", .. arguments.Split(' ')]);
        Assert.Equal(first, $"{code} {output.Split('\n')[0]}");
    }

    [Theory]
    [InlineData("-w 20:10", "--warning '20:10': '20:10' is not a range: its start is above its end")]
    [InlineData("-c celsius=hot", "--critical 'celsius=hot': 'hot' is not a range; accepted are END, START:, ~:END, START:END and @START:END with decimal numbers, such as 10, 10:, ~:10, 10:20, @10:20")]
    [InlineData("-c kelvin=5", "--critical 'kelvin=5': 'kelvin' is no metric; accepted are celsius, fans_turning, use, hours")]
    [InlineData("--only attic", "--only 'attic' is no concern; accepted are room, fans")]
    [InlineData("--judged-by fans", "--judged-by 'fans' names no service: expected CONCERN=SERVICE, such as room=NAME")]
    [InlineData("--judged-by fans=", "--judged-by 'fans=' names no service: expected CONCERN=SERVICE, such as room=NAME")]
    [InlineData("--judged-by attic=Attic", "--judged-by 'attic' is no concern; accepted are room, fans")]
    [InlineData("-t 0", "--timeout '0' is not a timeout; accepted are SECONDS and SECONDS:STATUS with more than 0 and at most 3600 seconds and OK, WARNING, CRITICAL or UNKNOWN")]
    [InlineData("-t 5:FINE", "--timeout '5:FINE' is not a timeout; accepted are SECONDS and SECONDS:STATUS with more than 0 and at most 3600 seconds and OK, WARNING, CRITICAL or UNKNOWN")]
    [InlineData("-t 1e3", "--timeout '1e3' is not a timeout; accepted are SECONDS and SECONDS:STATUS with more than 0 and at most 3600 seconds and OK, WARNING, CRITICAL or UNKNOWN")]
    [InlineData("--latch soon", "--latch 'soon' is not a duration; accepted is a whole number and s, m, h or d, such as 90s or 15m")]
    [InlineData("--instance ../x", "--instance '../x' is not a name; accepted are 1 to 32 lower-case letters, digits, hyphens and underscores")]
    [InlineData("-w 80%", "--warning '80%': leave the % away: celsius has no unit")]
    [InlineData("-c hours=2w", "--critical 'hours=2w': '2w' is not a range; accepted are END, START:, ~:END, START:END and @START:END with decimal numbers, such as 10, 10:, ~:10, 10:20, @10:20; numbers are seconds, or carry s, m, h or d")]
    [InlineData("-c use=80%:90%", "--critical 'use=80%:90%': leave the % away: the unit of use is %")]
    [InlineData("--bogus", "'--bogus' is not an option of check_temperature; see --help")]
    [InlineData("--raeding 30", "'--raeding' is not an option of check_temperature: did you mean --reading? See --help")]
    [InlineData("--fans=left", "'--fans' is not an option of check_temperature: did you mean --fan? See --help")]
    [InlineData("--nomemory --bogus", "'--nomemory' is not an option of check_temperature: did you mean --no-memory? See --help")]
    [InlineData("-x 5", "'-x' is not an option of check_temperature; see --help")]
    [InlineData("stray", "'stray' is not expected: check_temperature takes options; see --help")]
    [InlineData("-w", "-w needs a value: [METRIC=]RANGE; see --help")]
    [InlineData("--critical", "--critical needs a value: [METRIC=]RANGE; see --help")]
    [InlineData("--replay /nope", "--replay '/nope': there is no such recording; expected the folder or the file that a run with --record wrote")]
    [InlineData("--replay /etc", "--replay '/etc' is not a recording: its part 'arguments' cannot be read: No such file or directory; expected the folder or the file that a run with --record wrote")]
    [InlineData("--options-file /nonexistent", "options file '/nonexistent' cannot be read: No such file or directory")]
    public void A_mistake_is_unknown_and_says_what_is_accepted(string arguments, string sentence)
    {
        (string output, int code) = Run(arguments.Split(' '));
        Assert.Equal(3, code);
        Assert.Equal($"TEMPERATURE UNKNOWN - {sentence}\n", output);
    }

    [Fact]
    public void A_directive_of_the_parser_is_no_argument_of_ours()
    {
        (string output, int code) = Host.RunInside<TemperatureCheck>(["[suggest]"], new FakeWorld());
        Assert.Equal(3, code);
        Assert.StartsWith("TEMPERATURE UNKNOWN - '[suggest]' is not expected: check_temperature takes options; see --help\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public void An_options_file_is_read_verbatim_and_the_command_line_wins()
    {
        string file = folder.Write("o", "# summer\n-w\n@10:20\n--critical\ncelsius=~:30\n--fan\n  two words  \n\n--reading\n12\n");
        (string output, int code) = Run(["--options-file", file]);
        Assert.Equal("2 TEMPERATURE CRITICAL - fan two words stands still; also room at 12 (limit: outside 10 to 20) | celsius=12;@10:20;~:30 fans_turning=2;;;0;3", $"{code} {output.Split('\n')[0]}");
        (output, _) = Run(["--options-file", file, "--reading", "33", "-w", "40", "--fan", "x"]);
        Assert.Equal("TEMPERATURE CRITICAL - room at 33 (limit: at most 30); also fan two words stands still; also fan x stands still | celsius=33;40;~:30 fans_turning=1;;;0;3", output.Split('\n')[0]);
    }

    [Theory]
    [InlineData("--only\nroom\n-w\nwarm\n", "4: --warning 'warm': 'warm' is not a range;")]
    [InlineData("-w\n1\n--what\n", "3: '--what' is not an option of check_temperature; see --help")]
    [InlineData("--instance\nother\n", "1: '--instance' is accepted on the command line only")]
    [InlineData("--forget\n", "1: '--forget' is accepted on the command line only")]
    [InlineData("# x\n-w 20\n", "2: '-w 20' holds an option and its value; accepted is one argument a line: '-w', then '20'")]
    public void A_mistake_in_the_options_file_names_its_line(string content, string sentence)
    {
        string file = folder.Write("o", content);
        (string output, int code) = Run(["--options-file", file]);
        Assert.Equal(3, code);
        Assert.StartsWith($"TEMPERATURE UNKNOWN - {file}:{sentence}", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("chmod 0646 $1", "is writable by others (mode 646)")]
    [InlineData("chmod 0666 $1", "is writable by others (mode 666)")]
    [InlineData("chmod 1666 $1", "is writable by others (mode 1666)")]
    [InlineData("chown nobody $1", "is owned by nobody")]
    [InlineData("chgrp nogroup $1 && chmod 0664 $1", "is writable by others (mode 664)")]
    [InlineData("chown nobody $(dirname $1)", "is owned by nobody")]
    [InlineData("chmod 0777 $(dirname $1)", "is writable by others (mode 777)")]
    [InlineData("mv $1 $1.real && ln -s $1.real $1", "is a symbolic link")]
    [InlineData("rm $1 && mkdir $1", "is not a regular file")]
    [InlineData("rm $1 && mkfifo $1", "is not a regular file")]
    public void Root_refuses_an_options_file_that_somebody_else_could_have_written(string damage, string sentence)
    {
        Needs.Root();
        string file = folder.Write("o", "--reading\n20\n");
        Assert.Equal(0, Run(["--options-file", file]).ExitCode);
        Assert.Equal(0, ProcessRun.Shell(damage, file).ExitCode);
        (string output, int code) = Run(["--options-file", file]);
        Assert.Equal(3, code);
        Assert.Contains(sentence, output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-v", 1)]
    [InlineData("-vv", 2)]
    [InlineData("-v --verbose -v -v", 3)]
    public void Verbosity_is_counted(string arguments, int level)
    {
        (string output, _) = Run(arguments.Split(' '));
        Assert.Equal(level >= 2, output.Contains("trace: asked nobody", StringComparison.Ordinal));
        Assert.Equal(level >= 3, output.Contains("trace: deadline: 10 s, then CRITICAL", StringComparison.Ordinal));
        Assert.Contains("[OK] room at 20", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Help_is_printed_from_the_facts_in_80_columns()
    {
        (string output, int code) = Run(["--help", "-w"]);
        Assert.Equal(3, code);
        Snapshot.Match(output, "help");
        Assert.All(output.Split('\n'), line => Assert.True(line.Length <= 80, line));
    }

    [Fact]
    public void Version_is_printed_and_exits_3()
    {
        (string output, int code) = Run(["-V", "--bogus"]);
        Assert.Equal(3, code);
        Assert.Matches("^check_temperature [0-9]+\\.[0-9]+\\.[0-9]+ \\(ringfree-monitoring\\)\n$", output);
    }

    private (string Output, int ExitCode) Run(string[] arguments) =>
        Host.RunInside<TemperatureCheck>(["--state-dir", folder.PathOf("state"), .. arguments], new FakeWorld());
}
