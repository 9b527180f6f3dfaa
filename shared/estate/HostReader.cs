using System.Net;

namespace Ringfree.Monitoring.Estate;

/// <summary>Reads <c>[hosts.NAME]</c> and joins each with its datacenter, its roles and the services that they bring.</summary>
internal sealed class HostReader(
    IReadOnlyList<PlacedDatacenter> datacenters, IReadOnlyList<Role> roles, MaintenanceReader maintenance, Site site, Scheduler scheduler, Timing timing, Problems problems)
{
    private static readonly PlacedDatacenter Nowhere = new(new Datacenter("", "", []), [], Overrides.None);

    private readonly Dictionary<string, PlacedDatacenter> datacentersByName = datacenters.ToDictionary(placed => placed.Datacenter.Name, StringComparer.Ordinal);
    private readonly Dictionary<string, Role> rolesByName = roles.ToDictionary(role => role.Name, StringComparer.Ordinal);
    private readonly List<string> datacenterNames = [.. datacenters.Select(placed => placed.Datacenter.Name)];
    private readonly List<string> roleNames = [.. roles.Select(role => role.Name)];
    private readonly Dictionary<string, Place> addressOwners = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Place> namesInAnyCase = new(StringComparer.OrdinalIgnoreCase);

    internal List<EstateHost> Read(TomlTable root)
    {
        IReadOnlyList<TomlTable> tables = root.NamedTables("hosts");
        List<(EstateHost Host, IReadOnlyList<Setting<string>> Parents)> read = [.. tables.Select(ReadHost)];
        Dictionary<string, EstateHost> byName = read.ToDictionary(pair => pair.Host.Name, pair => pair.Host, StringComparer.Ordinal);
        bool areKnown = datacenters.All(placed => AreKnown(placed.Parents, byName));
        foreach ((_, IReadOnlyList<Setting<string>> parents) in read.Where(pair => pair.Parents.Count > 0 && !IsDefault(pair)))
        {
            areKnown &= AreKnown(parents, byName);
        }

        if (areKnown)
        {
            new ParentLoops(byName, problems).Report(read);
        }

        maintenance.DemandKnownHosts(byName);
        return new ContainerReader(tables, site.Prefix, problems).Place([.. read.Select(pair => pair.Host)]);
    }

    private bool IsDefault((EstateHost Host, IReadOnlyList<Setting<string>> Parents) pair) =>
        ReferenceEquals(pair.Parents, datacentersByName.GetValueOrDefault(pair.Host.Datacenter.Name)?.Parents);

    private bool AreKnown(IReadOnlyList<Setting<string>> parents, Dictionary<string, EstateHost> hosts)
    {
        bool areKnown = true;
        foreach (Setting<string> parent in parents)
        {
            areKnown &= parent.Check(problems, name => Names.DeclaredHost(name, hosts)).IsSound;
        }

        return areKnown;
    }

    private (EstateHost Host, IReadOnlyList<Setting<string>> Parents) ReadHost(TomlTable table)
    {
        table.DemandName(problems, Names.HostName);
        DemandOwnName(table);
        string alias = table.Alias(problems);
        string address = ReadAddress(table);
        Setting<string> datacenter = table.Text("datacenter").Check(problems, name => Names.Declared(name, datacenterNames, "datacenters"));
        PlacedDatacenter placed = datacentersByName.GetValueOrDefault(datacenter.Value) ?? Nowhere;
        (List<Role> held, bool areRolesKnown) = ReadRoles(table.Texts("roles"));
        Setting<IReadOnlyList<Setting<string>>> own = table.Texts("parents");

        // The datacenter's own gateway stands before it, not behind itself.
        IReadOnlyList<Setting<string>> parents = own.IsGiven ? own.Value
            : placed.Datacenter.Parents.Contains(table.Name, StringComparer.Ordinal) ? []
            : placed.Parents;
        Agent? agent = new AgentReader(scheduler, problems).Read(table, held);
        Dictionary<string, string> containers = ReadContainers(table);
        Overrides overrides = Overrides.Read(table, held, areRolesKnown, held.SelectMany(role => role.Commands), site, timing, problems);
        var host = new EstateHost
        {
            Name = table.Name,
            Alias = alias,
            Address = address,
            Datacenter = placed.Datacenter,
            Roles = held,
            Parents = ReferenceEquals(parents, placed.Parents) ? placed.Datacenter.Parents : [.. parents.Select(parent => parent.Value)],
            Agent = agent,
            Containers = containers,
            Services = [],
            Maintenance = maintenance.Of(table.Name, held, placed.Datacenter.Name),
        };
        List<HostService> services = [.. ServicesOf(host, placed.Overrides, overrides, ExpandedOn(host, table))];
        ConcernService[] throughSudo = [.. services.OfType<ConcernService>().Where(service => service.Check.Sudo)];
        host = host with { Services = throughSudo.Length == 0 ? services : [new SudoService(throughSudo, site.Prefix), .. services] };
        DemandDistinct(host, table);
        return (host, parents);
    }

    private void DemandOwnName(TomlTable table)
    {
        if (!namesInAnyCase.TryAdd(table.Name, table.Place))
        {
            Place other = namesInAnyCase[table.Name];
            problems.Report(table.Place, $"differs from {other.Key} at line {other.Line} only in upper and lower case: people and file systems take them for one; accepted: another name");
        }
    }

    private string ReadAddress(TomlTable table) => table.Text("address")
        .Check(problems, Names.Address)
        .Check(problems, text => ReservedAddresses.Complaint(text, site.IsExample))
        .Check(problems, text => Taken(text, table))
        .Value;

    private string? Taken(string address, TomlTable table)
    {
        if (addressOwners.TryAdd(Canonical(address), table.Place))
        {
            return null;
        }

        Place owner = addressOwners[Canonical(address)];
        return $"given {TomlText.Quoted(address)}, which {owner.Key} at line {owner.Line} has too; accepted: an address of its own, or one host with the roles of both";
    }

    private static string Canonical(string address) => IPAddress.TryParse(address, out IPAddress? parsed) ? parsed.ToString() : address.ToUpperInvariant();

    private Dictionary<string, string> ReadContainers(TomlTable table)
    {
        Dictionary<string, string> containers = new(StringComparer.Ordinal);
        if (table.OptionalTable("containers") is { } named)
        {
            foreach (string name in named.Keys.ToList())
            {
                Setting<string> id = named.Text(name);
                containers[name] = id.Check(problems, _ => Names.Name(name)).Check(problems, Names.ContainerId).Value;
            }
        }

        return containers;
    }

    private (List<Role> Held, bool AreAllKnown) ReadRoles(Setting<IReadOnlyList<Setting<string>>> named)
    {
        List<Role> held = [];
        bool areKnown = named.IsSound;
        foreach (Setting<string> name in named.Value)
        {
            Role? role = rolesByName.GetValueOrDefault(name.Value);
            areKnown &= role is not null;
            name.Check(problems, text => role is null ? Names.Declared(text, roleNames, "roles")
                : held.Contains(role) ? Names.Complaint(text, "each role once")
                : null);
            if (role is not null && !held.Contains(role))
            {
                held.Add(role);
            }
        }

        return (held, areKnown);
    }

    // One text may stand in several services of a host: what is wrong with it is told once.
    private Func<string, string> ExpandedOn(EstateHost host, TomlTable table)
    {
        HashSet<string> told = new(StringComparer.Ordinal);
        return text => Placeholders.OfHostAndSite(text, host, site, complaint =>
        {
            if (told.Add(complaint))
            {
                problems.Report(table.Place, complaint);
            }
        });
    }

    private IEnumerable<HostService> ServicesOf(EstateHost host, Overrides ofDatacenter, Overrides ofHost, Func<string, string> expanded)
    {
        HashSet<string> commands = new(StringComparer.Ordinal);
        foreach (Role role in host.Roles)
        {
            if (host.Agent is not null)
            {
                foreach (RoleCheck check in role.Checks)
                {
                    RoleCheck deployed = Expand(ofHost.Apply(ofDatacenter.Apply(check)), expanded);
                    foreach (Plugin.Concern concern in check.Concerns)
                    {
                        yield return new ConcernService(deployed, concern, role, site.Prefix);
                    }
                }
            }

            // Two roles may want the same command: it is one service.
            foreach (StockCommand command in role.Commands.Where(command => (host.Agent is not null || command.Runner == Runner.Scheduler) && commands.Add(command.Name)))
            {
                StockCommand deployed = ofHost.Apply(ofDatacenter.Apply(command));
                yield return new CommandService(
                    Expand(deployed, expanded),
                    !ReferenceEquals(deployed, command),
                    role,
                    site.Prefix);
            }
        }
    }

    // One line of the scheduler serves every host: there they stay, and become macros.
    private static StockCommand Expand(StockCommand command, Func<string, string> expanded) =>
        command.Runner == Runner.Scheduler || !command.Arguments.Any(argument => argument.Contains('{', StringComparison.Ordinal)) ? command
        : command with { Arguments = [.. command.Arguments.Select(expanded)] };

    private static RoleCheck Expand(RoleCheck check, Func<string, string> expanded) =>
        !check.Options.Any(option => option.Values.Any(value => value.Contains('{', StringComparison.Ordinal))) ? check : check with
        {
            Options = [.. check.Options.Select(option => option with { Values = [.. option.Values.Select(expanded)] })],
        };

    // The scheduler and NRPE keep one of two equal names without a word.
    private void DemandDistinct(EstateHost host, TomlTable table)
    {
        HashSet<string> descriptions = new(StringComparer.OrdinalIgnoreCase) { Agent.DescriptionOf(Transport.Nrpe), Agent.DescriptionOf(Transport.Ssh) };
        HashSet<string> commands = new(StringComparer.Ordinal);
        foreach (HostService service in host.Services)
        {
            if (!commands.Add(service.CommandName))
            {
                problems.Report(table.Place, service is ConcernService ours
                    ? $"its roles bring {ours.Check.Facts.Name} {ours.Concern.Name} twice; accepted: an instance that tells the two apart"
                    : $"its roles bring the command {service.Subject} and a check of that name; accepted: another name");
            }
            else if (!descriptions.Add(service.Description))
            {
                descriptions.TryGetValue(service.Description, out string? other);
                problems.Report(table.Place, other == service.Description
                    ? $"its roles bring the service \"{other}\" twice; accepted: a title that tells the two apart"
                    : $"its roles bring the services \"{other}\" and \"{service.Description}\", which differ only in upper and lower case; accepted: a title that tells the two apart");
            }
        }
    }
}
