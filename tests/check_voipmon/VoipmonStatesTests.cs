using Ringfree.Monitoring.Plugins.Voipmon;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.CheckVoipmon.Tests;

/// <summary>The whole program's output and exit code, once for each state that a server can be in.</summary>
public sealed class VoipmonStatesTests : IDisposable
{
    private static readonly Answer Refused = Answer.Without(Outcome.Refused, "Connection refused");
    private static readonly Answer Silent = Answer.Without(Outcome.Silent, "no complete answer after 4 s");

    private static readonly Dictionary<string, Action<LaidOutServer>> Servers = new()
    {
        ["healthy"] = _ => { },
        ["healthy-with-sensors"] = server =>
        {
            server.Sensors.AddRange([(7, "dal", 990), (9, "atl", 1000)]);
            server.Clients = "{\"count\":2,\"services\":[{\"ip\":\"10.0.0.7\",\"port\":38850,\"sensor_id\":7},{\"ip\":\"10.0.0.9\",\"port\":1,\"sensor_id\":9}]}";
            server.Starts.AddRange([(7, null, "2026.04.0"), (9, null, "2026.04.0"), (null, null, "2026.04.0")]);
        },
        ["sniffer-dead"] = server => server.ManagerTrouble = Refused,
        ["sniffer-frozen"] = server => server.ManagerTrouble = Silent,
        ["sniffer-silent-behind-a-slow-database"] = server => (server.ManagerTrouble, server.Seconds) = (Silent, "4.5"),
        ["sniffer-starting"] = server => server.ManagerSays = "",
        ["sniffer-initialising"] = server => (server.Stat.IsInitializing, server.Stat.Uptime) = (true, "8"),
        ["sniffer-initialising-for-long"] = server => (server.Stat.IsInitializing, server.Stat.Uptime) = (true, "90"),
        ["sniffer-initialising-for-good"] = server => (server.Stat.IsInitializing, server.Stat.Uptime) = (true, "900"),
        ["blocked-by-silent-database"] = server => (server.ManagerTrouble, server.DatabaseTrouble) = (Silent, Answer.Without(Outcome.Silent, "no complete answer after 6 s")),
        ["blocked-by-dead-database"] = server => (server.ManagerTrouble, server.DatabaseTrouble) = (Silent, Refused),
        ["database-down"] = server =>
        {
            server.DatabaseTrouble = Refused;
            server.Stat.Backlog = "SQLf[cdr: 3, charts_cache: 1] ";
        },
        ["database-full-of-connections"] = server => server.DatabaseTrouble = Answer.Without(Outcome.Refused, "1040 Too many connections"),
        ["database-denies"] = server => server.DatabaseTrouble = Answer.Without(Outcome.Denied, "1045 Access denied for user 'monitoring'@'10.0.0.5' (using password: YES)"),
        ["database-unknown"] = server => server.DatabaseTrouble = Answer.Without(Outcome.Failed, "1049 Unknown database 'voipmonitor'"),
        ["everything-dead"] = server => (server.ManagerTrouble, server.DatabaseTrouble) = (Refused, Refused),
        ["database-slow"] = server => server.Seconds = "3.2",
        ["database-read-only"] = server => server.ReadOnly = "1",
        ["manager-of-something-else"] = server => server.ManagerSays = "HTTP/1.1 400 Bad Request\r\n\r\n",
        ["manager-unknown-command"] = server => server.ManagerSays = "command not found\n",
        ["manager-cut"] = server => server.ManagerSays = "{\"version\": \"2026.04.0\",\"pbStatString\": \"calls[1",
        ["manager-cut-within-a-value"] = server => server.ManagerSays = "{\"version\": \"2026.04.0\",\"uptime\": \"86400\",\"pbCountPacketDrop\": \"0}",
        ["manager-without-uptime"] = server => server.ManagerSays = "{\"version\": \"2026.04.0\",\"pbStatString\": \"calls[1,r:0][1,r:0] \"}",
        ["manager-with-damaged-number"] = server => server.Stat.Uptime = "86-400",
        ["manager-denied"] = server => server.ManagerTrouble = Answer.Without(Outcome.Denied, "Permission denied"),
        ["terminating"] = server => server.Stat.TerminatingError = "too high load: \"cpu\", see syslog",
        ["memory-full"] = server => server.Stat.MemoryIsFull = "1",
        ["heap"] = server => server.Stat.Heap = "heap[u55|t83(1/2)|p1] ",
        ["heap-of-an-old-release"] = server => server.Stat.Heap = "heap[85|10|0] ",
        ["reader-cpu"] = server => server.Stat.ReaderCpu = "t0CPU[12.5/91.0%] ",
        ["remark-with-quotes"] = server => server.Stat.Remark = "MySQL error: 1526 \"Table has no partition\"",
        ["drops"] = server => server.Stat.Drops = "drop[H:3 I-eth0:1] ",
        ["blind-since-start"] = server => server.Stat.Rates = "PS[C:-/- r:-/- S:-/- SR:- SM:- R:-/- A:0] ",
        ["blind-to-sip-since-start"] = server => server.Stat.Rates = "PS[C:-/- r:-/- S:-/- SR:- SM:- R:-/- A:120] ",
        ["no-sip-in-one-interval"] = server => server.Stat.Rates = "PS[C:0/-0(0/0) r:-/- S:0/0 SR:- SM:- R:-/- A:3] ",
        ["no-rates"] = server => server.Stat.Rates = "",
        ["no-rates-yet"] = server => (server.Stat.Rates, server.Stat.Uptime) = ("", "40"),
        ["no-optional-token"] = server => (server.Stat.Heap, server.Stat.ReaderCpu, server.Stat.Calls) = ("", "", "calls"),
        ["disk-warn"] = server => server.Stat.DiskState = "WARN",
        ["disk-saturated"] = server => server.Stat.DiskState = "DISK_SAT",
        ["disk-calibrating"] = server => server.Stat.DiskState = "calibrating",
        ["spool-near-cleaning"] = server => server.FreeGigabytes = 8,
        ["spool-below-cleaning"] = server => server.FreeGigabytes = 3,
        ["spool-without-inodes"] = server => server.FreeInodes = 5000,
        ["spool-hangs"] = server => server.MountTrouble = Answer.Without(Outcome.Silent, "no complete answer after 3 s"),
        ["spool-hung-before"] = server => server.MountTrouble = Answer.Without(Outcome.Busy, "2026-03-04T10:40:00Z"),
        ["spool-missing"] = server => server.MountTrouble = Answer.Without(Outcome.Missing, "No such file or directory"),
        ["queue-old"] = server => server.QueueFiles.AddRange([TimeSpan.FromSeconds(3), TimeSpan.FromMinutes(6)]),
        ["queue-very-old"] = server => server.QueueFiles.Add(TimeSpan.FromMinutes(40)),
        ["partition-short"] = server => (server.Partitions["cdr"], server.Partitions["cdr_next"]) = ("'2026-03-07'", "740045"),
        ["partition-missing"] = server => server.Partitions["cdr"] = "'2026-03-04 10:00:00'",
        ["partitions-fine"] = server => (server.Partitions["cdr"], server.Partitions["message"], server.Partitions["old"]) = ("'2026-03-07'", "740049", "MAXVALUE"),
        ["partition-of-unknown-form"] = server => server.Partitions["cdr"] = "year(x)",
        ["replica-fine"] = server => server.Replicas.Add(("Yes", "Yes", "3", "")),
        ["replica-behind"] = server => server.Replicas.Add(("Yes", "Yes", "900", "")),
        ["replica-lag-null"] = server => server.Replicas.Add(("Yes", "Yes", null, "")),
        ["replica-stopped"] = server => server.Replicas.Add(("No", "Yes", null, "error connecting to master 'repl@db1:3306'")),
        ["replica-not-allowed"] = server => server.Failing["SHOW "] = "1227 Access denied; you need (at least one of) the SUPER, SLAVE MONITOR privilege(s) for this operation",
        ["replica-of-an-older-server"] = server =>
        {
            server.Failing["SHOW REPLICA"] = "1064 You have an error in your SQL syntax";
            server.Replicas.Add(("Yes", "No", null, "Duplicate entry"));
        },
        ["no-cdr-since-yesterday"] = server => (server.NewestEnded, server.Calls) = (TimeSpan.FromHours(15), 0),
        ["no-cdr-at-all"] = server => (server.NewestId, server.Calls) = (null, 0),
        ["no-cdr-but-calls-go-on"] = server => server.NewestEnded = TimeSpan.FromHours(2),
        ["no-cdr-and-calls-go-on-for-too-long"] = server => server.NewestEnded = TimeSpan.FromHours(5),
        ["no-cdr-at-night"] = server => (server.NewestEnded, server.Calls, server.Zone) = (TimeSpan.FromHours(5), 0, TimeSpan.FromHours(-6)),
        ["cdr-from-the-future"] = server => server.NewestEnded = TimeSpan.FromHours(-5),
        ["database-clock-wrong"] = server => server.DatabaseClockSkew = TimeSpan.FromMinutes(20),
        ["cdr-not-granted"] = server => server.Failing["SELECT ID"] = "1142 SELECT command denied to user 'monitoring'@'localhost' for table `voipmonitor`.`cdr`",
        ["sensors-not-granted"] = server => server.Failing["SELECT s.id_sensor"] = "1142 SELECT command denied to user 'monitoring'@'localhost' for table `voipmonitor`.`sensors`",
        ["sensor-not-connected"] = server =>
        {
            server.Sensors.AddRange([(7, "dal", 990), (9, "atl", 1000)]);
            server.Clients = "{\"count\":1,\"services\":[{\"ip\":\"10.0.0.7\",\"port\":38850,\"sensor_id\":7}]}";
        },
        ["sensor-without-cdr"] = server => server.Sensors.AddRange([(7, "dal", null), (9, "", 1000)]),
        ["sensor-stopped"] = server =>
        {
            server.Sensors.Add((9, "atl", 1000));
            server.Starts.Add((9, "2026-03-04 10:12:00", "2026.04.0"));
        },
        ["sensor-versions-differ"] = server =>
        {
            server.Sensors.AddRange([(7, "dal", 990), (9, "atl", 1000)]);
            server.Starts.AddRange([(7, null, "2026.04.0"), (9, null, "2025.11.1")]);
        },
        ["sensor-starts-unknown"] = server =>
        {
            server.Sensors.Add((9, "atl", 1000));
            server.Failing["SELECT r.id_sensor"] = "1146 Table 'voipmonitor.sensor_running_config' doesn't exist";
        },
    };

    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void There_are_states() => Assert.InRange(Servers.Count, 60, 500);

