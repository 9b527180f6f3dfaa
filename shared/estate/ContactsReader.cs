namespace Ringfree.Monitoring.Estate;

/// <summary>
/// Reads <c>[routes]</c>, <c>[timeperiods]</c>, <c>[ways]</c>, <c>[contacts]</c> and <c>[contactgroups]</c>, in the order of their
/// references.
/// </summary>
internal sealed class ContactsReader(TomlTable root, Problems problems)
{
    private static readonly Route NoRoute = new("", "", "");

    internal (List<Route> Routes, List<TimePeriod> Periods, List<NotificationWay> Ways, List<Contact> Contacts, List<ContactGroup> Groups) Read()
    {
        List<Route> routes = [.. root.NamedTables("routes").Select(ReadRoute)];
        List<TimePeriod> periods = [.. root.NamedTables("timeperiods").Select(ReadPeriod)];
        List<NotificationWay> ways = [.. root.NamedTables("ways").Select(table => ReadWay(table, routes, periods))];
        List<Contact> contacts = [.. root.NamedTables("contacts").Select(table => ReadContact(table, ways))];
        List<ContactGroup> groups = [.. root.NamedTables("contactgroups").Select(table => ReadGroup(table, contacts))];
        if (groups.Count == 0)
        {
            groups.Add(new ContactGroup(ContactGroup.OnCall, "On call", contacts));
        }
        else if (!groups.Exists(group => group.Name == ContactGroup.OnCall))
        {
            problems.Report(root.Table("contactgroups").Place, $"lacks {ContactGroup.OnCall}, which is told of every role that names no group; accepted: a table [contactgroups.{ContactGroup.OnCall}] too");
        }

        return (routes, periods, ways, contacts, groups);
    }

    private Route ReadRoute(TomlTable table)
    {
        table.DemandName(problems, Names.Name);
        return new Route(
            table.Name,
            table.Text("bridge", "/usr/local/bin/pagerduty-bridge").Check(problems, Names.AbsolutePath).Value,
            table.Text("config", "/etc/ringfree/pagerduty-bridge.toml").Check(problems, Names.AbsolutePath).Value);
    }

    private TimePeriod ReadPeriod(TomlTable table)
    {
        table.DemandName(problems, Names.PeriodName);
        return new TimePeriod(table.Name, table.Alias(problems), Week.Read(table, problems));
    }

    private NotificationWay ReadWay(TomlTable table, List<Route> routes, List<TimePeriod> periods)
    {
        table.DemandName(problems, Names.Name);
        string route = table.Text("route").Check(problems, given => Names.Declared(given, [.. routes.Select(known => known.Name)], "routes")).Value;
        Setting<string?> period = table.OptionalText("period")
            .Check(problems, given => given is null ? null : Names.Declared(given, [.. periods.Select(known => known.Name)], "timeperiods"));
        List<string> services = ReadStates(table, "services", ["warning", "unknown", "critical"]);
        List<string> hosts = ReadStates(table, "hosts", ["down"]);
        if (services.Count + hosts.Count == 0)
        {
            problems.Report(table.Place, "tells nothing; accepted: at least one state in services or hosts");
        }

        return new NotificationWay(
            table.Name, routes.Find(known => known.Name == route) ?? NoRoute, periods.Find(known => known.Name == period.Value), services, hosts);
    }

    private List<string> ReadStates(TomlTable table, string key, string[] all)
    {
        Setting<IReadOnlyList<Setting<string>>> given = table.Texts(key);
        return !given.IsGiven ? [.. all] : [.. all.Intersect(
            given.Value.Select(state => state.Check(problems, text => all.Contains(text, StringComparer.Ordinal) ? null : Names.Complaint(text, string.Join(", ", all))).Value),
            StringComparer.Ordinal)];
    }

    private Contact ReadContact(TomlTable table, List<NotificationWay> ways)
    {
        table.DemandName(problems, Names.Name);
        return new Contact(table.Name, table.Alias(problems), ReadReferences(table, "ways", ways, way => way.Name));
    }

    private ContactGroup ReadGroup(TomlTable table, List<Contact> contacts)
    {
        table.DemandName(problems, Names.Name);
        return new ContactGroup(table.Name, table.Alias(problems), ReadReferences(table, "contacts", contacts, contact => contact.Name));
    }

    private List<T> ReadReferences<T>(TomlTable table, string key, List<T> known, Func<T, string> nameOf)
    {
        Setting<IReadOnlyList<Setting<string>>> given = table.Texts(key);
        List<string> names = [.. known.Select(nameOf)];
        List<T> found = [.. given.Value
            .Select(name => name.Check(problems, text => Names.Declared(text, names, key)))
            .Select(name => known.Find(one => nameOf(one) == name.Value)).OfType<T>().Distinct()];
        given.Check(problems, list => list.Count > 0 ? null
            : $"is missing or empty; accepted: {(names.Count == 0 ? $"nothing: there is no table [{key}.NAME]" : $"at least one of {string.Join(", ", names)}")}");
        return found;
    }
}
