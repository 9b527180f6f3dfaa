using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Estate;

/// <summary>
/// What the estate has: everything that <c>estate.toml</c> declares, checked as a whole. Lists keep the order of the file.
/// </summary>
public sealed record EstateModel
{
    /// <summary>What the names of generated objects begin with, so that no stock object has one of them. Default: <c>rf-</c>.</summary>
    public required string Prefix { get; init; }

    /// <summary>The URL that runbooks stand below, without a slash at its end.</summary>
    public required string Runbooks { get; init; }

    /// <summary>The time zone of the site, for times in sentences and quiet hours; null for UTC.</summary>
    public required string? Zone { get; init; }

    /// <summary>The URL of the scheduler's own pages, without a slash at its end; null when pages shall not lead there.</summary>
    public required string? SchedulerPages { get; init; }

    /// <summary>Whether it is an example or a lab, in which loopback and documentation addresses are accepted. Default: false.</summary>
    public required bool IsExample { get; init; }

    /// <summary>How often checks run and how long each part waits for the one below.</summary>
    public required Timing Timing { get; init; }

    /// <summary>The machine that runs Shinken or Nagios.</summary>
    public required Scheduler Scheduler { get; init; }

    /// <summary>The places that hosts stand at.</summary>
    public required IReadOnlyList<Datacenter> Datacenters { get; init; }

    /// <summary>What hosts are for.</summary>
    public required IReadOnlyList<Role> Roles { get; init; }

    /// <summary>What is watched.</summary>
    public required IReadOnlyList<EstateHost> Hosts { get; init; }

    /// <summary>The ways to PagerDuty.</summary>
    public required IReadOnlyList<Route> Routes { get; init; }

    /// <summary>The hours in which somebody is told, when that is not always.</summary>
    public required IReadOnlyList<TimePeriod> TimePeriods { get; init; }

    /// <summary>How, when and of what contacts are told.</summary>
    public required IReadOnlyList<NotificationWay> Ways { get; init; }

    /// <summary>Who is told.</summary>
    public required IReadOnlyList<Contact> Contacts { get; init; }

    /// <summary>Who is told together; on-call is one of them.</summary>
    public required IReadOnlyList<ContactGroup> ContactGroups { get; init; }

    /// <summary>The proof that the way to PagerDuty is whole; null when the estate has none.</summary>
    public required Heartbeat? Heartbeat { get; init; }

    /// <summary>Reads and checks an estate file.</summary>
    /// <param name="path">The file, named in every problem as it is given here.</param>
    /// <param name="checks">The facts of every check that the estate may use.</param>
    /// <param name="problems">Receives every mistake of the file.</param>
    /// <returns>The estate, or null when there is a problem.</returns>
    public static EstateModel? Load(string path, IReadOnlyList<Facts> checks, Problems problems) =>
        TomlFile.Load(path, problems) is { } root ? new EstateReader(root, checks, problems).Read() : null;

    /// <summary>Checks the text of an estate file.</summary>
    /// <param name="text">The text.</param>
    /// <param name="file">The name for the problems.</param>
    /// <param name="checks">The facts of every check that the estate may use.</param>
    /// <param name="problems">Receives every mistake of the text.</param>
    /// <returns>The estate, or null when there is a problem.</returns>
    public static EstateModel? Parse(string text, string file, IReadOnlyList<Facts> checks, Problems problems) =>
        TomlFile.Parse(text, file, problems) is { } root ? new EstateReader(root, checks, problems).Read() : null;
}

/// <summary>A place that hosts stand at.</summary>
/// <param name="Name">The name that hosts refer to.</param>
/// <param name="Alias">The words for people. Default: the name.</param>
/// <param name="Parents">The parents of each of its hosts that names none: its gateway. Default: none.</param>
public sealed record Datacenter(string Name, string Alias, IReadOnlyList<string> Parents);

/// <summary>The machine that runs Shinken or Nagios.</summary>
/// <param name="Addresses">The addresses that it asks NRPE from; never empty, never a wildcard.</param>
/// <param name="PluginFolder">Where its own plugins are, check_nrpe among them.</param>
/// <param name="HostCheck">The stock command that tells whether a host is up.</param>
/// <param name="Ssh">What it needs for the hosts that it reaches over SSH.</param>
/// <param name="NrpeCertificate">What check_nrpe shows to the hosts that ask for a certificate.</param>
/// <param name="User">The user that it runs as, and so the checks that it starts itself. Default: null, none that needs a memory
/// folder.</param>
public sealed record Scheduler(
    IReadOnlyList<string> Addresses, string PluginFolder, HostCheck HostCheck, SchedulerSsh Ssh, TlsFiles NrpeCertificate, string? User);

/// <summary>The scheduler's side of SSH.</summary>
/// <param name="PublicKeys">What authorized_keys binds to run-check, each as <c>TYPE BASE64 [COMMENT]</c>; empty when no host uses
/// SSH.</param>
/// <param name="Identity">The private key's file on the scheduler. Default: /etc/ringfree/ssh/identity.</param>
/// <param name="KnownHosts">The host keys' file on the scheduler. Default: /etc/ringfree/ssh/known_hosts.</param>
public sealed record SchedulerSsh(IReadOnlyList<string> PublicKeys, string Identity, string KnownHosts);

/// <summary>The stock plugin that tells whether a host is up.</summary>
/// <param name="Plugin">The file's name in the scheduler's plugin folder. Default: check_icmp.</param>
/// <param name="Arguments">As those of a <see cref="StockCommand"/> that the scheduler runs.</param>
public sealed record HostCheck(string Plugin, IReadOnlyList<string> Arguments);

/// <summary>
/// A service that is always bad. It is told with every result of its check, so that the way is proved from the check to PagerDuty's door;
/// the bridge counts on it and pages nobody, and raises the alarm itself when it stays away.
/// </summary>
/// <param name="Host">The host that it is a service of: the scheduler's own.</param>
/// <param name="Service">The service's name. Default: PagerDuty path heartbeat.</param>
/// <param name="Interval">The time between two. Default: 5 min.</param>
public sealed record Heartbeat(EstateHost Host, string Service, TimeSpan Interval);
