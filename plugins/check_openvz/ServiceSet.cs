using System.Text;
using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Plugins.Openvz;

/// <summary>A process that is a service.</summary>
/// <param name="Name">As /proc/PID/status tells it: at most 15 bytes.</param>
/// <param name="Script">
/// The program that an interpreter of this name must run, as the last part of a path of its command line; null for any process of the name.
/// </param>
internal sealed record ServiceProcess(string Name, string? Script = null)
{
    /// <summary>Whether the command line tells if it is the service: of an interpreter, and of Asterisk, which may be a console.</summary>
    internal bool IsToldByCommandLine => Script is not null || Name == WatchedContainers.Asterisk;
}

/// <summary>A service and the processes any of which is it.</summary>
/// <param name="Name">What people call it.</param>
/// <param name="Processes">Its processes.</param>
internal sealed record Service(string Name, IReadOnlyList<ServiceProcess> Processes);

/// <summary>Which services a container must run.</summary>
internal sealed class ServiceSet
{
    private const int LongestProcessName = 15;
    private const string ServiceForm = "NAME=PROC, further process names behind vertical bars, each a name without spaces, commas and slashes";
    private const string ContainerForm = "CTID=NAME[,NAME], or CTID= for no service at all; a NAME may bring its process names along, "
        + "NAME=PROC[|PROC]";

    private static readonly string[] Interpreters = ["lua", "lua5.1", "lua5.2", "lua5.3", "lua5.4"];

    /// <summary>Services whose processes have other names than they.</summary>
    private static readonly Service[] Known =
    [
        new("asterisk", [new("asterisk")]),
        new("httpd", [new("httpd"), new("apache2")]),
        new("postfix", [new("master")]),

        // Prosody is a script: the kernel tells the interpreter that it was started with.
        new("prosody", [new("prosody"), .. Interpreters.Select(lua => new ServiceProcess(lua, "prosody"))]),
    ];

    private static readonly IReadOnlyList<Service> Usual = [.. Known.Where(service => service.Name != "prosody")];

    private readonly IReadOnlyList<Service> general;
    private readonly IReadOnlyDictionary<string, IReadOnlyList<Service>> special;
    private readonly Dictionary<Service, int[]> indexes = new(ReferenceEqualityComparer.Instance);

    private ServiceSet(IReadOnlyList<Service> general, IReadOnlyDictionary<string, IReadOnlyList<Service>> special)
    {
        this.general = general;
        this.special = special;
        Service[] all = [.. general.Concat(special.Values.SelectMany(services => services))];
        Processes = [.. all.SelectMany(service => service.Processes).Distinct()];
        foreach (Service service in all)
        {
            List<int> places = [];
            for (int index = 0; index < Processes.Count; index++)
            {
                if (service.Processes.Contains(Processes[index]))
                {
                    places.Add(index);
                }
            }

            indexes[service] = [.. places];
        }
    }

    /// <summary>Every process that any container is asked for.</summary>
    internal IReadOnlyList<ServiceProcess> Processes { get; }

    /// <summary>Containers, by id or name, that have services of their own.</summary>
    internal IEnumerable<string> SpecialContainers => special.Keys;

    internal static ServiceSet Parse(IReadOnlyList<string> services, IReadOnlyList<string> containers)
    {
        Service[] defined = [.. services.Select(text => ParseService(text) ?? throw new UsageException($"--service '{text}' is not a "
            + $"service; accepted is {ServiceForm}"))];
        Dictionary<string, IReadOnlyList<Service>> special = [];
        foreach (string text in containers)
        {
            int equals = text.IndexOf('=', StringComparison.Ordinal);
            string[] names = equals < 0 ? [] : text[(equals + 1)..].Split(',', StringSplitOptions.RemoveEmptyEntries);
            Service?[] own = [.. names.Select(name => name.Contains('=') ? ParseService(name) : Named(name, defined))];
            special[text[..Math.Max(equals, 0)]] = equals < 1 || own.Contains(null)
                ? throw new UsageException($"--container '{text}' is not a container's services; accepted is {ContainerForm}")
                : [.. own.OfType<Service>()];
        }

        return new ServiceSet(services.Count == 0 ? Usual : defined, special);
    }

    /// <summary>Where the processes of a service that a container must run stand among <see cref="Processes"/>.</summary>
    internal int[] IndexesOf(Service service) => indexes[service];

    /// <summary>The services of one container.</summary>
    internal IReadOnlyList<Service> Of(string id, string? name) =>
        special.TryGetValue(id, out IReadOnlyList<Service>? own) || (name is not null && special.TryGetValue(name, out own)) ? own : general;

    private static Service? Named(string name, IReadOnlyList<Service> defined) =>
        !IsName(name) ? null
        : defined.Concat(Known).FirstOrDefault(service => service.Name == name) ?? new Service(name, [new ServiceProcess(Cut(name))]);

    private static Service? ParseService(string text)
    {
        string[] parts = text.Split('=', 2);
        string[] processes = parts.Length < 2 ? [] : parts[1].Split('|');
        return processes.Length > 0 && IsName(parts[0]) && Array.TrueForAll(processes, IsName)
            ? new Service(parts[0], [.. processes.Select(name => new ServiceProcess(Cut(name)))])
            : null;
    }

    private static bool IsName(string text) => text.Length > 0 && !text.Any(c => char.IsWhiteSpace(c) || char.IsControl(c) || c is ',' or '/' or '|' or '=');

    /// <summary>The kernel keeps 15 bytes of a process's name.</summary>
    private static string Cut(string name)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(name);
        return bytes.Length <= LongestProcessName ? name : Encoding.UTF8.GetString(bytes, 0, LongestProcessName);
    }
}
