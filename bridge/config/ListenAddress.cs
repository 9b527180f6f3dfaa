using System.Net;
using System.Net.Sockets;
using System.Text;
using Ringfree.Monitoring.Estate;

namespace Ringfree.Monitoring.Bridge;

/// <summary>Where serve or watch listens: a port on loopback, because the proxy before it does TLS, or a UNIX socket.</summary>
internal static class ListenAddress
{
    private const string UnixPrefix = "unix:";

    // What the kernel's sockaddr_un holds besides its final NUL.
    private const int MaxSocketPath = 107;

    /// <summary>Reads <c>127.0.0.1:9465</c> or <c>unix:/run/ringfree-pagerduty/http.sock</c>.</summary>
    /// <returns>The address; null when the key is absent or wrong.</returns>
    public static EndPoint? Read(Setting<string?> setting, Problems problems)
    {
        if (setting is not { IsSound: true, Value: { } text })
        {
            return null;
        }

        if (Parse(text) is { } address)
        {
            return address;
        }

        problems.Report(
            setting.Place,
            $"given \"{text}\"; accepted: a loopback address with a port, such as 127.0.0.1:9465, "
            + "or unix: and the absolute path of a socket");
        return null;
    }

    /// <summary>The address as the config gives it.</summary>
    public static string Text(EndPoint address) => address is UnixDomainSocketEndPoint ? $"{UnixPrefix}{address}" : address.ToString()!;

    private static EndPoint? Parse(string text) =>
        text.StartsWith(UnixPrefix, StringComparison.Ordinal) && text[UnixPrefix.Length..] is var path
            ? Config.Absolute(path) is null && Encoding.UTF8.GetByteCount(path) <= MaxSocketPath ? new UnixDomainSocketEndPoint(path) : null
            : IPEndPoint.TryParse(text, out IPEndPoint? port) && IPAddress.IsLoopback(port.Address) && port.Port > 0 ? port : null;
}
