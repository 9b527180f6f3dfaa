namespace Ringfree.Monitoring.Estate;

/// <summary>Reads <c>[hosts.NAME]</c> and joins each with its datacenter, its roles and the services that they bring.</summary>
internal sealed class HostReader(
    IReadOnlyList<PlacedDatacenter> datacenters, IReadOnlyList<Role> roles, MaintenanceReader maintenance, string prefix, Scheduler scheduler, Timing timing, Problems problems)
{
    private static readonly PlacedDatacenter Nowhere = new(new Datacenter("", "", []), [], Overrides.None);

    private readonly Dictionary<string, PlacedDatacenter> datacentersByName = datacenters.ToDictionary(placed => placed.Datacenter.Name, StringComparer.Ordinal);
    private readonly Dictionary<string, Role> rolesByName = roles.ToDictionary(role => role.Name, StringComparer.Ordinal);
    private readonly List<string> datacenterNames = [.. datacenters.Select(placed => placed.Datacenter.Name)];

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
        return new ContainerReader(tables, prefix, problems).Place([.. read.Select(pair => pair.Host)]);
    }

    private bool IsDefault((EstateHost Host, IReadOnlyList<Setting<string>> Parents) pair) =>
        ReferenceEquals(pair.Parents, datacentersByName.GetValueOrDefault(pair.Host.Datacenter.Name)?.Parents);

    private bool AreKnown(IReadOnlyList<Setting<string>> parents, Dictionary<string, EstateHost> hosts)
    {
        bool areKnown = true;
        foreach (Setting<string> parent in parents)
        {
            areKnown &= parent.Check(problems, name => hosts.ContainsKey(name) ? null : Names.Complaint(name, "the name of a table [hosts.NAME]")).IsSound;
        }

        return areKnown;
    }

    private (EstateHost Host, IReadOnlyList<Setting<string>> Parents) ReadHost(TomlTable table)
    {
        table.DemandName(problems, Names.HostName);
        string alias = table.Alias(problems);
        string address = table.Text("address").Check(problems, Names.Address).Value;
        PlacedDatacenter placed = datacentersByName.GetValueOrDefault(table.Choice("datacenter", datacenterNames).Value) ?? Nowhere;
        List<Role> held = ReadRoles(table.Texts("roles").Value);
        Setting<IReadOnlyList<Setting<string>>> own = table.Texts("parents");

        // The datacenter's own gateway stands before it, not behind itself.
        IReadOnlyList<Setting<string>> parents = own.IsGiven ? own.Value
            : placed.Datacenter.Parents.Contains(table.Name, StringComparer.Ordinal) ? []
            : placed.Parents;
        Agent? agent = new AgentReader(scheduler, problems).Read(table, held);
        Overrides overrides = Overrides.Read(table, held.SelectMany(role => role.Checks), held.SelectMany(role => role.Commands), timing, problems);
        var host = new EstateHost
        {
            Name = table.Name,
            Alias = alias,
            Address = address,
            Datacenter = placed.Datacenter,
            Roles = held,
            Parents = ReferenceEquals(parents, placed.Parents) ? placed.Datacenter.Parents : [.. parents.Select(parent => parent.Value)],
            Agent = agent,
            Services = [],
            Maintenance = maintenance.Of(table.Name, held, placed.Datacenter.Name),
        };
        List<HostService> services = [.. ServicesOf(host, placed.Overrides, overrides)];
        ConcernService[] throughSudo = [.. services.OfType<ConcernService>().Where(service => service.Check.Sudo)];
        host = host with { Services = throughSudo.Length == 0 ? services : [new SudoService(throughSudo, prefix), .. services] };
        DemandDistinct(host, table);
        return (host, parents);
    }

    private List<Role> ReadRoles(IReadOnlyList<Setting<string>> named)
    {
        List<Role> held = [];
        foreach (Setting<string> name in named)
        {
            if (!rolesByName.TryGetValue(name.Value, out Role? role))
            {
                problems.Report(name.Place, Names.Complaint(name.Value, string.Join(", ", rolesByName.Keys)));
            }
            else if (held.Contains(role))
            {
                problems.Report(name.Place, Names.Complaint(name.Value, "each role once"));
            }
            else
            {
                held.Add(role);
            }
        }

        return held;
    }

    private IEnumerable<HostService> ServicesOf(EstateHost host, Overrides ofDatacenter, Overrides ofHost)
    {
        HashSet<string> commands = new(StringComparer.Ordinal);
        foreach (Role role in host.Roles)
        {
            if (host.Agent is not null)
            {
                foreach (RoleCheck check in role.Checks)
                {
                    RoleCheck deployed = Expand(ofHost.Apply(ofDatacenter.Apply(check)), host);
                    foreach (Plugin.Concern concern in check.Concerns)
                    {
                        yield return new ConcernService(deployed, concern, role, prefix);
                    }
                }
            }

            // Two roles may want the same command: it is one service.
            foreach (StockCommand command in role.Commands.Where(command => (host.Agent is not null || command.Runner == Runner.Scheduler) && commands.Add(command.Name)))
            {
                StockCommand deployed = ofHost.Apply(ofDatacenter.Apply(command));
                yield return new CommandService(deployed, !ReferenceEquals(deployed, command), role, prefix);
            }
        }
    }

    private static RoleCheck Expand(RoleCheck check, EstateHost host) =>
        !check.Options.Any(option => option.Values.Any(value => value.Contains('{', StringComparison.Ordinal))) ? check : check with
        {
            Options = [.. check.Options.Select(option => option with { Values = [.. option.Values.Select(value => Placeholders.Expand(value, host))] })],
        };

    // The scheduler and NRPE keep one of two equal names without a word.
    private void DemandDistinct(EstateHost host, TomlTable table)
    {
        HashSet<string> descriptions = new(StringComparer.Ordinal) { Agent.DescriptionOf(Transport.Nrpe), Agent.DescriptionOf(Transport.Ssh) };
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
                problems.Report(table.Place, $"its roles bring the service \"{service.Description}\" twice; accepted: a title that tells the two apart");
            }
        }
    }
}
