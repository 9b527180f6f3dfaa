using System.Runtime.InteropServices;

namespace Ringfree.Monitoring.Bridge;

/// <summary>The system's log: there when nobody looks at standard output.</summary>
internal static partial class Syslog
{
    private const int SyslogError = 3;
    private const int SyslogDaemon = 3 << 3;

    private static nint syslogName;

    /// <summary>Sends one line to the system's log as an error of pagerduty-bridge. A machine without syslog loses it.</summary>
    public static void Error(string line)
    {
        if (syslogName == 0)
        {
            syslogName = Marshal.StringToCoTaskMemUTF8("pagerduty-bridge"); // openlog keeps the pointer
            OpenLog(syslogName, 1, SyslogDaemon);
        }

        WriteLog(SyslogDaemon | SyslogError, "%s", line);
    }

    [LibraryImport("libc", EntryPoint = "openlog")]
    private static partial void OpenLog(nint name, int options, int facility);

    [LibraryImport("libc", EntryPoint = "syslog", StringMarshalling = StringMarshalling.Utf8)]
    private static partial void WriteLog(int priority, string format, string line);
}
