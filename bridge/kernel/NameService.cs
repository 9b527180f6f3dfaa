using System.Runtime.InteropServices;

namespace Ringfree.Monitoring.Bridge;

/// <summary>How names of hosts, users and groups are looked up.</summary>
internal static partial class NameService
{
    /// <summary>
    /// Makes name look-ups use only what a static glibc carries itself. Modules of another glibc named in nsswitch.conf crash the process
    /// (seen with the modules of Debian 11 and 13 in a program linked on Debian 12).
    /// </summary>
    public static void UseBuiltInOnly()
    {
        _ = ConfigureNameService("hosts", "files dns");
        _ = ConfigureNameService("passwd", "files");
        _ = ConfigureNameService("group", "files");
    }

    [LibraryImport("libc", EntryPoint = "__nss_configure_lookup", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ConfigureNameService(string database, string services);
}
