using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Plugins.Voipmon;

/// <summary>Watches a VoIPmonitor server through its sniffer's manager, its database and its spool folder.</summary>
public sealed class VoipmonCheck : ICheck
{
    internal static readonly Concern Sniffer = new(
        "sniffer",
        "the sniffer runs, answers, and has memory and CPU left",
        "on the VoIPmonitor server: pgrep -a voipmonitor; journalctl -t voipmonitor -n 50; do not restart it while it answers: calls "
            + "in its memory would be lost");

    internal static readonly Concern Database = new(
        "database",
        "the database answers in time, takes what the sniffer writes, and has partitions and replication in order",
        "on the database's host: timeout 10 mysqladmin processlist; df -h of its data folder; CDRs wait in the sniffer's queue "
            + "meanwhile and are not lost");

    internal static readonly Concern Freshness = new(
        "freshness",
        "calls become CDRs, of every sensor",
        "place a test call, wait 40 s, and look for it: SELECT MAX(ID), MAX(callend) FROM cdr; the sniffer's log says why rows are not written");

    internal static readonly Concern Capture = new(
        "capture",
        "SIP reaches the sniffer and no packet is dropped",
        "tcpdump -ni INTERFACE -c 20 port 5060 on the sensor: nothing there is the mirror port, the cable or the switch; something there is the sniffer's interface or sipport setting");

    internal static readonly Concern Spool = new(
        "spool",
        "the spool folder has room above the cleaning limit and its disk keeps up",
        "df -h and df -i of the spool folder; lower maxpoolsize or maxpooldays in voipmonitor.conf before the emergency cleaning deletes recordings");

    internal static readonly Concern Sensors = new(
        "sensors",
        "every expected sensor runs and is seen",
        "on the named sensor: pgrep -a voipmonitor, and whether it reaches the server's port (server_destination, usually 60024)");

    internal static readonly MetricFacts Calls = new("calls", Unit.Count, "calls that are active now", Sniffer);
    internal static readonly MetricFacts HeapUsed = Percent("heap_used", "fill of the packet buffer", Sniffer, "50", "80");
    internal static readonly MetricFacts HeapTrash = Percent("heap_trash", "packets in the buffer that wait for their release", Sniffer, "50", "80");
    internal static readonly MetricFacts ReaderCpu = Percent("t0_cpu", "CPU of the thread that reads packets", Sniffer, "80", "90") with
    {
        IsSample = true,
    };

    internal static readonly MetricFacts ResidentMemory = new("rss", Unit.Bytes, "resident memory of the sniffer", Sniffer);
    internal static readonly MetricFacts Uptime = new("uptime", Unit.Seconds, "time since the sniffer started", Sniffer);
    internal static readonly MetricFacts DatabaseTime = Limited("db_time", Unit.Seconds, "time that the database took for this check's statements", Database, "2", "5");
    internal static readonly MetricFacts QueueFiles = new("sql_files", Unit.Count, "queue files on disk that wait for the database (SQLf)", Database);
    internal static readonly MetricFacts QueuedQueries = new("sql_queue", Unit.Count, "queries in memory that wait for the database (SQLq)", Database);
    internal static readonly MetricFacts PartitionAhead = Limited("partition_ahead", Unit.Seconds, "time until the first table runs out of partitions", Database, "86400:", "21600:");
    internal static readonly MetricFacts ReplicaLag = Limited("replica_lag", Unit.Seconds, "time that the replica is behind", Database, "300", "1800");
    internal static readonly MetricFacts CdrAge = Limited("cdr_age", Unit.Seconds, "time since the last new CDR", Freshness, "1800", "3600");
    internal static readonly MetricFacts CdrLag = Limited("cdr_lag", Unit.Seconds, "time since calls ended that are no CDR yet", Freshness, "120", "300");
    internal static readonly MetricFacts SensorCdrAge = Limited("sensor_cdr_age", Unit.Seconds, "time since the last new CDR of the stalest sensor", Freshness, "3600", "14400");
    internal static readonly MetricFacts PacketRate = new("packet_rate", Unit.Count, "packets a second", Capture);
    internal static readonly MetricFacts SipRate = new("sip_rate", Unit.Count, "SIP packets a second", Capture);
    internal static readonly MetricFacts SipSilence = Limited("sip_silence", Unit.Seconds, "time without any SIP packet", Capture, "60", "120");
    internal static readonly MetricFacts SipLow = Limited(
        "sip_low", Unit.Seconds, "time with less than a tenth of the SIP that the same hour usually has", Capture, "600", "1800");

    internal static readonly MetricFacts RtpSilence = Limited(
        "rtp_silence", Unit.Seconds, "time without any RTP while SIP flows and at least 5 calls are active", Capture, "120", "300");

    internal static readonly MetricFacts DropPeriods = Limited("drop_periods", Unit.Count, "periods of 10 s with dropped packets since the last run", Capture, "0", "6");
    internal static readonly MetricFacts SpoolFree = new("spool_free", Unit.Bytes, "free space of the spool folder; limits by default from --clean-min-gb: warning below twice of it, critical below it", Spool);
    internal static readonly MetricFacts SpoolInodesFree = Percent("spool_inodes_free", "free inodes of the spool folder", Spool, "5:", "1:");
    internal static readonly MetricFacts QueueAge = Limited("queue_age", Unit.Seconds, "age of the oldest queue file in the spool folder", Spool, "300", "900");
    internal static readonly MetricFacts SensorsExpected = new("sensors_expected", Unit.Count, "sensors that are expected", Sensors);
    internal static readonly MetricFacts SensorsMissing = new("sensors_missing", Unit.Count, "expected sensors that are not seen", Sensors);

    /// <inheritdoc/>
    public static Facts Facts { get; } = new()
    {
        Name = "check_voipmon",
        Purpose = "watches a VoIPmonitor server: the sniffer, its database, the freshness of CDRs, the capture, the spool and the sensors.",
        Concerns = [Sniffer, Database, Freshness, Capture, Spool, Sensors],
        Metrics =
        [
            Calls, HeapUsed, HeapTrash, ReaderCpu, ResidentMemory, Uptime, DatabaseTime, QueueFiles, QueuedQueries, PartitionAhead, ReplicaLag, CdrAge, CdrLag,
            SensorCdrAge, PacketRate, SipRate, SipSilence, SipLow, RtpSilence, DropPeriods, SpoolFree, SpoolInodesFree, QueueAge,
            SensorsExpected, SensorsMissing,
        ],
        MainMetric = CdrAge,
        Options = VoipmonSettings.Declared,
        Deadline = TimeSpan.FromSeconds(20),
        Remembers = true,
        RootIsNeededFor = "",
    };

    /// <inheritdoc/>
    public static Report Run(CheckRun run)
    {
        VoipmonSettings settings = VoipmonSettings.Parse(run.Options);
        ServerReading reading = ServerProbe.Read(run.World, settings);
        return new ServerEvaluation(settings, reading, run.BeginReport()).Evaluate();
    }

    private static MetricFacts Percent(string name, string meaning, Concern concern, string warning, string critical) =>
        Limited(name, Unit.Percent, meaning, concern, warning, critical);

    private static MetricFacts Limited(string name, Unit unit, string meaning, Concern concern, string warning, string critical) => new(name, unit, meaning, concern)
    {
        Warning = Plugin.Range.Parse(warning),
        Critical = Plugin.Range.Parse(critical),
    };
}
