namespace Ringfree.Monitoring.Estate;

/// <summary>A way to PagerDuty: one bridge with its own config.</summary>
/// <param name="Name">The name that ways refer to.</param>
/// <param name="Bridge">The absolute path of pagerduty-bridge on the scheduler. Default: /usr/local/bin/pagerduty-bridge.</param>
/// <param name="Config">The bridge's config file. Default: /etc/ringfree/pagerduty-bridge.toml.</param>
public sealed record Route(string Name, string Bridge, string Config);

/// <summary>Hours in which somebody is told.</summary>
/// <param name="Name">The name that ways refer to.</param>
/// <param name="Alias">The words for people. Default: the name.</param>
/// <param name="Hours">When.</param>
public sealed record TimePeriod(string Name, string Alias, Week Hours);

/// <summary>
/// How, when and of what a contact is told. Recoveries, flapping and downtimes are always told of what is told at all: PagerDuty would keep
/// an incident open for ever that nobody resolves.
/// </summary>
/// <param name="Name">The name that contacts refer to.</param>
/// <param name="Route">How.</param>
/// <param name="Period">When; null is always.</param>
/// <param name="Services">The states of services: <c>warning</c>, <c>unknown</c>, <c>critical</c>. Default: all.</param>
/// <param name="Hosts">The states of hosts: <c>down</c>. Default: that. UNREACHABLE is no choice: it would defeat the parents.</param>
public sealed record NotificationWay(string Name, Route Route, TimePeriod? Period, IReadOnlyList<string> Services, IReadOnlyList<string> Hosts);

/// <summary>Somebody who is told.</summary>
/// <param name="Name">The name, without the prefix of generated objects.</param>
/// <param name="Alias">The words for people. Default: the name.</param>
/// <param name="Ways">The ways; at least one.</param>
public sealed record Contact(string Name, string Alias, IReadOnlyList<NotificationWay> Ways);

/// <summary>Those who are told of a role's hosts and services.</summary>
/// <param name="Name">The name that roles refer to.</param>
/// <param name="Alias">The words for people. Default: the name.</param>
/// <param name="Contacts">The contacts; at least one.</param>
public sealed record ContactGroup(string Name, string Alias, IReadOnlyList<Contact> Contacts)
{
    /// <summary>The group of every role that names none. Without <c>[contactgroups]</c> it holds every contact.</summary>
    public const string OnCall = "on-call";
}
