namespace Ringfree.Monitoring.Estate.Tests;

/// <summary>One mistake is one message: what follows from it is not told, and the word that was meant is named.</summary>
public sealed class OneMistakeTests
{
    [Fact]
    public void A_host_alone_in_a_file_is_told_what_the_file_lacks_without_an_empty_list() =>
        Snapshot.Match(Problems("[hosts.node005]\nadress = \"192.0.2.13\"\ndatacenter = \"atl\"\nroles = [\"linux\"]\ntransport = \"nrpe\"\n"), "host-alone");

    [Fact]
    public void A_mistyped_word_of_a_host_is_one_message() => Snapshot.Match(
        Problems(SoundEstate.Text + """
            [hosts.node005]
            adress = "192.0.2.13"
            datacenter = "atl1"
            roles = ["care"]
            transport = "nrp"
            os = "redhat"
            [hosts.node005.overrides.check_car]
            warning = { heat = "5" }
            [hosts.node006]
            address = "300.1.2.3"
            datacenter = "atl"
            transport = "none"
            roles = "car"
            [hosts.node007]
            address = "192.0.2.14"
            datacenter = "atl"
            transport = "none"
            roles = ["car"]
            os = "redhat"
            """),
        "host-mistyped");

    [Fact]
    public void A_mistyped_check_or_command_of_a_role_is_one_message() => Snapshot.Match(
        Problems(SoundEstate.Text
            .Replace("check = \"check_car\"", "check = \"check_cra\"\nsudo = true", StringComparison.Ordinal)
            .Replace("[roles.car]\n", "[roles.car]\ncommands = [\"laod\"]\n", StringComparison.Ordinal)
            .Replace("os = \"redhat\"\n", "os = \"redhat\"\n[hosts.a.overrides.check_car]\nwarning = { heat = \"5\" }\n[hosts.a.overrides.load]\narguments = []\n", StringComparison.Ordinal)
            + "[commands.load]\nplugin = \"check_load\"\non = \"host\"\n[datacenters.atl.overrides.check_car]\ntimeout = \"5s\"\n"),
        "role-mistyped");

    [Theory]
    [InlineData("adress", "address", "address, alias")]
    [InlineData("addres", "address", "address")]
    [InlineData("ADDRESS", "address", "alias, address")]
    [InlineData("adderss", "address", "address")]
    [InlineData("o", null, "os")]
    [InlineData("so", null, "os")]
    [InlineData("address", null, "port, name")]
    public void The_word_that_was_meant_is_near(string given, string? meant, string accepted) =>
        Assert.Equal(meant, NearestWord.Of(given, accepted.Split(", ")));

    [Theory]
    [InlineData("[hosts.node009\naddress = \"192.0.2.9\"\n", "f:1: is not TOML at \"[hosts.node009\"; expected: ']' behind the name of the table")]
    [InlineData("a = \nb = \n", "f:1: is not TOML at \"a =\"; expected: a value: a text between quotation marks, a number, true, false or a list")]
    [InlineData("a = [1,\n", "f:2: is not TOML at the end of the file; expected: a value: a text between quotation marks, a number, true, false or a list")]
    [InlineData("a = [1\nb = 2\n", "f:2: is not TOML at \"b =\"; expected: ',' or ']' behind an item of a list")]
    [InlineData("secret = \"s3cret\nb = 1\n", "f:1: is not TOML at \"secret =\"; expected: a quotation mark at the end of the text, on the same line")]
    [InlineData("a = \"\"\"x\nb", "f:2: is not TOML at \"b\"; expected: a quotation mark at the end of the text")]
    [InlineData("[a]]\n", "f:1: is not TOML at \"[a]]\"; expected: ']' behind the name of the table")]
    [InlineData("[[a]\n", "f:1: is not TOML at \"[[a]\"; expected: ']]' behind the name of the list")]
    [InlineData("a\n", "f:1: is not TOML at \"a\"; expected: KEY = VALUE")]
    [InlineData("roles = [linux]\n", "f:1: is not TOML at \"roles =\"; expected: a value: a text between quotation marks, a number, true, false or a list")]
    [InlineData("timeout = 40s\n", "f:1: is not TOML at \"timeout =\"; expected: nothing more on the line; a text stands between quotation marks")]
    [InlineData("a = { b = 1\nc=3\n", "f:2: is not TOML at \"c=\"; expected: ',' or '}' on the same line")]
    [InlineData("a = \"\\q\"\n", "f:1: is not TOML at \"a =\"; expected: \\\\ for a backslash and \\\" for a quotation mark, or the text between single quotes")]
    [InlineData("a = 01\n", "f:1: is not TOML at \"a =\"; expected: a number without zeros in front")]
    [InlineData("a = [\"x\" \"y\"]\n", "f:1: is not TOML at \"a =\"; expected: ',' between the items of a list")]
    [InlineData("a = \"x\\", "f:1: the file ends inside a text; expected: a quotation mark at the end of the text")]
    public void The_first_mistake_of_syntax_is_told_in_words_and_without_the_value(string text, string said) => Assert.Equal(said, Problems(text, "f"));

    private static string Problems(string text, string file = "estate.toml")
    {
        var problems = new Problems();
        Assert.Null(EstateModel.Parse(text, file, TestChecks.All, problems));
        return problems.ToString();
    }
}
