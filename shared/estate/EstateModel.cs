using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Estate;

/// <summary>What the estate has: everything that <c>estate.toml</c> declares, checked as a whole. Lists keep the order of the file.</summary>
public sealed record EstateModel
{
    /// <summary>What the names of generated objects begin with, so that no stock object has one of them. Default: <c>rf-</c>.</summary>
    public required string Prefix { get; init; }

    /// <summary>The URL that runbooks stand below, without a slash at its end.</summary>
    public required string Runbooks { get; init; }

    /// <summary>How often checks run and how long each part waits for the one below.</summary>
    public required Timing Timing { get; init; }

    /// <summary>The machine that runs Shinken or Nagios.</summary>
    public required Scheduler Scheduler { get; init; }

    /// <summary>The places that hosts stand at.</summary>
    public required IReadOnlyList<Labelled> Datacenters { get; init; }

    /// <summary>What hosts are for.</summary>
    public required IReadOnlyList<Role> Roles { get; init; }

    /// <summary>What is watched.</summary>
    public required IReadOnlyList<EstateHost> Hosts { get; init; }

    /// <summary>The ways to PagerDuty.</summary>
    public required IReadOnlyList<Route> Routes { get; init; }

    /// <summary>Who is told.</summary>
    public required IReadOnlyList<Contact> Contacts { get; init; }

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

/// <summary>A name with the words that people read for it.</summary>
/// <param name="Name">The name that other tables refer to.</param>
/// <param name="Alias">The words. Default: the name.</param>
public sealed record Labelled(string Name, string Alias);

/// <summary>The machine that runs Shinken or Nagios.</summary>
/// <param name="Addresses">The addresses that it asks NRPE from; never empty, never a wildcard.</param>
/// <param name="PluginFolder">Where its own plugins are, check_nrpe among them.</param>
/// <param name="HostCheck">The command line that tells whether a host is up; the host's address is put behind the plugin's name as <c>-H ADDRESS</c>.</param>
/// <param name="Ssh">What it needs for the hosts that it reaches over SSH.</param>
public sealed record Scheduler(IReadOnlyList<string> Addresses, string PluginFolder, HostCheck HostCheck, SchedulerSsh Ssh);

/// <summary>The scheduler's side of SSH.</summary>
/// <param name="PublicKeys">What authorized_keys binds to run-check, each as <c>TYPE BASE64 [COMMENT]</c>; empty when no host uses SSH.</param>
/// <param name="Identity">The private key's file on the scheduler. Default: /etc/ringfree/ssh/identity.</param>
/// <param name="KnownHosts">The host keys' file on the scheduler. Default: /etc/ringfree/ssh/known_hosts.</param>
public sealed record SchedulerSsh(IReadOnlyList<string> PublicKeys, string Identity, string KnownHosts);

/// <summary>The stock plugin that tells whether a host is up.</summary>
/// <param name="Plugin">The file's name in the scheduler's plugin folder. Default: check_icmp.</param>
/// <param name="Arguments">What stands behind <c>-H ADDRESS</c>.</param>
public sealed record HostCheck(string Plugin, IReadOnlyList<string> Arguments);

/// <summary>A way to PagerDuty: one bridge with its own config.</summary>
/// <param name="Name">The name that contacts refer to.</param>
/// <param name="Bridge">The absolute path of pagerduty-bridge on the scheduler. Default: /usr/local/bin/pagerduty-bridge.</param>
/// <param name="Config">The bridge's config file. Default: /etc/ringfree/pagerduty-bridge.toml.</param>
public sealed record Route(string Name, string Bridge, string Config);

/// <summary>Somebody who is told.</summary>
/// <param name="Name">The name, without the prefix of generated objects.</param>
/// <param name="Alias">The words for people. Default: the name.</param>
/// <param name="Route">How.</param>
public sealed record Contact(string Name, string Alias, Route Route);
