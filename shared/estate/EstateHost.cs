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

    /// <summary>How checks are run on it; null when none are.</summary>
    public required Agent? Agent { get; init; }

    /// <summary>Its services behind the agent, one for each concern.</summary>
    public required IReadOnlyList<AgentService> Services { get; init; }
}

/// <summary>How the scheduler reaches the checks of a host.</summary>
public enum Transport
{
    /// <summary>The NRPE daemon; nrpe.cfg names the commands.</summary>
    Nrpe,

    /// <summary>The SSH daemon; authorized_keys binds the scheduler's key to run-check, which names the commands.</summary>
    Ssh,
}

/// <summary>What runs the checks on a host.</summary>
/// <param name="Transport">How it is reached.</param>
/// <param name="Port">Default: 5666 for NRPE, 22 for SSH.</param>
/// <param name="User">The user that runs the checks. Default: for NRPE nrpe on the Red Hat family and nagios on Debian's, for SSH ringfree.</param>
/// <param name="Group">The user's group, for NRPE. Default: the same.</param>
/// <param name="PluginFolder">Where the checks are. Default: /usr/lib64/nagios/plugins on the Red Hat family, /usr/lib/nagios/plugins on Debian's.</param>
/// <param name="PidFile">For NRPE. Default: /var/run/nrpe/nrpe.pid on the Red Hat family, /run/nagios/nrpe.pid on Debian's, where their packages put it.</param>
public sealed record Agent(Transport Transport, int Port, string User, string Group, string PluginFolder, string PidFile)
{
    private static readonly Agent RedHat = new(Transport.Nrpe, 5666, "nrpe", "nrpe", "/usr/lib64/nagios/plugins", "/var/run/nrpe/nrpe.pid");
    private static readonly Agent Debian = new(Transport.Nrpe, 5666, "nagios", "nagios", "/usr/lib/nagios/plugins", "/run/nagios/nrpe.pid");

    /// <summary>The NRPE agents of the families as their packages install them, by the family's name.</summary>
    public static IReadOnlyDictionary<string, Agent> Families { get; } =
        new Dictionary<string, Agent>(StringComparer.Ordinal) { ["redhat"] = RedHat, ["debian"] = Debian };

    /// <summary>The service that says whether the agent itself answers.</summary>
    public string Description => DescriptionOf(Transport);

    /// <summary>The same family's agent when SSH takes NRPE's place.</summary>
    internal Agent OverSsh => this with { Transport = Transport.Ssh, Port = 22, User = "ringfree", Group = "ringfree", PidFile = "" };

    internal static string DescriptionOf(Transport transport) => transport == Transport.Ssh ? "SSH agent" : "NRPE agent";
}
