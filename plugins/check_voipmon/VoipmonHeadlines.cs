using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Plugins.Voipmon;

/// <summary>What can be wrong with a VoIPmonitor server, and what on-call does first about it.</summary>
internal static class VoipmonHeadlines
{
    private const string CallsInMemory = "restart voipmonitor: the calls in its memory would be lost";

    private const string Log = "grep voipmonitor /var/log/syslog /var/log/messages";

    private const string Server = "on the VoIPmonitor server: ";

    private const string DatabaseHost = "on the database's host: ";

    private const string Processes = "timeout 10 mysqladmin processlist; df -h of its data folder";

    // The sniffer.
    internal static readonly HeadlineKind Dead = new(
        VoipmonCheck.Sniffer,
        "the sniffer is dead: …",
        $"{Server}pgrep -a voipmonitor; {Log}; then service voipmonitor restart")
    {
        Explanation = "`service voipmonitor status` says active even when the process is gone (RemainAfterExit). Calls of the gap are "
            + "lost.",
    };

    internal static readonly HeadlineKind Frozen = new(
        VoipmonCheck.Sniffer,
        "the sniffer is frozen: its manager accepts and does not answer (…), and the database does",
        $"{Server}top -bHn1 -p $(pgrep -o voipmonitor): state D is the spool's disk; gcore $(pgrep -o voipmonitor); then service "
            + $"voipmonitor "
            + "restart")
    {
        Explanation = "The core is for the vendor: without it nobody will know why.",
    };

    internal static readonly HeadlineKind ManagerSilent = new(
        VoipmonCheck.Sniffer,
        "the sniffer's manager accepts and does not answer…",
        $"look at the database first, {DatabaseHost}{Processes}")
    {
        DoNot = CallsInMemory,
        Explanation = "Without a stored AES key every question to the manager waits for the database, so the sniffer may capture well.",
    };

    internal static readonly HeadlineKind CaptureUnknown = new(
        VoipmonCheck.Sniffer,
        "whether the sniffer captures is not known: its manager is silent, as it always is while its database is (…)",
        ManagerSilent.FirstStep)
    {
        DoNot = CallsInMemory,
        Explanation = "The database is the problem: see `the database …`.",
    };

    internal static readonly HeadlineKind Starting = new(
        VoipmonCheck.Sniffer,
        "the sniffer starts or ends: its manager on …",
        $"{Server}pgrep -a voipmonitor twice: a new PID each time is a crash loop, and {Log} says why")
    {
        Explanation = "A start takes seconds. After 2 min it is CRITICAL.",
    };

    internal static readonly HeadlineKind ManagerUnread = new(VoipmonCheck.Sniffer, "the sniffer's manager on … …", "")
    {
        Explanation = "The headline says what is wrong with the address, the answer or the key, and the cure.",
    };

    internal static readonly HeadlineKind Ending = new(
        VoipmonCheck.Sniffer,
        "the sniffer is about to end itself: '…'",
        $"{Server}the quoted text is its reason; top -bn1 for the load, df -h of the spool folder, {Log}")
    {
        Explanation = "\"too high load\" is CPU or disk.",
    };

    internal static readonly HeadlineKind MemoryFull = new(
        VoipmonCheck.Sniffer,
        "the sniffer's packet memory is full (memory_is_full): …",
        $"{Server}top -bHn1 -p $(pgrep -o voipmonitor): t0 and t2 near 100 % are CPU, state D is the disk")
    {
        DoNot = CallsInMemory,
        Explanation = "CPU, disk, or too much traffic for `ringbuffer` and `max_buffer_mem`.",
    };

    internal static readonly HeadlineKind Initializing = new(
        VoipmonCheck.Sniffer,
        "the sniffer still initializes, … after its start (usual: about 10 s)",
        $"{Server}{Log}: it waits for its database or its interface");

    internal static readonly HeadlineKind Restarted = new(
        VoipmonCheck.Sniffer,
        "the sniffer was restarted: it had been up for …",
        $"{Server}last -n 5 and {Log} say whether a person did it; if not: dmesg (OOM killer), and a core in its folder")
    {
        Explanation = "The restart that ends an outage which was paged (four runs in a row) is a note.",
    };

