using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Ringfree.Monitoring.CheckHaproxy.Tests;

/// <summary>The published program against a real HAProxy, in every state that a configuration or the admin socket can produce.</summary>
public sealed class RealHaproxyTests : IDisposable
{
    private const string Package = "haproxy";
    private readonly WebServer web = new();

    public void Dispose() => web.Dispose();

    [Fact]
    public void Every_status_that_haproxy_can_be_brought_into()
    {
        Needs.File("/usr/sbin/haproxy", Package);
        using var haproxy = new RealHaproxy($"""
            frontend web
              bind 127.0.0.1:{Ports.Free()} name foo
              default_backend good
            backend good
              option httpchk GET /
              server a 127.0.0.1:{web.Port} check inter 100ms
              server b 127.0.0.1:{web.Port} check inter 100ms
              server unchecked 127.0.0.1:{web.Port}
              server maint 127.0.0.1:{web.Port} check disabled
              server via 127.0.0.1:{web.Port} track good/maint
            backend refused
              server a 127.0.0.1:9 check inter 100ms fall 1
            backend failing
              option httpchk GET /fail
              server a 127.0.0.1:{web.Port} check inter 100ms fall 1
              server b 127.0.0.1:{web.Port}
            backend spare
              server a 127.0.0.1:9 check inter 100ms fall 1
              server b 127.0.0.1:{web.Port} backup
            backend empty
            listen stats
              bind 127.0.0.1:{Ports.Free()}
              stats enable
            """);
        haproxy.WaitForStatus("good", "a", "UP");
        haproxy.WaitForStatus("refused", "a", "DOWN");
        haproxy.WaitForStatus("failing", "a", "DOWN");
        haproxy.WaitForStatus("spare", "a", "DOWN");

        // On a busy machine a health check may have found no time before it finds the 503.
        haproxy.WaitUntil(
            () => haproxy.Command("show stat").Contains(",L7STS,", StringComparison.Ordinal), "failing/a is refused by its answer");
        haproxy.Command("set server good/b state drain");

        // How idle HAProxy is depends on the machine.
        ProcessResult result = Check(haproxy, "-v", "-w", "idle=0:", "-c", "idle=0:");
        Assert.Equal(2, result.ExitCode);
        string[] lines = [.. result.Output.Split('\n').Select(line => System.Text.RegularExpressions.Regex.Replace(line, " for [0-9]+s| [0-9]+s ago|pid [0-9]+", "", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(1)))];
        Assert.True(
            System.Text.RegularExpressions.Regex.IsMatch(
                lines[0],
                "^HAPROXY CRITICAL - backend refused has no usable server: a DOWN \\(L4CON: Connection refused\\); also backend spare [^|]*; also backend failing [^|]* \\| backends=4;;;0 backends_down=1;;;0;4 backends_down_share=25%;;@20:;0;100 servers=10;;;0 servers_down=3;;;0;10 servers_maintenance=3;;;0;10 maintenance_age=",
                System.Text.RegularExpressions.RegexOptions.None,
                TimeSpan.FromSeconds(1)),
            result.Output);
        Assert.Contains("[WARNING] backend failing has 1 of 2 servers down: a DOWN (L7STS: Service Unavailable)", lines);
        Assert.Contains("[WARNING] backend spare runs on backup alone (b no check): a DOWN (L4CON: Connection refused)", lines);
        Assert.Contains("[OK] backend empty has no server configured and failed no request: it redirects or answers by itself, or nothing came", lines);
        Assert.Contains("[OK] backend good has 2 of 5 servers usable: b DRAIN (by an operator), maint MAINT (by haproxy.cfg), via MAINT (via good/maint)", lines);
        Assert.Contains("[OK] stats has no servers: a listen section, such as a stats page", lines);
    }

