using Ringfree.Monitoring.Estate;

namespace Ringfree.Monitoring.Bridge;

/// <summary>What maintenance start was asked to cover. Options narrow each other; the values of one are alternatives.</summary>
/// <param name="Hosts">Names or patterns.</param>
/// <param name="Services">Names or patterns.</param>
/// <param name="Roles">Of the estate.</param>
/// <param name="Datacenters">Of the estate.</param>
/// <param name="IsEverything">The word --everything was given.</param>
/// <param name="EstateFile">Where roles and datacenters stand; null when not given.</param>
/// <param name="ObjectsFolder">The scheduler's object files; null when not given.</param>
/// <param name="AllowsUnknown">Names that nothing is known of are accepted.</param>
internal sealed record MaintenanceScope(
    IReadOnlyList<string> Hosts, IReadOnlyList<string> Services, IReadOnlyList<string> Roles, IReadOnlyList<string> Datacenters,
    bool IsEverything, string? EstateFile, string? ObjectsFolder, bool AllowsUnknown)
{
    private bool AsksEstate => Roles.Count + Datacenters.Count > 0;

    /// <summary>What is wrong with the command line; null when nothing is.</summary>
    public string? Complaint()
    {
        bool isNarrowed = Hosts.Count > 0 || AsksEstate;
        string? tooWide = Hosts.FirstOrDefault(host => !host.Any(char.IsLetterOrDigit));
        return IsEverything && (isNarrowed || Services.Count > 0) ? "given --everything with what narrows it; accepted: one of the two"
            : !IsEverything && !isNarrowed && Services.Count > 0 ? "--service needs --host, --role or --datacenter"
            : !IsEverything && !isNarrowed ? "nothing says what it covers; accepted: --host, --role, --datacenter, or --everything"
            : tooWide is not null
                ? $"given --host {ShellWord.Quote(tooWide)}; accepted: a name or a pattern with a letter or digit in it, or --everything"
            : AsksEstate && EstateFile is null
                ? $"{(Roles.Count > 0 ? "--role" : "--datacenter")} needs --estate FILE: the estate says which hosts those are"
            : null;
    }

    /// <summary>The hosts of the window as <see cref="NamePatterns"/>, when every name is known.</summary>
    /// <param name="estate">The estate's hosts; null when no estate was given.</param>
    /// <param name="known">Every name that is known.</param>
    /// <param name="complaint">One sentence when a name is not; else null.</param>
    /// <returns>Empty for everything.</returns>
    public string Resolve(IReadOnlyList<EstateHostName>? estate, KnownNames known, out string? complaint)
    {
        complaint = null;
        if (IsEverything)
        {
            return "";
        }

        string hosts = string.Join(',', Hosts);
        complaint = AllowsUnknown ? null : Hosts.Select(host => UnknownHost(host, known)).FirstOrDefault(unknown => unknown is not null);
        if (complaint is null && AsksEstate)
        {
            complaint = UnknownWord("role", Roles, estate!.SelectMany(host => host.Roles))
                ?? UnknownWord("datacenter", Datacenters, estate!.Select(host => host.Datacenter));
            hosts = string.Join(',', estate!.Where(IsAskedFor).Select(host => host.Name));
            complaint ??= hosts.Length == 0 ? "no host of the estate is all that was asked for" : null;
        }

        complaint ??= AllowsUnknown ? null : Services.Select(service => UnknownService(hosts, service, known))
            .FirstOrDefault(unknown => unknown is not null);
        return hosts;
    }

    private bool IsAskedFor(EstateHostName host) =>
        (Hosts.Count == 0 || Hosts.Any(pattern => NamePatterns.Match(pattern, host.Name)))
        && (Roles.Count == 0 || host.Roles.Any(role => Roles.Contains(role, StringComparer.Ordinal)))
        && (Datacenters.Count == 0 || Datacenters.Contains(host.Datacenter, StringComparer.Ordinal));

    private static string? UnknownHost(string host, KnownNames known) =>
        known.HostsOf(host).Length > 0 ? null
        : NamePatterns.IsPattern(host) ? $"no known host fits '{Words.Safe(host)}'{WhereItLooked(known)}"
        : $"no host '{Words.Safe(host)}' is known{Hint(known.Hint(host, ""))}{WhereItLooked(known)}";

    private static string? UnknownService(string hosts, string service, KnownNames known)
    {
        string[] covered = known.HostsOf(hosts);
        return covered.Any(host => known.ServicesOf(host).Any(name => NamePatterns.Match(service, name))) ? null
            : NamePatterns.IsPattern(service)
                ? $"no known service of {Words.Safe(hosts)} fits '{Words.Safe(service)}'{WhereItLooked(known)}"
            : $"no service '{Words.Safe(service)}' of {Words.Safe(hosts)} is known"
                + Hint(covered.Select(host => known.Hint(host, service)).FirstOrDefault(hint => hint.Length > 0) ?? "")
                + WhereItLooked(known);
    }

    private static string? UnknownWord(string what, IReadOnlyList<string> given, IEnumerable<string> accepted)
    {
        List<string> words = [.. accepted.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        if (given.FirstOrDefault(word => !words.Contains(word)) is not { } unknown)
        {
            return null;
        }

        string hint = NearestWord.Of(unknown, words) is { } near ? $" did you mean {near}?" : "";
        return $"no host of the estate has the {what} '{Words.Safe(unknown)}':{hint} accepted: {string.Join(", ", words)}";
    }

    private static string Hint(string hint) => hint.Length > 0 ? $": {hint}" : "";

    private static string WhereItLooked(KnownNames known) =>
        $" (asked: {string.Join(", ", known.Sources)}); "
        + (known.IsWhole ? "--allow-unknown opens the window all the same"
            : "the store knows only what has notified before: give --objects DIR (the scheduler's objects) or --estate FILE, "
                + "or --allow-unknown");
}
