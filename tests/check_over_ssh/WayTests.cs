using System.Net;
using System.Net.Sockets;
using System.Text;
using Ringfree.Monitoring.Plugins.OverSsh;

namespace Ringfree.Monitoring.CheckOverSsh.Tests;

/// <summary>Peers that are no sshd, and a host without anything: CRITICAL for the way itself, UNKNOWN for a command behind it.</summary>
public sealed class WayTests : IDisposable
{
    private readonly TestFolder folder = new();
    private readonly List<IDisposable> open = [];

    public void Dispose()
    {
        open.ForEach(one => one.Dispose());
        folder.Dispose();
    }

    [Fact]
    public void A_refused_connection() => Demand(Ports.Free(), "refuses the connection: the host has rebooted or its sshd died");

    [Fact]
    public void A_listener_that_says_nothing() => Demand(Listen(null, stays: true), "was silent: waited [0-9.]+ s for the connection");

    [Fact]
    public void A_listener_that_greets_and_says_no_more() => Demand(Listen("SSH-2.0-OpenSSH_9.2\r\n", stays: true), "was silent: waited [0-9.]+ s for the key exchange");

    [Fact]
    public void A_listener_that_closes_at_once() => Demand(Listen(null, stays: false), "no SSH with root@127.0.0.1", timeout: "4");

    [Fact]
    public void A_web_server() => Demand(Listen("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n", stays: false), "no SSH with root@127.0.0.1", timeout: "4");

    [Fact]
    public void A_greeting_without_end() => Demand(Listen(new string('x', 8_000_000), stays: true), "OVER_SSH");

    [Fact]
    public void Protocol_noise() => Demand(Listen("SSH-2.0-x\r\n" + new string('\u0001', 100_000), stays: true), "OVER_SSH");

    [Fact]
    public void A_network_without_a_way_there()
    {
        Prepare();
        ProcessResult run = ProcessRun.Run("/usr/bin/unshare", ["--net", Repository.Program("check_over_ssh"), .. Arguments("root@192.0.2.1")]);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("no way to root@192.0.2.1: Network is unreachable", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_without_an_address_is_unknown()
    {
        Prepare();
        ProcessResult run = ProcessRun.Run("/usr/bin/unshare", ["--net", Repository.Program("check_over_ssh"), .. Arguments("root@nowhere.invalid")]);
        Assert.Equal(3, run.ExitCode);
        Assert.Contains("the host of root@nowhere.invalid has no address: ", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_status_of_silence_can_be_chosen_for_a_command()
    {
        Prepare();
        ProcessResult run = ProcessRun.Run(Repository.Program("check_over_ssh"), [.. Arguments($"root@127.0.0.1:{Listen(null, stays: true)}")[..^1], "0.5:CRITICAL", "rf_x"]);
        Assert.Equal(2, run.ExitCode);
    }

    [Fact]
    public void An_empty_root_is_enough()
    {
        Prepare();
        Needs.File("/usr/sbin/sshd", "openssh-server");
        Needs.File("/usr/bin/ssh-keygen", "openssh-client");
        int port = Ports.Free();
        folder.Write("sshd_config", $"""
            Port {port}
            ListenAddress 127.0.0.1
            HostKey {folder.PathOf("host")}
            AuthorizedKeysFile {folder.PathOf("authorized_keys")}
            StrictModes no
            UsePAM no
            PidFile none
            PermitRootLogin yes

            """);
        ProcessResult made = ProcessRun.Shell("cd \"$1\" && ssh-keygen -q -t ed25519 -N '' -f host && echo \"restrict,command=\\\"printf -- '-- run-check --\\\\\\\\nX WARNING - from afar'; exit 1\\\" $(cat identity.pub)\" > authorized_keys && { [ -d /run/sshd ] || mkdir /run/sshd; }", folder.Root);
        Assert.True(made.ExitCode == 0, made.Error);
        using System.Diagnostics.Process sshd = ProcessRun.Start("/usr/sbin/sshd", ["-D", "-e", "-f", folder.PathOf("sshd_config")]);
        try
        {
            WaitForPort(port);
            string root = folder.PathOf("root");
            Directory.CreateDirectory(Path.Combine(root, "etc"));
            ProcessRun.CopyProgram(Repository.Program("check_over_ssh"), Path.Combine(root, "check_over_ssh"));
            File.Copy(folder.PathOf("identity"), Path.Combine(root, "identity"));
            File.WriteAllText(Path.Combine(root, "etc", "hosts"), "127.0.0.1 node.example\n");
            File.WriteAllText(Path.Combine(root, "known"), $"[node.example]:{port} {File.ReadAllText(folder.PathOf("host.pub"))}");
            ProcessResult run = ProcessRun.Run("/usr/sbin/chroot", [root, "/check_over_ssh", "-H", $"root@node.example:{port}", "--identity", "/identity", "--known-hosts", "/known", "name"]);
            Assert.Equal((1, "X WARNING - from afar", ""), (run.ExitCode, run.Output, run.Error));
        }
        finally
        {
            sshd.Kill(entireProcessTree: true);
        }
    }

    private static void WaitForPort(int port)
    {
        for (int attempt = 0; ; attempt++)
        {
            try
            {
                using var probe = new TcpClient("127.0.0.1", port);
                return;
            }
            catch (SocketException) when (attempt < 1_000)
            {
                Task.Delay(30).Wait();
            }
        }
    }

    private void Prepare()
    {
        Needs.Root();
        Needs.File("/usr/bin/ssh-keygen", "openssh-client");
        Assert.Equal(0, ProcessRun.Shell("ssh-keygen -q -t ed25519 -N '' -f \"$1\"", folder.PathOf("identity")).ExitCode);
        folder.Write("known_hosts", "");
    }

    private void Demand(int port, string said, string timeout = "2")
    {
        Prepare();
        foreach ((string[] name, int code) in new (string[], int)[] { ([], 2), (["rf_haproxy_proxies"], 3) })
        {
            ProcessResult run = ProcessRun.Run(Repository.Program("check_over_ssh"), [.. Arguments($"root@127.0.0.1:{port}")[..^1], timeout, .. name]);
            Assert.True(run.ExitCode == code, $"{run.ExitCode} {run.Output}{run.Error}");
            Assert.StartsWith(code == 2 ? "OVER_SSH CRITICAL - " : "OVER_SSH UNKNOWN - ", run.Output, StringComparison.Ordinal);
            Assert.Matches(said, run.Output);
            string headline = run.Output.Split('\n')[0].Split(" - ", 2)[1].Split(" | ")[0];
            Assert.Contains(Headlines.Of(typeof(OverSshCheck).Assembly), kind => kind.Kind.Reads(headline));
            Assert.InRange(run.Elapsed.TotalSeconds, 0, double.Parse(timeout) + 20);
        }
    }

    private string[] Arguments(string destination) =>
        ["-H", destination, "--identity", folder.PathOf("identity"), "--known-hosts", folder.PathOf("known_hosts"), "-t", "1"];

    private int Listen(string? greeting, bool stays)
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        open.Add(listener);
        listener.Start();
        _ = Task.Run(async () =>
        {
            while (true)
            {
                TcpClient client = await listener.AcceptTcpClientAsync();
                open.Add(client);
                _ = Task.Run(async () =>
                {
                    try
                    {
                        await client.GetStream().WriteAsync(Encoding.Latin1.GetBytes(greeting ?? ""));
                    }
                    catch (IOException)
                    {
                        // The check has seen enough.
                    }

                    if (!stays)
                    {
                        client.Close();
                    }
                });
            }
        });
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
