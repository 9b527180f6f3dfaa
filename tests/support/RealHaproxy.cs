using System.Diagnostics;
using System.Net.Sockets;
using System.Text;

namespace Ringfree.Monitoring.Tests.Support;

/// <summary>A HAProxy of one test, with an admin socket in a folder of its own.</summary>
public sealed class RealHaproxy : IDisposable
{
    private readonly TestFolder folder = new();
    private readonly string config;
    private Process process;

    /// <param name="proxies">The frontends, backends and listens.</param>
    /// <param name="statsPort">A TCP port for a second stats socket; none by default.</param>
    public RealHaproxy(string proxies, int statsPort = 0)
    {
        string tcp = statsPort == 0 ? "" : $"  stats socket ipv4@127.0.0.1:{statsPort} level user\n";
        config = folder.Write(
            "haproxy.cfg",
            $"global\n  stats socket {Socket} mode 600 level admin\n  stats socket {UserSocket} mode 600 level user\n{tcp}  maxconn 200\n"
            + $"defaults\n  mode http\n  timeout connect 1s\n  timeout client 5s\n  timeout server 5s\n  timeout check 5s\n{proxies}\n");
        process = ProcessRun.Start("/usr/sbin/haproxy", ["-db", "-f", config]);
        WaitUntil(Answers, "HAProxy answers on its stats socket");
    }

    public string Socket => folder.PathOf("admin.sock");

    /// <summary>A socket of the level user, which may ask for statistics and for little else.</summary>
    public string UserSocket => folder.PathOf("user.sock");

    public string Folder => folder.Root;

    public string Command(string command)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Connect(new UnixDomainSocketEndPoint(Socket));
        socket.Send(Encoding.ASCII.GetBytes(command + "\n"));
        using var stream = new NetworkStream(socket);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    public void WaitForStatus(string proxy, string server, string status) => WaitUntil(
        () => Command("show stat").Split('\n').Any(line => line.StartsWith($"{proxy},{server},", StringComparison.Ordinal) && line.Split(',')[17] == status),
        $"{proxy}/{server} becomes {status}");

    /// <summary>Starts another process that replaces this one as a reload does.</summary>
    public void Reload()
    {
        Process old = process;
        process = ProcessRun.Start("/usr/sbin/haproxy", ["-db", "-f", config, "-sf", old.Id.ToString()]);
        WaitUntil(() => old.HasExited && Answers(), "the old HAProxy ends and the new one answers");
        old.Dispose();
    }

    /// <summary>Starts another process in the place of this one, which ends first.</summary>
    public void Restart()
    {
        Kill();
        process.Dispose();
        process = ProcessRun.Start("/usr/sbin/haproxy", ["-db", "-f", config]);
        WaitUntil(Answers, "HAProxy answers on its stats socket");
    }

    public void Kill()
    {
        process.Kill();
        process.WaitForExit();
    }

    public void Signal(string name) => ProcessRun.Shell("kill -$1 $2", name, process.Id.ToString());

    private bool Answers()
    {
        try
        {
            return Command("show info").Length > 0;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill();
            process.WaitForExit();
        }

        process.Dispose();
        folder.Dispose();
    }

    public void WaitUntil(Func<bool> condition, string what)
    {
        var clock = Stopwatch.StartNew();
        while (!condition())
        {
            if (process.HasExited || clock.Elapsed > TimeSpan.FromSeconds(40))
            {
                throw new TimeoutException($"waited in vain until {what}; HAProxy says: {(process.HasExited ? process.StandardError.ReadToEnd() : Answers() ? Command("show stat") : "nothing")}");
            }

            Task.Delay(20).Wait();
        }
    }
}
