namespace Ringfree.Monitoring.Estate.Tests;

/// <summary>What a page says of a stock command, and the service of sudo.</summary>
public sealed class StepTests
{
    private const string Load = "[commands.load]\nplugin = \"check_load\"\non = \"host\"\n";

    [Fact]
    public void A_command_without_words_has_some_of_its_own()
    {
        StockCommand command = Command(Load + "title = \"Load\"\n");
        Assert.Equal(("Load of {host} is not OK", "ssh {host} and look at what the output names", 0, ""),
            (command.Step.Meaning, command.Step.First, command.Step.Cases.Count, command.RunbookText));
    }

    [Fact]
    public void What_is_given_is_in_the_model()
    {
        StockCommand command = Command(
            Load + "meaning = \"{host} is busy\"\nfirst = \"ssh {host} uptime\"\nrunbook_text = \"\"\"\none\ntwo\"\"\"\n"
            + "cases = [{ output = \"refused\", meaning = \"m\", first = \"ping {address}\" }]\n");
        Assert.Equal(("{host} is busy", "ssh {host} uptime", "one\ntwo"), (command.Step.Meaning, command.Step.First, command.RunbookText));
        Assert.Equal(new StepCase("refused", "m", "ping {address}"), Assert.Single(command.Step.Cases));
    }

    [Theory]
    [InlineData("meaning = \"\"", "meaning: given \"\"; accepted: 1 to 600 characters without control characters, no space at either end")]
    [InlineData("first = \"a\\nb\"", "first: given \"a\\u000ab\"; accepted: 1 to 600 characters without control characters, no space at either end")]
    [InlineData("first = \"at {datacenter}\"", "first: given \"at {datacenter}\", and nothing is known as {datacenter}; accepted: {host}, {address}")]
    [InlineData("cases = [{ output = \"x\" }]", "cases[1].meaning: is missing; it must be given")]
    [InlineData("cases = [{ output = \" \", meaning = \"m\", first = \"f\" }]", "cases[1].output: given \" \"; accepted: 1 to 200 characters of the plugin's output, no space at either end")]
    [InlineData("runbook_text = \"a\\tb\"", "runbook_text: given \"a\\u0009b\"; accepted: at most 8000 characters, lines of text without other control characters")]
    public void Words_that_no_page_could_show_are_refused(string line, string complaint)
    {
        var problems = new Problems();
        Assert.Null(EstateModel.Parse(SoundEstate.Text + Load + line + "\n", "f", TestChecks.All, problems));
        Assert.Contains($"commands.load.{complaint}", problems.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Sudo_has_a_service_of_its_own_where_a_check_runs_through_it()
    {
        Assert.Empty(SoundEstate.Accept(SoundEstate.Text).Hosts[0].Services.OfType<SudoService>());
        EstateHost host = SoundEstate.Accept(SoundEstate.Text.Replace("check = \"check_car\"", "check = \"check_car\"\nsudo = true", StringComparison.Ordinal)).Hosts[0];
        SudoService sudo = Assert.Single(host.Services.OfType<SudoService>());
        Assert.Equal(("sudo", "rf_sudo", 2, true), (sudo.Description, sudo.CommandName, sudo.Checks.Count, sudo.IsBehindAgent));
        Assert.Equal(["on-call"], sudo.ContactGroups);
    }

    private static StockCommand Command(string command) =>
        SoundEstate.Accept(SoundEstate.Text.Replace("[roles.car]\n", "[roles.car]\ncommands = [\"load\"]\n", StringComparison.Ordinal) + command).Roles[0].Commands.Single();
}
