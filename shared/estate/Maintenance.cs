namespace Ringfree.Monitoring.Estate;

/// <summary>
/// Hours of each week in which hosts are not checked. Nothing is asked and so nothing is told, and what changed meanwhile is found, and
/// told, by the first check after them: hours cut out of the notifications would lose a RECOVERY for good.
/// </summary>
/// <param name="Name">The name; it stands in the name of the remaining timeperiod.</param>
/// <param name="Alias">The words for people. Default: the name.</param>
/// <param name="Hours">When.</param>
public sealed record MaintenanceWindow(string Name, string Alias, Week Hours);

/// <summary>Reads <c>[maintenance.NAME]</c> and tells which windows a host is in.</summary>
internal sealed class MaintenanceReader
{
    private readonly List<Declared> windows;
    private readonly Place place;
    private readonly Problems problems;

    internal MaintenanceReader(TomlTable root, IReadOnlyCollection<string> roles, IReadOnlyCollection<string> datacenters, Problems problems)
    {
        this.problems = problems;
        place = root.Place with { Key = "maintenance" };
        windows = [.. root.NamedTables("maintenance").Select(table =>
        {
            table.DemandName(problems, Names.Name);
            string alias = table.Alias(problems);
            Declared window = new(
                new MaintenanceWindow(table.Name, alias, Week.Read(table, problems)),
                table.Texts("hosts").Value,
                [.. Known(table, "roles", roles)],
                [.. Known(table, "datacenters", datacenters)]);
            if (window.Hosts.Count + window.Roles.Count + window.Datacenters.Count == 0)
            {
                problems.Report(table.Place, "is for nobody; accepted: at least one of hosts, roles, datacenters with names");
            }

            if (window.Window.Hours.Rest.IsEmpty)
            {
                problems.Report(table.Place, "is the whole week: its hosts would never be checked; accepted: hours that leave some");
            }

            return window;
        })];
    }

    internal IReadOnlyList<MaintenanceWindow> Of(string host, IEnumerable<Role> roles, string datacenter) =>
        windows.Count == 0 ? [] : [.. windows
            .Where(window => window.Datacenters.Contains(datacenter) || window.Hosts.Any(named => named.Value == host) || roles.Any(role => window.Roles.Contains(role.Name)))
            .Select(window => window.Window)];

    internal void DemandKnownHosts(IReadOnlyDictionary<string, EstateHost> hosts)
    {
        foreach (Setting<string> host in windows.SelectMany(window => window.Hosts))
        {
            host.Check(problems, name => Names.DeclaredHost(name, hosts));
        }

        foreach (IGrouping<string, EstateHost> together in hosts.Values
            .Where(host => host.Maintenance.Count > 1)
            .GroupBy(host => string.Join('+', host.Maintenance.Select(window => window.Name)), StringComparer.Ordinal)
            .Where(group => Week.Union(group.First().Maintenance.Select(window => window.Hours)).Rest.IsEmpty))
        {
            problems.Report(
                place,
                $"the windows {together.Key} fill the whole week together: {together.First().Name} would never be checked; accepted: hours that leave some");
        }
    }

    private IEnumerable<string> Known(TomlTable table, string key, IReadOnlyCollection<string> known) => table.Texts(key).Value
        .Select(name => name.Check(problems, text => Names.Declared(text, known, key)).Value);

    private sealed record Declared(MaintenanceWindow Window, IReadOnlyList<Setting<string>> Hosts, HashSet<string> Roles, HashSet<string> Datacenters);
}
