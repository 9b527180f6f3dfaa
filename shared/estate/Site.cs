namespace Ringfree.Monitoring.Estate;

/// <summary>What <c>[site]</c> says, and the addresses of the hosts, which every other table may refer to.</summary>
/// <param name="Prefix">What the names of generated objects begin with. Default: <c>rf-</c>.</param>
/// <param name="Runbooks">The URL that runbooks stand below, without a slash at its end.</param>
/// <param name="SchedulerPages">The URL of the scheduler's own pages; null when pages shall not lead there.</param>
/// <param name="Zone">The time zone of the site, for times in sentences and quiet hours; null for UTC.</param>
/// <param name="IsExample">Whether loopback and documentation addresses are accepted. Default: false.</param>
/// <param name="TimeServers">The NTP servers that clocks are compared with. Default: none.</param>
/// <param name="SipAnswers">The status codes that say that a SIP server works. Default: 200, 401, 403, 404, 405, 407, 483.</param>
/// <param name="Addresses">The address of each host, by its name, as the file has it.</param>
internal sealed record Site(
    string Prefix,
    string Runbooks,
    string? SchedulerPages,
    string? Zone,
    bool IsExample,
    IReadOnlyList<TimeServer> TimeServers,
    IReadOnlyList<long> SipAnswers,
    IReadOnlyDictionary<string, string> Addresses);

/// <summary>An NTP server.</summary>
/// <param name="Address">Its IP address or DNS name.</param>
/// <param name="Datacenter">Where it stands when it is a host of the estate, else null.</param>
internal sealed record TimeServer(string Address, string? Datacenter);
