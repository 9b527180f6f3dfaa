using System.Text;
using CsCheck;

namespace Ringfree.Monitoring.Estate.Tests;

public sealed class TomlTests
{
    [Fact]
    public void Every_kind_of_value_is_read()
    {
        var problems = new Problems();
        TomlTable root = TomlFile.Parse(
            """
            name = "atl"
            port = 5666
            load = 1.5
            whole = 2
            flag = true
            hold = "15m"
            level = "warning"
            tags = ["a", "b"]
            nested.deep = "x"
            inline = { a = 1, b = "two" }
            people = [{ name = "ann" }, { name = "bob" }]

            [pagerduty]
            endpoint = "https://events.pagerduty.com"

            [hosts.node001]
            address = "10.0.0.1"
            [hosts."pbx 2"]
            address = "10.0.0.2"

            [[contacts]]
            name = "on-call"
            [[contacts]]
            name = "boss"
            """,
            "estate.toml",
            problems)!;

        Assert.Equal("atl", root.Text("name").Value);
        Assert.Equal(5666, root.Integer("port", 1, 65535).Value);
        Assert.Equal(1.5, root.Number("load").Value);
        Assert.Equal(2, root.Number("whole").Value);
        Assert.True(root.Boolean("flag").Value);
        Assert.Equal(TimeSpan.FromMinutes(15), root.Duration("hold").Value);
        Assert.Equal("warning", root.Choice("level", ["warning", "critical"]).Value);
        Assert.Equal(["a", "b"], root.Texts("tags").Value.Select(tag => tag.Value));
        Assert.Equal("x", root.Table("nested").Text("deep").Value);
        Assert.Equal(1, root.Table("inline").Integer("a").Value);
        Assert.Equal("two", root.Table("inline").Text("b").Value);
        Assert.Equal(["ann", "bob"], root.Tables("people").Select(person => person.Text("name").Value));
        Assert.Equal("https://events.pagerduty.com", root.Table("pagerduty").Text("endpoint").Value);
        Assert.Equal(
            ["node001=10.0.0.1", "pbx 2=10.0.0.2"],
            root.NamedTables("hosts").Select(host => $"{host.Name}={host.Text("address").Value}"));
        Assert.Equal(["on-call", "boss"], root.Tables("contacts").Select(contact => contact.Text("name").Value));

        root.Finish();
        Assert.Equal("", problems.ToString());
    }

    [Fact]
    public void Absent_keys_have_their_defaults_and_an_absent_table_reports_each_key_that_it_must_hold()
    {
        var problems = new Problems();
        TomlTable root = TomlFile.Parse("", "f", problems)!;

        Setting<string> scheduler = root.Text("scheduler", "shinken");
        Assert.Equal(("shinken", false, true), (scheduler.Value, scheduler.IsGiven, scheduler.IsSound));
        Assert.Equal(7, root.IntegerOr("n", 7).Value);
        Assert.Equal(0.5, root.NumberOr("x", 0.5).Value);
        Assert.True(root.Boolean("b", absent: true).Value);
        Assert.Equal(TimeSpan.FromHours(2), root.DurationOr("d", TimeSpan.FromHours(2)).Value);
        Assert.Equal("a", root.Choice("c", ["a", "b"], "a").Value);
        Assert.Null(root.OptionalText("o").Value);
        Assert.Empty(root.Texts("l").Value);
        Assert.Empty(root.Tables("t"));
        Assert.Empty(root.NamedTables("h"));
        Assert.Null(root.OptionalTable("p"));
        Assert.Equal("", problems.ToString());

        root.Table("spool").Text("path");
        root.Table("store").Text("path");
        Assert.Equal("f:1: spool.path: is missing; it must be given\nf:1: store.path: is missing; it must be given", problems.ToString());
    }

