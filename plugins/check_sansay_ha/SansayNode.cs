using Ringfree.Monitoring.Plugin;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Plugins.SansayHa;

/// <summary>One node of the pair, by its own management address.</summary>
/// <param name="Name">What sentences, memory and <c>--expect</c> call it.</param>
/// <param name="Address">Its address as <c>HOST:PORT</c> or <c>[IPV6]:PORT</c>.</param>
internal sealed record SansayNode(string Name, string Address)
{
    internal const string AcceptedForms = "NAME=HOST, NAME=HOST:PORT and NAME=[IPV6]:PORT, the name 1 to 32 letters, digits, dots, hyphens and underscores";
    private const string UsualPort = "8888";
    private const int LongestName = 32;

    /// <summary>The host of the address, without brackets.</summary>
    internal string Host => Address[..Address.LastIndexOf(':')].Trim('[', ']');

    /// <summary>Reads both nodes.</summary>
    /// <exception cref="UsageException">They are not two, not different, or not of an accepted form.</exception>
    internal static IReadOnlyList<SansayNode> ParsePair(IReadOnlyList<string> given)
    {
        SansayNode[] nodes = [.. given.Select(Parse)];
        if (nodes.Length != 2)
        {
            throw new UsageException(
                $"--node was given {(nodes.Length == 1 ? "once" : $"{nodes.Length} times")}; needed are two, each node's own management address: the virtual IP is always answered by the active node, so that asking it alone could never show a failover or a lost standby");
        }

        if (nodes[0].Name == nodes[1].Name)
        {
            throw new UsageException($"--node '{given[1]}' has the name of the other node; accepted are two names");
        }

        return nodes[0].Address.Equals(nodes[1].Address, StringComparison.OrdinalIgnoreCase)
            ? throw new UsageException($"--node '{given[1]}' has the address of the other node; accepted are two addresses, each node's own: one address (such as the virtual IP) is always answered by the active node")
            : nodes;
    }

    private static SansayNode Parse(string text)
    {
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        string name = equals < 0 ? "" : text[..equals];
        string host = text[(equals + 1)..];
        bool isName = name.Length is >= 1 and <= LongestName && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_');
        bool hasPort = host.StartsWith('[') ? host.Contains("]:", StringComparison.Ordinal) : host.Contains(':', StringComparison.Ordinal);
        string address = hasPort ? host : $"{host}:{UsualPort}";
        return isName && !address.StartsWith('/') && SocketAddress.TryParse(address) is { Path: null }
            ? new SansayNode(name, address)
            : throw new UsageException($"--node '{text}' is no node; accepted are {AcceptedForms}");
    }
}
