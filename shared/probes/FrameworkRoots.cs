namespace Ringfree.Monitoring.Probes;

/// <summary>
/// The framework reads every certificate of the system's store at the first handshake, even for a chain that has roots of its own: several
/// times the work of the handshake itself. Who believes the system's authorities reads their one file (<see cref="CertificateTrust"/>).
/// Source: a trace of system calls; the names of the variables are OpenSSL's, X509_get_default_cert_dir_env(3).
/// </summary>
internal static class FrameworkRoots
{
    private static bool isDone;

    /// <summary>To be called before a handshake by the thread that asks questions.</summary>
    internal static void LeaveUnread()
    {
        // Once: no handshake runs before the first call, and to change the environment under one is not safe.
        if (isDone)
        {
            return;
        }

        isDone = true;
        _ = Libc.SetEnvironment("SSL_CERT_DIR", "/dev/null", 1);
        _ = Libc.SetEnvironment("SSL_CERT_FILE", "/dev/null", 1);
    }
}
