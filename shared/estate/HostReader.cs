namespace Ringfree.Monitoring.Estate;

/// <summary>Reads <c>[hosts.NAME]</c> and joins each with its datacenter, its roles and the services that they bring.</summary>
internal sealed class HostReader(IReadOnlyList<Labelled> datacenters, IReadOnlyList<Role> roles, string prefix, SchedulerSsh scheduler, Problems problems)
{
    private readonly Dictionary<string, Labelled> datacentersByName = datacenters.ToDictionary(datacenter => datacenter.Name, StringComparer.Ordinal);
    private readonly Dictionary<string, Role> rolesByName = roles.ToDictionary(role => role.Name, StringComparer.Ordinal);
    private readonly List<string> datacenterNames = [.. datacenters.Select(datacenter => datacenter.Name)];

    internal List<EstateHost> Read(TomlTable root)
    {
        IReadOnlyList<TomlTable> tables = root.NamedTables("hosts");
        List<(EstateHost Host, IReadOnlyList<Setting<string>> Parents)> read = [.. tables.Select(ReadHost)];
        Dictionary<string, EstateHost> byName = read.ToDictionary(pair => pair.Host.Name, pair => pair.Host, StringComparer.Ordinal);
        bool areKnown = true;
        foreach ((_, IReadOnlyList<Setting<string>> parents) in read)
        {
            foreach (Setting<string> parent in parents)
            {
                areKnown &= parent.Check(problems, name => byName.ContainsKey(name) ? null : Names.Complaint(name, "the name of a table [hosts.NAME]")).IsSound;
            }
        }

        if (areKnown)
        {
            new ParentLoops(byName, problems).Report(read.Select(pair => (pair.Host, pair.Parents)));
        }

        return [.. read.Select(pair => pair.Host)];
    }

    private (EstateHost Host, IReadOnlyList<Setting<string>> Parents) ReadHost(TomlTable table)
    {
        table.DemandName(problems, Names.HostName);
        string alias = table.Alias(problems);
        string address = table.Text("address").Check(problems, Names.Address).Value;
        string datacenter = table.Choice("datacenter", datacenterNames).Value;
        IReadOnlyList<Setting<string>> named = table.Texts("roles").Value;
        List<Role> held = ReadRoles(named);
        IReadOnlyList<Setting<string>> parents = table.Texts("parents").Value;
        Agent? agent = ReadAgent(table, held);
        var host = new EstateHost
        {
            Name = table.Name,
            Alias = alias,
            Address = address,
            Datacenter = datacentersByName.GetValueOrDefault(datacenter) ?? new Labelled("", ""),
            Roles = held,
            Parents = [.. parents.Select(parent => parent.Value)],
            Agent = agent,
            Services = agent is null ? [] : [.. ServicesOf(held)],
        };
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

    private Agent? ReadAgent(TomlTable table, List<Role> held)
    {
        Setting<string> transport = table.Choice("transport", ["nrpe", "ssh", "none"]);
        bool hasChecks = held.Exists(role => role.Checks.Count > 0);
        if (!transport.IsSound || transport.Value == "none")
        {
            transport.Check(problems, _ => hasChecks
                ? $"given \"none\", but the roles have checks that run on the host ({string.Join(", ", held.Where(role => role.Checks.Count > 0).Select(role => role.Name))}); accepted: \"nrpe\", \"ssh\""
                : null);
            return null;
        }

        Setting<string> os = table.Choice("os", [.. Agent.Families.Keys]);
        Agent stock = Agent.Families.GetValueOrDefault(os.Value) ?? Agent.Families["debian"];
        if (transport.Value == "ssh")
        {
            return ReadSsh(table, transport, stock.OverSsh);
        }

        if (table.OptionalTable("nrpe") is not { } nrpe)
        {
            return stock;
        }

        string user = nrpe.Text("user", stock.User).Check(problems, Names.User).Value;
        return new Agent(
            Transport.Nrpe,
            (int)nrpe.IntegerOr("port", stock.Port, 1, 65535).Value,
            user,
            nrpe.Text("group", user).Check(problems, Names.User).Value,
            nrpe.Text("plugins", stock.PluginFolder).Check(problems, Names.AbsolutePath).Value,
            nrpe.Text("pid_file", stock.PidFile).Check(problems, Names.AbsolutePath).Value);
    }

    private Agent ReadSsh(TomlTable table, Setting<string> transport, Agent stock)
    {
        transport.Check(problems, _ => scheduler.PublicKeys.Count == 0
            ? "is \"ssh\", but scheduler.ssh.public_keys is empty: no key could log in; accepted: the scheduler's public key there"
            : null);
        return table.OptionalTable("ssh") is not { } ssh ? stock : stock with
        {
            Port = (int)ssh.IntegerOr("port", stock.Port, 1, 65535).Value,
            User = ssh.Text("user", stock.User).Check(problems, Names.User).Value,
            PluginFolder = ssh.Text("plugins", stock.PluginFolder).Check(problems, Names.AbsolutePath).Value,
        };
    }

    private IEnumerable<AgentService> ServicesOf(IEnumerable<Role> held) =>
        from role in held
        from check in role.Checks
        from concern in check.Concerns
        select new AgentService(check, concern, prefix);

    // The scheduler and NRPE keep one of two equal names without a word.
    private void DemandDistinct(EstateHost host, TomlTable table)
    {
        HashSet<string> descriptions = new(StringComparer.Ordinal) { Agent.DescriptionOf(Transport.Nrpe), Agent.DescriptionOf(Transport.Ssh) };
        HashSet<string> commands = new(StringComparer.Ordinal);
        foreach (AgentService service in host.Services)
        {
            if (!commands.Add(service.CommandName))
            {
                problems.Report(table.Place, $"its roles bring {service.Check.Facts.Name} {service.Concern.Name} twice; accepted: an instance that tells the two apart");
            }
            else if (!descriptions.Add(service.Description))
            {
                problems.Report(table.Place, $"its roles bring the service \"{service.Description}\" twice; accepted: a title that tells the two apart");
            }
        }
    }
}
