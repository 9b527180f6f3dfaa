using System.Text;
using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Plugins.Openvz;

/// <summary>A service and the names of the processes any of which is it.</summary>
/// <param name="Name">What people call it.</param>
/// <param name="Processes">As /proc/PID/status tells them: at most 15 bytes.</param>
internal sealed record Service(string Name, IReadOnlyList<string> Processes);

/// <summary>Which services a container must run.</summary>
internal sealed class ServiceSet
{
    private const int LongestProcessName = 15;
    private const string ServiceForm = "NAME=PROC, further process names behind vertical bars, each a name without spaces, commas and slashes";
    private const string ContainerForm = "CTID=NAME[,NAME], or CTID= for no service at all";

    private static readonly Service[] Usual = [new("asterisk", ["asterisk"]), new("httpd", ["httpd", "apache2"]), new("postfix", ["master"])];

    private readonly IReadOnlyList<Service> general;
    private readonly IReadOnlyDictionary<string, IReadOnlyList<Service>> special;

    private ServiceSet(IReadOnlyList<Service> general, IReadOnlyDictionary<string, IReadOnlyList<Service>> special)
    {
        this.general = general;
        this.special = special;
        ProcessNames = [.. general.Concat(special.Values.SelectMany(services => services)).SelectMany(service => service.Processes).Distinct().Select(Encoding.UTF8.GetBytes)];
    }

    /// <summary>Every process name that any container is asked for.</summary>
    internal IReadOnlyList<byte[]> ProcessNames { get; }

    /// <summary>Containers, by id or name, that have services of their own.</summary>
    internal IEnumerable<string> SpecialContainers => special.Keys;

    internal static ServiceSet Parse(IReadOnlyList<string> services, IReadOnlyList<string> containers)
    {
        IReadOnlyList<Service> general = services.Count == 0 ? Usual : [.. services.Select(ParseService)];
        Dictionary<string, IReadOnlyList<Service>> special = [];
        foreach (string text in containers)
        {
            int equals = text.IndexOf('=', StringComparison.Ordinal);
            string[] names = equals < 0 ? [] : text[(equals + 1)..].Split(',', StringSplitOptions.RemoveEmptyEntries);
            if (equals < 1 || !Array.TrueForAll(names, IsName))
            {
                throw new UsageException($"--container '{text}' is not a container's services; accepted is {ContainerForm}");
            }

            special[text[..equals]] = [.. names.Select(name => general.Concat(Usual).FirstOrDefault(service => service.Name == name) ?? new Service(name, [Cut(name)]))];
        }

        return new ServiceSet(general, special);
    }

    /// <summary>The services of one container.</summary>
    internal IReadOnlyList<Service> Of(string id, string? name) =>
        special.TryGetValue(id, out IReadOnlyList<Service>? own) || (name is not null && special.TryGetValue(name, out own)) ? own : general;

    private static Service ParseService(string text)
    {
        string[] parts = text.Split('=', 2);
        string[] processes = parts.Length < 2 ? [] : parts[1].Split('|');
        return processes.Length > 0 && IsName(parts[0]) && Array.TrueForAll(processes, IsName)
            ? new Service(parts[0], [.. processes.Select(Cut)])
            : throw new UsageException($"--service '{text}' is not a service; accepted is {ServiceForm}");
    }

    private static bool IsName(string text) => text.Length > 0 && !text.Any(c => char.IsWhiteSpace(c) || char.IsControl(c) || c is ',' or '/' or '|' or '=');

    /// <summary>The kernel keeps 15 bytes of a process's name.</summary>
    private static string Cut(string name)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(name);
        return bytes.Length <= LongestProcessName ? name : Encoding.UTF8.GetString(bytes, 0, LongestProcessName);
    }
}
