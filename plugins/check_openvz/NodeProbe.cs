using System.Text;
using Ringfree.Monitoring.Plugin;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Plugins.Openvz;

/// <summary>A lock under which somebody starts, stops or moves a container.</summary>
/// <param name="Path">The lock's file.</param>
/// <param name="Pid">Who holds it; 0 when the file does not say.</param>
/// <param name="Action">What is done: "starting"; empty when the file does not say.</param>
internal sealed record TransitionLock(string Path, int Pid, string Action);

/// <summary>What was seen of a node.</summary>
internal sealed record NodeReading
{
    /// <summary>By id.</summary>
    internal IReadOnlyDictionary<string, ContainerConfig> Configs { get; init; } = new Dictionary<string, ContainerConfig>();

    /// <summary>Why the configs, or some, could not be read; null when all were.</summary>
    internal string? ConfigTrouble { get; init; }

    /// <summary>Whether the configs lie on storage that other nodes share.</summary>
    internal bool ConfigsAreShared { get; init; }

    /// <summary>The lines of the manifest; null when there is none or it could not be read.</summary>
    internal IReadOnlyList<string>? Manifest { get; init; }

    /// <summary>Why the manifest could not be read; null when it was, or none was named.</summary>
    internal string? ManifestTrouble { get; init; }

    /// <summary>The containers that the kernel holds, by /proc/vz/veinfo; empty for a user who may not read it.</summary>
    internal IReadOnlySet<string> HeldByKernel { get; init; } = new HashSet<string>();

    /// <summary>Where checkpoints of suspended containers are kept.</summary>
    internal string DumpFolder { get; init; } = "";

    /// <summary>By the container's id.</summary>
    internal IReadOnlyDictionary<string, TransitionLock> Locks { get; init; } = new Dictionary<string, TransitionLock>();

    /// <summary>Null when no concern needs the processes.</summary>
    internal ProcessScan? Scan { get; init; }

    /// <summary>The time that the pass over the processes took.</summary>
    internal TimeSpan ScanTime { get; init; }

    /// <summary>How long the node is up; null when that could not be read.</summary>
    internal TimeSpan? Uptime { get; init; }

    /// <summary>Null when it could not be read.</summary>
    internal IReadOnlyDictionary<string, Mount>? Mounts { get; init; }

    /// <summary>Whether each storage layer answers, in the options' order.</summary>
    internal IReadOnlyList<Answer> Layers { get; init; } = [];

    /// <summary>"101 (pbx-acme)", or the id alone when the config gives no name.</summary>
    internal string Label(string id) => NameOf(id) is { } name ? $"{id} ({name})" : id;

    /// <summary>The container's name, else its host name; null when neither is known.</summary>
    internal string? NameOf(string id) => Configs.GetValueOrDefault(id)?.Name;

    /// <summary>The id of the container with this id or name; the text itself when there is none.</summary>
    internal string IdOf(string idOrName)
    {
        if (!Configs.ContainsKey(idOrName))
        {
            foreach (ContainerConfig config in Configs.Values)
            {
                if (config.Name == idOrName)
                {
                    return config.Id;
                }
            }
        }

        return idOrName;
    }
}

/// <summary>Asks the world about a node: configs and storage in children that may be abandoned, processes directly.</summary>
internal static class NodeProbe
{
    private const int LargestMountTable = 8 * 1024 * 1024;
    private const string UsualLockFolder = "/vz/lock";
    private const string LockExtension = ".lck";

    internal static NodeReading Read(CheckRun run, NodeOptions options)
    {
        bool needsContainers = new[] { OpenvzCheck.Containers, OpenvzCheck.Services, OpenvzCheck.Beancounters }.Any(run.Options.Judges) || options.JudgesTimezones;
        List<Question> questions = [.. run.Options.Judges(OpenvzCheck.Mounts) ? options.Layers.Select(layer => new MountQuestion(options.Root + layer.Path)) : []];
        int layers = questions.Count;
        if (needsContainers)
        {
            questions.Add(new FilesQuestion($"{options.Root}/etc/vz/vz.conf", $"{options.Root}{ContainerConfig.Folder}/*.conf") { FollowsLinks = true, MayHang = true });
            questions.Add(LocksIn(options.Root + UsualLockFolder));
            questions.Add(options.Manifest is { } manifest
                ? new FilesQuestion(manifest) { FollowsLinks = true, MayHang = true, LargestFile = 1024 * 1024 }
                : new MountQuestion(options.Root + ContainerConfig.Folder));
        }

        NodeReading reading = new();
        IReadOnlyList<Answer> answers = run.World.AskTogether(questions, () => reading = ReadProc(run, options, needsContainers));
        reading = reading with { Layers = [.. answers.Take(layers)] };
        return needsContainers ? ReadContainers(run.World, options, reading, answers[layers], answers[layers + 1], answers[layers + 2]) : reading;
    }

