using System.Buffers.Text;
using System.Text;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Plugins.Openvz;

/// <summary>The processes of one container, as the node sees them.</summary>
/// <param name="id">The container's id.</param>
/// <param name="watched">The number of process names that are counted.</param>
internal sealed class ContainerProcesses(string id, int watched)
{
    internal string Id { get; } = id;

    /// <summary>All processes, zombies included.</summary>
    internal int Count { get; set; }

    /// <summary>Those that wait in the kernel and cannot be interrupted.</summary>
    internal int InKernel { get; set; }

    /// <summary>The node's pid of the container's process 1; 0 when it has none that lives.</summary>
    internal int Init { get; set; }

    /// <summary>Living processes of each watched name.</summary>
    internal int[] Alive { get; } = new int[watched];

    /// <summary>Zombies of each watched name.</summary>
    internal int[] Zombies { get; } = new int[watched];

    /// <summary>The node's pids of living processes of watched names that wait in the kernel.</summary>
    internal List<(int Name, int Pid)> Stuck { get; } = [];
}

/// <summary>
/// One pass over /proc: every process's container, name and state from its status file, which everybody may read. Linear in processes.
/// </summary>
internal sealed class ProcessScan
{
    private readonly IReadOnlyList<byte[]> names;
    private readonly Dictionary<string, ContainerProcesses> containers = [];
    private readonly Dictionary<string, ContainerProcesses>.AlternateLookup<ReadOnlySpan<char>> lookup;

    private ProcessScan(IReadOnlyList<byte[]> names)
    {
        this.names = names;
        lookup = containers.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>By container; the node's own processes are not among them.</summary>
    internal IReadOnlyDictionary<string, ContainerProcesses> Containers => containers;

    /// <summary>Whether any process tells its container: true on an OpenVZ kernel alone.</summary>
    internal bool KnowsContainers { get; private set; }

    /// <summary>Whether process 1 of the node was among them; if not, others' processes are hidden from this user.</summary>
    internal bool SawInit { get; private set; }

    /// <summary>The container that this machine is itself; null on a node.</summary>
    internal string? Inside { get; private set; }

    /// <summary>Processes of all containers.</summary>
    internal int InContainers { get; private set; }

    /// <summary>The pids of the node's own processes.</summary>
    internal HashSet<int> OfNode { get; } = [];

    /// <summary>How reading the folder ended.</summary>
    internal Answer Answer { get; private set; }

    internal static ProcessScan Run(IWorld world, string root, IReadOnlyList<byte[]> names)
    {
        ProcessScan scan = new(names);
        scan.Answer = world.Read(
            new FilesQuestion($"{root}/proc/[0-9]*/status") { AreKernelRecords = true, LargestFile = 4096 },
            (_, content, failure) =>
            {
                if (failure is null)
                {
                    scan.Add(content);
                }
            });
        return scan;
    }

    internal void Add(ReadOnlySpan<byte> status)
    {
        int pid = Number(status, "\nPid:\t"u8);
        SawInit |= pid == 1;
        int at = status.IndexOf("\nenvID:\t"u8);
        if (at < 0)
        {
            OfNode.Add(pid);
            return;
        }

        KnowsContainers = true;
        ReadOnlySpan<byte> environment = FirstWord(status[(at + "\nenvID:\t"u8.Length)..]);
        if (environment.SequenceEqual("0"u8))
        {
            OfNode.Add(pid);
            return;
        }

        InContainers++;
        ContainerProcesses container = Of(environment);
        Inside = pid == 1 ? container.Id : Inside;
        Count(container, status, pid);
    }

    private void Count(ContainerProcesses container, ReadOnlySpan<byte> status, int pid)
    {
        int stateAt = status.IndexOf("\nState:\t"u8);
        byte state = stateAt < 0 || stateAt + 8 >= status.Length ? (byte)'?' : status[stateAt + 8];
        bool isAlive = state is not ((byte)'Z' or (byte)'X');
        container.Count++;
        container.InKernel += state == (byte)'D' ? 1 : 0;
        if (isAlive && Number(status, "\nVPid:\t"u8) == 1)
        {
            container.Init = pid;
        }

        ReadOnlySpan<byte> name = status.StartsWith("Name:\t"u8) ? FirstLine(status["Name:\t"u8.Length..]) : [];
        for (int index = 0; index < names.Count; index++)
        {
            if (name.SequenceEqual(names[index]))
            {
                container.Alive[index] += isAlive ? 1 : 0;
                container.Zombies[index] += isAlive ? 0 : 1;
                if (state == (byte)'D')
                {
                    container.Stuck.Add((index, pid));
                }

                break;
            }
        }
    }

    private ContainerProcesses Of(ReadOnlySpan<byte> environment)
    {
        const int LongestId = 64;
        Span<char> key = stackalloc char[LongestId];
        int length = Encoding.UTF8.GetChars(environment[..Math.Min(environment.Length, LongestId)], key);
        ReadOnlySpan<char> id = key[..length];
        if (!lookup.TryGetValue(id, out ContainerProcesses? known))
        {
            known = new ContainerProcesses(id.ToString(), names.Count);
            containers[known.Id] = known;
        }

        return known;
    }

    private static int Number(ReadOnlySpan<byte> status, ReadOnlySpan<byte> label)
    {
        int at = status.IndexOf(label);
        return at >= 0 && Utf8Parser.TryParse(status[(at + label.Length)..], out int number, out _) ? number : 0;
    }

    private static ReadOnlySpan<byte> FirstLine(ReadOnlySpan<byte> text)
    {
        int end = text.IndexOf((byte)'\n');
        return end < 0 ? text : text[..end];
    }

    private static ReadOnlySpan<byte> FirstWord(ReadOnlySpan<byte> text)
    {
        int end = text.IndexOfAny((byte)'\n', (byte)' ', (byte)'\t');
        return end < 0 ? text : text[..end];
    }
}
