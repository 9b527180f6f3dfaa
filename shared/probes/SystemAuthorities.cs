namespace Ringfree.Monitoring.Probes;

/// <summary>The certificate authorities that this system trusts. OpenSSL is linked in and would look only where it was built.</summary>
internal static class SystemAuthorities
{
    /// <summary>Where Debian, RHEL, SUSE and BSD kin keep them, in one PEM file.</summary>
    internal static readonly string[] Places =
    [
        "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem", "/etc/ssl/cert.pem",
    ];

    /// <summary>The file that stands at one of the places; null when there is none.</summary>
    internal static string? File() => Array.Find(Places, LocalFile.Stands);
}
