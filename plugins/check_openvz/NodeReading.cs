using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Plugins.Openvz;

/// <summary>A lock under which a container is started, stopped or moved.</summary>
/// <param name="Path">The lock's file.</param>
/// <param name="Pid">Who holds it; 0 when the file does not say.</param>
/// <param name="Action">What is done: "starting"; empty when the file does not say.</param>
internal sealed record TransitionLock(string Path, int Pid, string Action);

/// <summary>What was read of a node. A part that no evaluated concern needs is as empty as its default.</summary>
internal sealed record NodeReading
{
    private static readonly string[] VzctlKin = ["vz", "prl", "ploop", "criu"];

    /// <summary>Beginnings of the words by which vzctl and vzmigrate name what takes a container's services away or brings them.</summary>
    private static readonly string[] ChangesOfState =
        ["start", "stop", "restart", "restor", "suspend", "resum", "migrat", "mount", "umount", "unmount", "creat", "destroy"];

    /// <summary>By id.</summary>
    internal IReadOnlyDictionary<string, ContainerConfig> Configs { get; init; } = new Dictionary<string, ContainerConfig>();

    /// <summary>Why the configs, or some, could not be read; null when all were.</summary>
    internal ProbeError? ConfigError { get; init; }

    /// <summary>
    /// By id, where the config of a container leads that is a link to nothing: on OpenVZ 7 into its private area, whose storage is gone.
    /// </summary>
    internal IReadOnlyDictionary<string, string> DanglingConfigs { get; init; } = new Dictionary<string, string>();

    /// <summary>What earlier runs knew of the containers.</summary>
    internal RememberedNode Remembered { get; init; } = RememberedNode.Nothing;

    /// <summary>Which containers were started since the last run, and by whom; null when none was.</summary>
    internal RestartsReading? Restarts { get; init; }

    /// <summary>Whether the configs lie on storage that other nodes share.</summary>
    internal bool ConfigsAreShared { get; init; }

    /// <summary>The lines of the manifest; null when there is none or it could not be read.</summary>
    internal IReadOnlyList<string>? Manifest { get; init; }

    /// <summary>Why the manifest could not be read; null when it was, or none was named.</summary>
    internal ProbeError? ManifestError { get; init; }

    /// <summary>The containers that the kernel holds, by /proc/vz/veinfo; empty for a user who may not read it.</summary>
    internal IReadOnlySet<string> HeldByKernel { get; init; } = new HashSet<string>();

    /// <summary>Where checkpoints of suspended containers are kept.</summary>
    internal string DumpFolder { get; init; } = "";

    /// <summary>Where vzctl logs what it does.</summary>
    internal string VzctlLog { get; init; } = "";

    /// <summary>By the container's id.</summary>
    internal IReadOnlyDictionary<string, TransitionLock> Locks { get; init; } = new Dictionary<string, TransitionLock>();

    /// <summary>Null when no concern needs the processes.</summary>
    internal ProcessScan? Scan { get; init; }

    /// <summary>Who looked, where the processes of other users are hidden. Default: null, they are not.</summary>
    internal Caller? Caller { get; init; }

    /// <summary>The time that the pass over the processes took.</summary>
    internal TimeSpan ScanTime { get; init; }

    /// <summary>How long the node is up; null when that could not be read.</summary>
    internal TimeSpan? Uptime { get; init; }

    /// <summary>Null when it could not be read.</summary>
    internal IReadOnlyDictionary<string, Mount>? Mounts { get; init; }

    /// <summary>Why each storage layer does not answer, in the options' order; null for one that does.</summary>
    internal IReadOnlyList<ProbeError?> Layers { get; init; } = [];

    /// <summary>
    /// Lines of /etc/hosts: an address and its names. Read only where the names of a layer's servers do not tell by which it is served.
    /// </summary>
    internal IReadOnlyList<string[]> Hosts { get; init; } = [];

    /// <summary>By the container's id, on OpenVZ 7: the id of the node that it belongs to.</summary>
    internal IReadOnlyDictionary<string, string> Owners { get; init; } = new Dictionary<string, string>();

    /// <summary>Which containers should run here; null when no evaluated concern needs to know.</summary>
    internal ExpectedContainers? Expected { get; init; }

    /// <summary>The containers that are suspended to a checkpoint, of the first that should run and have no process.</summary>
    internal IReadOnlySet<string> Suspended { get; init; } = new HashSet<string>();

    /// <summary>Null when no Asterisk was to be asked, or none runs.</summary>
    internal AsteriskReading? Asterisk { get; init; }

    /// <summary>Names of processes of the node, by pid: those that the evaluation of zombies names.</summary>
    internal IReadOnlyDictionary<int, string> ProcessNames { get; init; } = new Dictionary<int, string>();

