using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Ringfree.Monitoring.Estate;

namespace Ringfree.Monitoring.NrpeConfig;

/// <summary>Has visudo, a real NRPE and a shell judge what was written for each host.</summary>
internal static class VerifyNodes
{
    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(10);

    internal static IEnumerable<Verdict> Verdicts(string root, EstateModel estate)
    {
        List<EstateHost> hosts = [.. estate.Hosts.Where(host => host.Agent is not null)];
        yield return Judge("visudo", "sudoers", hosts, root, "sudoers", (program, file) => program.Run("-cf", file) is (not 0, var said) ? said : null);
        yield return CanListen()
            ? Judge("nrpe", "nrpe.cfg", [.. hosts.Where(host => host.Agent!.Transport == Transport.Nrpe)], root, "nrpe.cfg", LoadedBy)
            : new Verdict(IsGood: true, "nrpe.cfg not verified: nothing can connect to 127.0.0.1 on this machine; cure: ip link set lo up");
        yield return Judge("sh", "run-check and install", hosts, root, "install", (program, file) => program.Run("-n", file) is (not 0, var said) ? said
            : Path.Combine(Path.GetDirectoryName(file)!, "run-check") is var runCheck && File.Exists(runCheck) && program.Run("-n", runCheck) is (not 0, var saidOfIt) ? saidOfIt
            : null);
    }

    private static Verdict Judge(string name, string what, List<EstateHost> hosts, string root, string file, Func<ExternalProgram, string, string?> complaintOf)
    {
        if (ExternalProgram.Find(name) is not { } program)
        {
            return Verdict.Absent(name, what);
        }

        List<string> refused = [.. hosts
            .Select(host => Path.Combine(root, host.Name, file))
            .Select(path => complaintOf(program, path) is { } complaint ? $"{program.Path} refuses {path}: {complaint.Trim()}" : null)
            .OfType<string>()];
        return new Verdict(refused.Count == 0, refused.Count == 0 ? $"{program.Path} accepts {what} of {hosts.Count} hosts" : string.Join('\n', refused));
    }

    /// <summary>
    /// Starts NRPE with the file as it is, but for what belongs to the host: its address, port, pid file and user, and certificates that
    /// only it has. A file that NRPE understands makes it listen.
    /// </summary>
    private static string? LoadedBy(ExternalProgram nrpe, string file)
    {
        using TemporaryFolder folder = new();
        int port = FreePort();
        string copy = folder.Write("nrpe.cfg", string.Join('\n', File.ReadLines(file)
            .Where(line => !line.StartsWith("ssl_", StringComparison.Ordinal))
            .Select(line => line.Split('=')[0] switch
            {
                "server_port" => $"server_address=127.0.0.1\nserver_port={port}",
                "pid_file" => $"pid_file={folder.Path}/nrpe.pid",
                "nrpe_user" => "nrpe_user=nobody",
                "nrpe_group" => "nrpe_group=nogroup",
                _ => line,
            })) + '\n');
        using Process process = nrpe.Start("-n", "-c", copy, "-f");
        try
        {
            var clock = Stopwatch.StartNew();
            while (clock.Elapsed < StartDeadline)
            {
                if (Listens(port))
                {
                    return null;
                }

                if (process.WaitForExit(TimeSpan.FromMilliseconds(20)))
                {
                    return $"it ends with exit code {process.ExitCode}, and says why in syslog";
                }
            }

            return $"it does not listen after {StartDeadline.TotalSeconds} s";
        }
        finally
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
        }
    }

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static bool CanListen()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return Listens(((IPEndPoint)listener.LocalEndpoint).Port);
    }

    private static bool Listens(int port)
    {
        try
        {
            using TcpClient client = new();
            client.Connect(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
