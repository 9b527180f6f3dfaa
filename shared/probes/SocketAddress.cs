namespace Ringfree.Monitoring.Probes;

/// <summary>A UNIX socket's path, or a TCP host and port.</summary>
/// <param name="Path">The absolute path of a UNIX socket, at most 107 bytes; null for TCP.</param>
/// <param name="Host">A host name or address (IPv6 without brackets); null for UNIX.</param>
/// <param name="Port">1 to 65535; 0 for UNIX.</param>
public sealed record SocketAddress(string? Path, string? Host = null, int Port = 0)
{
    /// <summary>The longest path that a UNIX socket can have, in bytes (sun_path without its final NUL).</summary>
    public const int LongestPath = 107;

    /// <summary>The forms that <see cref="TryParse"/> accepts, for error messages and help.</summary>
    public const string AcceptedForms = "an absolute path of at most 107 bytes, HOST:PORT or [IPV6]:PORT";

    /// <summary>Reads <c>/path</c>, <c>HOST:PORT</c> or <c>[IPV6]:PORT</c>.</summary>
    /// <returns>The address, or null when the text is none of these forms.</returns>
    public static SocketAddress? TryParse(string text)
    {
        if (text.StartsWith('/'))
        {
            bool fits = System.Text.Encoding.UTF8.GetByteCount(text) <= LongestPath && !text.Contains('\0', StringComparison.Ordinal);
            return fits ? new SocketAddress(text) : null;
        }

        int colon = text.LastIndexOf(':');
        if (colon < 1 || !ushort.TryParse(text.AsSpan(colon + 1), System.Globalization.NumberStyles.None, null, out ushort port) || port == 0)
        {
            return null;
        }

        string host = text[..colon];
        if (host.StartsWith('[') && host.EndsWith(']'))
        {
            host = host[1..^1];
        }
        else if (host.Contains(':', StringComparison.Ordinal))
        {
            return null;
        }

        return host.Length > 0 && host.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or ':' or '%')
            ? new SocketAddress(null, host, port)
            : null;
    }

    /// <inheritdoc/>
    public override string ToString() =>
        Path ?? (Host!.Contains(':', StringComparison.Ordinal) ? $"[{Host}]:{Port}" : $"{Host}:{Port}");
}
