using Ringfree.Monitoring.Estate;

namespace Ringfree.Monitoring.ShinkenObjects;

/// <summary>
/// The scheduler's object files, in the folders of /etc/shinken/objects. Files that are not a host's own begin with the prefix, as all
/// names but those of hosts and services do: Shinken keeps one of two equal names without a word. Beside them stands the bridge's
/// steps.toml, which no scheduler reads.
/// </summary>
public static class SchedulerObjects
{
    /// <summary>The program.</summary>
    public static Generator Generator { get; } = new()
    {
        Name = "shinken-objects",
        Purpose = "the object files of Shinken or Nagios for the estate, into DIR",
        Dialects = ["shinken", "nagios"],
        Files = (estate, dialect) => FilesOf(estate, Parse(dialect)),
        Judges = "the scheduler's own check",
        Verify = (root, estate, dialect) => VerifyObjects.Verdicts(root, estate, Parse(dialect)),
    };

    private static Dialect Parse(string dialect) => dialect == "nagios" ? Dialect.Nagios : Dialect.Shinken;

    private static IEnumerable<GeneratedFile> FilesOf(EstateModel estate, Dialect dialect)
    {
        var names = new ObjectNames(estate.Prefix);
        var steps = new Steps(estate);
        yield return new("steps.toml", steps.Text);
        yield return new($"templates/{estate.Prefix}templates.cfg", Templates.Text(estate, names, dialect));
        yield return new($"timeperiods/{estate.Prefix}timeperiods.cfg", TimePeriods.Text(estate, names));
        yield return new($"commands/{estate.Prefix}checks.cfg", CheckCommands.Text(estate, names));
        yield return new($"commands/{estate.Prefix}notifications.cfg", NotificationCommands.Text(estate, names, dialect));
        if (dialect == Dialect.Shinken)
        {
            yield return new($"notificationways/{estate.Prefix}notificationways.cfg", Contacts.WayText(estate, names));
        }

        yield return new($"contacts/{estate.Prefix}contacts.cfg", Contacts.Text(estate, names, dialect));
        yield return new($"contactgroups/{estate.Prefix}contactgroups.cfg", Contacts.GroupText(estate, names, dialect));
        yield return new($"hostgroups/{estate.Prefix}hostgroups.cfg", HostGroups.Text(estate, names));
        foreach (EstateHost host in estate.Hosts)
        {
            yield return new($"hosts/{host.Name}.cfg", Hosts.Text(estate, host, names, steps, dialect));
            if (Services.Text(estate, host, names, steps, dialect) is { Length: > 0 } services)
            {
                yield return new($"services/{host.Name}.cfg", services);
            }

            if (Dependencies.Text(host, estate) is { Length: > 0 } dependencies)
            {
                yield return new($"dependencies/{host.Name}.cfg", dependencies);
            }
        }
    }
}
