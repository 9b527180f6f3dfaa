using System.Text;

namespace Ringfree.Monitoring.Estate.Tests;

/// <summary>Behind which gateway a host stands.</summary>
public sealed class ParentsTests
{
    [Fact]
    public void Parents_that_lead_round_are_refused_and_their_children_with_them()
    {
        var text = new StringBuilder(SoundEstate.Text);
        foreach ((string host, string parents) in ((string, string)[])[("x", "\"y\""), ("y", "\"z\", \"a\""), ("z", "\"x\""), ("below", "\"z\""), ("self", "\"self\""), ("fine", "\"a\", \"a\"")])
        {
            text.Append($"[hosts.{host}]\naddress = \"{host}.atl.example\"\ndatacenter = \"atl\"\ntransport = \"none\"\nparents = [{parents}]\n");
        }

        var problems = new Problems();
        Assert.Null(EstateModel.Parse(text.ToString(), "f", TestChecks.All, problems));
        Assert.Equal(
            ["hosts.x.parents", "hosts.y.parents", "hosts.z.parents", "hosts.below.parents", "hosts.self.parents"],
            problems.All.Select(problem => problem.Place.Key));
        Assert.Contains("given \"y\"; accepted: parents between x and the scheduler", problems.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_host_without_parents_of_its_own_stands_behind_its_datacenters_gateway()
    {
        EstateModel estate = SoundEstate.Accept(SoundEstate.Text.Replace("[datacenters.atl]\n", "[datacenters.atl]\nparents = [\"gate\"]\n", StringComparison.Ordinal) + """
            [hosts.gate]
            address = "192.0.2.3"
            datacenter = "atl"
            transport = "none"
            [hosts.alone]
            address = "192.0.2.4"
            datacenter = "atl"
            transport = "none"
            parents = []
            [hosts.deep]
            address = "192.0.2.5"
            datacenter = "atl"
            transport = "none"
            parents = ["a"]
            """);
        Assert.Equal(["a: gate", "gate: ", "alone: ", "deep: a"], estate.Hosts.Select(host => $"{host.Name}: {string.Join(',', host.Parents)}"));
    }

    [Fact]
    public void A_gateway_that_is_no_host_is_said_once_at_its_datacenter()
    {
        var problems = new Problems();
        Assert.Null(EstateModel.Parse(SoundEstate.Text.Replace("[datacenters.atl]\n", "[datacenters.atl]\nparents = [\"gate\"]\n", StringComparison.Ordinal), "f", TestChecks.All, problems));
        Assert.Equal("f:16: datacenters.atl.parents: given \"gate\"; accepted: the name of a table [hosts.NAME]", problems.ToString());
    }

    [Fact]
    public void Ten_thousand_hosts_each_behind_the_one_before_are_read()
    {
        var text = new StringBuilder(SoundEstate.Text);
        for (int i = 0; i < 10_000; i++)
        {
            text.Append($"[hosts.node{i}]\naddress = \"10.0.{i / 256}.{i % 256}\"\ndatacenter = \"atl\"\nroles = [\"car\"]\nparents = [\"{(i == 0 ? "a" : $"node{i - 1}")}\"]\ntransport = \"nrpe\"\nos = \"redhat\"\n");
        }

        Assert.Equal(10_001, SoundEstate.Accept(text.ToString()).Hosts.Count);
    }
}
