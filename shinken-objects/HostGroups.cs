using Ringfree.Monitoring.Estate;

namespace Ringfree.Monitoring.ShinkenObjects;

/// <summary>A group for each datacenter and each role; hosts name the groups that they are in.</summary>
internal static class HostGroups
{
    internal static string Text(EstateModel estate, ObjectNames names) =>
        string.Concat(estate.Datacenters.Select(datacenter => Group(names.DatacenterGroup(datacenter), datacenter.Alias)))
        + string.Concat(estate.Roles.Select(role => Group(names.RoleGroup(role), role.Alias)));

    private static string Group(string name, string alias) => ObjectText.Define("hostgroup", ("hostgroup_name", name), ("alias", alias));
}
