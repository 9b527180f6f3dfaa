using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Ringfree.Monitoring.Tests.PagerDuty;

namespace Ringfree.Monitoring.Bridge.Tests;

/// <summary>HTTP of the program that is shipped, beside clients that keep their connections.</summary>
[Trait("Kind", "published binary")]
public sealed class PublishedHttpTests
{
    private const int Idle = 100;

    [Theory]
    [InlineData("")]
    [InlineData("GET /nothing HTTP/1.1\r\n")]
    [InlineData("GET /nothing HTTP/1.1\r\nHost: localhost\r\n\r\n")]
    [InlineData("POST /webhooks/pagerduty HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\n")]
    public async Task A_hundred_idle_connections_keep_nobody_from_health(string said)
    {
        int port = Ports.Free();
        using var bridge = new PublishedBridge(new Uri("http://127.0.0.1:1"), toml: $"[listen]\naddress = \"127.0.0.1:{port}\"");
        _ = await bridge.ServeAsync();
        var address = new IPEndPoint(IPAddress.Loopback, port);
        List<Socket> idle = [.. Enumerable.Range(0, Idle).Select(_ => Opened(address, said))];
        try
        {
            for (var i = 0; i < 20; i++)
            {
                Assert.Contains("PAGERDUTY_BRIDGE ", await GetAsync(address, "/health"), StringComparison.Ordinal);
                idle.Add(Opened(address, said));
            }
        }
        finally
        {
            idle.ForEach(socket => socket.Dispose());
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("GET /nothing HTTP/1.1\r\nHost: localhost\r\n\r\n")]
    public async Task A_hundred_idle_connections_keep_no_heartbeat_from_watch(string said)
    {
        await using PagerDutySandbox sandbox = await PagerDutySandbox.StartAsync();
        int port = Ports.Free();
        using var bridge = new PublishedBridge(
            sandbox.Endpoint,
            toml: $"[watch]\nlisten = \"127.0.0.1:{port}\"\ntoken_file = \"FOLDER/token\"\n"
                + "state_file = \"FOLDER/watch.state\"\nsilent_after = \"3s\"");
        bridge.Folder.Write("token", "a-shared-token\n");
        using Process watch = ProcessRun.Start(PublishedBridge.Program, ["--config", bridge.ConfigFile, "watch"]);
        var address = new IPEndPoint(IPAddress.Loopback, port);
        var idle = new List<Socket>();
        try
        {
            await PublishedBridge.Until(() => IsOpen(address), "watch listens", TimeSpan.FromMinutes(1));
            idle.AddRange(Enumerable.Range(0, Idle).Select(_ => Opened(address, said)));
            using var http = new HttpClient { BaseAddress = new Uri($"http://{address}"), Timeout = TimeSpan.FromSeconds(30) };
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "a-shared-token");

            // Twice as long as it may be silent: without the heartbeats it would page.
            var clock = Stopwatch.StartNew();
            while (clock.Elapsed < TimeSpan.FromSeconds(6))
            {
                using HttpResponseMessage answer = await http.PostAsync(new Uri("/heartbeat", UriKind.Relative), null);
                Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
                idle.Add(Opened(address, said));
                await Task.Delay(TimeSpan.FromMilliseconds(100));
            }

            Assert.Empty(sandbox.Incidents);
        }
        finally
        {
            idle.ForEach(socket => socket.Dispose());
            watch.Kill();
            await watch.WaitForExitAsync();
        }
    }

    [Fact]
    public async Task A_socket_is_its_groups_alone_and_replaces_one_that_a_killed_serve_left()
    {
        using var bridge = new PublishedBridge(new Uri("http://127.0.0.1:1"), toml: "[listen]\naddress = \"unix:FOLDER/http.sock\"");
        string path = bridge.Folder.PathOf("http.sock");
        var address = new UnixDomainSocketEndPoint(path);
        for (var round = 0; round < 2; round++)
        {
            Process serve = await bridge.ServeAsync();
            Assert.Equal(
                UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite,
                File.GetUnixFileMode(path));
            Assert.Contains("HTTP/1.1 200 OK", await GetAsync(address, "/metrics"), StringComparison.Ordinal);
            serve.Kill();
            await serve.WaitForExitAsync();
            Assert.True(File.Exists(path));
        }
    }

    [Fact]
    public void A_socket_that_cannot_be_made_is_said()
    {
        using var bridge = new PublishedBridge(
            new Uri("http://127.0.0.1:1"), toml: "[listen]\naddress = \"unix:FOLDER/missing/http.sock\"");
        ProcessResult serve = bridge.Run("serve");
        Assert.StartsWith(
            $"pagerduty-bridge serve: cannot listen on unix:{bridge.Folder.PathOf("missing/http.sock")}: ",
            serve.Error,
            StringComparison.Ordinal);
        Assert.Equal(1, serve.ExitCode);
    }

    private static bool IsOpen(EndPoint address)
    {
        try
        {
            Opened(address, "").Dispose();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static Socket Opened(EndPoint address, string said)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Unspecified);
        socket.Connect(address);
        socket.Send(Encoding.ASCII.GetBytes(said));
        return socket;
    }

    private static async Task<string> GetAsync(EndPoint address, string path)
    {
        using Socket socket = Opened(address, $"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n");
        using var reader = new StreamReader(new NetworkStream(socket), Encoding.UTF8);
        return await reader.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(30));
    }
}