    /// <summary>What the kernel tells, which does not hang.</summary>
    private static NodeReading ReadProc(CheckRun run, NodeOptions options, bool needsContainers)
    {
        NodeReading reading = needsContainers || run.Options.Judges(OpenvzCheck.Mounts) ? new NodeReading { Mounts = ReadMounts(run.World, options.Root) } : new NodeReading();
        if (!needsContainers)
        {
            return reading;
        }

        TimeSpan before = run.World.Elapsed;
        ProcessScan scan = ProcessScan.Run(run.World, options.Root, options.Services.Processes);
        reading = reading with { HeldByKernel = ReadKernel(run.World, options.Root), Uptime = BootGrace.UptimeOf(run.World, options.Root) };
        return reading with { Scan = scan, ScanTime = run.World.Elapsed - before };
    }

    private static NodeReading ReadContainers(IWorld world, NodeOptions options, NodeReading reading, Answer configs, Answer locks, Answer origin)
    {
        reading = ReadConfigs(options, reading, configs, out ShellSettings node);
        reading = options.Manifest is { } manifest
            ? ReadManifest(reading, manifest, origin)
            : reading with { ConfigsAreShared = MountStatus.Parse(origin)?.IsShared == true };
        string lockFolder = node.Value("LOCKDIR") ?? UsualLockFolder;
        return reading with
        {
            Locks = ReadLocks(lockFolder == UsualLockFolder ? locks : world.Ask(LocksIn(options.Root + lockFolder))),
            DumpFolder = options.Root + (node.Value("DUMPDIR") ?? "/vz/dump"),
        };
    }

    private static FilesQuestion LocksIn(string folder) => new($"{folder}/*{LockExtension}") { MayHang = true, LargestFile = 4096 };

    private static NodeReading ReadConfigs(NodeOptions options, NodeReading reading, Answer answer, out ShellSettings node)
    {
        List<(string Path, byte[] Text)> files = [];
        ShellSettings settings = ShellSettings.Parse([]);
        string? unreadable = null;
        string nodePath = $"{options.Root}/etc/vz/vz.conf";
        FilesQuestion.Visit(answer, (path, content, failure) =>
        {
            string file = Encoding.UTF8.GetString(path);
            if (failure is not null)
            {
                unreadable ??= $"{file}: {failure}";
            }
            else if (file == nodePath)
            {
                settings = ShellSettings.Parse(content);
            }
            else
            {
                files.Add((file, content.ToArray()));
            }
        });
        node = settings;
        Dictionary<string, ContainerConfig> configs = [];
        foreach ((string path, byte[] text) in files)
        {
            if (ContainerConfig.Parse(path, text, settings) is { } config)
            {
                configs[config.Id] = config;
            }
        }

        string? trouble = answer.Outcome is Outcome.Answered or Outcome.Missing ? unreadable : Said(answer);
        return reading with { Configs = configs, ConfigTrouble = trouble };
    }

    private static NodeReading ReadManifest(NodeReading reading, string path, Answer answer)
    {
        string? trouble = answer.Outcome == Outcome.Answered ? null : Said(answer);
        List<string> lines = [];
        FilesQuestion.Visit(answer, (_, content, failure) =>
        {
            trouble ??= failure;
            lines.AddRange(Encoding.UTF8.GetString(content).Split('\n').Select(line => line.Split('#')[0].Trim()).Where(line => line.Length > 0));
        });
        return reading with { Manifest = trouble is null ? lines : null, ManifestTrouble = trouble is null ? null : $"the manifest '{path}' cannot be read: {trouble}" };
    }

    private static Dictionary<string, TransitionLock> ReadLocks(Answer answer)
    {
        Dictionary<string, TransitionLock> locks = [];
        FilesQuestion.Visit(answer, (path, content, failure) =>
        {
            string file = Encoding.UTF8.GetString(path);
            string[] lines = Encoding.UTF8.GetString(content).Split('\n');
            if (failure is null && file.EndsWith(LockExtension, StringComparison.Ordinal))
            {
                string id = file[..^LockExtension.Length];
                id = id[(id.LastIndexOf('/') + 1)..];
                locks[id] = new TransitionLock(file, int.TryParse(lines[0].Trim(), out int pid) ? pid : 0, lines.Length > 1 ? lines[1].Trim() : "");
            }
        });
        return locks;
    }

    /// <summary>A line for each container: its id, class and number of processes, then addresses.</summary>
    private static HashSet<string> ReadKernel(IWorld world, string root)
    {
        HashSet<string> held = [];
        world.Read(new FilesQuestion($"{root}/proc/vz/veinfo") { LargestFile = 1024 * 1024 }, (_, content, _) =>
        {
            foreach (string line in Encoding.UTF8.GetString(content).Split('\n'))
            {
                held.Add(line.TrimStart().Split(' ')[0]);
            }
        });
        return held;
    }

    private static IReadOnlyDictionary<string, Mount>? ReadMounts(IWorld world, string root)
    {
        IReadOnlyDictionary<string, Mount>? table = null;
        world.Read(new FilesQuestion($"{root}/proc/mounts") { FollowsLinks = true, LargestFile = LargestMountTable }, (_, content, failure) =>
            table = failure is null ? MountTable.ParseMounts(content) : null);
        return table;
    }

    /// <summary>How a question about files ended, for a sentence.</summary>
    internal static string Said(Answer answer) => answer.Outcome switch
    {
        Outcome.Silent => $"their storage does not answer ({answer.Reason})",
        Outcome.Busy => $"their storage hangs since {Words.Moment(answer.HangsSince)}",
        _ => answer.Reason,
    };
}
