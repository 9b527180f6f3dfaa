using System.Text;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Plugin;

/// <summary>
/// The server of a mount by all its names: as it was mounted, the address that the NFS client found for it (<c>addr=</c>), and what
/// /etc/hosts says. Nothing is asked over the network: a name server that is down must not make a mount another one.
/// </summary>
/// <param name="mount">The mount.</param>
/// <param name="hosts">Lines of /etc/hosts: an address and its names.</param>
public sealed class ServerNames(Mount mount, IReadOnlyList<string[]> hosts)
{
    private const string FoundAddress = "addr=";

    private readonly string[] own =
    [
        ServerOf(mount),
        .. mount.Options.Where(option => option.StartsWith(FoundAddress, StringComparison.Ordinal))
            .Select(option => option[FoundAddress.Length..]),
    ];

    /// <summary>Reads /etc/hosts.</summary>
    /// <param name="table">The file.</param>
    /// <returns>Each line's address and names.</returns>
    public static IReadOnlyList<string[]> ParseHosts(ReadOnlySpan<byte> table) =>
    [
        .. Encoding.UTF8.GetString(table).Split('\n')
            .Select(line => line.Split('#')[0].Split([' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries)),
    ];

    /// <summary>The server as the mount names it.</summary>
    /// <param name="mount">The mount.</param>
    /// <returns>Its name or address; empty when the mount names none.</returns>
    public static string ServerOf(Mount mount) => mount.Source[..Math.Max(ColonOf(mount.Source), 0)];

    /// <summary>The volume that is mounted.</summary>
    /// <param name="mount">The mount.</param>
    /// <returns>What follows server and colon, without slashes around it.</returns>
    public static string VolumeOf(Mount mount) => mount.Source[(ColonOf(mount.Source) + 1)..].Trim('/');

    /// <summary>Whether a text is an address; letters of an IPv6 address come with colons.</summary>
    /// <param name="text">A name or an address.</param>
    /// <returns>False for a name.</returns>
    public static bool IsAddress(string text) =>
        text.Contains(':', StringComparison.Ordinal) || (text.Length > 0 && text.All(c => char.IsAsciiDigit(c) || c == '.'));

    /// <summary>Whether the right volume is mounted from a server that names alone do not tell, so that /etc/hosts may.</summary>
    /// <param name="required">What should be mounted.</param>
    /// <param name="mount">What is.</param>
    /// <returns>False where the server does not matter, or is told.</returns>
    public static bool NeedHosts(RequiredMount required, Mount mount) => required is { Volume: not null } && required.IsTypeOf(mount)
        && required.IsVolumeOf(mount) && new ServerNames(mount, []).PlaceIn(required.Servers) < 0;

    /// <summary>Which of the servers it is.</summary>
    /// <param name="servers">Those that a mount may be of.</param>
    /// <returns>Its place; -1 for none.</returns>
    public int PlaceIn(IReadOnlyList<StorageServer> servers)
    {
        int place = PlaceOf(servers, own);
        return place >= 0 ? place : PlaceOf(servers, [.. hosts.Where(line => own.Any(line.Contains)).SelectMany(line => line)]);
    }

    /// <summary>Whether it may be one of the servers that is named another way, and nothing tells.</summary>
    /// <param name="servers">Those that a mount may be of.</param>
    /// <returns>How to name both, with the first such server; null when all servers are known by another address than this one.</returns>
    public string? MayBe(IReadOnlyList<StorageServer> servers)
    {
        bool isAddress = IsAddress(own[0]);
        StorageServer? untold = servers.FirstOrDefault(candidate =>
            !candidate.Names.Any(name => IsAddress(name) == isAddress) && !hosts.Any(line => candidate.Names.Any(line.Contains)));
        return untold is null || (own.Length > 1 && own.Any(IsAddress) && untold.Names.Any(IsAddress)) ? null
            : isAddress ? $"{untold.Name}={own[0]}"
            : $"{own[0]}={untold.Name}";
    }

    // A volume's own name may have a colon behind the slash.
    private static int ColonOf(string source) =>
        source.LastIndexOf(":/", StringComparison.Ordinal) is > 0 and var at ? at : source.LastIndexOf(':');

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
