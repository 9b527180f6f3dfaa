using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Plugins.Openvz;

/// <summary>
/// The server of a mount by all its names: as it was mounted, the address that the NFS client found for it (<c>addr=</c>), and what
/// /etc/hosts says. Nothing is asked over the network: a name server that is down must not make a mount another one.
/// </summary>
/// <param name="mount">The mount.</param>
/// <param name="hosts">Lines of /etc/hosts: an address and its names.</param>
internal sealed class ServerNames(Mount mount, IReadOnlyList<string[]> hosts)
{
    private const string FoundAddress = "addr=";

    private readonly string[] own =
    [
        ServerOf(mount),
        .. mount.Options.Where(option => option.StartsWith(FoundAddress, StringComparison.Ordinal))
            .Select(option => option[FoundAddress.Length..]),
    ];

    /// <summary>The server as the mount names it; empty when it names none.</summary>
    internal static string ServerOf(Mount mount) => mount.Source[..Math.Max(mount.Source.LastIndexOf(':'), 0)];

    /// <summary>Letters of an IPv6 address come with colons.</summary>
    internal static bool IsAddress(string text) =>
        text.Contains(':', StringComparison.Ordinal) || (text.Length > 0 && text.All(c => char.IsAsciiDigit(c) || c == '.'));

    /// <summary>Whether a layer of the right kind is mounted from a server that names alone do not tell, so that /etc/hosts may.</summary>
    internal static bool NeedHosts(OpenvzSettings settings, IReadOnlyDictionary<string, Mount> table) => settings.Layers.Any(layer =>
        table.TryGetValue(settings.Root + layer.Path, out Mount? mount) && layer is { Volume: not null } && layer.IsTypeOf(mount)
        && layer.IsVolumeOf(mount) && new ServerNames(mount, []).PlaceIn(layer.Servers) < 0);

    /// <summary>Which of the servers it is; -1 for none.</summary>
    internal int PlaceIn(IReadOnlyList<StorageServer> servers)
    {
        int place = PlaceOf(servers, own);
        return place >= 0 ? place : PlaceOf(servers, [.. hosts.Where(line => own.Any(line.Contains)).SelectMany(line => line)]);
    }

    /// <summary>Whether it may be one of the servers that is named another way, and nothing tells.</summary>
    /// <returns>How to name both, with the first such server; null when all servers are known by another address than this one.</returns>
    internal string? MayBe(IReadOnlyList<StorageServer> servers)
    {
        bool isAddress = IsAddress(own[0]);
        StorageServer? untold = servers.FirstOrDefault(candidate =>
            !candidate.Names.Any(name => IsAddress(name) == isAddress) && !hosts.Any(line => candidate.Names.Any(line.Contains)));
        return untold is null || (own.Length > 1 && own.Any(IsAddress) && untold.Names.Any(IsAddress)) ? null
            : isAddress ? $"{untold.Name}={own[0]}"
            : $"{own[0]}={untold.Name}";
    }

    private static int PlaceOf(IReadOnlyList<StorageServer> servers, IReadOnlyList<string> names)
    {
        for (int index = 0; index < servers.Count; index++)
        {
            if (servers[index].Names.Any(names.Contains))
            {
                return index;
            }
        }

        return -1;
    }
}
