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
    public required Datacenter Datacenter { get; init; }

    /// <summary>What it is for.</summary>
    public required IReadOnlyList<Role> Roles { get; init; }

    /// <summary>The hosts between it and the scheduler: when they are all down, it is unreachable and nobody is paged for it.</summary>
    public required IReadOnlyList<string> Parents { get; init; }

    /// <summary>
    /// The CTIDs of its OpenVZ containers that placeholders refer to, by the names that the estate gives them. Default: none.
    /// </summary>
    public IReadOnlyDictionary<string, string> Containers { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>How checks are run on it; null when none are.</summary>
    public required Agent? Agent { get; init; }

    /// <summary>Its services but that of the agent: sudo's where a check runs through it, one for each concern of our checks, one for each
    /// stock command.</summary>
    public required IReadOnlyList<HostService> Services { get; init; }

    /// <summary>Where it runs when it is an OpenVZ container that the estate names; else null.</summary>
    public ContainerPlace? Container { get; init; }

    /// <summary>What its agent is asked for the hosts that run on it as containers.</summary>
    public IReadOnlyList<ContainerService> Carried { get; init; } = [];

    /// <summary>The hours in which it is not checked.</summary>
    public required IReadOnlyList<MaintenanceWindow> Maintenance { get; init; }

    /// <summary>The names of the groups that are told of it: those of its roles, on-call when it has none.</summary>
    public IReadOnlyList<string> ContactGroups => Roles.Count == 0 ? [ContactGroup.OnCall] : [.. Roles.SelectMany(role => role.ContactGroups).Distinct(StringComparer.Ordinal)];

    /// <summary>The services that its agent runs.</summary>
    public IEnumerable<HostService> ServicesBehindAgent => Services.Where(service => service.IsBehindAgent);

    /// <summary>The services that the scheduler runs and whose failure a dead agent explains.</summary>
    public IEnumerable<HostService> ServicesExplainedByAgent => Services.Where(service => service.IsExplainedByAgent);

    /// <summary>All that its agent runs, for its own services and for those of the containers on it.</summary>
    public IEnumerable<HostService> AskedOfAgent => ServicesBehindAgent.Concat(Carried);
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
public sealed record Agent
{
    private static readonly Agent RedHat = new()
    {
        Transport = Transport.Nrpe,
        Family = "redhat",
        Port = 5666,
        User = "nrpe",
        Group = "nrpe",
        PluginFolder = "/usr/lib64/nagios/plugins",
        PidFile = "/var/run/nrpe/nrpe.pid",
        Unit = "nrpe",
    };

    private static readonly Agent Debian = new()
    {
        Transport = Transport.Nrpe,
        Family = "debian",
        Port = 5666,
        User = "nagios",
        Group = "nagios",
        PluginFolder = "/usr/lib/nagios/plugins",
        PidFile = "/run/nagios/nrpe.pid",
        Unit = "nagios-nrpe-server",
    };

    /// <summary>The NRPE agents of the families as their packages install them, by the family's name.</summary>
    public static IReadOnlyDictionary<string, Agent> Families { get; } =
        new[] { RedHat, Debian }.ToDictionary(agent => agent.Family, StringComparer.Ordinal);

    /// <summary>How it is reached.</summary>
    public required Transport Transport { get; init; }

    /// <summary>The family of the host's distribution: redhat or debian.</summary>
    public required string Family { get; init; }

    /// <summary>Default: 5666 for NRPE, 22 for SSH.</summary>
    public required int Port { get; init; }

    /// <summary>
    /// The user that runs the checks. Default: for NRPE nrpe on the Red Hat family and nagios on Debian's, for SSH ringfree.
    /// </summary>
    public required string User { get; init; }

    /// <summary>The user's group, for NRPE. Default: the same.</summary>
    public required string Group { get; init; }

    /// <summary>
    /// Where the checks are. Default: /usr/lib64/nagios/plugins on the Red Hat family, /usr/lib/nagios/plugins on Debian's.
    /// </summary>
    public required string PluginFolder { get; init; }

    /// <summary>
    /// For NRPE. Default: /var/run/nrpe/nrpe.pid on the Red Hat family, /run/nagios/nrpe.pid on Debian's, where their packages put it.
    /// </summary>
    public required string PidFile { get; init; }

    /// <summary>
    /// The service unit of the daemon, without <c>.service</c>; empty for SSH. Default: nrpe on the Red Hat family, nagios-nrpe-server on
    /// Debian's.
    /// </summary>
    public required string Unit { get; init; }

    /// <summary>For NRPE: a folder of the host's own <c>*.cfg</c> files that nrpe.cfg includes. Default: null, none.</summary>
    public string? IncludeFolder { get; init; }

    /// <summary>
    /// For NRPE 3 and later: the daemon's own certificate, and who must show one. Default: null, TLS that authenticates nobody.
    /// </summary>
    public TlsFiles? Certificates { get; init; }

    /// <summary>The service that says whether the agent itself answers.</summary>
    public string Description => DescriptionOf(Transport);

    /// <summary>The same family's agent when SSH takes NRPE's place.</summary>
    internal Agent OverSsh => this with { Transport = Transport.Ssh, Port = 22, User = "ringfree", Group = "ringfree", PidFile = "", Unit = "" };

    internal static string DescriptionOf(Transport transport) => transport == Transport.Ssh ? "SSH agent" : "NRPE agent";
}

/// <summary>One side's files for TLS in which both sides show a certificate of the same authority.</summary>
/// <param name="Certificate">Its certificate, PEM.</param>
/// <param name="Key">The certificate's private key, PEM.</param>
/// <param name="Authority">The authority's certificate, PEM.</param>
public sealed record TlsFiles(string Certificate, string Key, string Authority)
{
    internal static TlsFiles Read(TomlTable table, string side, Problems problems) => new(
        table.Text("certificate", $"/etc/ringfree/nrpe/{side}.pem").Check(problems, Names.AbsolutePath).Value,
        table.Text("key", $"/etc/ringfree/nrpe/{side}.key").Check(problems, Names.AbsolutePath).Value,
        table.Text("authority", "/etc/ringfree/nrpe/authority.pem").Check(problems, Names.AbsolutePath).Value);
}
