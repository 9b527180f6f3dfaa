using Ringfree.Monitoring.Estate;

namespace Ringfree.Monitoring.ShinkenObjects;

/// <summary>Where a page leads whoever is woken up: the runbook, and what the scheduler itself shows of the host or service.</summary>
internal static class Links
{
    private const string HostPage = "host";

    internal static string Runbook(EstateModel estate, string page) => $"{estate.Runbooks}/{page}";

    internal static string HostRunbook(EstateModel estate) => Runbook(estate, HostPage);

    /// <summary>
    /// The page of Shinken's WebUI (<c>/host/NAME</c>) or Nagios' extinfo.cgi; null when the estate does not say where they are.
    /// </summary>
    internal static string? SchedulerPage(EstateModel estate, Dialect dialect, string host) => estate.SchedulerPages is not { } pages ? null
        : dialect == Dialect.Shinken ? $"{pages}/host/{Escape(host)}"
        : $"{pages}/cgi-bin/extinfo.cgi?type=1&host={Escape(host)}";

    /// <summary>As the other, of a service.</summary>
    internal static string? SchedulerPage(EstateModel estate, Dialect dialect, string host, string service) => estate.SchedulerPages is not { } pages ? null
        : dialect == Dialect.Shinken ? $"{pages}/service/{Escape(host)}/{Escape(service)}"
        : $"{pages}/cgi-bin/extinfo.cgi?type=2&host={Escape(host)}&service={Escape(service)}";

    private static string Escape(string name) => Uri.EscapeDataString(name);
}
