namespace Ringfree.Monitoring.Bridge;

/// <summary>What every connection of the bridge shares.</summary>
internal static class Network
{
    // Where Debian and RHEL kin keep the bundle. OpenSSL is linked in and looks only where it was built.
    private static readonly string[] CertificateBundles =
    [
        "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem", "/etc/ssl/cert.pem",
    ];

    /// <summary>Must run before the first connection.</summary>
    public static void Prepare()
    {
        NameService.UseBuiltInOnly();
        if (ProcessContext.EnvironmentBytes("SSL_CERT_FILE") is null && ProcessContext.EnvironmentBytes("SSL_CERT_DIR") is null
            && CertificateBundles.FirstOrDefault(File.Exists) is { } bundle)
        {
            ProcessContext.SetEnvironmentVariable("SSL_CERT_FILE", bundle);
        }
    }

    /// <summary>A handler for HTTP calls to PagerDuty.</summary>
    public static SocketsHttpHandler NewHandler() => new()
    {
        // A redirect would carry a key to a host that nobody configured.
        AllowAutoRedirect = false,
        ConnectTimeout = TimeSpan.FromSeconds(5),

        // PagerDuty closes idle connections; a page must not begin with finding that out.
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(15),
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    };
}