    internal static readonly HeadlineKind Complains = new(
        VoipmonCheck.Sniffer,
        "the sniffer complains: '…'",
        $"{Server}{Log}; the quoted text comes from its database or its disk");

    internal static readonly HeadlineKind SnifferLimit = new(
        VoipmonCheck.Sniffer,
        "sniffer: …: …",
        $"{Server}top -bHn1 -p $(pgrep -o voipmonitor): which thread is near 100 %, which waits for the disk (state D)")
    {
        Explanation = "t0 reads packets: near 100 % packets are lost, so spread the capture over more interfaces or sensors. A packet "
            + "buffer "
            + "that fills has a slow reader: CPU, disk, or too much traffic for `ringbuffer` and `max_buffer_mem`.",
    };

    // The database.
    internal static readonly HeadlineKind DatabaseDown = new(
        VoipmonCheck.Database,
        "the database is down: …",
        $"{DatabaseHost}service mariadb status (or mysql); df -h of its data folder; the end of its error log")
    {
        DoNot = CallsInMemory,
        Explanation = "Nothing is lost while the spool has room: CDRs wait in `qoq-*` files and are stored when it is back.",
    };

    internal static readonly HeadlineKind DatabaseSilent = new(
        VoipmonCheck.Database,
        "the database accepts and does not answer: …",
        $"{DatabaseHost}{Processes}; top -bn1: state D is its disk")
    {
        DoNot = CallsInMemory,
        Explanation = DatabaseDown.Explanation,
    };

    internal static readonly HeadlineKind TooManyConnections = new(
        VoipmonCheck.Database,
        "the database takes no more connections (…)…",
        $"{DatabaseHost}timeout 10 mysqladmin processlist as root over its socket: who holds the connections?")
    {
        DoNot = CallsInMemory,
    };

    internal static readonly HeadlineKind DatabaseUnread = new(VoipmonCheck.Database, "the database is not read: …", "")
    {
        Explanation = "Access denied: compare with the GRANT above. The option file: run the command in the headline.",
    };

    internal static readonly HeadlineKind DatabaseUnreadable = new(
        VoipmonCheck.Database,
        "the database cannot be read: …",
        "compare host, port, database and ssl-ca in FILE with the database's host");

    internal static readonly HeadlineKind Slow = new(
        VoipmonCheck.Database,
        "the database took … for this check's statements",
        $"{DatabaseHost}{Processes}; iostat -x 1 3");

    internal static readonly HeadlineKind ReadOnly = new(
        VoipmonCheck.Database,
        "the database is read-only (read_only=1), so that no CDR can be stored: …",
        $"{DatabaseHost}mysql -e 'SHOW REPLICA STATUS\\G': a replica stays read-only, and the sniffer must write to its source")
    {
        DoNot = "SET GLOBAL read_only=0 on a replica: it and its source would differ from then on",
    };

    internal static readonly HeadlineKind Partitions = new(
        VoipmonCheck.Database,
        "table …partitions…; the sniffer makes new ones every 12 h: its log says why it does not",
        $"{Server}{Log}: the rights of its user, or a full disk")
    {
        Explanation = "Error 1526 is an insert without a partition. CDRs wait in `qoq-*` files.",
    };

    internal static readonly HeadlineKind PartitionsUnread = new(VoipmonCheck.Database, "the partitions cannot be read: …", "")
    {
        Explanation = "The GRANT above is what is missing.",
    };

    internal static readonly HeadlineKind PartitionBoundUnknown = new(
        VoipmonCheck.Database,
        "the newest partition of table … has a bound that is not understood: '…'",
        "mysql -e 'SHOW CREATE TABLE NAME' shows the partitions: is the newest one after tomorrow?");

    internal static readonly HeadlineKind ReplicationBroken = new(
        VoipmonCheck.Database,
        "replication… is broken (…)…",
        $"{DatabaseHost}mysql -e 'SHOW REPLICA STATUS\\G': its last error says which statement or which connection")
    {
        DoNot = "skip a statement before somebody knows what it changed",
        Explanation = "The CDRs that this check sees are old until it runs.",
    };

