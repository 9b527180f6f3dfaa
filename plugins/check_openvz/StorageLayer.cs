using Ringfree.Monitoring.Plugin;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Plugins.Openvz;

/// <summary>A server of storage.</summary>
/// <param name="Name">What people call it.</param>
/// <param name="Names">This name, and its address where the option tells it.</param>
internal sealed record StorageServer(string Name, IReadOnlyList<string> Names);

/// <summary>A storage layer that a node must have mounted.</summary>
/// <param name="Path">The mount point.</param>
/// <param name="Type">The file system's type, as /proc/mounts tells it.</param>
/// <param name="Servers">Whose volume it is, the preferred server first, each by its name and address; empty when any will do.</param>
/// <param name="Volume">The volume, as it follows the server and colon; null when any will do.</param>
internal sealed record StorageLayer(string Path, string Type, IReadOnlyList<StorageServer> Servers, string? Volume)
{
    private const string AcceptedForm = "PATH=TYPE or PATH=TYPE,SERVER:VOLUME with an absolute path, further servers behind vertical bars "
        + "and a server's address behind its name, such as /vz/dc-atl=nfs,storage-atl=192.0.2.41|storage-dal:/dc-atl";

    /// <summary>Whether a mount is of the layer's type; nfs4 is nfs.</summary>
    internal bool IsTypeOf(Mount mount) => mount.Type == Type || (Type == "nfs" && mount.Type == "nfs4");

    /// <summary>Whether a mount holds the layer's volume, from any server.</summary>
    internal bool IsVolumeOf(Mount mount) =>
        Volume is null || mount.Source[(mount.Source.LastIndexOf(':') + 1)..].TrimStart('/') == Volume.TrimStart('/');

    internal static IReadOnlyList<StorageLayer> ParseAll(IReadOnlyList<string> texts)
    {
        List<StorageLayer> layers = [];
        foreach (string text in texts)
        {
            StorageLayer layer = Parse(text);
            if (layers.Exists(known => known.Path == layer.Path))
            {
                throw new UsageException($"--mount '{text}' names {layer.Path} a second time; accepted is each path once");
            }

            layers.Add(layer);
        }

        return layers;
    }

    private static StorageLayer Parse(string text)
    {
        string[] parts = text.Split('=', 2);
        string[] what = parts.Length < 2 ? [] : parts[1].Split(',', 2);
        string path = MountTable.NormalPath(parts[0]);
        if (!path.StartsWith('/') || what.Length == 0 || what[0].Length == 0)
        {
            throw new UsageException($"--mount '{text}' is no storage layer; accepted is {AcceptedForm}");
        }

        if (what.Length == 1)
        {
            return new StorageLayer(path, what[0], [], null);
        }

        int colon = what[1].LastIndexOf(':');
        string[][] servers = [.. what[1][..Math.Max(colon, 0)].Split('|').Select(server => server.Split('=', 2))];
        bool areNamed = Array.TrueForAll(servers, names => Array.TrueForAll(names, name => name.Length > 0));
        return colon > 0 && colon < what[1].Length - 1 && areNamed
            ? new StorageLayer(path, what[0], [.. servers.Select(names => new StorageServer(names[0], names))], what[1][(colon + 1)..])
            : throw new UsageException($"--mount '{text}': '{what[1]}' is no source; accepted is {AcceptedForm}");
    }
}
