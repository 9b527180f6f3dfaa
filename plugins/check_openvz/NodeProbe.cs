using System.Text;
using Ringfree.Monitoring.Plugin;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Plugins.Openvz;

/// <summary>
/// Asks the world about a node: configs and storage in children that may be abandoned, processes directly. Then what each concern that is
/// evaluated needs beside it, which depends on what was read.
/// </summary>
internal static class NodeProbe
{
    private const int LargestMountTable = 8 * 1024 * 1024;
    private const string UsualLockFolder = "/vz/lock";
    private const string LockExtension = ".lck";

    internal static NodeReading Read(IWorld world, OpenvzSettings settings, RememberedNode remembered)
    {
        NodeReading reading = ReadNode(world, settings) with { Remembered = remembered };
        if (settings.Judges(OpenvzCheck.Mounts) && reading.Mounts is { } table && NeedHosts(settings, table))
        {
            reading = reading with { Hosts = ReadHosts(world, settings.Root) };
        }

        bool needsExpected = settings.Judges(OpenvzCheck.Containers) || settings.Judges(OpenvzCheck.Services) || !reading.SeesContainers;
        if (reading.SeesProcesses && needsExpected)
        {
            reading = reading with { Owners = OwnersProbe.Read(world, settings, reading) };
            reading = reading with { Expected = ExpectedContainers.Find(settings, reading) };
        }

        return reading.SeesContainers ? ReadConcerns(world, settings, reading) : reading;
    }

    private static bool NeedHosts(OpenvzSettings settings, IReadOnlyDictionary<string, Mount> table) => settings.Layers.Any(layer =>
        table.TryGetValue(settings.Root + layer.Path, out Mount? mount) && ServerNames.NeedHosts(layer, mount));

    private static NodeReading ReadConcerns(IWorld world, OpenvzSettings settings, NodeReading reading)
    {
        if (settings.Judges(OpenvzCheck.Containers))
        {
            reading = reading with { Suspended = SuspensionProbe.Read(world, settings, reading) };
            reading = reading with { Restarts = RestartsProbe.Read(world, settings, reading) };
            reading = StrayConfigs.OutsideTheManifest(settings, reading).Any() ? ReadStorageOfConfigs(world, settings, reading) : reading;
        }

        if (settings.Judges(OpenvzCheck.Services) && settings.AsteriskSocket is { } socket)
        {
            reading = reading with { Asterisk = AsteriskProbe.Read(world, settings, reading, socket) };
        }

        if (settings.Judges(OpenvzCheck.Beancounters))
        {
            reading = reading with { Beancounters = BeancountersProbe.Read(world, settings, reading) };
        }

        if (settings.Judges(OpenvzCheck.Disks))
        {
            reading = reading with { Disks = DisksProbe.Read(world, settings, reading) };
        }

        return settings.JudgesTimezones ? reading with { Timezones = TimezonesProbe.Read(world, settings, reading) } : reading;
    }

    /// <summary>Where several nodes share their configs, each manifest leaves most of them out.</summary>
    private static NodeReading ReadStorageOfConfigs(IWorld world, OpenvzSettings settings, NodeReading reading) => reading with
    {
        ConfigsAreShared = MountStatus.Parse(world.Ask(new MountQuestion(settings.Root + ContainerConfig.Folder)))?.IsShared != false,
    };

    private static NodeReading ReadNode(IWorld world, OpenvzSettings settings)
    {
        string root = settings.Root;
        List<Question> questions =
        [
            .. settings.Judges(OpenvzCheck.Mounts) ? settings.Layers.Select(layer => new MountQuestion(root + layer.Path)) : [],
        ];
        int layers = questions.Count;
        if (settings.NeedsContainers)
        {
            questions.Add(new FilesQuestion($"{root}/etc/vz/vz.conf", $"{root}{ContainerConfig.Folder}/*.conf")
            {
                FollowsLinks = true,
                MayHang = true,
            });
            questions.Add(LocksIn(root + UsualLockFolder));
            questions.Add(settings.Manifest is { } manifest
                ? new FilesQuestion(manifest) { FollowsLinks = true, MayHang = true, LargestFile = 1024 * 1024 }
                : new MountQuestion(root + ContainerConfig.Folder));
        }

        NodeReading reading = new();
        IReadOnlyList<Answer> answers = world.AskTogether(questions, () => reading = ReadProc(world, settings));
        reading = reading with { Layers = [.. answers.Take(layers).Zip(settings.Layers, LayerError)] };
        return settings.NeedsContainers
            ? ReadContainers(world, settings, reading, answers[layers], answers[layers + 1], answers[layers + 2])
            : reading;
    }

    private static ProbeError? LayerError(Answer answer, RequiredMount layer) =>
        MountStatus.Parse(answer) is null ? ProbeError.Of(layer.Path, answer) : null;

