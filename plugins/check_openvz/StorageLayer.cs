using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Plugins.Openvz;

/// <summary>A storage layer that a node must have mounted.</summary>
/// <param name="Path">The mount point.</param>
/// <param name="Type">The file system's type, as /proc/mounts tells it.</param>
/// <param name="Servers">Whose volume it is, the preferred server first; empty when any will do.</param>
/// <param name="Volume">The volume, as it follows the server and colon; null when any will do.</param>
internal sealed record StorageLayer(string Path, string Type, IReadOnlyList<string> Servers, string? Volume)
{
    private const string AcceptedForm = "PATH=TYPE or PATH=TYPE,SERVER:VOLUME with an absolute path and further servers behind vertical bars, such as /vz/dc-atl=nfs,storage-atl:/dc-atl";

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
        string path = parts[0].Length > 1 ? parts[0].TrimEnd('/') : parts[0];
        if (!path.StartsWith('/') || what.Length == 0 || what[0].Length == 0)
        {
            throw new UsageException($"--mount '{text}' is no storage layer; accepted is {AcceptedForm}");
        }

        if (what.Length == 1)
        {
            return new StorageLayer(path, what[0], [], null);
        }

        string[] source = what[1].Split(':', 2);
        string[] servers = source[0].Split('|');
        return source.Length == 2 && source[1].Length > 0 && Array.TrueForAll(servers, server => server.Length > 0)
            ? new StorageLayer(path, what[0], servers, source[1])
            : throw new UsageException($"--mount '{text}': '{what[1]}' is no source; accepted is {AcceptedForm}");
    }
}
