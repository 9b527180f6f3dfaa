using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Estate;

/// <summary>Where a host that is an OpenVZ container runs.</summary>
/// <param name="Id">Its CTID.</param>
/// <param name="Node">The node, its only parent.</param>
public sealed record ContainerPlace(string Id, EstateHost Node);

/// <summary>
/// Whether a container runs, asked through the agent of its node. The container's host notifies nothing itself: this service does, and
/// keeps quiet the others of the host.
/// </summary>
/// <param name="Id">The container's CTID.</param>
/// <param name="Check">The node's check, told to look at this container only.</param>
/// <param name="Concern">The concern of containers.</param>
/// <param name="Role">The role that brought the check to the node.</param>
/// <param name="Prefix">What the names of generated objects begin with.</param>
public sealed record ContainerService(string Id, RoleCheck Check, Concern Concern, Role Role, string Prefix)
    : ConcernService(Check, Concern, Role, Prefix)
{
    private const string CheckName = "check_openvz";
    private const string ConcernName = "containers";

    /// <inheritdoc/>
    public override string Description => "Container";

    /// <inheritdoc/>
    public override bool IsBehindAgent => false;

    /// <inheritdoc/>
    public override string Instance => InstanceOf(Id);

    /// <summary>The name of the file on the node that names this container and no other.</summary>
    public string ManifestFile => $"{CheckName}.{Instance}.manifest";

    /// <summary>The node's service for all its other containers; null when it has none.</summary>
    internal static ConcernService? OfAll(EstateHost node) =>
        node.Services.OfType<ConcernService>().FirstOrDefault(service =>
            service.Check.Facts.Name == CheckName && service.Concern.Name == ConcernName);

    internal static ContainerService Of(string id, ConcernService all, string prefix)
    {
        Facts facts = all.Check.Facts;
        string manifest = $"/etc/ringfree/monitoring/{CheckName}.{InstanceOf(id)}.manifest";
        RoleCheck alone = all.Check with { Options = [.. Options(facts, all.Check, manifest)] };
        return new ContainerService(id, alone, all.Concern, all.Role, prefix) { MoreArguments = ["--allow-others"] };
    }

    internal static IReadOnlyList<string> Ignore(string id) => ["--ignore", id];

    internal static IReadOnlyList<string> Home(string id, EstateHost node) => ["--home", $"{id}={node.Name}"];

    // What says where the node's files are stays; what says which containers are meant goes.
    private static IEnumerable<OptionValues> Options(Facts facts, RoleCheck check, string manifest) =>
    [
        new OptionValues(facts.Options.First(option => option.Name == "--manifest"), [manifest]),
        .. check.Options.Where(given => given.Option.Name is "--root" or "--owner"),
    ];

    private static string InstanceOf(string id) => $"container-{id}";
}
