namespace Ringfree.Monitoring.Estate.Tests;

/// <summary>Addresses that a host of a real estate has, and those that it cannot have.</summary>
public sealed class AddressTests
{
    [Theory]
    [InlineData("10.0.0.1")]
    [InlineData("172.16.0.255")]
    [InlineData("192.168.1.1")]
    [InlineData("100.64.0.1")]
    [InlineData("8.8.8.8")]
    [InlineData("223.255.255.254")]
    [InlineData("128.0.0.1")]
    [InlineData("2a01:4f8::1")]
    [InlineData("fd00::1")]
    [InlineData("node001.ringfree.biz")]
    [InlineData("localhost-2")]
    public void An_address_of_one_machine_is_accepted_in_a_real_estate(string address) => Assert.Null(Problem(address, isExample: false));

    [Theory]
    [InlineData("192.0.2.11", "an address for documentation (RFC 5737)")]
    [InlineData("198.51.100.1", "an address for documentation (RFC 5737)")]
    [InlineData("203.0.113.255", "an address for documentation (RFC 5737)")]
    [InlineData("2001:db8::1", "an address for documentation (RFC 3849)")]
    [InlineData("127.0.0.1", "a loopback address (RFC 1122)")]
    [InlineData("127.9.9.9", "a loopback address (RFC 1122)")]
    [InlineData("::1", "a loopback address (RFC 4291)")]
    [InlineData("localhost", "a loopback name (RFC 6761)")]
    [InlineData("node001.example", "a name for documentation (RFC 6761)")]
    [InlineData("www.Example.com", "a name for documentation (RFC 6761)")]
    public void An_address_of_an_example_is_accepted_in_an_example_alone(string address, string kind)
    {
        Assert.Null(Problem(address, isExample: true));
        Assert.Equal(
            $"f:20: hosts.a.address: given \"{address}\", {kind}; accepted: an address or a DNS name of this one machine; an example or a lab says so with site.example = true",
            Problem(address, isExample: false));
    }

    [Theory]
    [InlineData("0.0.0.0", "an unspecified address (RFC 1122)")]
    [InlineData("0.1.2.3", "an unspecified address (RFC 1122)")]
    [InlineData("::", "the unspecified address (RFC 4291)")]
    [InlineData("169.254.1.1", "a link-local address (RFC 3927)")]
    [InlineData("fe80::1", "a link-local address (RFC 4291)")]
    [InlineData("224.0.0.1", "a multicast address (RFC 5771)")]
    [InlineData("239.255.255.255", "a multicast address (RFC 5771)")]
    [InlineData("ff02::1", "a multicast address (RFC 4291)")]
    [InlineData("255.255.255.255", "the broadcast address (RFC 919)")]
    [InlineData("240.0.0.1", "a reserved address (RFC 1112)")]
    [InlineData("::ffff:224.0.0.1", "a multicast address (RFC 5771)")]
    public void An_address_of_nobody_or_of_everybody_is_refused_always(string address, string kind)
    {
        string said = $"f:20: hosts.a.address: given \"{address}\", {kind}; accepted: an address or a DNS name of this one machine";
        Assert.Equal(said, Problem(address, isExample: false));
        Assert.Equal(said, Problem(address, isExample: true));
    }

    [Fact]
    public void The_schedulers_addresses_are_judged_alike()
    {
        var problems = new Problems();
        Assert.Null(EstateModel.Parse(Real("10.0.0.2").Replace("\"10.0.0.1\"", "\"203.0.113.10\", \"224.0.0.1\"", StringComparison.Ordinal), "f", TestChecks.All, problems));
        Assert.Equal(
            """
            f:13: scheduler.addresses: given "203.0.113.10", an address for documentation (RFC 5737); accepted: an address or a DNS name of this one machine; an example or a lab says so with site.example = true
            f:13: scheduler.addresses: given "224.0.0.1", a multicast address (RFC 5771); accepted: an address or a DNS name of this one machine
            """,
            problems.ToString());
    }

    [Theory]
    [InlineData("10.0.0.2", "b", "f:31: hosts.b.address: given \"10.0.0.2\", which hosts.a at line 19 has too; accepted: an address of its own, or one host with the roles of both")]
    [InlineData("10.0.0.3", "A", "f:30: hosts.A: differs from hosts.a at line 19 only in upper and lower case: people and file systems take them for one; accepted: another name")]
    [InlineData("10.0.0.3", "b", null)]
    public void Two_hosts_differ_in_address_and_in_more_than_the_case_of_their_names(string address, string name, string? said)
    {
        var problems = new Problems();
        EstateModel.Parse($"{Real("10.0.0.2")}[hosts.{name}]\naddress = \"{address}\"\ndatacenter = \"atl\"\ntransport = \"none\"\n", "f", TestChecks.All, problems);
        Assert.Equal(said ?? "", problems.ToString());
    }

    [Theory]
    [InlineData("2A01:4F8::1", "2a01:4f8:0::1")]
    [InlineData("node.ringfree.biz", "NODE.ringfree.biz")]
    public void One_address_is_known_in_each_of_its_spellings(string one, string other)
    {
        var problems = new Problems();
        Assert.Null(EstateModel.Parse($"{Real(one)}[hosts.b]\naddress = \"{other}\"\ndatacenter = \"atl\"\ntransport = \"none\"\n", "f", TestChecks.All, problems));
        Assert.StartsWith($"f:31: hosts.b.address: given \"{other}\", which hosts.a at line 19 has too", problems.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("its roles bring the service \"car engine\" twice; accepted: a title that tells the two apart", "car engine")]
    [InlineData("its roles bring the services \"car engine\" and \"Car Engine\", which differ only in upper and lower case; accepted: a title that tells the two apart", "Car Engine")]
    [InlineData("its roles bring the services \"NRPE agent\" and \"nrpe AGENT\", which differ only in upper and lower case; accepted: a title that tells the two apart", "nrpe AGENT")]
    public void Two_services_of_a_host_differ_in_more_than_case(string said, string title)
    {
        var problems = new Problems();
        Assert.Null(EstateModel.Parse(
            Real("10.0.0.2").Replace("[roles.car]\n", "[roles.car]\ncommands = [\"load\"]\n", StringComparison.Ordinal) + $"[commands.load]\nplugin = \"check_load\"\non = \"host\"\ntitle = \"{title}\"\n",
            "f",
            TestChecks.All,
            problems));
        Assert.Equal($"f:20: hosts.a: {said}", problems.ToString());
    }

    private static string? Problem(string address, bool isExample)
    {
        var problems = new Problems();
        EstateModel? estate = EstateModel.Parse(isExample ? Real(address).Replace("# real", "site.example = true", StringComparison.Ordinal) : Real(address), "f", TestChecks.All, problems);
        Assert.Equal(estate is null, problems.Any);
        return problems.Any ? problems.ToString() : null;
    }

    private static string Real(string address) => SoundEstate.Text
        .Replace("site.example = true", "# real", StringComparison.Ordinal)
        .Replace("\"192.0.2.1\"", "\"10.0.0.1\"", StringComparison.Ordinal)
        .Replace("\"192.0.2.2\"", $"\"{address}\"", StringComparison.Ordinal);
}