    /// <summary>What the kernel tells, which does not hang.</summary>
    private static NodeReading ReadProc(IWorld world, OpenvzSettings settings)
    {
        string root = settings.Root;
        NodeReading reading = new();
        if (settings.NeedsContainers || settings.Judges(OpenvzCheck.Mounts))
        {
            reading = reading with { Mounts = ReadMounts(world, root) };
        }

        if (!settings.NeedsContainers)
        {
            return reading;
        }

        TimeSpan before = world.Elapsed;
        ProcessScan scan = ProcessProbe.Read(world, root, settings.Services.Processes);
        reading = reading with { HeldByKernel = ReadKernel(world, root), Uptime = BootGrace.UptimeOf(world, root) };
        bool isHidden = scan is { Error: null, SawInit: false };
        return reading with { Scan = scan, ScanTime = world.Elapsed - before, Caller = isHidden ? Caller.Of(world) : null };
    }

    private static NodeReading ReadContainers(
        IWorld world, OpenvzSettings settings, NodeReading reading, Answer configs, Answer locks, Answer origin)
    {
        reading = ReadConfigs(settings, reading, configs, out ShellSettings node);
        reading = settings.Manifest is { } manifest
            ? ReadManifest(reading, manifest, origin)
            : reading with { ConfigsAreShared = MountStatus.Parse(origin)?.IsShared == true };
        string lockFolder = node.Value("LOCKDIR") ?? UsualLockFolder;
        return reading with
        {
            Locks = ReadLocks(lockFolder == UsualLockFolder ? locks : world.Ask(LocksIn(settings.Root + lockFolder))),
            DumpFolder = settings.Root + (node.Value("DUMPDIR") ?? "/vz/dump"),
            VzctlLog = settings.Root + (node.Value("LOGFILE") ?? "/var/log/vzctl.log"),
        };
    }

    private static FilesQuestion LocksIn(string folder) => new($"{folder}/*{LockExtension}") { MayHang = true, LargestFile = 4096 };

    private static NodeReading ReadConfigs(OpenvzSettings options, NodeReading reading, Answer answer, out ShellSettings node)
    {
        List<(string Path, byte[] Text)> files = [];
        ShellSettings settings = ShellSettings.Parse([]);
        ProbeError? error = null;
        string subject = $"the container configs in {options.Root}{ContainerConfig.Folder}";
        string nodePath = $"{options.Root}/etc/vz/vz.conf";
        Dictionary<string, string> dangling = [];
        FilesQuestion.Visit(answer, (path, content, failure) =>
        {
            string file = Encoding.UTF8.GetString(path);
            if (failure is not null && DanglingLink.Target(failure) is { } target && ContainerConfig.IdOf(file) is { } id)
            {
                dangling[id] = target;
            }
            else if (failure is not null)
            {
                error ??= new ProbeError(subject, ProbeErrorKind.Failed, Unread(options, file, failure));
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
                error ??= config.IsEmpty
                    ? new ProbeError(
                        subject, ProbeErrorKind.Malformed, $"{path} holds no setting: whether {config.Id} should run is not known")
                    : null;
            }
        }

        bool isWhole = answer.Outcome is Outcome.Answered or Outcome.Missing;
        return reading with
        {
            Configs = configs,
            DanglingConfigs = dangling,
            ConfigError = isWhole ? error : ProbeError.Of(subject, answer),
        };
    }

    /// <summary>A folder of configs that is gone is a matter of its storage.</summary>
    private static string Unread(OpenvzSettings options, string path, string failure) =>
        $"{path}{(DanglingLink.Target(failure) is null ? ":" : "")} {failure}"
        + ((options.Root + ContainerConfig.Folder).StartsWith(path, StringComparison.Ordinal) ? "; is its storage mounted?" : "");

    private static NodeReading ReadManifest(NodeReading reading, string path, Answer answer)
    {
        string subject = $"the manifest '{path}'";
        ProbeError? error = answer.Outcome == Outcome.Answered ? null : ProbeError.Of(subject, answer);
        List<string> lines = [];
        FilesQuestion.Visit(answer, (_, content, failure) =>
        {
            error ??= failure is null ? null : ProbeError.OfFile(subject, failure);
            IEnumerable<string> named = Encoding.UTF8.GetString(content).Split('\n').Select(line => line.Split('#')[0].Trim());
            lines.AddRange(named.Where(line => line.Length > 0));
        });
        return reading with { Manifest = error is null ? lines : null, ManifestError = error };
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
                int holder = int.TryParse(lines[0].Trim(), out int pid) ? pid : 0;
                locks[id] = new TransitionLock(file, holder, lines.Length > 1 ? lines[1].Trim() : "");
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
        FilesQuestion question = new($"{root}/proc/mounts") { FollowsLinks = true, LargestFile = LargestMountTable };
        world.Read(question, (_, content, failure) => table = failure is null ? MountTable.ParseMounts(content) : null);
        return table;
    }

    private static IReadOnlyList<string[]> ReadHosts(IWorld world, string root)
    {
        IReadOnlyList<string[]> lines = [];
        FilesQuestion question = new($"{root}/etc/hosts") { FollowsLinks = true, LargestFile = 1024 * 1024 };
        world.Read(question, (_, content, _) => lines = ServerNames.ParseHosts(content));
        return lines;
    }
}
