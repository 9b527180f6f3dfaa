using System.Globalization;
using Ringfree.Monitoring.Estate;

namespace Ringfree.Monitoring.ShinkenObjects;

/// <summary>
/// A host. Its custom macros tell the bridge where it stands and what it is for, and check_nrpe or check_over_ssh its port. One that is a
/// container notifies nothing and is as up as its node, so that its service Container can notify while it does not run, and is unreachable
/// with the node.
/// </summary>
internal static class Hosts
{
    internal const string NrpePortMacro = "$_HOSTNRPE_PORT$";
    internal const string SshPortMacro = "$_HOSTSSH_PORT$";
    internal const string SshUserMacro = "$_HOSTSSH_USER$";

    internal const string DatacenterMacro = "$_HOSTDATACENTER$";

    internal static string Text(EstateModel estate, EstateHost host, ObjectNames names, Steps steps, Dialect dialect) => ObjectText.Define(
        "host",
        ("use", names.HostTemplate),
        ("host_name", host.Name),
        ("alias", host.Alias),
        ("address", host.Address),
        ("parents", host.Parents.Count == 0 ? null : string.Join(',', host.Parents)),
        ("hostgroups", string.Join(',', host.Roles.Select(names.RoleGroup).Prepend(names.DatacenterGroup(host.Datacenter)))),
        ("contact_groups", host.ContactGroups is [ContactGroup.OnCall] ? null : names.ContactGroups(host.ContactGroups)),
        ("check_command", host.Container is { } place ? names.HostCheckOf(place.Node) : null),
        ("notification_options", host.Container is null ? null : "n"),
        ("check_period", host.Maintenance.Count == 0 ? null : names.Outside(host.Maintenance)),
        ("notes_url", Links.HostRunbook(estate)),
        ("action_url", Links.SchedulerPage(estate, dialect, host.Name)),
        ("_STEP", steps.HostDown),
        ("_DATACENTER", host.Datacenter.Name),
        ("_ROLE", host.Roles.Count == 0 ? null : string.Join(',', host.Roles.Select(role => role.Name))),
        ("_NRPE_PORT", PortFor(host, Transport.Nrpe)),
        ("_SSH_PORT", PortFor(host, Transport.Ssh)),
        ("_SSH_USER", host.Agent is { Transport: Transport.Ssh } agent ? agent.User : null));

    private static string? PortFor(EstateHost host, Transport transport) =>
        host.Agent is { } agent && agent.Transport == transport ? agent.Port.ToString(CultureInfo.InvariantCulture) : null;
}
