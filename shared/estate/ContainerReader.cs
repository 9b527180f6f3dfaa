namespace Ringfree.Monitoring.Estate;

/// <summary>Reads the key <c>container</c> of <c>[hosts.NAME]</c> and joins each such host with the node that carries it.</summary>
internal sealed class ContainerReader(IReadOnlyList<TomlTable> tables, string prefix, Problems problems)
{
    private readonly HashSet<string> taken = new(StringComparer.Ordinal);

    internal List<EstateHost> Place(List<EstateHost> hosts)
    {
        Dictionary<string, EstateHost> byName = hosts.ToDictionary(host => host.Name, StringComparer.Ordinal);
        List<Placed> placed = [.. tables.Select(table => Read(table, byName)).OfType<Placed>()];
        foreach (EstateHost node in hosts)
        {
            if (placed.Count == 0 || ContainerService.OfAll(node) is not { } all)
            {
                continue;
            }

            List<Placed> carried = [.. placed.Where(one => one.Node == node)];
            IEnumerable<Placed> elsewhere = placed
                .Where(one => one.Node != node && carried.TrueForAll(own => own.Id != one.Id))
                .DistinctBy(one => one.Id);
            byName[node.Name] = node with
            {
                Services = [.. node.Services.Select(service => !ReferenceEquals(service, all) ? service : all with
                {
                    MoreArguments =
                    [
                        .. carried.SelectMany(one => ContainerService.Ignore(one.Id)),
                        .. elsewhere.SelectMany(one => ContainerService.Home(one.Id, one.Node)),
                    ],
                })],
                Carried = [.. carried.Select(one => ContainerService.Of(one.Id, all, prefix))],
            };
        }

        foreach ((EstateHost host, EstateHost node, string id) in placed)
        {
            EstateHost carrier = byName[node.Name];
            byName[host.Name] = host with
            {
                Container = new ContainerPlace(id, carrier),
                Services = [carrier.Carried.First(service => service.Id == id), .. host.Services],
            };
        }

        return [.. hosts.Select(host => byName[host.Name])];
    }

    private Placed? Read(TomlTable table, Dictionary<string, EstateHost> hosts)
    {
        Setting<string?> id = table.OptionalText("container").Check(problems, given => given is null ? null : Names.Ctid(given));
        if (id is not { IsGiven: true, IsSound: true, Value: { } ctid })
        {
            return null;
        }

        EstateHost host = hosts[table.Name];
        EstateHost? node = host.Parents is [var parent] ? hosts.GetValueOrDefault(parent) : null;
        id = id.Check(problems, _ => node is not null && ContainerService.OfAll(node) is not null ? null
            : "is a container, so its node must be its only parent, with a role that has check_openvz and its concern containers; "
                + $"given parents: {(host.Parents.Count == 0 ? "none" : string.Join(", ", host.Parents))}");
        id = id.Check(problems, _ => host.Services.All(service => service.Description != "Container")
            ? null
            : $"brings the service \"Container\", and the roles of {host.Name} bring another of that name; accepted: another title there");
        id = id.Check(problems, _ => taken.Add($"{node!.Name}/{ctid}")
            ? null
            : Names.Complaint(ctid, $"a CTID that no other host on {node.Name} has"));
        return id.IsSound ? new Placed(host, node!, ctid) : null;
    }

    private sealed record Placed(EstateHost Host, EstateHost Node, string Id);
}