    [Fact]
    public void Every_problem_of_a_file_is_found_in_one_run()
    {
        var problems = new Problems();
        TomlTable root = TomlFile.Parse(
            """
            name = 5
            port = 70000
            load = nan
            flag = "yes"
            hold = "15 minutes"
            short = "1s"
            level = "fatal"
            level = "warning"
            tags = ["a", 1]
            people = [1]
            table = 1
            colour = "red"
            hosts.node001.adress = "10.0.0.1"

            [pagerduty]
            endpont = "x"
            [pagerduty]

            [[contacts]]
            nam = "on-call"

            [stray.deep]
            """,
            "estate.toml",
            problems)!;

        root.Text("name");
        root.Integer("port", 1, 65535);
        root.Number("load");
        root.Boolean("flag");
        root.Duration("hold");
        root.Duration("short", least: TimeSpan.FromSeconds(5), most: TimeSpan.FromMinutes(1));
        root.Choice("level", ["warning", "critical"]);
        root.Texts("tags");
        root.Tables("people");
        root.OptionalTable("table");
        foreach (TomlTable host in root.NamedTables("hosts"))
        {
            host.Text("address");
        }

        root.Table("pagerduty").Text("endpoint", "");
        root.Tables("contacts")[0].Text("name");
        root.Finish();

        Snapshot.Match(problems.ToString(), "every-problem");
    }

    [Fact]
    public void After_a_syntax_error_only_syntax_errors_are_reported()
    {
        var problems = new Problems();
        Assert.Null(TomlFile.Parse("a = 1\na = 2\nb = \nc = [1\n", "estate.toml", problems));
        Snapshot.Match(problems.ToString(), "syntax-errors");
    }

    [Theory]
    [InlineData("a = 1\na = 2", "f:2: a: is defined already at line 1; it may be given once")]
    [InlineData("[a]\n[a]", "f:2: a: is defined already at line 1; it may be given once")]
    [InlineData("a.b = 1\n[a]", "f:2: a: is defined already at line 1; it may be given once")]
    [InlineData("[a.b]\n[a]\nb.c = 1", "f:3: a.b: is defined already at line 1; it may be given once")]
    [InlineData("a = 1\na.b = 2", "f:2: a: is defined already at line 1; it may be given once")]
    [InlineData("a = {}\n[a.b]", "f:2: a: is defined already at line 1; it may be given once")]
    [InlineData("a = {}\na.b = 1", "f:2: a: is defined already at line 1; it may be given once")]
    [InlineData("a = { b = 1, b = 2 }", "f:1: a.b: is defined already at line 1; it may be given once")]
    [InlineData("[[a]]\n[a]", "f:2: a: is defined already at line 1; it may be given once")]
    [InlineData("[a]\n[[a]]", "f:2: a: is defined already at line 1; it may be given once")]
    [InlineData("a = []\n[[a]]", "f:2: a: is defined already at line 1; it may be given once")]
    [InlineData("[[a]]\nb = 1\nb = 2", "f:3: a[1].b: is defined already at line 2; it may be given once")]
    [InlineData("[a.b]\n[a]\n", "")]
    [InlineData("a.b = 1\na.c = 2", "")]
    [InlineData("[a]\nb.c = 1\n[a.b.d]", "")]
    [InlineData("[[a]]\n[a.b]\n[[a]]\n[a.b]", "")]
    public void A_key_may_be_defined_once(string text, string expected)
    {
        var problems = new Problems();
        TomlFile.Parse(text, "f", problems);
        Assert.Equal(expected, problems.ToString());
    }

    [Theory]
    [InlineData("250ms", 0.25)]
    [InlineData("10s", 10.0)]
    [InlineData("15m", 900.0)]
    [InlineData("2h", 7200.0)]
    [InlineData("90d", 7776000.0)]
    [InlineData("0s", 0.0)]
    [InlineData("", null)]
    [InlineData("s", null)]
    [InlineData("10", null)]
    [InlineData("-1s", null)]
    [InlineData("1.5h", null)]
    [InlineData("1h30m", null)]
    [InlineData("10 s", null)]
    [InlineData("99999999999999999999s", null)]
    [InlineData("36526d", null)]
    public void A_duration_is_a_whole_number_and_one_unit(string text, double? seconds)
    {
        var problems = new Problems();
        Setting<TimeSpan> duration = TomlFile.Parse($"d = \"{text}\"", "f", problems)!.Duration("d");
        Assert.Equal(seconds is not null, duration.IsSound);
        Assert.Equal(seconds ?? 0, duration.Value.TotalSeconds);
        Assert.Equal(seconds is null, problems.Any);
    }

