using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Plugins.Haproxy;

/// <summary>
/// Watches HAProxy through its stats socket: usable servers of every backend, session use, queues and the process itself.
/// </summary>
public sealed class HaproxyCheck : ICheck
{
    internal static readonly Concern Proxies = new(
        "proxies",
        "every backend has usable servers and every frontend accepts",
        "on the named servers, see whether the service runs; from here, whether its port answers; 'show stat' on the stats socket tells the rest");

    internal static readonly Concern Traffic = new(
        "traffic",
        "sessions stay below their limits, requests do not queue, and servers answer in time and without errors",
        "look at the servers of the named backend: their logs for errors, their load for slow answers; 'show sess' on the stats socket tells who sends the sessions; raise maxconn only after that");

    internal static readonly Concern Process = new(
        "process",
        "HAProxy runs, answers, does not restart again and again, and has connections, time and memory left",
        "service haproxy status; haproxy -c -f /etc/haproxy/haproxy.cfg; the end of its log: /var/log/haproxy.log or /var/log/messages")
    {
        IsFoundation = true,
    };

    internal static readonly Concern Certificates = new(
        "certificates",
        "bundles are complete, fit together, are valid for long enough and are what HAProxy serves",
        "do what the sentence says; then 'haproxy -c -f /etc/haproxy/haproxy.cfg' and 'service haproxy reload'");

    internal static readonly Concern Config = new(
        "config",
        "HAProxy would start again with the configuration on disk (opt-in: where --config names it)",
        "haproxy -c -f /etc/haproxy/haproxy.cfg says which line is refused; mend it before anything restarts HAProxy")
    {
        IsOptIn = true,
    };

    internal static readonly MetricFacts Backends = new("backends", Unit.Count, "backends that have servers", Proxies);
    internal static readonly MetricFacts BackendsDown = new("backends_down", Unit.Count, "backends without a usable server", Proxies);

    internal static readonly MetricFacts BackendsDownShare = new(
        "backends_down_share",
        Unit.Percent,
        "share of backends without a usable server, other than set aside; judged from three of them on",
        Proxies)
    {
        Critical = Plugin.Range.Parse("@20:"),
    };

    internal static readonly MetricFacts Servers = new("servers", Unit.Count, "servers of all backends", Proxies);
    internal static readonly MetricFacts ServersDown = new("servers_down", Unit.Count, "servers that fail their check", Proxies);
    internal static readonly MetricFacts ServersInMaintenance = new("servers_maintenance", Unit.Count, "servers in maintenance, drain or with weight 0", Proxies);

    internal static readonly MetricFacts MaintenanceAge = new(
        "maintenance_age", Unit.Seconds, "the longest time that a server is set aside, other than by haproxy.cfg", Proxies)
    {
        Warning = Plugin.Range.ParseSeconds("1d"),
    };

    internal static readonly MetricFacts DownTransitions = new(
        "down_transitions", Unit.Count, "how often a check took the worst server down within the last hour", Proxies)
    {
        Warning = Plugin.Range.Parse("2"),
    };

    internal static readonly MetricFacts SessionUse = new(
        "session_use", Unit.Percent, "sessions of the fullest frontend or server against its limit", Traffic)
    {
        Warning = Plugin.Range.Parse("80"),
        Critical = Plugin.Range.Parse("90"),
    };

    internal static readonly MetricFacts Sessions = new("sessions", Unit.Count, "sessions of all frontends", Traffic);
    internal static readonly MetricFacts Queue = new("queue", Unit.Count, "requests that wait for a server", Traffic);

    internal static readonly MetricFacts Responses5xxRate = Rate("http_5xx_rate", "HTTP 5xx answers a second of the worst backend");

    internal static readonly MetricFacts Responses5xxShare = new(
        "http_5xx_share", Unit.Percent, "share of HTTP 5xx among the answers of the worst backend, of at least five answers", Traffic)
    {
        Warning = Plugin.Range.Parse("@50:"),
        Critical = Plugin.Range.Parse("@100:"),
    };

    internal static readonly MetricFacts ConnectionErrorRate = Rate("connection_error_rate", "failed connections to servers a second of the worst backend");
    internal static readonly MetricFacts ResponseErrorRate = Rate("response_error_rate", "broken answers a second of the worst backend");
    internal static readonly MetricFacts RetryRate = Rate("retry_rate", "repeated connections to servers a second of the worst backend");