    [Fact]
    public void Every_state_gives_its_report() => Snapshot.MatchAll(
        Servers.Select(state =>
        {
            LaidOutServer server = new();
            state.Value(server);
            (string output, int code) = server.Run(folder.PathOf(state.Key), "-v");
            return (state.Key, $"exit {code}\n{output}");
        }),
        "states");

    [Theory]
    [InlineData("no-rates-yet", "sip_silence=60")]
    [InlineData("healthy", "partition_ahead=86400:")]
    public void A_limit_on_what_is_not_there_is_no_problem(string state, string limit)
    {
        LaidOutServer server = new();
        Servers[state](server);
        (string output, int code) = server.Run(folder.PathOf(state), "-w", limit);
        Assert.StartsWith("VOIPMON OK - ", output, StringComparison.Ordinal);
        Assert.Equal(0, code);
    }

    /// <summary>
    /// Each concern has a service of its own: what hangs on another one's trouble is OK there and names the service that pages.
    /// </summary>
    [Theory]
    [InlineData("blocked-by-dead-database", "sniffer", 0, "sniffer not judged: the database is down: see VoIPmonitor database")]
    [InlineData("blocked-by-silent-database", "sniffer", 0, "sniffer not judged: the database does not answer: see VoIPmonitor database")]
    [InlineData("blocked-by-silent-database", "capture", 0, "capture not judged: the database does not answer: see VoIPmonitor database")]
    [InlineData("blocked-by-silent-database", "freshness", 0, "freshness not judged: the database does not answer: see VoIPmonitor database")]
    [InlineData("blocked-by-silent-database", "sensors", 0, "sensors not judged: the database does not answer: see VoIPmonitor database")]
    [InlineData("blocked-by-silent-database", "spool", 0, "spool 40 GB free")]
    [InlineData("blocked-by-silent-database", "database", 2, "the database accepts and does not answer: no complete answer after 6 s; the sniffer's manager is silent with it, as it waits for the database at every question: capture itself may go on, and its CDRs wait on disk")]
    [InlineData("database-denies", "freshness", 0, "freshness not judged: the database is not read: see VoIPmonitor database")]
    [InlineData("sniffer-dead", "capture", 0, "capture not judged: the sniffer is dead: see VoIPmonitor sniffer")]
    [InlineData("sniffer-frozen", "capture", 0, "capture not judged: the sniffer does not answer: see VoIPmonitor sniffer")]
    [InlineData("sniffer-frozen", "freshness", 0, "newest CDR 1000 40s ago")]
    [InlineData("sniffer-starting", "capture", 0, "capture not judged: the sniffer starts or ends: see VoIPmonitor sniffer")]
    [InlineData("sniffer-frozen", "sniffer", 2, "the sniffer is frozen: its manager accepts and does not answer (127.0.0.1:5029: no complete answer after 4 s), and the database does")]
    [InlineData("everything-dead", "sniffer", 2, "the sniffer is dead: nothing listens on 127.0.0.1:5029")]
    [InlineData("everything-dead", "capture", 0, "capture not judged: the sniffer is dead: see VoIPmonitor sniffer")]
    public void A_concern_beside_the_services_of_the_others(string name, string concern, int code, string headline)
    {
        LaidOutServer server = new();
        Servers[name](server);
        IEnumerable<string> others = VoipmonCheck.Facts.Concerns.Where(other => other.Name != concern).SelectMany(other => new[] { "--judged-by", $"{other.Name}=VoIPmonitor {other.Name}" });
        (string output, int exit) = server.Run(folder.PathOf("state"), ["--only", concern, .. others]);
        Assert.Equal($"{code} {headline}", $"{exit} {output.Split('\n')[0].Split(" - ", 2)[1].Split(" | ")[0]}");
    }

