namespace Ringfree.Monitoring.Plugins.Voipmon;

/// <summary>
/// The statements, all of which only read. Those on <c>cdr</c> name a span of calldate, so that the server opens the partitions of three
/// days and no more. Two days cover every difference of time zones between sniffer and database.
/// </summary>
internal static class DatabaseStatements
{
    internal const string Server =
        "SELECT VERSION() AS version, @@global.read_only AS read_only, DATE_FORMAT(NOW(), '%Y-%m-%d %H:%i:%s') AS now_local, DATE_FORMAT(UTC_TIMESTAMP(), '%Y-%m-%d %H:%i:%s') AS now_utc";

    internal const string Newest =
        "SELECT ID, DATE_FORMAT(calldate, '%Y-%m-%d %H:%i:%s') AS calldate, DATE_FORMAT(callend, '%Y-%m-%d %H:%i:%s') AS callend FROM cdr WHERE calldate >= NOW() - INTERVAL 2 DAY ORDER BY ID DESC LIMIT 1";

    internal const string Starts =
        "SELECT r.id_sensor, DATE_FORMAT(r.stop_at, '%Y-%m-%d %H:%i:%s') AS stop_at, r.version FROM sensor_running_config r WHERE r.start_at = (SELECT MAX(n.start_at) FROM sensor_running_config n WHERE n.id_sensor <=> r.id_sensor)";

    internal const string Partitions =
        "SELECT TABLE_NAME, SUBSTRING_INDEX(GROUP_CONCAT(PARTITION_DESCRIPTION ORDER BY PARTITION_ORDINAL_POSITION DESC SEPARATOR '|'), '|', 1) AS bound FROM information_schema.PARTITIONS WHERE TABLE_SCHEMA = DATABASE() AND PARTITION_METHOD LIKE 'RANGE%' GROUP BY TABLE_NAME";

    internal const string Replica = "SHOW REPLICA STATUS";
    internal const string OlderReplica = "SHOW SLAVE STATUS";

    /// <summary>Each sensor's newest CDR by its own index; sensors that the options name join those of the table.</summary>
    internal static string Sensors(IReadOnlyList<long> named)
    {
        string more = string.Concat(named.Select(id => $" UNION SELECT {id}, ''"));
        return "SELECT s.id_sensor, MAX(s.name) AS name, (SELECT c.ID FROM cdr c WHERE c.id_sensor = s.id_sensor AND c.calldate >= NOW() - INTERVAL 2 DAY ORDER BY c.ID DESC LIMIT 1) AS newest"
            + $" FROM (SELECT id_sensor, name FROM sensors{more}) s GROUP BY s.id_sensor";
    }
}
