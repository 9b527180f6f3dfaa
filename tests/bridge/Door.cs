using System.Net;
using System.Net.Sockets;

namespace Ringfree.Monitoring.Bridge.Tests;

/// <summary>One TCP port on loopback and what happens to those who come to it, which a test changes as it goes.</summary>
internal sealed class Door : IAsyncDisposable
{
    private CancellationTokenSource opening = new();
    private Task accepting = Task.CompletedTask;

    /// <summary>Handles one connection until the token ends it; the door closes it afterwards.</summary>
    public delegate Task Treatment(Socket client, CancellationToken stop);

    public int Port { get; } = Ports.Free();

    /// <summary>Hands every byte on to a server, and its bytes back.</summary>
    public static Treatment To(Uri server) => async (client, stop) =>
    {
        using var behind = new TcpClient();
        await behind.ConnectAsync(server.Host, server.Port, stop);
        await Task.WhenAll(HandOnAsync(client, behind.Client, stop), HandOnAsync(behind.Client, client, stop));
    };

    /// <summary>Opens it. Connections of before are cut.</summary>
    public async Task OpenAsync(Treatment treatment)
    {
        await ShutAsync();
        accepting = AcceptAsync(Listen(), treatment, opening.Token);
    }

    /// <summary>Neither accepts nor refuses a connection, as a firewall that drops.</summary>
    public async Task DropAsync()
    {
        await ShutAsync();
        TcpListener listener = Listen(mostWaiting: 0);
        accepting = HoldAsync(listener, await ComeAsync(), opening.Token);
    }

    /// <summary>Nobody listens any more, and what was open is cut.</summary>
    public async Task ShutAsync()
    {
        await opening.CancelAsync();
        await accepting;
        opening.Dispose();
        opening = new CancellationTokenSource();
    }

    public async ValueTask DisposeAsync()
    {
        await ShutAsync();
        opening.Dispose();
    }

    private TcpListener Listen(int mostWaiting = 100)
    {
        var listener = new TcpListener(IPAddress.Loopback, Port);
        listener.Start(mostWaiting);
        return listener;
    }

    private async Task<TcpClient> ComeAsync()
    {
        var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, Port);
        return client;
    }

    // The only one who may wait does: the kernel drops what the others send.
    private static async Task HoldAsync(TcpListener listener, TcpClient waiting, CancellationToken stop)
    {
        using (listener)
        using (waiting)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Close(listener);
        }
    }

    // A program that another thread starts at this moment holds every socket until it runs: without this the port would go on listening.
    private static void Close(TcpListener listener) => listener.Server.Shutdown(SocketShutdown.Both);

    private static async Task AcceptAsync(TcpListener listener, Treatment treatment, CancellationToken stop)
    {
        var clients = new List<Task>();
        using (listener)
        {
            try
            {
                while (true)
                {
                    clients.Add(TreatAsync(await listener.AcceptSocketAsync(stop), treatment, stop));
                }
            }
            catch (OperationCanceledException)
            {
                Close(listener);
            }
        }

        await Task.WhenAll(clients);
    }

    private static async Task TreatAsync(Socket client, Treatment treatment, CancellationToken stop)
    {
        using (client)
        {
            try
            {
                await treatment(client, stop);
            }
            catch (Exception ended) when (ended is IOException or SocketException or OperationCanceledException)
            {
                // One of both ends has gone, or the door is shut.
            }
        }
    }

    // However the one side ends, the other one gets what came before, and its end.
    private static async Task HandOnAsync(Socket from, Socket to, CancellationToken stop)
    {
        try
        {
            await using var source = new NetworkStream(from);
            await using var target = new NetworkStream(to);
            await source.CopyToAsync(target, stop);
        }
        finally
        {
            to.Shutdown(SocketShutdown.Send);
        }
    }
}
