using Ringfree.Monitoring.Estate;

namespace Ringfree.Monitoring.Bridge;

/// <summary>
/// The hosts and services that something is known of. The store knows only what has notified once; the scheduler's state, its objects and
/// the estate know all.
/// </summary>
internal sealed class KnownNames
{
    private const int MostListed = 8;

    private readonly Dictionary<string, SortedSet<string>> services = new(StringComparer.Ordinal);
    private readonly HashSet<string> everywhere = new(StringComparer.Ordinal);
    private readonly List<string> sources = [];

    /// <summary>What was asked, with the number of hosts that it knows: <c>the store (12 hosts)</c>.</summary>
    public IReadOnlyList<string> Sources => sources;

    /// <summary>True when a source was asked that knows also the hosts that never notified.</summary>
    public bool IsWhole { get; private set; }

    public IEnumerable<string> Hosts => services.Keys.Order(StringComparer.Ordinal);

    /// <summary>What the store knows.</summary>
    public static KnownNames Of(Store store)
    {
        var names = new KnownNames();
        names.Add("the store", store.Table.Select(
            IncidentFilter.All, incident => incident.Kind == IncidentKind.Scheduler ? incident.Members : null)
            .SelectMany(members => members).Select(member => (member.Host, member.Service)));
        return names;
    }

    /// <summary>Adds what a source that knows every host says; an empty service is the host itself.</summary>
    public void AddWhole(string source, IEnumerable<(string Host, string Service)> names)
    {
        IsWhole = true;
        Add(source, names);
    }

    /// <summary>
    /// Adds what object files define. A service whose hosts come from elsewhere (a group, a template) counts for every host.
    /// </summary>
    public void AddObjects(string folder, IReadOnlyList<ObjectDefinition> objects)
    {
        List<ObjectDefinition> real = [.. objects.Where(one => one["register"] != "0")];
        AddWhole(
            $"the objects in {folder}",
            [
                .. real.Where(one => one.Kind == "host").Select(host => (host["host_name"], "")).Where(host => host.Item1.Length > 0),
                .. real.Where(one => one.Kind == "service")
                    .SelectMany(service => service.Names("host_name").Select(host => (host, service["service_description"]))),
            ]);
        everywhere.UnionWith(real.Where(one => one.Kind == "service" && one["host_name"].Length == 0)
            .Select(service => service["service_description"]));
    }

    /// <summary>The hosts that one of a list names or fits.</summary>
    public string[] HostsOf(string list) => [.. Hosts.Where(host => NamePatterns.Match(list, host))];

    /// <summary>The services of a host; those of every host included.</summary>
    public IReadOnlyCollection<string> ServicesOf(string host) =>
        [.. (services.TryGetValue(host, out SortedSet<string>? own) ? own : []).Union(everywhere, StringComparer.Ordinal)];

    /// <summary>
    /// What was probably meant, for a host or service that is not known: <c>did you mean web1?</c>; empty when nothing is near.
    /// </summary>
    public string Hint(string host, string service)
    {
        if (!services.ContainsKey(host))
        {
            return NearestWord.Of(host, Hosts) is { } near
                ? $"did you mean {Describe.Name(near, NearestService(near, service) ?? service)}?"
                : "";
        }

        return service.Length == 0 ? ""
            : NearestService(host, service) is { } meant ? $"did you mean {Describe.Name(host, meant)}?"
            : ServicesOf(host) is { Count: > 0 } all
                ? $"{host} has {string.Join(", ", all.Take(MostListed))}"
                    + (all.Count > MostListed ? $" and {all.Count - MostListed} more" : "")
            : "";
    }

    private string? NearestService(string host, string service) => NearestWord.Of(service, ServicesOf(host));

    private void Add(string source, IEnumerable<(string Host, string Service)> names)
    {
        var hosts = new HashSet<string>(StringComparer.Ordinal);
        foreach ((string host, string service) in names)
        {
            hosts.Add(host);
            SortedSet<string> own = services.TryGetValue(host, out SortedSet<string>? known) ? known
                : services[host] = new SortedSet<string>(StringComparer.Ordinal);
            if (service.Length > 0)
            {
                own.Add(service);
            }
        }

        sources.Add($"{source} ({hosts.Count} {(hosts.Count == 1 ? "host" : "hosts")})");
    }
}