    internal static readonly HeadlineKind ReplicationLags = new(
        VoipmonCheck.Database,
        "replication is behind by …",
        $"{DatabaseHost}{Processes}; iostat -x 1 3: a replica that is slower than its source");

    internal static readonly HeadlineKind BacklogGrows = new(
        VoipmonCheck.Database,
        "the backlog of the database grows, from … to … in …; …",
        $"{DatabaseHost}{Processes}: locks, a full disk, a missing partition")
    {
        DoNot = CallsInMemory,
    };

    internal static readonly HeadlineKind Backlog = new(VoipmonCheck.Database, "quer… wait… for the database: …", BacklogGrows.FirstStep)
    {
        DoNot = CallsInMemory,
    };

    // Freshness.
    internal static readonly HeadlineKind CallsWithoutCdr = new(
        VoipmonCheck.Freshness,
        "calls end and become no CDR for …: the newest is still …",
        $"{Server}{Log} says why rows are not written; {DatabaseHost}{Processes}")
    {
        DoNot = CallsInMemory,
        Explanation = "The sniffer gives CDRs away and they do not arrive: backlog, database, partitions.",
    };

    internal static readonly HeadlineKind NoCdrDuringCalls = new(
        VoipmonCheck.Freshness,
        "… active and no new CDR for …, longer than any call lasts (…); …",
        CallsWithoutCdr.FirstStep)
    {
        DoNot = CallsInMemory,
        Explanation = "As for calls that end and become no CDR.",
    };

    internal static readonly HeadlineKind NoCdr = new(
        VoipmonCheck.Freshness,
        "no new CDR for … in hours that are not quiet (…), and …; …",
        "place a test call and wait 40 s: SELECT MAX(ID), MAX(callend) FROM cdr; no row: does the sniffer's listcalls show the call?")
    {
        Explanation = "A call that is in `listcalls` is captured and not stored; one that is not is not captured: see `capture`.",
    };

    internal static readonly HeadlineKind SensorStale = new(
        VoipmonCheck.Freshness,
        "sensor … brings no new CDR for … while others do",
        "on the sensor: pgrep -a voipmonitor; tcpdump -ni INTERFACE -c 20 port 5060; does it reach the server's port 60024?");

    internal static readonly HeadlineKind CdrUnread = new(VoipmonCheck.Freshness, "the newest CDR cannot be read: …", "")
    {
        Explanation = "The GRANT above is what is missing.",
    };

    // The capture.
    internal static readonly HeadlineKind Blind = new(
        VoipmonCheck.Capture,
        "the capture is blind: no SIP for …; …",
        "on the sensor: tcpdump -ni INTERFACE -c 20 port 5060; nothing there: mirror port, cable, switch; something there: the sniffer's "
            + "interface or sipport setting")
    {
        Explanation = "The headline says whether other packets arrive: if so, `sipport`, the filter, or what the mirror port mirrors.",
    };

    internal static readonly HeadlineKind SipFell = new(
        VoipmonCheck.Capture,
        "SIP fell to … packets/s, less than a tenth of this hour's usual, for …",
        "on the sensor: tcpdump -ni INTERFACE -c 200 port 5060: which hosts and which direction are missing? Then the mirror port: both "
            + "directions, each VLAN, each trunk")
    {
        Explanation = "Or calls take another way. What stays so is usual after a week.",
    };

    internal static readonly HeadlineKind RtpStopped = new(
        VoipmonCheck.Capture,
        "RTP stopped while SIP flows (…): none for …, and … active",
        "on the sensor: tcpdump -ni INTERFACE -c 20 udp portrange 10000-20000; nothing there: the mirror port has lost the hosts of the "
            + "media; something there: savertp and the filter in voipmonitor.conf")
    {
        Explanation = "Calls are recorded without voice and without quality. Calls whose media never pass the sensor are no problem while "
            + "fewer than 5 are active.",
    };

