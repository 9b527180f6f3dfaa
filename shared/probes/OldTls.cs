using System.Security.Authentication;
using System.Text;

namespace Ringfree.Monitoring.Probes;

/// <summary>
/// TLS 1.0 and 1.1 for a device that speaks nothing newer. OpenSSL 3 has them at security level 0 alone (SHA-1 signatures), which only its
/// configuration sets: a pipe that holds one is named before OpenSSL reads any, once. For the whole process, and for those that ask for it
/// alone.
/// Source: SSL_CTX_set_security_level(3), config(5).
/// </summary>
internal static unsafe class OldTls
{
    private const string Configuration = """
        openssl_conf = all
        [all]
        ssl_conf = ssl
        [ssl]
        system_default = old
        [old]
        MinProtocol = TLSv1
        CipherString = ALL:@SECLEVEL=0

        """;

#pragma warning disable SYSLIB0039, CA5397, CA5398 // what this class is for; the certificate is pinned
    internal static SslProtocols Protocols => SslProtocols.Tls | SslProtocols.Tls11 | SslProtocols.Tls12 | SslProtocols.Tls13;
#pragma warning restore SYSLIB0039, CA5397, CA5398

    private static readonly Lock Once = new();
    private static bool isAllowed;

    /// <summary>Before the first use of cryptography in this process.</summary>
    internal static void Allow()
    {
        lock (Once)
        {
            if (isAllowed)
            {
                return;
            }

            isAllowed = true;
            int* ends = stackalloc int[2];
            if (Libc.Pipe(ends, Libc.O_CLOEXEC) != 0)
            {
                return;
            }

            _ = LocalFile.Write(ends[1], Encoding.ASCII.GetBytes(Configuration));
            _ = Libc.Close(ends[1]);
            _ = Libc.SetEnvironment("OPENSSL_CONF", $"/proc/self/fd/{ends[0]}", 1);
        }
    }
}
