namespace Ringfree.Monitoring.CheckHaproxy.Tests;

/// <summary>Builds answers to <c>show info;show stat</c> from the few columns that a test cares for.</summary>
internal static class StatsAnswer
{
    private const string Columns = "pxname,svname,qcur,qmax,scur,slim,stot,status,weight,act,bck,lastchg,type,check_status,check_code,last_chk,addr,-,extra";

    internal const string Info = "Name: HAProxy\nVersion: 2.6.12\nPid: 4711\nUptime_sec: 86461\nMaxconn: 2000\nCurrConns: 20\nStopping: 0\nnode: node001\nBuild info: \n\n";

    /// <summary>
    /// A row a line: <c>proxy name status</c> and then any of <c>key=value</c>. FRONTEND and BACKEND name their type, <c>listener=1</c> a
    /// listener; all else is a server.
    /// </summary>
    internal static string Of(string rows, string info = Info) =>
        info + "# " + Columns + ",\n" + string.Concat(rows.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(Row)) + "\n";

    private static string Row(string row)
    {
        string[] words = row.Split(' ', 3);
        string[] rest = words[2].Split(" ;", StringSplitOptions.TrimEntries);
        Dictionary<string, string> values = rest.Skip(1).Select(pair => pair.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);
        values["pxname"] = words[0];
        values["svname"] = words[1];
        values["status"] = rest[0];
        bool isServer = words[1] is not ("FRONTEND" or "BACKEND") && !values.ContainsKey("listener");
        values["type"] = words[1] switch
        {
            "FRONTEND" => "0",
            "BACKEND" => "1",
            _ => isServer ? "2" : "3",
        };
        values.TryAdd("lastchg", "192");
        values.TryAdd("weight", words[1] is "FRONTEND" ? "" : "1");
        values.TryAdd("act", isServer ? "1" : "");
        values.TryAdd("bck", isServer ? "0" : "");
        return string.Join(',', Columns.Split(',').Select(column => values.GetValueOrDefault(column, ""))) + ",\n";
    }
}
