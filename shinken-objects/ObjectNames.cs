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

    internal string OnCall => $"{Prefix}on-call";

    internal string HostCheck => $"{Prefix}host-check";

    internal string AgentCheck(Transport transport) => $"{Prefix}{Word(transport)}-agent";

    internal string Check(Transport transport, AgentService service) => $"{Prefix}{Word(transport)}-{service.Subject}";

    internal string Notify(Route route) => $"{Prefix}notify-{route.Name}";

    internal string Contact(Contact contact) => $"{Prefix}{contact.Name}";

    internal string DatacenterGroup(Labelled datacenter) => $"{Prefix}datacenter-{datacenter.Name}";

    internal string RoleGroup(Role role) => $"{Prefix}role-{role.Name}";

    private static string Word(Transport transport) => transport == Transport.Ssh ? "ssh" : "nrpe";
}
