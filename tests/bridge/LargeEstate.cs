using System.Globalization;

namespace Ringfree.Monitoring.Bridge.Tests;

/// <summary>
/// The state of 2,500 hosts with 20 services each as Nagios and livestatus give it, with every key of a real one. All is good but the last
/// service, which has been what the test says for ten minutes.
/// </summary>
internal static class LargeEstate
{
    public const string LastService = "Service number 19";

    private const int Hosts = 2_500;
    private const int ServicesOfHost = 20;
    private const string Output = "OPENVZ OK - 40 of 40 containers that should run are running and answer";

    // As Nagios 4.4 writes them, without those that differ.
    private const string Keys =
        "modified_attributes=0 check_command=rf_nrpe!rf_openvz_containers check_period=24x7 notification_period=24x7 "
        + "importance=0 check_interval=5.000000 retry_interval=1.000000 event_handler= has_been_checked=1 "
        + "should_be_scheduled=1 check_execution_time=0.012 check_latency=0.000 check_type=0 last_hard_state=0 "
        + "last_event_id=0 current_event_id=0 current_problem_id=0 last_problem_id=0 current_attempt=1 max_attempts=3 "
        + "state_type=1 last_time_ok=1794452000 last_time_warning=0 last_time_unknown=0 last_time_critical=0 "
        + "long_plugin_output= performance_data=running=40;;;0,expected=40;;;0,scan_time=0.12s;;;0,orphans=0;;;0 "
        + "last_check=1794452000 next_check=1794452300 check_options=0 current_notification_id=0 next_notification=0 "
        + "no_more_notifications=0 notifications_enabled=1 active_checks_enabled=1 passive_checks_enabled=1 "
        + "event_handler_enabled=1 problem_has_been_acknowledged=0 acknowledgement_type=0 flap_detection_enabled=1 "
        + "process_performance_data=1 obsess=1 last_update=1794452000 is_flapping=0 percent_state_change=0.00 "
        + "scheduled_downtime_depth=0";

    public static string LastHost => Host(Hosts - 1);

    private static long Earlier => TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() - 600;

    public static void WriteStatus(string path, int lastState)
    {
        string rest = $"\t{Keys.Replace(" ", "\n\t", StringComparison.Ordinal)}\n\tlast_state_change={Earlier}\n\tplugin_output={Output}\n";
        string good = $"\tcurrent_state=0\n{rest}\t}}\n\n";
        string last =
            $"\tcurrent_state={lastState}\n\tcurrent_notification_number={lastState}\n\tlast_notification={Earlier}\n{rest}\t}}\n\n";
        using var file = new StreamWriter(path);
        file.Write($"info {{\n\tcreated={TimeProvider.System.GetUtcNow().ToUnixTimeSeconds()}\n\tversion=4.4.6\n\t}}\n\n");
        file.Write("programstatus {\n\tenable_notifications=1\n\t}\n\n");
        foreach (string host in Names())
        {
            file.Write($"hoststatus {{\n\thost_name={host}\n{good}");
        }

        ForEachService((host, service, isLast) => file.Write(
            $"servicestatus {{\n\thost_name={host}\n\tservice_description={service}\n{(isLast ? last : good)}"));
    }

    public static void WriteObjects(string path)
    {
        using var file = new StreamWriter(path);
        file.Write("define contactgroup {\n\tcontactgroup_name\tpages\n\tmembers\tpagerduty\n\t}\n\n");
        ForEachService((host, service, _) => file.Write(
            $"define service {{\n\thost_name\t{host}\n\tservice_description\t{service}\n\tcheck_command\trf_nrpe!rf_openvz_containers\n"
            + "\tcontact_groups\tpages\n\t}\n\n"));
    }

    public static string HostRows() => $"[{string.Join(",\n", Names().Select(host => $"[\"{host}\",{Row(0)}]"))}]";

    public static string ServiceRows(int lastState)
    {
        var rows = new List<string>();
        const string Variables = "[\"STEP\"],[\"check_openvz\"],1794452000,5,1";
        ForEachService((host, service, isLast) => rows.Add($"[\"{host}\",\"{service}\",{Row(isLast ? lastState : 0)},0,0,{Variables}]"));
        return $"[{string.Join(",\n", rows)}]";
    }

    private static string Row(int state) =>
        $"{state},1,1,0,0,0,1,{state},{(state == 0 ? 0 : Earlier)},{Earlier},\"{Output}\",[\"admin\",\"pagerduty\"]";

    private static void ForEachService(Action<string, string, bool> act)
    {
        foreach (string host in Names())
        {
            for (var i = 0; i < ServicesOfHost; i++)
            {
                act(host, $"Service number {i}", host == LastHost && i == ServicesOfHost - 1);
            }
        }
    }

    private static IEnumerable<string> Names() => Enumerable.Range(0, Hosts).Select(Host);

    private static string Host(int number) => string.Create(CultureInfo.InvariantCulture, $"node{number:D5}");
}
