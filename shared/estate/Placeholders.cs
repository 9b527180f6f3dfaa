using System.Text.RegularExpressions;

namespace Ringfree.Monitoring.Estate;

/// <summary>Where a text with placeholders stands: it decides which of them have a meaning.</summary>
internal enum PlaceholderUse
{
    /// <summary>An argument of a stock plugin that the scheduler runs: one line serves every host.</summary>
    SchedulerArgument,

    /// <summary>An argument of a stock plugin that runs on the host.</summary>
    HostArgument,

    /// <summary>The value of an option of a check.</summary>
    OptionValue,
}

/// <summary>
/// Words between braces in arguments and option values that stand for something of the host or of the site, so that one role serves hosts
/// that differ. Braces around anything but lower-case letters, <c>_</c> and what follows a colon are text.
/// </summary>
public static partial class Placeholders
{
    /// <summary>The host's address.</summary>
    public const string Address = "{address}";

    /// <summary>The host's name.</summary>
    public const string Host = "{host}";

    /// <summary>The name of the host's datacenter.</summary>
    public const string Datacenter = "{datacenter}";

    /// <summary>The first of the site's NTP servers in the host's own datacenter, else the first; never the host itself.</summary>
    public const string TimeServer = "{ntp}";

    /// <summary>One argument that becomes many: <c>-e "SIP/2.0 CODE"</c> for each of the site's <c>sip_answers</c>.</summary>
    public const string SipAnswers = "{sip_answers}";

    private const string AddressOf = "address";
    private const string ContainerId = "ctid";
    private const string ContainerRoot = "root";

    // Stands for what a name inside a placeholder becomes on each host.
    private const string OfHost = "\u0001";

    /// <summary>Puts other words in the place of the host's own: its address, its name and its datacenter.</summary>
    /// <param name="text">The text.</param>
    /// <param name="address">For <c>{address}</c>.</param>
    /// <param name="host">For <c>{host}</c>.</param>
    /// <param name="datacenter">For <c>{datacenter}</c>.</param>
    /// <returns>The text without these three.</returns>
    public static string With(string text, string address, string host, string datacenter) => !text.Contains('{', StringComparison.Ordinal) ? text : text
        .Replace(Address, address, StringComparison.Ordinal)
        .Replace(Host, host, StringComparison.Ordinal)
        .Replace(Datacenter, datacenter, StringComparison.Ordinal);

    /// <summary>Null when a text has no placeholder but the accepted ones, else the complaint.</summary>
    internal static string? Complaint(string text, params string[] accepted) =>
        Named().Matches(text).Select(match => match.Value)
            .FirstOrDefault(found => !accepted.Contains(found, StringComparer.Ordinal)) is { } unknown
            ? $"given {TomlText.Quoted(text)}, and nothing is known as {unknown}; accepted: {string.Join(", ", accepted)}"
            : null;

    /// <summary>Null when each placeholder of a text has a meaning where it stands, else the complaint.</summary>
    internal static string? Complaint(string text, PlaceholderUse use, Site site)
    {
        string? unknown = Named().Matches(With(text, OfHost, OfHost, OfHost))
            .Where(match => !IsKnown(match.Groups["name"].Value, match.Groups["of"], use, site))
            .Select(match => match.Value.Replace(OfHost, "…", StringComparison.Ordinal))
            .FirstOrDefault();
        return unknown is not null ? $"given {TomlText.Quoted(text)}, and nothing is known as {unknown} here; accepted: {Accepted(use)}"
            : text.Contains(SipAnswers, StringComparison.Ordinal) && text != SipAnswers ? $"given {TomlText.Quoted(text)}; accepted: {SipAnswers} as an argument of its own, without other text"
            : text.Contains(TimeServer, StringComparison.Ordinal) && site.TimeServers.Count == 0 ? $"given {TomlText.Quoted(text)}, but site.ntp is missing; accepted: ntp = [\"SERVER\"] in [site]"
            : null;
    }

    /// <summary>What the site decides: the SIP answers as arguments, and at the scheduler the addresses of named hosts.</summary>
    internal static IEnumerable<string> OfSite(string argument, Runner runner, Site site) =>
        argument == SipAnswers ? site.SipAnswers.SelectMany(code => new[] { "-e", $"SIP/2.0 {code}" })
        : runner == Runner.Scheduler && argument.Contains("{address:", StringComparison.Ordinal)
            ? [Named().Replace(argument, match => match.Groups["name"].Value == AddressOf ? site.Addresses.GetValueOrDefault(match.Groups["of"].Value, "") : match.Value)]
        : [argument];

    /// <summary>
    /// Puts in place what a host decides. The words are names, addresses and paths: harmless in a shell and in an options file.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="host">The host.</param>
    /// <param name="site">The site.</param>
    /// <param name="complain">Receives what is wrong with a placeholder on this host.</param>
    /// <returns>The text without placeholders.</returns>
    internal static string OfHostAndSite(string text, EstateHost host, Site site, Action<string> complain) =>
        !text.Contains('{', StringComparison.Ordinal) ? text : Named().Replace(With(text, host.Address, host.Name, host.Datacenter.Name), match =>
        {
            (string? word, string accepted) = Word(match.Groups["name"].Value, match.Groups["of"].Value, host, site);
            if (word is null)
            {
                complain($"its roles bring {TomlText.Quoted(text)}, and nothing is known as {match.Value} on this host; accepted: {accepted}");
            }

            return word ?? "";
        });

    private static (string? Word, string Accepted) Word(string name, string of, EstateHost host, Site site) => name switch
    {
        "ntp" => (site.TimeServers.Where(server => server.Address != host.Address).OrderBy(server => server.Datacenter != host.Datacenter.Name).FirstOrDefault()?.Address, "an NTP server in site.ntp that is not the host itself"),
        AddressOf => (site.Addresses.GetValueOrDefault(of), "the name of a table [hosts.NAME]"),
        ContainerId => (host.Containers.GetValueOrDefault(of), $"its CTID: containers = {{ {of} = \"CTID\" }} of the host"),
        _ => (host.Containers.GetValueOrDefault(of) is { } id ? $"/vz/root/{id}" : null, $"its CTID: containers = {{ {of} = \"CTID\" }} of the host"),
    };

    private static bool IsKnown(string name, Group of, PlaceholderUse use, Site site) => (name, of.Success) switch
    {
        ("sip_answers", false) => use is not PlaceholderUse.OptionValue,
        ("ntp", false) => use is not PlaceholderUse.SchedulerArgument,
        (AddressOf, true) => site.Addresses.ContainsKey(of.Value) || (use is not PlaceholderUse.SchedulerArgument && of.Value.Contains(OfHost, StringComparison.Ordinal)),
        (ContainerId or ContainerRoot, true) => use is not PlaceholderUse.SchedulerArgument && Names.Name(of.Value) is null,
        _ => false,
    };

    private static string Accepted(PlaceholderUse use) => $"{Address}, {Host}, {Datacenter}, {{address:HOST}} of a table [hosts.HOST]" + use switch
    {
        PlaceholderUse.SchedulerArgument => $", {SipAnswers}",
        PlaceholderUse.HostArgument => $", {{ctid:NAME}} and {{root:NAME}} of a container of the host, {TimeServer}, {SipAnswers}",
        _ => $", {{ctid:NAME}} and {{root:NAME}} of a container of the host, {TimeServer}",
    };

    [GeneratedRegex(@"\{(?<name>[a-z_]+)(:(?<of>[^{}]*))?\}", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Named();
}
