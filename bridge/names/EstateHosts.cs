using Ringfree.Monitoring.Estate;

namespace Ringfree.Monitoring.Bridge;

/// <summary>A host of the estate.</summary>
internal sealed record EstateHostName(string Name, string Datacenter, IReadOnlyList<string> Roles);

/// <summary>The hosts of an estate file: their names, datacenters and roles. The generators judge the rest of the file.</summary>
internal static class EstateHosts
{
    /// <returns>Null when there are problems.</returns>
    public static IReadOnlyList<EstateHostName>? Load(string path, Problems problems)
    {
        if (TomlFile.Load(path, problems) is not { } root)
        {
            return null;
        }

        List<EstateHostName> hosts = [.. root.NamedTables("hosts").Select(host => new EstateHostName(
            host.Name, host.Text("datacenter", "").Value, [.. host.Texts("roles").Value.Select(role => role.Value)]))];
        return problems.Any ? null : hosts;
    }
}
