using Ringfree.Monitoring.Estate;

namespace Ringfree.Monitoring.ShinkenObjects;

/// <summary>The names of generated objects, each declared once for the object and for whoever refers to it.</summary>
internal sealed record ObjectNames(string Prefix)
{
    internal string HostTemplate => $"{Prefix}host";

    internal string ServiceTemplate => $"{Prefix}service";

    internal string AgentTemplate => $"{Prefix}agent";

    internal string FoundationTemplate => $"{Prefix}foundation";

    internal string Always => $"{Prefix}24x7";

    internal string HeartbeatTemplate => $"{Prefix}heartbeat";

    internal string HeartbeatCheck => $"{Prefix}always-bad";

    internal string HostCheck => $"{Prefix}host-check";

    /// <summary>Of a container's host: whether its node is up.</summary>
    internal string HostCheckOf(EstateHost node) => $"{HostCheck}@{node.Name}";

    internal string AgentCheck(Agent agent) => $"{Prefix}{Word(agent)}-agent";

    /// <summary>
    /// The command of a service: at the agent the same for every host that has it, run by the scheduler a host's own when its arguments
    /// are.
    /// </summary>
    internal string Check(EstateHost host, HostService service) => service switch
    {
        CommandService { IsBehindAgent: false } stock => $"{Prefix}run-{stock.Subject}{(stock.IsOverridden ? $"@{host.Name}" : "")}",
        ContainerService => $"{Prefix}{Word(host.Container!.Node.Agent!)}-{service.Subject}@{host.Container.Node.Name}",
        _ => $"{Prefix}{Word(host.Agent!)}-{service.Subject}",
    };

    internal string Notify(Route route) => $"{Prefix}notify-{route.Name}";

    internal string Way(NotificationWay way) => $"{Prefix}{way.Name}";

    internal string Contact(Contact contact) => $"{Prefix}{contact.Name}";

    /// <summary>Nagios has no ways: there a contact with several is several contacts.</summary>
    internal string Contact(Contact contact, NotificationWay way) => contact.Ways.Count == 1 ? Contact(contact) : $"{Contact(contact)}-{way.Name}";

    internal string ContactGroup(string group) => $"{Prefix}{group}";

    internal string ContactGroups(IEnumerable<string> groups) => string.Join(',', groups.Select(ContactGroup));

    internal string Period(TimePeriod? period) => period is null ? Always : $"{Prefix}{period.Name}";

    internal string Outside(IEnumerable<MaintenanceWindow> windows) => $"{Prefix}outside-{string.Join('+', windows.Select(window => window.Name))}";

    internal string DatacenterGroup(Datacenter datacenter) => $"{Prefix}datacenter-{datacenter.Name}";

    internal string RoleGroup(Role role) => $"{Prefix}role-{role.Name}";

    private static string Word(Agent agent) => agent.Transport == Transport.Ssh ? "ssh" : agent.Certificates is null ? "nrpe" : "nrpe-tls";
}
