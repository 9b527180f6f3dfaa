using System.Buffers.Text;
using System.Text;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Plugins.Openvz;

/// <summary>The zombies of one container, or of the node itself.</summary>
internal sealed class Zombies
{
    private Dictionary<int, int>? byParent;

    internal int Count { get; private set; }

    /// <summary>The process that most of them wait for, by the node's pid, and how many do; 0 and 0 without any.</summary>
    internal (int Pid, int Children) Parent
    {
        get
        {
            KeyValuePair<int, int> most = byParent is null ? default : byParent.MaxBy(parent => parent.Value);
            return (most.Key, most.Value);
        }
    }

    internal void Add(int parent)
    {
        Count++;
        byParent ??= [];
        byParent[parent] = byParent.GetValueOrDefault(parent) + 1;
    }
}

/// <summary>The processes of one container, as the node sees them.</summary>
/// <param name="id">The container's id.</param>
/// <param name="watched">The number of processes that are counted.</param>
internal sealed class ContainerProcesses(string id, int watched)
{
    internal string Id { get; } = id;

    /// <summary>All processes, zombies included.</summary>
    internal int Count { get; set; }

    /// <summary>Those that wait in the kernel and cannot be interrupted.</summary>
    internal int InKernel { get; set; }

    /// <summary>Whether no living process of it can do anything: all wait in the kernel.</summary>
    internal bool IsFrozen => InKernel > 0 && InKernel >= Count - Zombies.Count;

    /// <summary>The node's pid of the container's process 1; 0 when it has none that lives.</summary>
    internal int Init { get; set; }

    /// <summary>
    /// The node's pids of all its processes 1 that live: it has several when it holds containers itself, such as Docker's.
    /// </summary>
    internal List<int> Inits { get; } = [];

    /// <summary>Living processes of each watched kind.</summary>
    internal int[] Alive { get; } = new int[watched];

    /// <summary>Living processes of several watched kinds together.</summary>
    /// <param name="kinds">Their numbers.</param>
    internal int AliveOf(int[] kinds)
    {
        int alive = 0;
        foreach (int kind in kinds)
        {
            alive += Alive[kind];
        }

        return alive;
    }

    /// <summary>Zombies of each watched kind; what an interpreter ran is no longer known of its zombie.</summary>
    internal int[] Ended { get; } = new int[watched];

    /// <summary>All its zombies.</summary>
    internal Zombies Zombies { get; } = new();

    /// <summary>The node's pids of living processes of watched kinds that wait in the kernel.</summary>
    internal List<(int Process, int Pid)> Stuck { get; } = [];

    /// <summary>The node's pids of living processes of watched kinds.</summary>
    internal List<(int Process, int Pid)> Pids { get; } = [];

    /// <summary>Remote consoles of Asterisk, which serve no call.</summary>
    internal int Consoles { get; set; }

    /// <summary>The node's pids of living processes of several watched kinds together.</summary>
    /// <param name="kinds">Their numbers.</param>
    internal int[] PidsOf(int[] kinds) => [.. Pids.Where(one => kinds.Contains(one.Process)).Select(one => one.Pid).Order()];
}

/// <summary>
/// What one pass over /proc tells: every process's container, name and state, from its status file. Linear in processes.
/// </summary>
internal sealed class ProcessScan
{
    private readonly IReadOnlyList<ServiceProcess> watched;
    private readonly byte[][] names;
    private readonly Dictionary<int, List<(ContainerProcesses Container, int Process, bool IsStuck)>> ambiguous = [];
    private readonly Dictionary<string, ContainerProcesses> containers = [];
    private readonly Dictionary<string, ContainerProcesses>.AlternateLookup<ReadOnlySpan<char>> lookup;