    [Fact]
    public void A_later_check_complains_at_the_place_of_the_value_and_is_silent_about_what_was_refused_already()
    {
        var problems = new Problems();
        TomlTable root = TomlFile.Parse("\nroles = [\n  \"node\",\n  \"nod\",\n]\nname = 5", "estate.toml", problems)!;
        foreach (Setting<string> role in root.Texts("roles").Value)
        {
            role.Check(problems, name => name == "node" ? null : $"\"{name}\" is no role; accepted: node");
        }

        Assert.False(root.Text("name").Check(problems, _ => "not asked").IsSound);
        Assert.Equal(
            "estate.toml:4: roles: \"nod\" is no role; accepted: node\nestate.toml:6: name: given 5; accepted: a string",
            problems.ToString());
    }

    [Fact]
    public void What_cannot_be_read_is_a_problem()
    {
        using var folder = new TestFolder();
        string latin1 = folder.PathOf("latin1.toml");
        File.WriteAllBytes(latin1, [.. "a = \""u8, 0xE9, .. "\""u8]);

        foreach (string path in (string[])[folder.PathOf("none.toml"), folder.Root, latin1])
        {
            var problems = new Problems();
            Assert.Null(TomlFile.Load(path, problems));
            Assert.StartsWith($"{path}: ", Assert.Single(problems.All).ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Any_text_gives_a_table_or_problems_and_never_an_exception()
    {
        string[] words = ["a", "b", ".", "=", "[", "]", "[[", "]]", "{", "}", ",", "\"", "\"\"\"", "'", "\\", "#", "\n", "\r\n", " ", "1", "-1e9", "0x",
            "99999999999999999999", "1979-05-27", "T07:32:00Z", "true", "nan", "\0", "\uD800", "é", "\uFEFF"];
        Gen<string> fragments = Gen.OneOf([.. words.Select(word => Gen.Const(word))]).Array[0, 40].Select(string.Concat);
        Gen.OneOf(fragments, Gen.String, Gen.String.AlphaNumeric).Sample(
            text =>
            {
                var problems = new Problems();
                TomlTable? root = TomlFile.Parse(text, "f", problems);
                if (root is null)
                {
                    Assert.True(problems.Any);
                    return;
                }

                ReadEverything(root);
                root.Finish();
                Assert.All(problems.All, problem => Assert.DoesNotContain(problem.ToString(), char.IsControl));
            },
            iter: 20_000);
    }

    [Fact]
    public void A_text_that_ends_inside_a_string_is_refused()
    {
        var problems = new Problems();
        Assert.Null(TomlFile.Parse("a = 1\nb = \"c\\", "f", problems));
        Assert.Equal("f:2: the file ends inside a text; expected: a quotation mark at the end of the text", problems.ToString());
    }

    [Theory]
    [InlineData("a = ", "[")]
    [InlineData("a = ", "{a=")]
    [InlineData("", "[[")]
    public void Deep_nesting_is_refused_before_it_exhausts_the_stack(string start, string repeated)
    {
        var problems = new Problems();
        Assert.Null(TomlFile.Parse(start + string.Concat(Enumerable.Repeat(repeated, 100_000)), "f", problems));
        Assert.Equal("f:1: brackets nest deeper than 64 levels", problems.ToString());
    }

    [Fact]
    public void Ten_thousand_unknown_keys_are_all_found()
    {
        var text = new StringBuilder();
        for (var i = 0; i < 10_000; i++)
        {
            text.Append($"[hosts.node{i}]\naddress = \"10.0.0.1\"\nroles = [\"node\"]\ndatacenter = \"atl\"\n");
        }

        var problems = new Problems();
        TomlTable root = TomlFile.Parse(text.ToString(), "f", problems)!;
        foreach (TomlTable host in root.NamedTables("hosts"))
        {
            host.Text("address");
            host.Texts("roles");
        }

        root.Finish();
        Assert.Equal(10_000, problems.All.Count);
    }

    private static void ReadEverything(TomlTable table)
    {
        foreach (string key in table.Keys.ToList())
        {
            table.Text(key);
            table.Integer(key);
            table.Number(key);
            table.Boolean(key);
            table.Duration(key);
            table.Texts(key);
            table.Choice(key, ["a"]);
            foreach (TomlTable child in table.Tables(key).Concat(table.NamedTables(key)))
            {
                ReadEverything(child);
            }
        }
    }
}
