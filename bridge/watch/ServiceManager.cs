using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Ringfree.Monitoring.Bridge;

/// <summary>
/// systemd's notify protocol: one datagram for each message. Outside systemd nothing is sent. The watchdog is fed only while every loop shows
/// signs of life.
/// </summary>
internal sealed class ServiceManager(string? socket, TimeSpan? watchdog)
{
    /// <summary>From the environment that systemd gives.</summary>
    public static ServiceManager FromEnvironment()
    {
        string? Variable(string name) => ProcessContext.EnvironmentBytes(name) is { } bytes ? Encoding.UTF8.GetString(bytes) : null;
        bool isOurs = Variable("WATCHDOG_PID") is not { } processId || processId == Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        TimeSpan? watchdog = isOurs && long.TryParse(Variable("WATCHDOG_USEC"), NumberStyles.None, CultureInfo.InvariantCulture, out long microseconds)
            ? TimeSpan.FromMicroseconds(microseconds)
            : null;
        return new ServiceManager(Variable("NOTIFY_SOCKET"), watchdog);
    }

    public void Ready(string status) => Send($"READY=1\nSTATUS={status}");

    public void Stopping() => Send("STOPPING=1");

    /// <summary>Feeds the watchdog until stopped, twice in each of its intervals.</summary>
    /// <exception cref="OperationCanceledException">The program ends.</exception>
    public async Task RunAsync(IReadOnlyList<Liveness> loops, Log log, TimeProvider time, CancellationToken stop)
    {
        TimeSpan interval = (watchdog ?? TimeSpan.FromSeconds(20)) / 2;
        while (true)
        {
            if (loops.FirstOrDefault(loop => !loop.IsAlive) is { } silent)
            {
                log.LoopSilent(silent.Name);
            }
            else if (watchdog is not null)
            {
                Send("WATCHDOG=1");
            }

            await Task.Delay(interval, time, stop);
        }
    }

    private void Send(string message)
    {
        if (socket is not { Length: > 1 })
        {
            return;
        }

        try
        {
            using var sender = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
            string path = socket[0] == '@' ? $"\0{socket[1..]}" : socket;
            sender.SendTo(Encoding.UTF8.GetBytes(message), new UnixDomainSocketEndPoint(path));
        }
        catch (SocketException)
        {
            // A service manager that cannot be told will restart us: that is its job.
        }
    }
}
