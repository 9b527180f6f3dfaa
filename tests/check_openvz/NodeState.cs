using System.Globalization;
using System.Text;
using Ringfree.Monitoring.Plugin;
using Ringfree.Monitoring.Plugins.Openvz;

namespace Ringfree.Monitoring.CheckOpenvz.Tests;

/// <summary>
/// A node as a probe would have read it, evaluated run after run with what was remembered. Five minutes lie between runs, the first is at
/// 2026-03-01 03:12 UTC.
/// </summary>
internal sealed class NodeState : IDisposable
{
    private readonly TestFolder folder = new();
    private readonly FakeWorld world = new();
    private readonly Dictionary<string, ContainerConfig> configs = [];
    private readonly Dictionary<string, string[]> processes = [];
    private readonly Dictionary<string, string> starts = [];
    private readonly List<Beancounter> beancounters = [];

    public void Dispose() => folder.Dispose();

    /// <summary>A container that should run and does.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="name">Its name.</param>
    /// <param name="names">Its processes beside init; one that waits in the kernel ends with <c>:D</c>.</param>
    internal NodeState Container(string id, string name, params string[] names)
    {
        configs[id] = new ContainerConfig(id, name, StartsOnBoot: true, $"/vz/root/{id}", $"/vz/private/{id}");
        processes[id] = ["init", .. names];
        return Started(id, "19996672");
    }

    internal NodeState Stopped(string id)
    {
        processes.Remove(id);
        return this;
    }

    /// <summary>When the container's process 1 started, in clock ticks of one boot.</summary>
    internal NodeState Started(string id, string ticks)
    {
        starts[id] = $"5f0c3a51 {ticks}";
        return this;
    }

    /// <summary>Replaces the table by rows of one container as "resource held barrier limit failcnt".</summary>
    internal NodeState Beancounters(string id, params string[] rows)
    {
        beancounters.Clear();
        foreach (string[] words in rows.Select(row => row.Split(' ')))
        {
            ulong Number(int at) => ulong.Parse(words[at], CultureInfo.InvariantCulture);
            beancounters.Add(new Beancounter(id, words[0], Number(1), Number(2), Number(3), Number(4)));
        }

        return this;
    }

    /// <summary>Evaluates the node as it is now, five minutes after the last time.</summary>
    internal (string Output, int ExitCode) Evaluate(params string[] arguments)
    {
        EvaluatedNode.Reader = Read;
        (string, int) result = Host.RunInside<EvaluatedNode>([.. arguments, "--state-dir", folder.PathOf("state")], world);
        Assert.Empty(world.Questions);
        world.Now += TimeSpan.FromMinutes(5);
        return result;
    }

    private NodeReading Read(OpenvzSettings settings)
    {
        ProcessScan scan = new(settings.Services.Processes);
        int pid = 1;
        Add(scan, "init", "0", pid++);
        foreach ((string id, string[] names) in processes.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            foreach (string name in names)
            {
                Add(scan, name, id, pid++);
            }
        }

        NodeReading reading = new()
        {
            Configs = configs,
            Scan = scan,
            Uptime = TimeSpan.FromDays(40),
            Beancounters = new BeancountersReading(beancounters, beancounters, null) { Starts = starts },
        };
        return reading with { Expected = ExpectedContainers.Find(settings, reading) };
    }

    private static void Add(ProcessScan scan, string process, string container, int pid)
    {
        string[] words = process.Split(':');
        int inside = words[0] == "init" ? 1 : pid;
        string state = words.Length > 1 ? words[1] : "S";
        scan.Add(Encoding.UTF8.GetBytes(
            $"Name:\t{words[0]}\nState:\t{state} (a state)\nPid:\t{pid}\nPPid:\t1\nenvID:\t{container}\nVPid:\t{inside}\n"));
    }

    /// <summary>The check with a reading in place of its probes.</summary>
    private sealed class EvaluatedNode : ICheck
    {
        [ThreadStatic]
        private static Func<OpenvzSettings, NodeReading>? reader;

        public static Facts Facts => OpenvzCheck.Facts;

        internal static Func<OpenvzSettings, NodeReading>? Reader
        {
            set => reader = value;
        }

        public static Report Run(CheckRun run)
        {
            OpenvzSettings settings = OpenvzSettings.Parse(run.Options);
            return NodeEvaluation.Evaluate(settings, reader!(settings), run.BeginReport());
        }
    }
}
