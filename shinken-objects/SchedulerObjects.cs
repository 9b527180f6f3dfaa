using Ringfree.Monitoring.Estate;

namespace Ringfree.Monitoring.ShinkenObjects;

/// <summary>
/// The scheduler's object files, in the folders of /etc/shinken/objects. Files that are not a host's own begin with the prefix, as all
/// names but those of hosts and services do: Shinken keeps one of two equal names without a word.
/// </summary>
public static class SchedulerObjects
{
    /// <summary>The program.</summary>
    public static Generator Generator { get; } = new()
    {
        Name = "shinken-objects",
        Purpose = "the object files of Shinken or Nagios for the estate, into DIR/DIALECT",
        Dialects = ["shinken", "nagios"],
        Files = (estate, dialect) => FilesOf(estate, dialect == "nagios" ? Dialect.Nagios : Dialect.Shinken),
    };

    private static IEnumerable<GeneratedFile> FilesOf(EstateModel estate, Dialect dialect)
    {
        var names = new ObjectNames(estate.Prefix);
        yield return new($"templates/{estate.Prefix}templates.cfg", Templates.Text(estate, names, dialect));
        yield return new($"timeperiods/{estate.Prefix}timeperiods.cfg", TimePeriods.Text(names));
        yield return new($"commands/{estate.Prefix}checks.cfg", CheckCommands.Text(estate, names));
        yield return new($"commands/{estate.Prefix}notifications.cfg", NotificationCommands.Text(estate, names, dialect));
        yield return new($"contacts/{estate.Prefix}contacts.cfg", Contacts.Text(estate, names));
        yield return new($"contactgroups/{estate.Prefix}contactgroups.cfg", Contacts.GroupText(estate, names));
        yield return new($"hostgroups/{estate.Prefix}hostgroups.cfg", HostGroups.Text(estate, names));
        foreach (EstateHost host in estate.Hosts)
        {
            yield return new($"hosts/{host.Name}.cfg", Hosts.Text(host, names));
            if (host.Agent is { } agent)
            {
                yield return new($"services/{host.Name}.cfg", Services.Text(estate, host, agent, names));
                if (host.Services.Count > 0)
                {
                    yield return new($"dependencies/{host.Name}.cfg", Dependencies.Text(host, agent));
                }
            }
        }
    }
}