    /// <summary>Whoever is paged about the sniffer of a silent database is not told to restart what still captures.</summary>
    [Theory]
    [InlineData("blocked-by-dead-database", "sniffer")]
    [InlineData("blocked-by-silent-database", "sniffer")]
    [InlineData("blocked-by-silent-database", "database")]
    [InlineData("sniffer-silent-behind-a-slow-database", "sniffer")]
    public void Nobody_is_told_to_restart_a_sniffer_that_waits_for_its_database(string name, string concern)
    {
        LaidOutServer server = new();
        Servers[name](server);
        string[] lines = server.Run(folder.PathOf("state"), "--only", concern).Output.Split('\n');
        string step = Assert.Single(lines, line => line.StartsWith("first: ", StringComparison.Ordinal));
        Assert.Contains("do not: restart voipmonitor: the calls in its memory would be lost", lines);
        Assert.DoesNotContain("service voipmonitor restart", step, StringComparison.Ordinal);
        Assert.Contains("on the database's host: ", step, StringComparison.Ordinal);
    }

    /// <summary>Alone, a concern says itself what prevents it.</summary>
    [Theory]
    [InlineData("blocked-by-dead-database", "sniffer", 3, "whether the sniffer captures is not known: its manager is silent, as it always is while its database is (the database is down: Connection refused)")]
    [InlineData("blocked-by-dead-database", "database", 2, "the database is down: Connection refused; the sniffer's manager is silent with it, as it waits for the database at every question: capture itself may go on, and its CDRs wait on disk")]
    [InlineData("blocked-by-dead-database", "freshness", 3, "freshness not judged: the database is down: Connection refused")]
    [InlineData("blocked-by-dead-database", "sensors", 3, "sensors not judged: the database is down: Connection refused")]
    [InlineData("database-down", "sniffer", 0, "sniffer 2026.04.0 up for 1d, 12 calls active")]
    [InlineData("database-down", "capture", 0, "25 SIP packets/s")]
    [InlineData("sniffer-dead", "sniffer", 2, "the sniffer is dead: nothing listens on 127.0.0.1:5029")]
    [InlineData("sniffer-dead", "capture", 2, "the sniffer is dead: nothing listens on 127.0.0.1:5029")]
    [InlineData("sniffer-dead", "database", 0, "database 10.11.19-MariaDB answers in 0.012 s")]
    [InlineData("sniffer-dead", "spool", 0, "spool 40 GB free")]
    [InlineData("sniffer-dead", "freshness", 0, "newest CDR 1000 40s ago")]
    [InlineData("spool-below-cleaning", "sniffer", 0, "sniffer 2026.04.0 up for 1d, 12 calls active")]
    [InlineData("healthy", "sensors", 0, "no sensor is expected: the table sensors is empty and no --sensor names one")]
    public void A_concern_alone(string name, string concern, int code, string headline)
    {
        LaidOutServer server = new();
        Servers[name](server);
        (string output, int exit) = server.Run(folder.PathOf("state"), "--only", concern);
        Assert.Equal($"{code} {headline}", $"{exit} {output.Split('\n')[0].Split(" - ", 2)[1].Split(" | ")[0]}");
    }
}
