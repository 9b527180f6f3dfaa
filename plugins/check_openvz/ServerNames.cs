using System.Text;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Plugins.Openvz;

/// <summary>
/// The server of a mount by all its names: as it was mounted, the address that the NFS client found for it (<c>addr=</c>), and what
/// /etc/hosts says. Nothing is asked over the network: a name server that is down must not make a mount another one.
/// </summary>
internal sealed class ServerNames(Judgement judgement, Mount mount, string server)
{
    private const string FoundAddress = "addr=";

    private readonly string[] own =
    [
        server,
        .. mount.Options.Where(option => option.StartsWith(FoundAddress, StringComparison.Ordinal))
            .Select(option => option[FoundAddress.Length..]),
    ];

    private List<string[]>? hosts;

    /// <summary>Lines of /etc/hosts: an address and its names. Read when names alone do not tell.</summary>
    private List<string[]> Hosts => hosts ??= ReadHosts();

    /// <summary>Letters of an IPv6 address come with colons.</summary>
    internal static bool IsAddress(string text) =>
        text.Contains(':', StringComparison.Ordinal) || (text.Length > 0 && text.All(c => char.IsAsciiDigit(c) || c == '.'));

    /// <summary>Which of the servers it is; -1 for none.</summary>
    internal int PlaceIn(IReadOnlyList<StorageServer> servers)
    {
        int place = PlaceOf(servers, own);
        return place >= 0 ? place : PlaceOf(servers, [.. Hosts.Where(line => own.Any(line.Contains)).SelectMany(line => line)]);
    }

    /// <summary>Whether it may be one of the servers that is named another way, and nothing tells.</summary>
    /// <returns>How to name both, with the first such server; null when all servers are known by another address than this one.</returns>
    internal string? MayBe(IReadOnlyList<StorageServer> servers)
    {
        bool isAddress = IsAddress(own[0]);
        StorageServer? untold = servers.FirstOrDefault(candidate =>
            !candidate.Names.Any(name => IsAddress(name) == isAddress) && !Hosts.Any(line => candidate.Names.Any(line.Contains)));
        return untold is null || own.Length > 1 && own.Any(IsAddress) && untold.Names.Any(IsAddress) ? null
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

    private List<string[]> ReadHosts()
    {
        List<string[]> lines = [];
        FilesQuestion file = new(judgement.Options.Root + "/etc/hosts") { FollowsLinks = true, LargestFile = 1024 * 1024 };
        judgement.Run.World.Read(file, (_, content, _) =>
        {
            foreach (string line in Encoding.UTF8.GetString(content).Split('\n'))
            {
                lines.Add(line.Split('#')[0].Split([' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries));
            }
        });
        return lines;
    }
}
