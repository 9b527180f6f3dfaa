using Ringfree.Monitoring.Plugin;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Plugins.Haproxy;

/// <summary>Watches HAProxy through its stats socket: usable servers of every backend, session use, queues and the process itself.</summary>
public sealed class HaproxyCheck : ICheck
{
    internal static readonly Concern Proxies = new(
        "proxies",
        "every backend has usable servers and every frontend accepts",
        "on the named servers, see whether the service runs; from here, whether its port answers; 'show stat' on the stats socket tells the rest");

    internal static readonly Concern Traffic = new(
        "traffic",
        "sessions stay below their limits and no requests queue",
        "find out who sends the sessions ('show sess' on the stats socket) and whether a server answers slowly; raise maxconn only after that");

    internal static readonly Concern Process = new(
        "process",
        "HAProxy runs, answers and has connections left",
        "systemctl status haproxy; haproxy -c -f /etc/haproxy/haproxy.cfg; journalctl -u haproxy -n 50")
    {
        IsFoundation = true,
    };

    internal static readonly MetricFacts Backends = new("backends", Unit.Count, "backends that have servers", Proxies);
    internal static readonly MetricFacts BackendsDown = new("backends_down", Unit.Count, "backends without a usable server", Proxies);
    internal static readonly MetricFacts Servers = new("servers", Unit.Count, "servers of all backends", Proxies);
    internal static readonly MetricFacts ServersDown = new("servers_down", Unit.Count, "servers that fail their check", Proxies);
    internal static readonly MetricFacts ServersAside = new("servers_aside", Unit.Count, "servers in maintenance, drain or with weight 0", Proxies);

    internal static readonly MetricFacts SessionUse = new(
        "session_use", Unit.Percent, "sessions of the fullest frontend or server against its limit", Traffic)
    {
        Warning = Plugin.Range.Parse("80"),
        Critical = Plugin.Range.Parse("90"),
    };

    internal static readonly MetricFacts Sessions = new("sessions", Unit.Count, "sessions of all frontends", Traffic);
    internal static readonly MetricFacts Queue = new("queue", Unit.Count, "requests that wait for a server", Traffic);

    internal static readonly MetricFacts ConnectionUse = new(
        "connection_use", Unit.Percent, "connections of the fullest process against its maxconn", Process)
    {
        Warning = Plugin.Range.Parse("80"),
        Critical = Plugin.Range.Parse("90"),
    };

    internal static readonly MetricFacts Uptime = new("uptime", Unit.Seconds, "time since the youngest process started", Process);

    internal static readonly CheckOption SocketOption = new(
        "--socket",
        "ADDRESS",
        "stats socket: an absolute path, HOST:PORT or [IPV6]:PORT; repeatable (default: the first of HAProxy's usual paths that exists)",
        Repeatable: true);

    /// <inheritdoc/>
    public static Facts Facts { get; } = new()
    {
        Name = "check_haproxy",
        Purpose = "watches HAProxy through its stats socket: usable servers of every backend, sessions, queues and the process itself.",
        Concerns = [Proxies, Traffic, Process],
        Metrics = [Backends, BackendsDown, Servers, ServersDown, ServersAside, SessionUse, Sessions, Queue, ConnectionUse, Uptime],
        MainMetric = SessionUse,
        Options = [SocketOption],
        RootIsNeededFor = "",
    };

    /// <inheritdoc/>
    public static Report Run(CheckRun run)
    {
        IReadOnlyList<StatsReading> readings = StatsProbe.Read(run.World, [.. run.Options.Values(SocketOption).Select(ParseSocket)]);
        return Judge(readings, run.Options);
    }

    private static SocketAddress ParseSocket(string text) => SocketAddress.TryParse(text)
        ?? throw new UsageException($"--socket '{text}' is no socket; accepted are {SocketAddress.AcceptedForms}");

    private static Report Judge(IReadOnlyList<StatsReading> readings, Options options)
    {
        List<Finding> findings = [];
        List<HaproxyStats> answered = [];
        foreach (StatsReading reading in readings)
        {
            if (reading.Stats is { } stats)
            {
                answered.Add(stats);
            }
            else
            {
                findings.Add(reading.Trouble!);
            }
        }

        List<Metric> metrics = [];
        List<string> summary = [];
        if (answered.Count > 0 && options.Judges(Proxies))
        {
            summary.Add(ProxiesJudge.Judge(answered, options, findings, metrics));
        }

        if (answered.Count > 0 && options.Judges(Traffic))
        {
            summary.Add(TrafficJudge.Judge(answered, options, findings, metrics));
        }

        if (answered.Count > 0 && options.Judges(Process))
        {
            summary.Add(ProcessJudge.Judge(answered, options, findings, metrics));
        }

        return new Report(findings, metrics)
        {
            AllWell = string.Join(", ", summary),
            Trace = options.Verbosity < 2 ? [] : [.. readings.Select(Trace)],
        };
    }

    private static string Trace(StatsReading reading) => reading.Stats is { } stats
        ? $"socket {reading.Socket}: HAProxy {stats.Info.Version}, pid {stats.Info.Pid}, {stats.Rows.Count} rows of show stat"
        : $"socket {reading.Socket}: no statistics";
}
