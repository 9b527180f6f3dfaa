using System.Net;
using System.Net.Sockets;

namespace Ringfree.Monitoring.Tests.Support;

/// <summary>Free TCP ports on loopback.</summary>
public static class Ports
{
    public static int Free()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