    /// <param name="watched">The processes that are counted.</param>
    internal ProcessScan(IReadOnlyList<ServiceProcess> watched)
    {
        this.watched = watched;
        names = [.. watched.Select(process => Encoding.UTF8.GetBytes(process.Name))];
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

    /// <summary>Zombies of the node itself.</summary>
    internal Zombies ZombiesOfNode { get; } = new();

    /// <summary>The node's own processes: their names, by pid.</summary>
    internal Dictionary<int, string> OfNode { get; } = [];

    /// <summary>Why the processes could not be read; null when they were.</summary>
    internal ProbeError? Error { get; init; }

    /// <summary>
    /// The pids of processes that may be a service, of interpreters and of Asterisk, whose remote console has the same name: their command
    /// lines tell.
    /// </summary>
    internal IReadOnlyCollection<int> Ambiguous => ambiguous.Keys;

    /// <summary>Takes one process.</summary>
    /// <param name="status">Its status file.</param>
    internal void Add(ReadOnlySpan<byte> status)
    {
        int pid = Number(status, "\nPid:\t"u8);
        SawInit |= pid == 1;
        int at = status.IndexOf("\nenvID:\t"u8);
        KnowsContainers |= at >= 0;
        ReadOnlySpan<byte> environment = at < 0 ? "0"u8 : FirstWord(status[(at + "\nenvID:\t"u8.Length)..]);
        if (environment.SequenceEqual("0"u8))
        {
            OfNode[pid] = Encoding.UTF8.GetString(Name(status));
            if (State(status) == (byte)'Z')
            {
                ZombiesOfNode.Add(Number(status, "\nPPid:\t"u8));
            }

            return;
        }

        InContainers++;
        ContainerProcesses container = Of(environment);
        Inside = pid == 1 ? container.Id : Inside;
        Count(container, status, pid);
    }

    private void Count(ContainerProcesses container, ReadOnlySpan<byte> status, int pid)
    {
        byte state = State(status);
        bool isAlive = state is not ((byte)'Z' or (byte)'X');
        container.Count++;
        container.InKernel += state == (byte)'D' ? 1 : 0;
        if (isAlive && Number(status, "\nVPid:\t"u8) == 1)
        {
            container.Init = pid;
            container.Inits.Add(pid);
        }

        if (state == (byte)'Z')
        {
            container.Zombies.Add(Number(status, "\nPPid:\t"u8));
        }

        ReadOnlySpan<byte> name = Name(status);
        for (int index = 0; index < names.Length; index++)
        {
            if (!name.SequenceEqual(names[index]))
            {
                continue;
            }

            if (watched[index].Script is null)
            {
                Take(container, index, pid, isAlive, state == (byte)'D');
            }

            if (isAlive && watched[index].IsToldByCommandLine)
            {
                if (!ambiguous.TryGetValue(pid, out List<(ContainerProcesses Container, int Process, bool IsStuck)>? asked))
                {
                    ambiguous[pid] = asked = [];
                }

                asked.Add((container, index, state == (byte)'D'));
            }
        }
    }

    private static void Take(ContainerProcesses container, int process, int pid, bool isAlive, bool isStuck)
    {
        container.Alive[process] += isAlive ? 1 : 0;
        container.Ended[process] += isAlive ? 0 : 1;
        if (isAlive)
        {
            container.Pids.Add((process, pid));
        }

        if (isStuck)
        {
            container.Stuck.Add((process, pid));
        }
    }

    /// <summary>An Asterisk counts until its command line says that it is a console.</summary>
    private static void TakeBack(ContainerProcesses container, int process, int pid)
    {
        container.Alive[process]--;
        container.Pids.Remove((process, pid));
        container.Stuck.Remove((process, pid));
        container.Consoles++;
    }

    /// <summary>Takes what an interpreter runs, or how an Asterisk was started.</summary>
    /// <param name="pid">One of <see cref="Ambiguous"/>; others are passed over.</param>
    /// <param name="commandLine">Its cmdline file.</param>
    internal void AddCommandLine(int pid, ReadOnlySpan<byte> commandLine)
    {
        if (!ambiguous.TryGetValue(pid, out var asked))
        {
            return;
        }

        string[] arguments = Encoding.UTF8.GetString(commandLine).Split('\0');
        foreach ((ContainerProcesses container, int process, bool isStuck) in asked)
        {
            if (watched[process].Script is not { } script)
            {
                if (AsteriskConsole.Is(arguments))
                {
                    TakeBack(container, process, pid);
                }
            }
            else if (arguments.Any(argument => argument[(argument.LastIndexOf('/') + 1)..] == script))
            {
                Take(container, process, pid, isAlive: true, isStuck);
            }
        }
    }

    private static ReadOnlySpan<byte> Name(ReadOnlySpan<byte> status) =>
        status.StartsWith("Name:\t"u8) ? FirstLine(status["Name:\t"u8.Length..]) : [];

    private static byte State(ReadOnlySpan<byte> status)
    {
        int at = status.IndexOf("\nState:\t"u8);
        return at < 0 || at + 8 >= status.Length ? (byte)'?' : status[at + 8];
    }

    private ContainerProcesses Of(ReadOnlySpan<byte> environment)
    {
        const int LongestId = 64;
        Span<char> key = stackalloc char[LongestId];
        int length = Encoding.UTF8.GetChars(environment[..Math.Min(environment.Length, LongestId)], key);
        ReadOnlySpan<char> id = key[..length];
        if (!lookup.TryGetValue(id, out ContainerProcesses? known))
        {
            known = new ContainerProcesses(id.ToString(), names.Length);
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