    /// <summary>
    /// A redirect needs no server; a request that finds none is answered with 503, and stays counted until haproxy.cfg is mended.
    /// </summary>
    [Fact]
    public async Task A_backend_without_servers_is_judged_by_the_requests_that_it_failed()
    {
        Needs.File("/usr/sbin/haproxy", Package);
        int front = Ports.Free();
        using var haproxy = new RealHaproxy($"""
            frontend web
              bind 127.0.0.1:{front}
              use_backend redirect if {Brace("path_beg /r")}
              use_backend self if {Brace("path /s")}
              default_backend empty
            backend redirect
              http-request redirect location /s if {Brace("path /r")}
            backend self
              http-request return status 204
            backend empty
            """);
        using HttpClient client = new();
        using HttpResponseMessage redirected = await client.GetAsync(new Uri($"http://127.0.0.1:{front}/r"));
        Assert.Equal(204, (int)redirected.StatusCode);
        Assert.Equal(0, Check(haproxy, "--only", "proxies").ExitCode);

        // A redirect of some requests only: the others fail, and are few.
        using HttpResponseMessage odd = await client.GetAsync(new Uri($"http://127.0.0.1:{front}/rest"));
        Assert.Equal(503, (int)odd.StatusCode);
        using HttpResponseMessage even = await client.GetAsync(new Uri($"http://127.0.0.1:{front}/r"));
        using HttpResponseMessage more = await client.GetAsync(new Uri($"http://127.0.0.1:{front}/r"));
        ProcessResult redirects = Check(haproxy, "--only", "proxies", "-v");
        Assert.Equal(0, redirects.ExitCode);
        Assert.Contains(
            "[OK] backend redirect has no server configured and answers by itself: 1 of 4 requests failed\n",
            redirects.Output,
            StringComparison.Ordinal);
        using HttpResponseMessage failed = await client.GetAsync(new Uri($"http://127.0.0.1:{front}/"));
        Assert.Equal(503, (int)failed.StatusCode);
        ProcessResult result = Check(haproxy, "--only", "proxies");
        Assert.Equal(1, result.ExitCode);
        Assert.StartsWith("HAPROXY WARNING - backend empty has no server configured: 1 request to it failed since HAProxy started, although HAProxy calls it UP | backends=0;", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_server_that_dies_and_comes_back()
    {
        Needs.File("/usr/sbin/haproxy", Package);
        using var haproxy = new RealHaproxy($"""
            backend pbx
              server pbx1 127.0.0.1:{web.Port} check inter 100ms fall 3 rise 60
              server pbx2 127.0.0.1:{web.Port} check inter 100ms fall 3 rise 60
            """);
        Assert.Equal(0, Check(haproxy).ExitCode);
        haproxy.Command("set server pbx/pbx1 health down");
        Assert.Equal(1, Check(haproxy).ExitCode);
        haproxy.Command("set server pbx/pbx2 health down");
        ProcessResult bothDown = Check(haproxy);
        Assert.StartsWith("HAPROXY CRITICAL - backend pbx has no usable server: pbx1 ", bothDown.Output, StringComparison.Ordinal);
        haproxy.WaitForStatus("pbx", "pbx1", "UP");
        haproxy.WaitForStatus("pbx", "pbx2", "UP");
        Assert.Equal(0, Check(haproxy).ExitCode);
    }

    /// <summary>One customer out of reach is no page where another check watches him; a dozen at once are the way to all of them.</summary>
    [Fact]
    public void Many_backends_of_one_server_that_fail_at_once_are_critical()
    {
        Needs.File("/usr/sbin/haproxy", Package);
        using var haproxy = new RealHaproxy(string.Join('\n', Enumerable.Range(1001, 12).Select(id =>
            $"backend c{id}\n  server c{id} 127.0.0.1:{(id < 1004 ? "9" : web.Port)} check inter 100ms fall 1")));
        foreach (string customer in (string[])["c1001", "c1002", "c1003"])
        {
            haproxy.WaitForStatus(customer, customer, "DOWN");
        }

        ProcessResult many = Check(haproxy, "--only", "proxies", "--min-servers", "1,0");
        Assert.Equal(2, many.ExitCode);
        Assert.Matches(
            "^HAPROXY CRITICAL - 3 of 12 backends \\(25 %, limit: below 20 %\\) have no usable server for [0-9]+s, all L4CON: "
                + "c1001, c1002, c1003 \\| ",
            many.Output);
        haproxy.Command("set server c1001/c1001 state maint");
        ProcessResult few = Check(haproxy, "--only", "proxies", "--min-servers", "1,0");
        Assert.Equal(1, few.ExitCode);
        Assert.StartsWith("HAPROXY WARNING - 3 of 12 backends have no usable server", few.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_live_haproxy_is_recorded_and_its_recording_outlives_it()
    {
        Needs.Root();
        Needs.File("/usr/sbin/haproxy", Package);
        using var folder = new TestFolder();
        using var haproxy = new RealHaproxy($"backend pbx\n  server pbx1 127.0.0.1:9 check inter 100ms fall 1\n  server pbx2 127.0.0.1:{web.Port}");
        haproxy.WaitForStatus("pbx", "pbx1", "DOWN");
        ProcessResult recorded = Check(haproxy, "--record", folder.PathOf("recording"), "-vvv", "-w", "sessions=@0:10");
        Assert.Equal(1, recorded.ExitCode);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(folder.PathOf("recording")));
        haproxy.Kill();

        Directory.CreateDirectory(folder.PathOf("root"));
        Directory.Move(folder.PathOf("recording"), folder.PathOf("root", "moved"));
        ProcessResult replayed = ProcessRun.Run(Repository.Program("check_haproxy"), ["--replay", folder.PathOf("root", "moved")]);
        Assert.Equal((recorded.ExitCode, recorded.Output), (replayed.ExitCode, replayed.Output));

        ProcessRun.CopyProgram(Repository.Program("check_haproxy"), folder.PathOf("root", "check_haproxy"));
        ProcessResult inEmptyRoot = ProcessRun.Run("/usr/sbin/chroot", [folder.PathOf("root"), "/check_haproxy", "--replay", "/moved"]);
        Assert.Equal((recorded.ExitCode, recorded.Output), (inEmptyRoot.ExitCode, inEmptyRoot.Output));

        ProcessResult again = Check(haproxy, "--record", folder.PathOf("root", "moved"));
        Assert.Equal(3, again.ExitCode);
        Assert.StartsWith($"HAPROXY UNKNOWN - --record '{folder.PathOf("root", "moved")}' exists; accepted is a folder that does not exist yet", again.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_dead_haproxy_leaves_its_socket_behind()
    {
        Needs.Root();
        Needs.File("/usr/sbin/haproxy", Package);
        using var haproxy = new RealHaproxy("backend pbx\n  server pbx1 127.0.0.1:9");
        haproxy.Kill();

        // The HAProxies of other tests run beside this one: among processes of its own there is none.
        ProcessResult result = ProcessRun.Run(
            "/usr/bin/unshare",
            ["--mount", "--pid", "--fork", "--mount-proc", "--", Repository.Program("check_haproxy"), "--no-memory", "--state-dir", "/proc/nonexistent", "--socket", haproxy.Socket]);
        Assert.Equal(2, result.ExitCode);
        Assert.StartsWith($"HAPROXY CRITICAL - HAProxy is not running: nothing listens on its stats socket {haproxy.Socket}\n", result.Output, StringComparison.Ordinal);
        Assert.InRange(result.Elapsed.TotalSeconds, 0.8, 20);
    }

    [Fact]
    public void A_hanging_haproxy_is_critical_within_the_deadline()
    {
        Needs.File("/usr/sbin/haproxy", Package);
        using var haproxy = new RealHaproxy("backend pbx\n  server pbx1 127.0.0.1:9");
        haproxy.Signal("STOP");
        ProcessResult result = Check(haproxy, "-t", "2");
        Assert.Equal(2, result.ExitCode);
        Assert.StartsWith($"HAPROXY CRITICAL - HAProxy accepts on {haproxy.Socket} but does not answer: no end of the answer after 0 bytes; the process hangs or is overloaded\n", result.Output, StringComparison.Ordinal);
        Assert.InRange(result.Elapsed.TotalSeconds, 1.6, 20);
    }

    [Fact]
    public void A_gap_of_a_reload_is_not_an_outage()
    {
        Needs.File("/usr/sbin/haproxy", Package);

        // A machine that stood still for the whole gap proves nothing: once more then.
        int? exit = null;
        for (int attempt = 0; exit is null && attempt < 5; attempt++)
        {
            exit = ExitOfACheckThatBeginsInTheGap(out TimeSpan gap);
            Assert.True(exit is not null || gap > TimeSpan.FromMilliseconds(600), $"the check ended in a gap of {gap}");
        }

        Assert.Equal(0, exit);
    }

    [Fact]
    public void A_user_who_may_not_connect_is_told_the_group_to_join()
    {
        Needs.Root();
        Needs.File("/usr/sbin/haproxy", Package);
        using var haproxy = new RealHaproxy("backend pbx\n  server pbx1 127.0.0.1:9");
        ProcessRun.Shell("chmod 0755 \"$1\"; chgrp games \"$2\"; chmod 0660 \"$2\"", haproxy.Folder, haproxy.Socket);
        string[] asNobody = ["-u", "nobody", "--", Repository.Program("check_haproxy"), "--no-memory", "--socket", haproxy.Socket];
        ProcessResult denied = ProcessRun.Run("/usr/sbin/runuser", asNobody);
        Assert.Equal(3, denied.ExitCode);
        Assert.StartsWith($"HAPROXY UNKNOWN - HAProxy's statistics are not read: user nobody may not connect to the stats socket {haproxy.Socket} (group games, mode 660); cure: usermod -aG games nobody, then restart what runs the check\n", denied.Output, StringComparison.Ordinal);
        Assert.Equal(0, ProcessRun.Run("/usr/sbin/runuser", ["-g", "nogroup", "-G", "games", .. asNobody]).ExitCode);

        ProcessRun.Shell("chgrp adm \"$1\"", haproxy.Socket);
        ProcessResult powerful = ProcessRun.Run("/usr/sbin/runuser", asNobody);
        Assert.Equal(3, powerful.ExitCode);
        Assert.StartsWith(
            $"HAPROXY UNKNOWN - HAProxy's statistics are not read: user nobody may not connect to the stats socket {haproxy.Socket} (owner root, group adm, mode 660); cure: add 'mode 660 group haproxy level user' to its stats socket line in haproxy.cfg and join the group with usermod -aG haproxy nobody\n",
            powerful.Output,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Two_thousand_random_answers_never_confuse_the_published_program()
    {
        using var folder = new TestFolder();
        string path = folder.PathOf("s");
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen(64);
        byte[] complete = Encoding.UTF8.GetBytes(StatsAnswer.Of("pbx pbx1 UP\npbx BACKEND UP ;act=1 ;bck=0"));
        var random = new Random(20260301);
        for (int round = 0; round < Soak.Times(2000); round++)
        {
            byte[] noise = new byte[random.Next(400)];
            random.NextBytes(noise);
            byte[] answer = (round % 3) switch
            {
                0 => noise,
                1 => [.. complete[..random.Next(complete.Length)], .. noise],
                _ => complete[..random.Next(complete.Length)],
            };
            using Process check = ProcessRun.Start(Repository.Program("check_haproxy"), ["--no-memory", "--socket", path, "-t", "5"]);
            using (Socket connection = listener.Accept())
            {
                connection.Receive(new byte[100]);
                connection.Send(answer);
            }

            string output = check.StandardOutput.ReadToEnd();
            check.WaitForExit();
            Assert.True(check.ExitCode is 1 or 2 or 3, $"exit {check.ExitCode} for {Convert.ToHexString(answer)}: {output}");
            Assert.Matches("^HAPROXY (WARNING|CRITICAL|UNKNOWN) - [^|\n]*( \\| [^|\n]*)?\n", output);
        }
    }

    /// <summary>Null: the check ended before somebody listened.</summary>
    private static int? ExitOfACheckThatBeginsInTheGap(out TimeSpan gap)
    {
        using var folder = new TestFolder();
        string socket = folder.PathOf("late.sock");
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        var clock = Stopwatch.StartNew();
        using Process check = ProcessRun.Start(Repository.Program("check_haproxy"), ["--no-memory", "--socket", socket]);
        check.WaitForExit(TimeSpan.FromMilliseconds(300));
        listener.Bind(new UnixDomainSocketEndPoint(socket));
        listener.Listen();
        gap = clock.Elapsed;
        while (!listener.Poll(TimeSpan.FromMilliseconds(100), SelectMode.SelectRead))
        {
            if (check.HasExited)
            {
                return null;
            }
        }

        using (Socket connection = listener.Accept())
        {
            connection.Receive(new byte[100]);
            connection.Send(Encoding.UTF8.GetBytes(StatsAnswer.Of("pbx pbx1 UP\npbx BACKEND UP ;act=1 ;bck=0")));
        }

        check.WaitForExit();
        return check.ExitCode;
    }

    private static string Brace(string condition) => "{ " + condition + " }";

    private static ProcessResult Check(RealHaproxy haproxy, params string[] arguments) =>
        ProcessRun.Run(Repository.Program("check_haproxy"), ["--no-memory", "--socket", haproxy.Socket, .. arguments]);

    /// <summary>Answers 503 to /fail and 200 to everything else.</summary>
    private sealed class WebServer : IDisposable
    {
        private readonly TcpListener listener = new(IPAddress.Loopback, 0);

        internal WebServer()
        {
            listener.Start();
            _ = Serve();
        }

        internal string Port => ((IPEndPoint)listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);

        public void Dispose() => listener.Dispose();

        private async Task Serve()
        {
            try
            {
                while (true)
                {
                    using TcpClient client = await listener.AcceptTcpClientAsync();
                    await Answer(client.GetStream());
                }
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                // The test is over.
            }
        }

        private static async Task Answer(NetworkStream stream)
        {
            try
            {
                byte[] request = new byte[1024];
                int length = await stream.ReadAsync(request);
                bool fails = Encoding.ASCII.GetString(request, 0, length).StartsWith("GET /fail", StringComparison.Ordinal);
                string answer = fails ? "HTTP/1.0 503 Service Unavailable\r\n\r\n" : "HTTP/1.0 200 OK\r\n\r\n";
                await stream.WriteAsync(Encoding.ASCII.GetBytes(answer));
            }
            catch (IOException)
            {
                // The checker closed early.
            }
        }
    }
}
