namespace Ringfree.Monitoring.Estate.Tests;

/// <summary>How the scheduler reaches a host: NRPE, or SSH in its place.</summary>
public sealed class TransportTests
{
    [Theory]
    [InlineData("", 22, "ringfree", "/usr/lib64/nagios/plugins")]
    [InlineData("ssh = { user = \"watch\", port = 2222, plugins = \"/opt/plugins\" }\n", 2222, "watch", "/opt/plugins")]
    public void Ssh_takes_the_place_of_nrpe(string settings, int port, string user, string plugins)
    {
        EstateModel estate = SoundEstate.Accept(OverSsh(settings).Replace("[datacenters.atl]", $"[scheduler.ssh]\npublic_keys = [\"{SoundEstate.PublicKey}\"]\n[datacenters.atl]", StringComparison.Ordinal));
        Agent agent = estate.Hosts[0].Agent!;
        Assert.Equal((Transport.Ssh, port, user, plugins, "SSH agent"), (agent.Transport, agent.Port, agent.User, agent.PluginFolder, agent.Description));
        Assert.Equal([SoundEstate.PublicKey], estate.Scheduler.Ssh.PublicKeys);
    }

    [Fact]
    public void Ssh_without_a_key_is_refused()
    {
        var problems = new Problems();
        Assert.Null(EstateModel.Parse(OverSsh(""), "f", TestChecks.All, problems));
        Assert.EndsWith("hosts.a.transport: is \"ssh\", but scheduler.ssh.public_keys is empty: no key could log in; accepted: the scheduler's public key there", problems.ToString(), StringComparison.Ordinal);
    }

    private static string OverSsh(string settings) =>
        SoundEstate.Text.Replace("transport = \"nrpe\"\nos = \"redhat\"\n", $"transport = \"ssh\"\nos = \"redhat\"\n{settings}", StringComparison.Ordinal);
}
