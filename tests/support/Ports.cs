using System.Net;
using System.Net.Sockets;

namespace Ringfree.Monitoring.Tests.Support;

/// <summary>Free TCP ports on loopback: each one once, and none of those that the kernel gives to whoever asks for any (32768 to 60999).</summary>
public static class Ports
{
    private const int Lowest = 12_000;
    private const int Count = 10_000;
    private static int last = Random.Shared.Next(Count);

    public static int Free()
    {
        for (int attempt = 0; attempt < Count; attempt++)
        {
            int port = Lowest + (Interlocked.Increment(ref last) % Count);
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException exception) when (exception.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                // Somebody else's.
            }
        }

        throw new InvalidOperationException($"no TCP port from {Lowest} to {Lowest + Count - 1} is free");
    }
}
