using Ringfree.Monitoring.Estate;
using Ringfree.Monitoring.NrpeConfig;
using Ringfree.Monitoring.Plugins;
using Ringfree.Monitoring.ShinkenObjects;

namespace Ringfree.Monitoring.Generators.Tests;

/// <summary>A host that is a container: whether it runs is asked of its node, and is its own service.</summary>
public sealed class ContainerTests
{
    private static readonly string Text = File.ReadAllText(Generators.Estate);

    [Fact]
    public void Its_node_is_asked_for_it_alone_and_leaves_it_out_of_the_others()
    {
        List<GeneratedFile> files = [.. NodeConfig.Generator.Files(AcceptedEstate.Of(Text), "")];
        Assert.Equal("101\n", Body("options/check_openvz.container-101.manifest"));
        string options = Body("options/check_openvz.container-101.options");
        Assert.Contains("\n--only\ncontainers\n", options, StringComparison.Ordinal);
        const string Manifest = "/etc/ringfree/monitoring/check_openvz.container-101.manifest";
        Assert.EndsWith($"\n--manifest\n{Manifest}\n--allow-others\n", options, StringComparison.Ordinal);
        Assert.DoesNotContain("--judged-by", options, StringComparison.Ordinal);
        Assert.EndsWith("\n--ignore\n101\n", Body("options/check_openvz.containers.options"), StringComparison.Ordinal);
        Assert.DoesNotContain("--ignore", Body("options/check_openvz.services.options"), StringComparison.Ordinal);
        string elsewhere = files.Single(file => file.Path == "node003/options/check_openvz.containers.options").Body;
        Assert.Contains("\n--home\n101=node002\n", elsewhere, StringComparison.Ordinal);
        const string Call = "/usr/lib64/nagios/plugins/check_openvz --instance container-101";
        Assert.Contains($"command[rf_openvz_container-101]=/usr/bin/sudo -n {Call}\n", Body("nrpe.cfg"), StringComparison.Ordinal);
        Assert.Contains($"NOPASSWD: {Call}\n", Body("sudoers"), StringComparison.Ordinal);
        Assert.Contains($"ask {Call}\n", Body("ask-sudo"), StringComparison.Ordinal);

        string Body(string name) => files.Single(file => file.Path == $"node002/{name}").Body;
    }

    [Theory]
    [InlineData("shinken")]
    [InlineData("nagios")]
    public void Its_host_is_as_up_as_its_node_and_its_service_keeps_the_others_quiet(string dialect)
    {
        List<Dictionary<string, string>> objects = [.. SchedulerObjects.Generator.Files(AcceptedEstate.Of(Text), dialect)
            .Where(file => file.Path.EndsWith(".cfg", StringComparison.Ordinal)).SelectMany(ObjectReader.Read)];
        Dictionary<string, string> host = objects.Single(found => found["kind"] == "host" && found.GetValueOrDefault("host_name") == "pbx-dioceses");
        Assert.Equal(("rf-host-check@node002", "n", "node002"), (host["check_command"], host["notification_options"], host["parents"]));
        Dictionary<string, string> service = objects.Single(found => found["kind"] == "service" && found.GetValueOrDefault("service_description") == "Container");
        Assert.Equal(("pbx-dioceses", "rf-foundation", "u,c,r,f,s"), (service["host_name"], service["use"], service["notification_options"]));
        Assert.Equal(
            "/var/lib/shinken/libexec/check_nrpe -H 192.0.2.12 -p 5666 -t 45 -u -c rf_openvz_container-101",
            objects.Single(found => found.GetValueOrDefault("command_name") == service["check_command"])["command_line"]);
        Assert.Equal(
            "/var/lib/shinken/libexec/check_icmp -H 192.0.2.12 -w 200.0,40% -c 500.0,80% -n 5",
            objects.Single(found => found.GetValueOrDefault("command_name") == host["check_command"])["command_line"]);
        Assert.Equal(
            [
                ("pbx-dioceses/Container", "FOP2 port,AMI port", "n", "w,u,c"), ("node002/NRPE agent", "Container,FOP2 port,AMI port", "n", "u,c"),
                ("node002/sudo", "Container", "n", "c"),
            ],
            objects.Where(found => found["kind"] == "servicedependency" && found["dependent_host_name"] == "pbx-dioceses").Select(found => (
                $"{found["host_name"]}/{found["service_description"]}", found["dependent_service_description"],
                found["execution_failure_criteria"], found["notification_failure_criteria"])));
    }

    [Theory]
    [InlineData("container = \"revnat\"", "parents = [\"node002\"]", "given \"revnat\"; accepted: a CTID: 1 to 10 digits, the first not 0")]
    [InlineData("container = \"101\"", "parents = [\"node002\", \"node001\"]", "must be its only parent")]
    [InlineData("container = \"101\"", "parents = [\"voipmon\"]", "given parents: voipmon")]
    public void A_container_without_a_node_that_could_be_asked_is_refused(string container, string parents, string complaint)
    {
        string text = Text.Replace("container = \"101\"", container, StringComparison.Ordinal).Replace("parents = [\"node002\"]", parents, StringComparison.Ordinal);
        var problems = new Problems();
        Assert.Null(EstateModel.Parse(text, "estate.toml", Catalogue.Checks, problems));
        Assert.Contains($"hosts.pbx-dioceses.container: ", problems.ToString(), StringComparison.Ordinal);
        Assert.Contains(complaint, problems.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Two_hosts_of_one_container_are_refused()
    {
        var problems = new Problems();
        Assert.Null(EstateModel.Parse(
            Text + "[hosts.other]\naddress = \"192.0.2.102\"\ndatacenter = \"atl\"\ncontainer = \"101\"\nparents = [\"node002\"]\ntransport = \"none\"\n", "estate.toml", Catalogue.Checks, problems));
        Assert.Contains("hosts.other.container: given \"101\"; accepted: a CTID that no other host on node002 has", problems.ToString(), StringComparison.Ordinal);
    }
}