    /// <summary>Null when they are not evaluated.</summary>
    internal BeancountersReading? Beancounters { get; init; }

    /// <summary>Null when they are not evaluated.</summary>
    internal DisksReading? Disks { get; init; }

    /// <summary>Null when they are not evaluated, or no container runs.</summary>
    internal TimezonesReading? Timezones { get; init; }

    /// <summary>Whether this user sees the processes of a node.</summary>
    internal bool SeesProcesses => Scan is { Error: null, SawInit: true, Inside: null };

    /// <summary>Whether this user sees the containers of an OpenVZ kernel.</summary>
    internal bool SeesContainers => SeesProcesses && Scan!.KnowsContainers;

    /// <summary>"101 (pbx-acme)", or only the id when the config gives no name.</summary>
    internal string Label(string id) => NameOf(id) is { } name ? $"{id} ({name})" : id;

    /// <summary>The container's name, else its host name, if need be as an earlier run read it; null when neither is known.</summary>
    internal string? NameOf(string id) =>
        Configs.TryGetValue(id, out ContainerConfig? config) ? config.Name
        : Remembered.Names.GetValueOrDefault(id) is { Length: > 0 } name ? name
        : null;

    /// <summary>
    /// Whether its name may be anything: its config cannot be read, and no earlier run read it. A container that has none is known not to.
    /// </summary>
    internal bool HidesName(string id) =>
        !Configs.ContainsKey(id) && !Remembered.Names.ContainsKey(id) && (ConfigError is not null || DanglingConfigs.ContainsKey(id));

    /// <summary>Where the container's files appear while it is mounted, with the prefix of every path.</summary>
    internal string RootOf(string id, OpenvzSettings settings) =>
        settings.Root + (Configs.GetValueOrDefault(id)?.Root ?? $"/vz/root/{id}");

    /// <summary>The id of the container with this id or name, the first of several; the text itself when there is none.</summary>
    internal string IdOf(string idOrName) => Configs.ContainsKey(idOrName) ? idOrName : Called(idOrName).FirstOrDefault(idOrName);

    /// <summary>
    /// The containers that a name may mean: those with this NAME, else this host name, else those that had it when their config was last
    /// read.
    /// </summary>
    internal IReadOnlyList<string> Called(string name)
    {
        ContainerConfig[] all = [.. Configs.Values.Where(config => config.Name == name)];
        string[] byName = [.. all.Where(config => config.HasOwnName || !all.Any(other => other.HasOwnName)).Select(config => config.Id)];
        IEnumerable<string> called = byName.Length > 0 ? byName
            : Remembered.Names.Where(known => known.Value == name && !Configs.ContainsKey(known.Key)).Select(known => known.Key);
        return [.. called.Order(ContainerId.InOrder)];
    }

    /// <summary>The ids of containers that are given by id or name.</summary>
    internal IReadOnlySet<string> IdsOf(IReadOnlyList<string> idsOrNames) => idsOrNames.Select(IdOf).ToHashSet();

    /// <summary>Whether a container is started, stopped or moved at this moment: a process of the node holds its lock.</summary>
    internal bool IsInTransition(string id) =>
        Locks.TryGetValue(id, out TransitionLock? held) && Scan!.OfNode.TryGetValue(held.Pid, out string? holder) && IsOfVzctl(holder);

    /// <summary>
    /// Whether its services come or go at this moment. A backup holds the lock for hours, and the services go on meanwhile.
    /// </summary>
    internal bool ComesOrGoes(string id) => IsInTransition(id) && (Locks[id].Action is var action && action.Length == 0
        ? !Scan!.OfNode[Locks[id].Pid].StartsWith("vzdump", StringComparison.Ordinal)
        : Array.Exists(ChangesOfState, change => action.StartsWith(change, StringComparison.OrdinalIgnoreCase)));

    // vzctl, vzmigrate, vzdump and their kin; of OpenVZ 7 also the dispatcher and prlctl. Any other process has the pid of one that is
    // gone: vzctl itself looks at /proc/PID alone, and refuses.
    private static bool IsOfVzctl(string name) => Array.Exists(VzctlKin, kin => name.StartsWith(kin, StringComparison.Ordinal));

    /// <summary>The containers that run and are not ignored, in the order in which their processes were met.</summary>
    internal IEnumerable<ContainerProcesses> Running(OpenvzSettings settings)
    {
        IReadOnlySet<string> ignored = IdsOf(settings.Ignored);
        return Scan!.Containers.Values.Where(container => container.Init > 0 && !ignored.Contains(container.Id));
    }
}
