using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Ringfree.Monitoring.CheckVoipmon.Tests;

/// <summary>
/// The sniffer's manager as it was observed: one command a connection, raw text, then it closes. A command that ends with two line ends is
/// answered at once, any other after half a second. With a stored AES key most commands answer <c>need aes!</c>; without one, every
/// connection first reads the key from the database, and hangs while that hangs. Stopped, it accepts and says nothing.
/// </summary>
internal sealed class ManagerDouble : IDisposable
{
    private static readonly string[] Free = ["sniffer_stat", "totalcalls", "getversion", "datadir_stat", "sniffer_threads", "printspool", "exists_aes_key", "getbuild"];

    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource end = new();

    internal ManagerDouble()
    {
        listener.Start();
        Address = $"127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";
        _ = Accept();
    }

    internal string Address { get; }

    internal ConcurrentQueue<string> Commands { get; } = [];

    internal SnifferStatText Stat { get; } = new();

    internal long Calls { get; set; } = 12;

    internal string Clients { get; set; } = "{\"count\":0}";

    internal bool HasAesKey { get; set; }

    /// <summary>What a connection does first when no key is stored.</summary>
    internal Func<Task> ReadKeyFromDatabase { get; set; } = () => Task.CompletedTask;

    internal bool IsStopped { get; set; }

    /// <summary>Starting or ending: the parser is off and nothing is sent.</summary>
    internal bool ClosesAtOnce { get; set; }

    /// <summary>Never, and held by the double: a wait that nothing holds is collected, and closes its connection.</summary>
    internal Task Never() => Task.Delay(Timeout.Infinite, end.Token);

    internal void Kill() => listener.Stop();

    public void Dispose()
    {
        end.Cancel();
        listener.Dispose();
        end.Dispose();
    }

    private async Task Accept()
    {
        try
        {
            while (true)
            {
                TcpClient client = await listener.AcceptTcpClientAsync(end.Token);
                _ = Task.Run(() => Serve(client));
            }
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // Killed.
        }
    }

    private async Task Serve(TcpClient client)
    {
        try
        {
            using (client)
            {
                if (ClosesAtOnce)
                {
                    return;
                }

                if (IsStopped)
                {
                    await Task.Delay(Timeout.Infinite, end.Token);
                }

                NetworkStream stream = client.GetStream();
                byte[] buffer = new byte[1024];
                string text = "";
                while (!text.Contains('\n', StringComparison.Ordinal) && await stream.ReadAsync(buffer, end.Token) is > 0 and var count)
                {
                    text += Encoding.ASCII.GetString(buffer, 0, count);
                }

                if (!text.EndsWith("\r\n\r\n", StringComparison.Ordinal))
                {
                    await Task.Delay(500, end.Token);
                }

                if (!HasAesKey)
                {
                    await ReadKeyFromDatabase();
                }

                string command = text.Trim();
                Commands.Enqueue(command);
                await stream.WriteAsync(Encoding.UTF8.GetBytes(Answer(command)), end.Token);
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The client left, or the test is over.
        }
    }

    private string Answer(string command) => command switch
    {
        _ when HasAesKey && !Free.Contains(command) => "need aes!\n",
        "sniffer_stat" => Stat.Print(),
        "totalcalls" => Calls.ToString(),
        "list_active_clients" => Clients,
        "getversion" => "2026.04.0",
        _ => "command not found\n",
    };
}
