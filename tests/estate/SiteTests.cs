namespace Ringfree.Monitoring.Estate.Tests;

/// <summary>What <c>[site]</c> and other hosts put into arguments and options.</summary>
public sealed class SiteTests
{
    [Fact]
    public void Each_placeholder_becomes_what_the_estate_says()
    {
        EstateModel estate = SoundEstate.Accept(Estate(
            "ntp = [\"b\", \"c\", \"clock.example\"]\nsip_answers = [200, 404]",
            """["-H", "{ntp}", "{address:b}", "{address:{host}}", "{x", "{sip_answers}"]""",
            """["{address}", "{address:c}", "{host}", "{sip_answers}"]""",
            """["{address:store-{datacenter}}|store-{datacenter}:/x", "{ctid:web}={root:web}/y"]""",
            "containers = { web = \"101\" }"));
        Assert.Equal("-H 192.0.2.3 192.0.2.3 192.0.2.2 {x -e SIP/2.0 200 -e SIP/2.0 404", Arguments(estate, "a", "clock"));
        Assert.Equal("{address} 198.51.100.4 {host} -e SIP/2.0 200 -e SIP/2.0 404", Arguments(estate, "a", "port"));
        Assert.Equal(
            ["--wheel", "192.0.2.5|store-atl:/x", "--wheel", "101=/vz/root/101/y"],
            estate.Hosts[0].Services.OfType<ConcernService>().First().Check.Arguments);
    }

    /// <summary>
    /// A lost link must not make a clock of the other datacenter unknown, and a clock that is compared with itself is always right.
    /// </summary>
    [Fact]
    public void A_clock_is_compared_with_the_first_server_of_its_own_datacenter_but_never_with_itself()
    {
        EstateModel estate = SoundEstate.Accept(Estate("ntp = [\"c\", \"b\", \"a\"]", """["{ntp}"]""", """["x"]""", """["x"]""", ""));
        Assert.Equal(
            ["a: 192.0.2.3", "b: 192.0.2.2", "c: 192.0.2.3"],
            estate.Hosts.Where(host => host.Roles.Count > 0).Select(host => $"{host.Name}: {Arguments(estate, host.Name, "clock")}"));
    }

    [Fact]
    public void Without_keys_every_answer_of_a_sip_server_that_works_is_accepted()
    {
        EstateModel estate = SoundEstate.Accept(Estate("", """["x"]""", """["{sip_answers}"]""", """["x"]""", ""));
        Assert.Equal(string.Join(' ', ((int[])[200, 401, 403, 404, 405, 407, 483]).Select(code => $"-e SIP/2.0 {code}")), Arguments(estate, "a", "port"));
    }

