namespace Ringfree.Monitoring.Estate.Tests;

/// <summary>When nobody is told.</summary>
public sealed class MaintenanceTests
{
    [Fact]
    public void Maintenance_is_of_hosts_of_roles_and_of_datacenters()
    {
        EstateModel estate = SoundEstate.Accept(SoundEstate.Text + """
            [hosts.b]
            address = "192.0.2.3"
            datacenter = "atl"
            transport = "none"
            [maintenance.one]
            sunday = "03:00-05:00,04:00-06:30"
            monday = "23:00-24:00"
            roles = ["car"]
            [maintenance.two]
            alias = "Two"
            sunday = "00:00-03:00"
            datacenters = ["atl"]
            [maintenance.three]
            friday = "00:00-24:00"
            hosts = ["b"]
            """);
        Assert.Equal(["a: one two", "b: two three"], estate.Hosts.Select(host => $"{host.Name}: {string.Join(' ', host.Maintenance.Select(window => window.Name))}"));
        Week rest = Week.Union(estate.Hosts[0].Maintenance.Select(window => window.Hours)).Rest;
        Assert.Equal(("06:30-24:00", "00:00-23:00", "00:00-24:00"), (rest.RangesOf("sunday"), rest.RangesOf("monday"), rest.RangesOf("friday")));
        Assert.Null(Week.Union(estate.Hosts[1].Maintenance.Select(window => window.Hours)).Rest.RangesOf("friday"));
    }

    [Fact]
    public void Windows_that_fill_the_week_together_are_refused()
    {
        string days = string.Concat(Week.Days.Select(day => $"{day} = \"00:00-12:00\"\n"));
        var problems = new Problems();
        Assert.Null(EstateModel.Parse(
            $"{SoundEstate.Text}[maintenance.am]\n{days}roles = [\"car\"]\n[maintenance.pm]\n{days.Replace("00:00-12:00", "12:00-24:00", StringComparison.Ordinal)}hosts = [\"a\"]\n", "f", TestChecks.All, problems));
        Assert.Contains("the windows am+pm fill the whole week together: a would never be checked", problems.ToString(), StringComparison.Ordinal);
    }
}
