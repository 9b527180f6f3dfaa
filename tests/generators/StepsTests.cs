using System.Text.RegularExpressions;
using Ringfree.Monitoring.Estate;
using Ringfree.Monitoring.NrpeConfig;
using Ringfree.Monitoring.Plugin;
using Ringfree.Monitoring.Plugins;
using Ringfree.Monitoring.ShinkenObjects;

namespace Ringfree.Monitoring.Generators.Tests;

/// <summary>What the objects and the options files of the example say so that one failure is one page, and the page says what to
/// do.</summary>
public sealed class StepsTests
{
    private static readonly EstateModel Example = AcceptedEstate.At(Generators.Estate);

    [Theory]
    [InlineData("shinken")]
    [InlineData("nagios")]
    public void Every_host_and_service_but_the_concerns_of_our_checks_has_a_step(string dialect)
    {
        List<GeneratedFile> files = [.. SchedulerObjects.Generator.Files(Example, dialect)];
        HashSet<string> keys = [.. Keys(files)];
        string[] concerns = [.. Example.Hosts.SelectMany(host => host.Services.OfType<ConcernService>().Select(service => $"{host.Name}/{service.Description}"))];
        List<Dictionary<string, string>> objects = [.. files.Where(file => file.Path.StartsWith("hosts/", StringComparison.Ordinal)
            || file.Path.StartsWith("services/", StringComparison.Ordinal)).SelectMany(ObjectReader.Read)];
        Assert.InRange(objects.Count, 50, 500);
        Assert.All(objects, found =>
        {
            string name = $"{found["host_name"]}/{found.GetValueOrDefault("service_description", "")}";
            Assert.True(concerns.Contains(name) != found.TryGetValue("_STEP", out string? step), name);
            Assert.True(step is null || (Regex.IsMatch(step, "^[a-z0-9-]+$") && keys.Contains(step)), $"{name}: {step}");
        });
        Assert.Equal(keys.Order(StringComparer.Ordinal), objects.Select(found => found.GetValueOrDefault("_STEP")).OfType<string>().Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Steps_are_the_same_for_both_dialects_and_read_as_toml()
    {
        string text = StepsOf(Example, "shinken");
        Assert.Equal(text, StepsOf(Example, "nagios"));
        Assert.Contains("[steps.nrpe-redhat-openvz]\n", text, StringComparison.Ordinal);
        Assert.Contains("then as root there: touch /var/run/ringfree-checks-may-start && service nrpe start. ", text, StringComparison.Ordinal);
        Assert.Contains("then as root there: touch /var/run/ringfree-checks-may-start && service nagios-nrpe-server start. ", text, StringComparison.Ordinal);
        TomlTable steps = Read(text);
        Assert.All(steps.NamedTables("steps"), step =>
        {
            Assert.NotEmpty(step.Text("meaning").Value);
            Assert.NotEmpty(step.Text("first").Value);
            Assert.All(step.Tables("cases"), found => Assert.NotEmpty(found.Text("output").Value + found.Text("meaning").Value + found.Text("first").Value));
        });
    }

    [Fact]
    public void Every_stock_command_of_the_example_has_words_of_its_own()
    {
        var problems = new Problems();
        IReadOnlyList<TomlTable> commands = TomlFile.Load(Generators.Estate, problems)!.NamedTables("commands");
        Assert.InRange(commands.Count, 10, 50);
        Assert.All(commands, command => Assert.Empty(((string[])["meaning", "first", "runbook_text"]).Except(command.Keys)));
    }

    /// <summary>No step tells on-call to run what hangs, ends calls or opens what is closed.</summary>
    [Fact]
    public void No_step_harms() => Assert.DoesNotMatch(@"systemctl|\bdf -h\b|(?<!not )kill -9|reboot\b|rm -|chmod [0-7]*7", StepsOf(Example, "shinken"));

    /// <summary>A name of a command may hold an underscore, a key may not; what differs keeps a key of its own.</summary>
    [Fact]
    public void Names_that_differ_only_by_an_underscore_keep_their_own_steps()
    {
        EstateModel estate = With("[commands.a_b]\nplugin = \"p\"\non = \"scheduler\"\nmeaning = \"one\"\n[commands.a-b]\nplugin = \"p\"\non = \"scheduler\"\nmeaning = \"two\"\n", "\"a_b\", \"a-b\"");
        TomlTable steps = Read(StepsOf(estate, "nagios"));
        TomlTable[] both = [.. steps.NamedTables("steps").Where(step => step.Name.StartsWith("stock-", StringComparison.Ordinal))];
        Assert.Equal([("stock-a-b", "one"), ("stock-a-b-2", "two")], both.Select(step => (step.Name, step.Text("meaning").Value)));
        string services = SchedulerObjects.Generator.Files(estate, "nagios").Single(file => file.Path == "services/node.cfg").Body;
        Assert.Matches("service_description +a_b\n(?:.*\n)*?    _STEP +stock-a-b\n", services);
        Assert.Matches("service_description +a-b\n(?:.*\n)*?    _STEP +stock-a-b-2\n", services);
    }

    /// <summary>
    /// Shinken tells each contact once when the interval is 0, volatile or not; above 0 each result of a volatile service is told anew. One
    /// that is the check's own tells once a check on Nagios too.
    /// </summary>
    [Theory]
    [InlineData("shinken")]
    [InlineData("nagios")]
    public void The_heartbeat_is_told_with_each_of_its_checks(string dialect)
    {
        Dictionary<string, string> template = SchedulerObjects.Generator.Files(Example, dialect)
            .Where(file => file.Path.StartsWith("templates/", StringComparison.Ordinal))
            .SelectMany(ObjectReader.Read).Single(found => found["name"] == "rf-heartbeat");
        Assert.Equal(("1", "5", "5", "1", "0"),
            (template["is_volatile"], template["check_interval"], template["notification_interval"], template["max_check_attempts"], template["flap_detection_enabled"]));
    }

    [Fact]
    public void Only_what_is_all_or_nothing_silences_others_and_only_while_it_is_critical()
    {
        List<Dictionary<string, string>> dependencies = ObjectReader.Of("dependencies");
        Assert.Equal(
            ["Container", "GlusterFS glusterd", "HAProxy process", "NRPE agent", "SSH agent", "sudo"],
            dependencies.Select(found => found["service_description"]).Distinct().Order(StringComparer.Ordinal));
        Assert.All(dependencies, found =>
        {
            bool isAgent = IsOfAgent(found);
            bool isAsked = found["host_name"] == found["dependent_host_name"] && found["dependent_service_description"] != "SSH login";
            Assert.Equal(
                isAgent ? (isAsked ? "u,c" : "n", "u,c") : found["service_description"] == "Container" ? ("n", "w,u,c") : ("n", "c"),
                (found["execution_failure_criteria"], found["notification_failure_criteria"]));
        });
        // A host that hangs or boots is one page.
        Assert.Equal(
            dependencies.Where(IsOfAgent).Select(found => found["dependent_host_name"]).Distinct().Order(StringComparer.Ordinal),
            dependencies.Where(found => found["dependent_service_description"] == "SSH login").Select(found => found["dependent_host_name"])
                .Append("pbx-dioceses").Order(StringComparer.Ordinal));
        Assert.All(dependencies.Where(found => found["service_description"] == "sudo"), found => Assert.DoesNotContain("Load", found["dependent_service_description"].Split(',')));
    }

    private static bool IsOfAgent(Dictionary<string, string> found) =>
        found["service_description"].EndsWith(" agent", StringComparison.Ordinal);

    [Fact]
    public void An_options_file_names_the_services_of_the_other_concerns_the_latch_and_the_time_after_a_boot()
    {
        // As check_openvz has it.
        Facts openvz = Catalogue.Checks.Single(check => check.Name == "check_openvz");
        Facts patient = openvz.Options.Any(option => option.Name == "--boot-grace") ? openvz
            : openvz with { Options = [.. openvz.Options, new CheckOption("--boot-grace", "DURATION", "after a boot")] };
        Facts[] checks = [.. Catalogue.Checks.Select(check => check.Name == "check_openvz" ? patient : check)];
        var problems = new Problems();
        EstateModel estate = EstateModel.Load(Generators.Estate, checks, problems)!;
        Assert.StartsWith(
            "--only\nservices\n--judged-by\ncontainers=OpenVZ containers\n--judged-by\nbeancounters=OpenVZ "
                + "beancounters\n--judged-by\ndisks=OpenVZ disks\n--judged-by\nmounts=OpenVZ mounts\n"
            + "--judged-by\ntimezone=OpenVZ timezone\n--latch\n15m\n--boot-grace\n20m\n--manifest\n",
            Options(estate, "node002/options/check_openvz.services.options"),
            StringComparison.Ordinal);
        Assert.Contains("--latch\n60m\n", Options(estate, "shinken/options/check_sansay_ha.ha.options"), StringComparison.Ordinal);
        Assert.DoesNotContain("--boot-grace", Options(estate, "storage-atl/options/check_gluster_split.glusterd.options"), StringComparison.Ordinal);
    }

    private static string Options(EstateModel estate, string path) =>
        NodeConfig.Generator.Files(estate, "").Single(file => file.Path == path).Body is var body ? body[(body.IndexOf('\n', StringComparison.Ordinal) + 1)..] : "";

    private static IEnumerable<string> Keys(List<GeneratedFile> files) => Read(files.Single(file => file.Path == "steps.toml").Body).NamedTables("steps").Select(step => step.Name);

    private static string StepsOf(EstateModel estate, string dialect) => SchedulerObjects.Generator.Files(estate, dialect).Single(file => file.Path == "steps.toml").Body;

    private static TomlTable Read(string text)
    {
        var problems = new Problems();
        TomlTable? table = TomlFile.Parse(text, "steps.toml", problems);
        Assert.True(table is not null && !problems.Any, problems.ToString());
        return table;
    }

    private static EstateModel With(string commands, string named) => AcceptedEstate.Of(SampleEstate.With($"""
        {commands}
        [roles.r]
        commands = [{named}]
        [hosts.node]
        address = "192.0.2.2"
        datacenter = "atl"
        roles = ["r"]
        transport = "none"
        """));
}
