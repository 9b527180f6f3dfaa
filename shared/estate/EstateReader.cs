using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Estate;

/// <summary>
/// From the root table of an estate file to the estate. Everything is read, also after a problem, so that one run finds every mistake; the
/// order of the steps follows the references between the tables.
/// </summary>
internal sealed class EstateReader(TomlTable root, IReadOnlyList<Facts> checks, Problems problems)
{
    internal EstateModel? Read()
    {
        TomlTable site = root.Table("site");
        string prefix = site.Text("prefix", "rf-").Check(problems, Names.Prefix).Value;
        string runbooks = site.Text("runbooks").Check(problems, Names.Url).Value;
        Timing timing = TimingReader.Read(root.Table("timing"), problems);
        Scheduler scheduler = ReadScheduler(root.Table("scheduler"));
        List<Labelled> datacenters = [.. root.NamedTables("datacenters").Select(ReadLabelled)];
        List<Role> roles = [.. root.NamedTables("roles").Select(table => RoleReader.Read(table, checks, timing, problems))];
        List<EstateHost> hosts = new HostReader(datacenters, roles, prefix, scheduler.Ssh, problems).Read(root);
        List<Route> routes = [.. root.NamedTables("routes").Select(ReadRoute)];
        List<Contact> contacts = [.. root.NamedTables("contacts").Select(table => ReadContact(table, routes))];
        DemandSome("hosts", hosts.Count);
        DemandSome("contacts", contacts.Count);
        root.Finish();
        return problems.Any ? null : new EstateModel
        {
            Prefix = prefix,
            Runbooks = runbooks,
            Timing = timing,
            Scheduler = scheduler,
            Datacenters = datacenters,
            Roles = roles,
            Hosts = hosts,
            Routes = routes,
            Contacts = contacts,
        };
    }

    private Scheduler ReadScheduler(TomlTable table)
    {
        Setting<IReadOnlyList<Setting<string>>> addresses = table.Texts("addresses");
        if (addresses.IsSound && addresses.Value.Count == 0)
        {
            problems.Report(addresses.Place, "is missing or empty; NRPE would answer everybody: give each address that the scheduler asks from");
        }

        TomlTable hostCheck = table.Table("host_check");
        return new Scheduler(
            [.. addresses.Value.Select(address => address.Check(problems, Names.SchedulerAddress).Value)],
            table.Text("plugins").Check(problems, Names.AbsolutePath).Value,
            new HostCheck(
                hostCheck.Text("plugin", "check_icmp").Check(problems, Names.FileName).Value,
                [.. hostCheck.Texts("arguments").Value.Select(argument => argument.Check(problems, Names.SchedulerArgument).Value)]),
            ReadSchedulerSsh(table.Table("ssh")));
    }

    private SchedulerSsh ReadSchedulerSsh(TomlTable table) => new(
        [.. table.Texts("public_keys").Value.Select(key => key.Check(problems, Names.SshPublicKey).Value)],
        table.Text("identity", "/etc/ringfree/ssh/identity").Check(problems, Names.AbsolutePath).Value,
        table.Text("known_hosts", "/etc/ringfree/ssh/known_hosts").Check(problems, Names.AbsolutePath).Value);

    private Labelled ReadLabelled(TomlTable table)
    {
        table.DemandName(problems, Names.Name);
        return new Labelled(table.Name, table.Alias(problems));
    }

    private Route ReadRoute(TomlTable table)
    {
        table.DemandName(problems, Names.Name);
        return new Route(
            table.Name,
            table.Text("bridge", "/usr/local/bin/pagerduty-bridge").Check(problems, Names.AbsolutePath).Value,
            table.Text("config", "/etc/ringfree/pagerduty-bridge.toml").Check(problems, Names.AbsolutePath).Value);
    }

    private Contact ReadContact(TomlTable table, List<Route> routes)
    {
        table.DemandName(problems, Names.Name);
        string alias = table.Alias(problems);
        string route = table.Choice("route", [.. routes.Select(route => route.Name)]).Value;
        return new Contact(table.Name, alias, routes.Find(known => known.Name == route) ?? new Route("", "", ""));
    }

    private void DemandSome(string key, int count)
    {
        if (count == 0)
        {
            problems.Report(root.Place with { Key = key }, $"is empty; accepted: at least one table [{key}.NAME]");
        }
    }
}
