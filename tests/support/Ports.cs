using System.Net;
using System.Net.Sockets;

namespace Ringfree.Monitoring.Tests.Support;

/// <summary>
/// Free TCP ports on loopback: each one once, and none of those that the kernel gives to whoever asks for any (32768 to 60999). Test
/// projects run beside each other: a process owns a block of ports for its lifetime, and shows it by listening on the first.
/// </summary>
public static class Ports
{
    private const int Lowest = 12_000;
    private const int BlockSize = 200;
    private const int Blocks = 90;

    private static readonly Lock Gate = new();
    private static readonly List<TcpListener> Claims = [];
    private static int next;
    private static int end;

    public static int Free()
    {
        lock (Gate)
        {
            while (true)
            {
                if (next == end)
                {
                    ClaimBlock();
                }

                int port = next++;
                using TcpListener? listener = Listen(port);
                if (listener is not null)
                {
                    return port;
                }
            }
        }
    }

    private static void ClaimBlock()
    {
        int first = Random.Shared.Next(Blocks);
        for (int attempt = 0; attempt < Blocks; attempt++)
        {
            int block = Lowest + ((first + attempt) % Blocks * BlockSize);
#pragma warning disable CA2000 // a claim ends with the process
            TcpListener? claim = Listen(block);
#pragma warning restore CA2000
            if (claim is not null)
            {
                Claims.Add(claim);
                next = block + 1;
                end = block + BlockSize;
                return;
            }
        }

        throw new InvalidOperationException($"no block of {BlockSize} TCP ports from {Lowest} to {Lowest + (Blocks * BlockSize) - 1} is free");
    }

    private static TcpListener? Listen(int port)
    {
        TcpListener listener = new(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return listener;
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            listener.Dispose();
            return null;
        }
    }
}
