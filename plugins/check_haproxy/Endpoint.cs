using Ringfree.Monitoring.Plugin;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Plugins.Haproxy;

/// <summary>Where a certificate is served.</summary>
/// <param name="Host">A host name or address.</param>
/// <param name="Port">1 to 65535.</param>
/// <param name="ServerName">The name that is asked for (SNI); null for none.</param>
internal sealed record Endpoint(string Host, int Port, string? ServerName)
{
    /// <summary>HOST:PORT, and the name that is asked for.</summary>
    public override string ToString()
    {
        string address = new SocketAddress(null, Host, Port).ToString();
        return ServerName is null ? address : $"{address} (for {ServerName})";
    }

    /// <summary>Reads <c>HOST:PORT[/SNI]</c>.</summary>
    /// <exception cref="UsageException">The text is none.</exception>
    internal static Endpoint Parse(string text)
    {
        string[] parts = text.Split('/', 2);
        SocketAddress? address = SocketAddress.TryParse(parts[0]);
        bool isNamed = parts.Length == 1 || IsHostName(parts[1]);
        return address is { Host: { } host, Port: var port } && isNamed
            ? new Endpoint(host, port, parts.Length > 1 ? parts[1] : null)
            : throw new UsageException(
                $"--endpoint '{text}' is no address; accepted is HOST:PORT or [IPV6]:PORT, with /NAME for the name to "
                + "ask for (SNI), such as 127.0.0.1:443/pbx.example.com");
    }

    /// <summary>A host name as clients ask for it.</summary>
    internal static bool IsHostName(string text) =>
        text.Length is > 0 and < 254 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or ':')
        && !text.StartsWith('.') && !text.StartsWith('-');
}
