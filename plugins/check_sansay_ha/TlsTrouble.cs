using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Plugins.SansayHa;

/// <summary>
/// A node that answers and agrees on no TLS: it is there, so that it is not unreachable. A device of about 2010 (Java 6) speaks TLS 1.0
/// only. Source: OpenSSL's reasons, ssl/ssl_err.c; a server of TLS 1.0 alone was seen to give "handshake failure".
/// </summary>
/// <param name="Words">The rest of a sentence that begins with the node's name.</param>
/// <param name="Kind">What on-call does first.</param>
internal sealed record TlsTrouble(string Words, HeadlineKind Kind)
{
    private static readonly string[] NoAgreement =
        ["handshake failure", "protocol version", "unsupported protocol", "unsafe legacy renegotiation", "no protocols available"];

    /// <summary>Null when the reason is another one.</summary>
    internal static TlsTrouble? Of(string reason)
    {
        if (reason.Contains("wrong version number", StringComparison.OrdinalIgnoreCase))
        {
            return new TlsTrouble($"answers without TLS: is this its HTTPS port? ({reason})", SansayHeadlines.NotStatistics);
        }

        return NoAgreement.Any(words => reason.Contains(words, StringComparison.OrdinalIgnoreCase))
            ? new TlsTrouble(
                $"answers and agrees on no TLS with this check, which speaks 1.2 and 1.3 ({reason}): an old release may speak 1.0 only",
                SansayHeadlines.NoCommonTls)
            : null;
    }
}
