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
        Site site = SiteReader.Read(root, problems);
        Timing timing = TimingReader.Read(root.Table("timing"), problems);
        Scheduler scheduler = SchedulerReader.Read(root.Table("scheduler"), site, problems);
        (List<Route> routes, List<TimePeriod> periods, List<NotificationWay> ways, List<Contact> contacts, List<ContactGroup> groups) = new ContactsReader(root, problems).Read();
        List<StockCommand> commands = [.. root.NamedTables("commands").Select(table => CommandReader.Read(table, site, problems))];
        List<Role> roles = [.. root.NamedTables("roles").Select(table => RoleReader.Read(table, checks, commands, groups, site, timing, problems))];
        List<PlacedDatacenter> datacenters = [.. root.NamedTables("datacenters").Select(table => ReadDatacenter(table, roles, commands, site, timing))];
        MaintenanceReader maintenance = new(root, [.. roles.Select(role => role.Name)], [.. datacenters.Select(placed => placed.Datacenter.Name)], problems);
        List<EstateHost> hosts = new HostReader(datacenters, roles, maintenance, site, scheduler, timing, problems).Read(root);
        Heartbeat? heartbeat = HeartbeatReader.Read(root, hosts, groups, timing, problems);
        DemandSome("hosts", hosts.Count);
        DemandSome("contacts", contacts.Count);
        root.Finish();
        return problems.Any ? null : new EstateModel
        {
            Prefix = site.Prefix,
            Runbooks = site.Runbooks,
            Zone = site.Zone,
            SchedulerPages = site.SchedulerPages,
            IsExample = site.IsExample,
            Timing = timing,
            Scheduler = scheduler,
            Datacenters = [.. datacenters.Select(placed => placed.Datacenter)],
            Roles = roles,
            Hosts = hosts,
            Routes = routes,
            TimePeriods = periods,
            Ways = ways,
            Contacts = contacts,
            ContactGroups = groups,
            Heartbeat = heartbeat,
        };
    }

    private PlacedDatacenter ReadDatacenter(TomlTable table, List<Role> roles, List<StockCommand> commands, Site site, Timing timing)
    {
        table.DemandName(problems, Names.Name);
        string alias = table.Alias(problems);
        IReadOnlyList<Setting<string>> parents = table.Texts("parents").Value;
        Overrides overrides = Overrides.Read(table, roles, areRolesKnown: true, commands, site, timing, problems);
        return new PlacedDatacenter(new Datacenter(table.Name, alias, [.. parents.Select(parent => parent.Value)]), parents, overrides);
    }

    private void DemandSome(string key, int count)
    {
        if (count == 0)
        {
            problems.Report(root.Place with { Key = key }, $"is empty; accepted: at least one table [{key}.NAME]");
        }
    }
}

/// <summary>A datacenter with the places of its parents in the file, and what its hosts have different.</summary>
internal sealed record PlacedDatacenter(Datacenter Datacenter, IReadOnlyList<Setting<string>> Parents, Overrides Overrides);