    internal static readonly MetricFacts QueueTime = new("queue_time", Unit.Seconds, "time in the queue of the slowest backend, average of 1,024 requests", Traffic);
    internal static readonly MetricFacts ConnectTime = new("connect_time", Unit.Seconds, "time to connect to servers, likewise", Traffic);
    internal static readonly MetricFacts ResponseTime = new("response_time", Unit.Seconds, "time until servers answer, likewise", Traffic);

    internal static readonly MetricFacts ConnectionUse = new(
        "connection_use", Unit.Percent, "connections of the fullest process against its maxconn", Process)
    {
        Warning = Plugin.Range.Parse("80"),
        Critical = Plugin.Range.Parse("90"),
    };

    internal static readonly MetricFacts Uptime = new("uptime", Unit.Seconds, "time since the youngest process started", Process);

    internal static readonly MetricFacts Idle = new("idle", Unit.Percent, "time that the busiest process slept in the last second", Process)
    {
        IsSample = true,
        Warning = Plugin.Range.Parse("20:"),
        Critical = Plugin.Range.Parse("5:"),
    };

    internal static readonly MetricFacts PoolFailures = new("pool_failures", Unit.Count, "allocations of memory that failed since the last run", Process)
    {
        Warning = Plugin.Range.Parse("0"),
    };

    internal static readonly MetricFacts Restarts = new("restarts", Unit.Count, "starts of HAProxy that runs have seen within the last hour", Process)
    {
        Warning = Plugin.Range.Parse("3"),
    };

    internal static readonly MetricFacts CertificateCount = new("certificates", Unit.Count, "certificates of servers that were judged", Certificates);

    internal static readonly MetricFacts CertificateLifetime = new(
        "certificate_lifetime", Unit.Seconds, "time until the first certificate of a server expires", Certificates)
    {
        Warning = Plugin.Range.ParseSeconds("21d:"),
        Critical = Plugin.Range.ParseSeconds("7d:"),
    };

    internal static readonly MetricFacts IntermediateLifetime = new(
        "intermediate_lifetime", Unit.Seconds, "time until the first intermediate certificate expires", Certificates)
    {
        Warning = Plugin.Range.ParseSeconds("21d:"),
        Critical = Plugin.Range.ParseSeconds("7d:"),
    };

    /// <inheritdoc/>
    public static Facts Facts { get; } = new()
    {
        Name = "check_haproxy",
        Purpose = "watches HAProxy through its stats socket: usable servers, sessions, errors and the process; and its certificates, on disk and as served.",
        Concerns = [Proxies, Traffic, Process, Certificates, Config],
        Metrics =
        [
            Backends, BackendsDown, BackendsDownShare, Servers, ServersDown, ServersInMaintenance, MaintenanceAge, DownTransitions,
            SessionUse, Sessions, Queue, Responses5xxRate, Responses5xxShare, ConnectionErrorRate, ResponseErrorRate, RetryRate,
            QueueTime, ConnectTime, ResponseTime,
            ConnectionUse, Uptime, Idle, PoolFailures, Restarts,
            CertificateCount, CertificateLifetime, IntermediateLifetime,
        ],
        MainMetric = SessionUse,
        Options = HaproxySettings.Declared,
        RootIsNeededFor = "bundles, whose private keys are root's alone, and the test of a configuration, which loads them",
        Remembers = true,
    };

    /// <inheritdoc/>
    public static Report Run(CheckRun run)
    {
        HaproxySettings settings = HaproxySettings.Parse(run.Options);
        IReadOnlyList<StatsReading> stats = settings.NeedsStatistics ? new StatsProbe(run.World, settings).Read() : [];
        CertificatesReading? certificates = settings.Judges(Certificates) && settings.NamesCertificates
            ? CertificatesProbe.Read(run.World, settings)
            : null;
        IReadOnlyList<ConfigurationTest> tests = settings.Judges(Config) ? ConfigurationTestProbe.Read(run.World, settings) : [];
        return HaproxyEvaluation.Evaluate(settings, new HaproxyReading(stats, certificates, tests), run.BeginReport());
    }

    private static MetricFacts Rate(string name, string meaning) => new(name, Unit.Count, meaning, Traffic) { Warning = Plugin.Range.Parse("1") };
}
