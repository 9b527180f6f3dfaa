using System.Text;

namespace Ringfree.Monitoring.Bridge;

/// <summary>
/// The macros that leave the scheduler, by name. Everything else of the environment stays behind: custom macros may hold passwords.
/// </summary>
internal static class Macros
{
    public const string NotificationType = "NOTIFICATIONTYPE";
    public const string HostName = "HOSTNAME";
    public const string ServiceName = "SERVICEDESC";

    /// <summary>
    /// The custom variable <c>_INCIDENT</c> of a service, such as <c>storage/bricks</c>: services of one name judge one thing from several
    /// places, and are members of one incident.
    /// </summary>
    public const string IncidentName = "_SERVICEINCIDENT";

    /// <summary>Without the NAGIOS_ that the scheduler puts before each.</summary>
    public static readonly string[] Allowed =
    [
        NotificationType, HostName, ServiceName,
        "HOSTALIAS", "HOSTDISPLAYNAME", "HOSTADDRESS", "HOSTSTATE", "HOSTSTATETYPE", "HOSTOUTPUT", "LONGHOSTOUTPUT", "HOSTPERFDATA",
        "HOSTNOTESURL", "HOSTACTIONURL", "HOSTGROUPNAMES", "LASTHOSTSTATECHANGE", "HOSTDURATIONSEC", "HOSTPROBLEMID",
        "SERVICEDISPLAYNAME", "SERVICESTATE", "SERVICESTATETYPE", "LASTSERVICESTATE", "LASTHOSTSTATE", "SERVICEOUTPUT", "LONGSERVICEOUTPUT", "SERVICEPERFDATA",
        "SERVICENOTESURL", "SERVICEACTIONURL", "LASTSERVICESTATECHANGE", "SERVICEDURATIONSEC", "SERVICEPROBLEMID", "SERVICEBUSINESSIMPACT",
        "SERVICENOTIFICATIONNUMBER", "SERVICENOTIFICATIONID", "HOSTNOTIFICATIONNUMBER", "HOSTNOTIFICATIONID",
        "SERVICEATTEMPT", "MAXSERVICEATTEMPTS", "HOSTATTEMPT", "MAXHOSTATTEMPTS",
        "SERVICEACKAUTHOR", "SERVICEACKCOMMENT", "HOSTACKAUTHOR", "HOSTACKCOMMENT",
        "NOTIFICATIONAUTHOR", "NOTIFICATIONCOMMENT", "NOTIFICATIONISESCALATED", "CONTACTNAME", "TIMET",
        "_HOSTDATACENTER", "_HOSTROLE", "_HOSTSTEP", "_SERVICESTEP", IncidentName,
    ];

    /// <summary>Macros of what the bridge itself says; empty ones are left out.</summary>
    public static Dictionary<string, byte[]> Of(params ReadOnlySpan<(string Name, string Value)> macros)
    {
        var all = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach ((string name, string value) in macros)
        {
            if (value.Length > 0)
            {
                all.Add(name, Encoding.UTF8.GetBytes(value));
            }
        }

        return all;
    }

    /// <summary>Reads the allowed macros from this process's environment, byte for byte.</summary>
    public static Dictionary<string, byte[]> FromEnvironment()
    {
        var found = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (string name in Allowed)
        {
            if (ProcessContext.EnvironmentBytes($"NAGIOS_{name}") is { } value)
            {
                found.Add(name, value);
            }
        }

        return found;
    }
}
