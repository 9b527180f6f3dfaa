namespace Ringfree.Monitoring.Estate;

/// <summary>A host that is watched.</summary>
public sealed record EstateHost
{
    /// <summary>The name, as every page and folder has it.</summary>
    public required string Name { get; init; }

    /// <summary>The words for people. Default: the name.</summary>
    public required string Alias { get; init; }

    /// <summary>An IP address or DNS name.</summary>
    public required string Address { get; init; }

    /// <summary>Where it stands.</summary>
    public required Labelled Datacenter { get; init; }

    /// <summary>What it is for.</summary>
    public required IReadOnlyList<Role> Roles { get; init; }

    /// <summary>The hosts between it and the scheduler: when they are all down, it is unreachable and nobody is paged for it.</summary>
    public required IReadOnlyList<string> Parents { get; init; }

    /// <summary>Its NRPE daemon; null when it has none.</summary>
    public required Agent? Agent { get; init; }

    /// <summary>Its services behind NRPE, one for each concern.</summary>
    public required IReadOnlyList<AgentService> Services { get; init; }
}

/// <summary>The NRPE daemon of a host.</summary>
/// <param name="Port">Default: 5666.</param>
/// <param name="User">The user that runs it. Default: nrpe on the Red Hat family, nagios on Debian's.</param>
/// <param name="Group">Its group. Default: the same.</param>
/// <param name="PluginFolder">Where the checks are. Default: /usr/lib64/nagios/plugins on the Red Hat family, /usr/lib/nagios/plugins on Debian's.</param>
/// <param name="PidFile">Default: /var/run/nrpe/nrpe.pid on the Red Hat family, /run/nagios/nrpe.pid on Debian's, where their packages put it.</param>
public sealed record Agent(int Port, string User, string Group, string PluginFolder, string PidFile)
{
    private static readonly Agent RedHat = new(5666, "nrpe", "nrpe", "/usr/lib64/nagios/plugins", "/var/run/nrpe/nrpe.pid");
    private static readonly Agent Debian = new(5666, "nagios", "nagios", "/usr/lib/nagios/plugins", "/run/nagios/nrpe.pid");

    /// <summary>The agents of the families as their packages install them, by the family's name.</summary>
    public static IReadOnlyDictionary<string, Agent> Families { get; } =
        new Dictionary<string, Agent>(StringComparer.Ordinal) { ["redhat"] = RedHat, ["debian"] = Debian };
}
