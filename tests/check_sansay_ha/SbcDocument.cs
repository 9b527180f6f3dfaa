using System.Security;

namespace Ringfree.Monitoring.CheckSansayHa.Tests;

/// <summary>
/// The documents of a device, in the forms of the vendor's WSDL and of public clients. The values of <c>system_stat</c> are those that a
/// real device showed in one of these clients.
/// </summary>
internal static class SbcDocument
{
    internal static readonly IReadOnlyDictionary<string, string> RealRow = new Dictionary<string, string>
    {
        ["cluster_active_session"] = "0",
        ["cluster_peak_session"] = "23",
        ["cpu_idle_percent"] = "98",
        ["current_cps"] = "0",
        ["demo_lic"] = "-1",
        ["flow_control_lev"] = "0",
        ["ha_current_state"] = "active",
        ["ha_local_status"] = "0",
        ["ha_pre_state"] = "standby",
        ["ha_remote_status"] = "0",
        ["id"] = "1",
        ["max_cps_allowed"] = "10000",
        ["max_cps_exceed"] = "0",
        ["max_session_allowed"] = "19750",
        ["max_session_exceed"] = "0",
        ["peak_active_session"] = "23",
        ["slave_stat"] = "64",
        ["sum_active_session"] = "0",
        ["sum_attempt_session"] = "27412",
        ["switch_over_flag"] = "3",
    };

    /// <summary>
    /// The real row with other values: <c>"standby", "active", "cpu_idle_percent=4"</c>; a field without a value is left out.
    /// </summary>
    internal static string Statistics(string state, string earlier, params string[] changes) => Statistics(Row(state, earlier, changes));

    internal static Dictionary<string, string> Row(string state, string earlier, params string[] changes)
    {
        Dictionary<string, string> row = new(RealRow) { ["ha_current_state"] = state, ["ha_pre_state"] = earlier };
        foreach (string[] change in changes.Select(change => change.Split('=', 2)))
        {
            if (change.Length == 2)
            {
                row[change[0]] = change[1];
            }
            else
            {
                row.Remove(change[0]);
            }
        }

        return row;
    }

    /// <summary>With the newer releases' <c>table_data</c> the real-time list stands as a stray <c>table</c> beside it.</summary>
    internal static string Statistics(IReadOnlyDictionary<string, string> row, bool newer = false)
    {
        string table = newer ? "table_data" : "table";
        string fields = string.Concat(row.Select(field => field.Value.Length == 0 ? $"<field name=\"{field.Key}\"/>" : $"<field name=\"{field.Key}\">{SecurityElement.Escape(field.Value)}</field>"));
        return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<mysqldump><database name=\"sansay\">"
            + (newer ? "<table_structure name=\"system_stat\"><field Field=\"id\"/></table_structure><table name=\"XBResourceRealTimeStatList\"><row><field name=\"trunkId\">1</field></row></table>" : "")
            + $"<{table} name=\"gw_realtime_stat\"><row><field name=\"orig_tid\">1</field><field name=\"ha_current_state\">trunk</field></row></{table}>"
            + $"<{table} name=\"system_stat\"><row>{fields}</row></{table}></database></mysqldump>";
    }

    internal static string System(string uptime) => $"VSXi\nRelease: 11\nHost: sbc\nHW Up Time: {uptime}\nMemory: ok\n";

    internal static string Envelope(string element, string code, string message, string? file) =>
        "<?xml version='1.0' encoding='UTF-8'?><S:Envelope xmlns:S=\"http://schemas.xmlsoap.org/soap/envelope/\"><S:Body>"
        + $"<{element} xmlns=\"http://ws.sansay.com\"><retCode>{code}</retCode><msg>{SecurityElement.Escape(message)}</msg>{(file is null ? "" : $"<xmlfile>{SecurityElement.Escape(file)}</xmlfile>")}<version>11</version></{element}></S:Body></S:Envelope>";

    internal static string Fault(string words) =>
        "<S:Envelope xmlns:S=\"http://schemas.xmlsoap.org/soap/envelope/\"><S:Body><S:Fault><faultcode>S:Server</faultcode>"
        + $"<faultstring>{SecurityElement.Escape(words)}</faultstring></S:Fault></S:Body></S:Envelope>";

    internal static string Multipart(string root, string? attachment = null) =>
        $"--uuid:1234\r\nContent-Id: <rootpart>\r\nContent-Type: application/xop+xml;charset=utf-8\r\n\r\n{root}\r\n"
        + (attachment is null ? "" : $"--uuid:1234\r\nContent-Type: text/xml\r\nContent-ID: <file@sansay>\r\n\r\n{attachment}\r\n") + "--uuid:1234--\r\n";

    internal static string LoginPage { get; } = "<!DOCTYPE html>\n<html><head><title>Sansay Login</title></head><body>please log in</body></html>";
}
