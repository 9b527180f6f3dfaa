using System.Runtime.InteropServices;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Bridge;

/// <summary>The system's log: there when nobody looks at standard output.</summary>
internal static class Syslog
{
    private static nint syslogName;

    /// <summary>Sends one line to the system's log as an error of pagerduty-bridge. A machine without syslog loses it.</summary>
    public static void Error(string line)
    {
        if (syslogName == 0)
        {
            syslogName = Marshal.StringToCoTaskMemUTF8("pagerduty-bridge"); // openlog keeps the pointer
            Libc.OpenLog(syslogName, Libc.LOG_PID, Libc.LOG_DAEMON);
        }

        Libc.Log(Libc.LOG_DAEMON | Libc.LOG_ERR, "%s", line);
    }
}
