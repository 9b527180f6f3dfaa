namespace Ringfree.Monitoring.Probes;

/// <summary>
/// Keeps the static libc from loading the host's name service modules, which belong to another libc and crash it. Host names then come from
/// /etc/hosts and DNS alone: mDNS names, sssd hosts and systemd-resolved's own names are not seen.
/// </summary>
internal static class NameService
{
    internal static void UseFilesAndDnsOnly()
    {
        _ = Libc.ConfigureLookup("hosts", "files dns");
        _ = Libc.ConfigureLookup("services", "files");
        _ = Libc.ConfigureLookup("passwd", "files");
        _ = Libc.ConfigureLookup("group", "files");
    }
}