    internal static readonly HeadlineKind Drops = new(
        VoipmonCheck.Capture,
        "packets …dropped…",
        $"{Server}ethtool -S INTERFACE and ip -s link for drops of the interface; top -bHn1 -p $(pgrep -o voipmonitor) for the sniffer")
    {
        DoNot = CallsInMemory,
        Explanation = "`H`: the packet buffer, the sniffer is too slow. `I-eth0`: the interface, `ethtool -g eth0` has its ring size.",
    };

    internal static readonly HeadlineKind NoStatusLine = new(
        VoipmonCheck.Capture,
        "the sniffer tells no status line, so that nothing is known of its capture",
        $"{Server}{Log}: the same line is printed there every 10 s");

    internal static readonly HeadlineKind NoSipRate = new(
        VoipmonCheck.Capture,
        "the sniffer's status line holds no SIP rate, so that a blind capture would not be seen",
        $"{Server}voipmonitor --version, and a recording of this run (--record DIR) for whoever maintains the check");

    // The spool.
    internal static readonly HeadlineKind SpoolHangs = new(
        VoipmonCheck.Spool,
        "the spool folder … …: its disk or mount hangs",
        $"{Server}dmesg; cat /proc/mounts; iostat -x 1 3")
    {
        DoNot = "look into the folder (ls, df): it hangs whoever touches it",
        Explanation = "Recordings are not written meanwhile. The check leaves one child waiting there and no more.",
    };

    internal static readonly HeadlineKind SpoolUnread = new(
        VoipmonCheck.Spool,
        "the spool folder … cannot be looked at: …",
        $"{Server}namei -l PATH: may the check's user look into each folder?");

    internal static readonly HeadlineKind SpoolFull = new(
        VoipmonCheck.Spool,
        "spool folder … has … of … free (…); below … the sniffer deletes recordings whatever their age",
        $"{Server}df -h PATH; lower maxpoolsize or maxpooldays in voipmonitor.conf, or add disk")
    {
        DoNot = "delete recordings by hand: the sniffer deletes the oldest itself once its limits fit the disk",
        Explanation = "A folder that is full up to `maxpoolsize` is normal.",
    };

    internal static readonly HeadlineKind SpoolInodes = new(
        VoipmonCheck.Spool, "spool folder … has few inodes left: …", $"{Server}df -i PATH; lower maxpooldays in voipmonitor.conf");

    internal static readonly HeadlineKind DiskSaturated = new(
        VoipmonCheck.Spool,
        "the sniffer's disk is …: …",
        $"{Server}iostat -x 1 3: which device, and who writes to it (iotop -b -n 1); move the spool, or record less");

    internal static readonly HeadlineKind QueueUnread = new(
        VoipmonCheck.Spool, "queue files in … cannot be listed: …", $"{Server}namei -l PATH: may the check's user list the folder?");

    internal static readonly HeadlineKind QueueOld = new(
        VoipmonCheck.Spool,
        "the oldest of … in … has waited for the database for …: is it slow, down, or without a partition?",
        $"{DatabaseHost}{Processes}")
    {
        DoNot = $"{CallsInMemory}; delete the files: they are CDRs that are not stored yet",
        Explanation = "As for a backlog that grows.",
    };

    // The sensors.
    internal static readonly HeadlineKind SensorStopped = new(
        VoipmonCheck.Sensors,
        "sensor … was stopped at … and has not started again; …",
        "on the sensor: pgrep -a voipmonitor; last -n 5 says who was there; service voipmonitor start");

    internal static readonly HeadlineKind SensorGone = new(
        VoipmonCheck.Sensors,
        "sensor … is not connected",
        "on the sensor: pgrep -a voipmonitor, and whether it reaches the server's port (server_destination, usually 60024)")
    {
        Explanation = "Gone for good: `--ignore-sensor`.",
    };

    internal static readonly HeadlineKind SensorSilent = new(
        VoipmonCheck.Sensors, "sensor … has brought no CDR in the last two days; …", SensorGone.FirstStep)
    {
        Explanation = SensorGone.Explanation,
    };

    internal static readonly HeadlineKind SensorsUnread = new(VoipmonCheck.Sensors, "the sensors cannot be read: …", "")
    {
        Explanation = "The GRANT above is what is missing.",
    };
}