    [Theory]
    [InlineData("ntp = [\"clock 1\"]", "x", "x", "x", "", "site.ntp: given \"clock 1\"; accepted: an IP address, a DNS name or the name of a table [hosts.NAME]")]
    [InlineData("ntp = [\"224.0.1.1\"]", "x", "x", "x", "", "site.ntp: given \"224.0.1.1\", a multicast address (RFC 5771); accepted: an address or a DNS name of this one machine")]
    [InlineData("sip_answers = [200, 503]", "x", "x", "x", "", "site.sip_answers: given [200, 503]; accepted: a list of integers from 200 to 499")]
    [InlineData("sip_answers = \"200\"", "x", "x", "x", "", "site.sip_answers: given \"200\"; accepted: a list of integers from 200 to 499")]
    [InlineData("", "{ntp}", "x", "x", "", "commands.clock.arguments: given \"{ntp}\", but site.ntp is missing; accepted: ntp = [\"SERVER\"] in [site]")]
    [InlineData("ntp = [\"a\"]", "{ntp}", "x", "x", "", "hosts.a: its roles bring \"{ntp}\", and nothing is known as {ntp} on this host; accepted: an NTP server in site.ntp that is not the host itself")]
    [InlineData("ntp = [\"a\"]", "x", "{ntp}", "x", "", "commands.port.arguments: given \"{ntp}\", and nothing is known as {ntp} here; accepted: {address}, {host}, {datacenter}, {address:HOST} of a table [hosts.HOST], {sip_answers}")]
    [InlineData("", "x", "-e{sip_answers}", "x", "", "commands.port.arguments: given \"-e{sip_answers}\"; accepted: {sip_answers} as an argument of its own, without other text")]
    [InlineData("", "x", "{root:web}", "x", "containers = { web = \"1\" }", "commands.port.arguments: given \"{root:web}\", and nothing is known as {root:web} here; accepted: {address}, {host}, {datacenter}, {address:HOST} of a table [hosts.HOST], {sip_answers}")]
    [InlineData("", "x", "{address:{host}}", "x", "", "commands.port.arguments: given \"{address:{host}}\", and nothing is known as {address:…} here; accepted: {address}, {host}, {datacenter}, {address:HOST} of a table [hosts.HOST], {sip_answers}")]
    [InlineData("", "x", "x", "{address:z}", "", "roles.car.checks[1].options.wheel: given \"{address:z}\", and nothing is known as {address:z} here; accepted: {address}, {host}, {datacenter}, {address:HOST} of a table [hosts.HOST], {ctid:NAME} and {root:NAME} of a container of the host, {ntp}")]
    [InlineData("", "x", "x", "{address:{host}-2}", "", "hosts.a: its roles bring \"{address:{host}-2}\", and nothing is known as {address:a-2} on this host; accepted: the name of a table [hosts.NAME]")]
    [InlineData("", "x", "x", "{root:web}/x", "", "hosts.a: its roles bring \"{root:web}/x\", and nothing is known as {root:web} on this host; accepted: its CTID: containers = { web = \"CTID\" } of the host")]
    [InlineData("", "x", "x", "x", "containers = { web = \"web\" }", "hosts.a.containers.web: given \"web\"; accepted: the CTID of a container: a number such as \"101\", or on OpenVZ 7 a UUID")]
    public void What_has_no_meaning_is_refused_where_it_stands(string site, string local, string remote, string option, string host, string said)
    {
        var problems = new Problems();
        Assert.Null(EstateModel.Parse(Estate(site, $"[\"{local}\"]", $"[\"{remote}\"]", $"[\"{option}\"]", host), "f", TestChecks.All, problems));
        Assert.Equal(said, string.Join(':', problems.All[0].ToString().Split(':')[2..]).Trim());
    }

    private static string Arguments(EstateModel estate, string host, string command) => string.Join(' ', estate.Hosts.First(known => known.Name == host)
        .Services.OfType<CommandService>().First(service => service.Command.Name == command).Command.Arguments);

    private static string Estate(string site, string local, string remote, string option, string host) => SoundEstate.Text
        .Replace("[timing]\n", $"{string.Concat(site.Split('\n').Select(line => line.Length == 0 ? "" : $"site.{line}\n"))}[timing]\n", StringComparison.Ordinal)
        .Replace("os = \"redhat\"\n", $"os = \"redhat\"\n{host}\n", StringComparison.Ordinal)
        .Replace("[roles.car]\n", "[roles.car]\ncommands = [\"clock\", \"port\"]\n", StringComparison.Ordinal)
        .Replace("check = \"check_car\"\n", $"check = \"check_car\"\noptions = {{ wheel = {option} }}\n", StringComparison.Ordinal)
        + $"""
        [commands.clock]
        plugin = "check_ntp_time"
        on = "host"
        arguments = {local}
        [commands.port]
        plugin = "check_udp"
        on = "scheduler"
        arguments = {remote}
        [roles.clocks]
        commands = ["clock"]
        [datacenters.dal]
        [hosts.b]
        address = "192.0.2.3"
        datacenter = "atl"
        roles = ["clocks"]
        transport = "nrpe"
        os = "redhat"
        [hosts.c]
        address = "198.51.100.4"
        datacenter = "dal"
        roles = ["clocks"]
        transport = "nrpe"
        os = "redhat"
        [hosts.store-atl]
        address = "192.0.2.5"
        datacenter = "atl"
        transport = "none"
        """;
}
