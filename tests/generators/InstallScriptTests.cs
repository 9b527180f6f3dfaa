using System.Text.RegularExpressions;
using Ringfree.Monitoring.NrpeConfig;

namespace Ringfree.Monitoring.Generators.Tests;

/// <summary>What install is told about its host; what it does with it is proved on a private machine.</summary>
public sealed class InstallScriptTests
{
    [Fact]
    public void The_users_that_run_checks_are_named_and_the_scheduler_s_only_on_its_own_host()
    {
        string estate = File.ReadAllText(Generators.Estate);
        Assert.Equal("'root nagios'", Setting(estate, "shinken", "memory_users"));
        string named = Replaced(estate, "[scheduler]\n", "[scheduler]\nuser = \"shinken\"\n");
        Assert.Equal("'root nagios shinken'", Setting(named, "shinken", "memory_users"));
        Assert.Equal("'root nrpe'", Setting(named, "node001", "memory_users"));
        Assert.Equal("'root ringfree'", Setting(named, "node003", "memory_users"));
    }

    [Fact]
    public void An_address_is_written_as_programs_print_it()
    {
        string estate = File.ReadAllText(Generators.Estate);
        Assert.Equal("192.0.2.11", Setting(estate, "node001", "address"));
        string six = Replaced(estate, "address = \"192.0.2.11\"", "address = \"2001:DB8:0:0::11\"");
        Assert.Equal("2001:db8::11", Setting(six, "node001", "address"));
        string name = Replaced(estate, "address = \"192.0.2.11\"", "address = \"node001.ringfree.example\"");
        Assert.Equal("node001.ringfree.example", Setting(name, "node001", "address"));
    }

    private static string Replaced(string estate, string given, string other)
    {
        Assert.Contains(given, estate, StringComparison.Ordinal);
        return estate.Replace(given, other, StringComparison.Ordinal);
    }

    private static string Setting(string estate, string host, string name)
    {
        string install = NodeConfig.Generator.Files(AcceptedEstate.Of(estate), "").Single(file => file.Path == $"{host}/install").Body;
        return Regex.Match(install, $"^{name}=(.*)$", RegexOptions.Multiline).Groups[1].Value;
    }
}
